import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { SimulatedVenue } from '../../src/adapters/simulator/index.ts';
import { type Bot4Config, loadConfig, protectionsOf } from '../../src/app/config.ts';
import { QUIET, Trader } from '../../src/app/trader/trader.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { addMs, type EventTimeNs, err, eventTime, ok } from '../../src/core/index.ts';
import { ClientOrderIds } from '../../src/execution/index.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import { CircuitBreaker, Engine } from '../../src/native/index.ts';
import type { StorageFailure } from '../../src/store/index.ts';
import { findStrategy } from '../../src/strategy/index.ts';

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Where every virtual world begins. */
export const WORLD_START: EventTimeNs = eventTime(1_750_000_000_000_000_000n);

/** The default configuration on a fresh directory, with settings by dotted path. */
export function configFor(settings: Readonly<Record<string, string>> = {}): Bot4Config {
  const dataDir = mkdtempSync(join(tmpdir(), 'bot4-world-'));
  made.push(dataDir);
  const flags = Object.entries({ dataDir, ...settings }).map(([path, text]) => ({
    path,
    setting: { origin: 'test', content: { kind: 'text' as const, text } },
  }));
  const loaded = loadConfig({
    file: null,
    flags,
    environment: {},
    workingDirectory: dataDir,
    homeDirectory: dataDir,
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value.config;
}

/** A whole paper service on virtual time: the same parts as `bot4 run`, without disk and clock. */
export class VirtualWorld {
  readonly config: Bot4Config;
  readonly venue: SimulatedVenue;
  readonly breaker = new CircuitBreaker();
  readonly state: TradingState;
  readonly trader: Trader;
  readonly events: DomainEvent[] = [];
  /** While set, the log refuses every write with it. */
  logFailure: StorageFailure | null = null;
  now: EventTimeNs;

  constructor(
    config: Bot4Config,
    faults: Partial<NonNullable<Parameters<typeof SimulatedVenue.open>[0]['faults']>> = {},
    state?: TradingState,
    startAt: EventTimeNs = WORLD_START,
    runEpoch = 1,
  ) {
    this.config = config;
    this.now = startAt;
    const given = {
      ...config.simulator,
      instruments: config.instruments,
      directory: join(config.dataDir, 'venue'),
    };
    const opened = SimulatedVenue.open(
      Object.keys(faults).length === 0 ? given : { ...given, faults: faults as never },
      startAt,
    );
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    this.venue = opened.value;
    const instruments = config.instruments.map((one) => one.instrument);
    this.state = state ?? new TradingState(instruments, config.risk);
    const events = this.events;
    const { breaker } = this;
    this.trader = new Trader(
      {
        engine: new Engine({ instruments, breaker }),
        breaker,
        state: this.state,
        log: {
          append: (event) =>
            this.logFailure === null ? ok(BigInt(events.push(event))) : err(this.logFailure),
        },
        onApplied: [],
        onWritten: [],
        gateway: this.venue,
        feed: this.venue,
        ids: new ClientOrderIds(runEpoch),
        runEpoch,
        instruments,
        strategies: new Map(
          config.instruments.map(({ instrument, strategy, parameters }) => [
            instrument.id,
            findStrategy(strategy)!.create(parameters, instrument),
          ]),
        ),
        protections: protectionsOf(config.instruments),
        thresholds: config.safety,
        staleAfterMs: config.staleAfterMs,
        ackTimeoutMs: config.ackTimeoutMs,
      },
      startAt,
    );
    this.venue.onFrame((frame) => this.trader.onFrame(frame));
    this.trader.record({
      kind: 'run-started',
      at: startAt,
      runEpoch,
      kernelTarget: this.trader.engine.target,
      configurationHash: config.hash,
      version: 'test',
    });
  }

  /** Lives through `ms` of virtual time in steps of 20 ms. */
  run(ms: number, each: (now: EventTimeNs) => void = () => {}): void {
    const until = addMs(this.now, ms);
    while (this.now < until) {
      this.now = addMs(this.now, 20);
      this.venue.advanceTo(this.now);
      this.trader.onTimer(this.now, QUIET);
      each(this.now);
    }
  }

  /** How often each kind of event was recorded. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { kind } of this.events) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }
}
