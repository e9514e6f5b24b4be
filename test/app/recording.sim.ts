import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/adapters/simulator/index.ts';
import { statusReport } from '../../src/app/paper/status.ts';
import { readInput } from '../../src/app/recording/input-codec.ts';
import { InputRecorder } from '../../src/app/recording/input-recorder.ts';
import { RerunTrader } from '../../src/app/recording/rerun-trader.ts';
import type { InputSink, RunHeader } from '../../src/app/recording/run-inputs.ts';
import { accountCosts } from '../../src/app/trader/account-costs.ts';
import { ExecutionMemory } from '../../src/app/trader/execution-memory.ts';
import { instrumentSummaries } from '../../src/app/trader/profit-and-loss.ts';
import { RecentActivity } from '../../src/app/trader/recent-activity.ts';
import { SystemViewer } from '../../src/app/trader/system-view.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { err } from '../../src/core/index.ts';
import type { DomainEvent } from '../../src/model/index.ts';
import { encodeEvent } from '../../src/store/index.ts';
import { configFor, VirtualWorld, WORLD_START } from './virtual-world.ts';

/** A recording in memory. */
class Lines implements InputSink {
  readonly isOpen = true;
  readonly lines: Buffer[] = [];

  line(text: string, bytes: Uint8Array | null = null): void {
    this.lines.push(Buffer.concat([Buffer.from(text), bytes ?? Buffer.alloc(0)]));
  }

  end(reason: string): void {
    throw new Error(reason);
  }
}

const header: RunHeader = {
  format: 1,
  runEpoch: 1,
  journalId: 'none',
  seq: '0',
  startedAt: String(WORLD_START),
  configurationHash: 'none',
  version: 'test',
  kernelTarget: 'any',
};

/** What only a process knows. */
const FACTS: Parameters<SystemViewer['view']>[1] = {
  environment: 'paper',
  version: 'test',
  runEpoch: 1,
  currency: 'USDT',
  database: { state: 'off', lagEntries: 0, detail: null },
  journalSeq: 0n,
  journalDurableSeq: 0n,
  process: {} as never,
};

/** Lives through a faulty minute, then drives the same core again from what was recorded. */
function liveAndRerun(
  seed: number,
  settings: Readonly<Record<string, string>> = {},
  rules: readonly FaultRule[] = [],
): {
  live: VirtualWorld;
  again: RerunTrader;
  events: DomainEvent[];
  /** Why the venue was not there, as the trader saw it. */
  failures: ReadonlySet<string | null>;
  notices: readonly string[];
} {
  const config = configFor({
    'simulator.seed': String(seed),
    reconcileEveryMs: '5000',
    ...settings,
  });
  const sink = new Lines();
  const faults = {
    dropFrame: 0.002,
    duplicateFrame: 0.002,
    loseReport: 0.05,
    loseRequest: 0.02,
    rules,
  };
  const inputs = new InputRecorder(sink, header);
  const live = new VirtualWorld(config, faults, undefined, WORLD_START, 1, inputs);
  const failures = new Set<string | null>();
  live.run(30_000, () => failures.add(live.trader.access.failure));
  live.command({ kind: 'pause' });
  // Somebody looks at everything: that is no input and may change nothing.
  const activity = new RecentActivity(new Map());
  const viewer = new SystemViewer(live.trader, activity);
  live.run(5_000, (now) => {
    const view = viewer.view(now, FACTS);
    statusReport(live.trader, { view, startedAt: WORLD_START, now, dashboardUrl: null });
    instrumentSummaries(live.trader, activity);
  });
  live.command({ kind: 'emergency' });
  live.run(5_000);
  const instruments = config.instruments.map((one) => one.instrument);
  const state = new TradingState(instruments, config.risk);
  const memory = new ExecutionMemory(instruments, accountCosts(config));
  const again = new RerunTrader({ config, state, memory, runEpoch: 1, startedAt: WORLD_START });
  const events: DomainEvent[] = [];
  for (const line of sink.lines) {
    again.take(readInput(line));
    events.push(...again.takeEvents());
  }
  const notices = sink.lines.map(String).filter((line) => line.startsWith('N '));
  return { live, again, events, failures, notices };
}

describe('the trading core', () => {
  it.each([1, 2, 3])(
    'follows from its recorded inputs, with lost frames, reports and requests (seed %i)',
    (seed) => {
      const { live, again, events } = liveAndRerun(seed);
      expect(live.counts()['order-submitted']).toBeGreaterThan(10);
      expect(live.counts()['order-doubted']).toBeGreaterThan(0);
      expect(events.map(encodeEvent)).toEqual(live.events.map(encodeEvent));
      expect(again.trader.state.hash()).toBe(live.state.hash());
      expect(again.trader.engine.stateHash()).toBe(live.trader.engine.stateHash());
    },
    60_000,
  );

  it('hears a lost connection while it is recorded, and again in the rerun', () => {
    const { live, again, events, failures, notices } = liveAndRerun(4, {}, [
      { kind: 'disconnect', atMs: [8_000], durationMs: 3_000 },
    ]);
    expect(failures).toContain('the connection to the venue is lost');
    for (const kind of ['disconnected', 'reconnected']) {
      expect(notices.some((line) => line.includes(`"${kind}"`))).toBe(true);
    }
    expect(events.map(encodeEvent)).toEqual(live.events.map(encodeEvent));
    expect(again.trader.state.hash()).toBe(live.state.hash());
  });

  it('refuses an answer to a question that the rerun never asked', () => {
    const config = configFor();
    const instruments = config.instruments.map((one) => one.instrument);
    const state = new TradingState(instruments, config.risk);
    const memory = new ExecutionMemory(instruments, accountCosts(config));
    const again = new RerunTrader({ config, state, memory, runEpoch: 1, startedAt: WORLD_START });
    const answer = err({ code: 'venue-timeout', detail: 'late' } as const);
    expect(() => again.take({ kind: 'answer', question: 3, answer })).toThrow('question 3');
  });
});
