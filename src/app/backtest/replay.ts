import { createHash } from 'node:crypto';
import { ReplayVenue } from '../../adapters/simulator/index.ts';
import { addMs, canonicalJson, type EventTimeNs, ok } from '../../core/index.ts';
import { ClientOrderIds } from '../../execution/index.ts';
import type { DomainEvent, Instrument } from '../../model/index.ts';
import { CaptureFeed, Engine } from '../../native/index.ts';
import { findStrategy } from '../../strategy/index.ts';
import { executionsOf, protectionsOf } from '../config.ts';
import type { BacktestOptions } from '../contracts.ts';
import { DecisionProbe } from '../decisions/context.ts';
import type { EventFile } from '../decisions/event-file.ts';
import { accountCosts } from '../trader/account-costs.ts';
import { RecentActivity } from '../trader/recent-activity.ts';
import type { EventLog } from '../trader/recorder.ts';
import { QUIET, Trader } from '../trader/trader.ts';
import { TradingState } from '../trader/trading-state.ts';
import { packageVersion } from '../version.ts';
import { BreakList } from './breaks.ts';
import { connectionsByVenue, type RecordedMarket } from './recorded-instruments.ts';

const TIMER_MS = 200;

/** The same while parent orders live, which watch the market for their stops. */
const WATCHFUL_TIMER_MS = 20;
const INBOX_BYTES = 1 << 20;

/** After a silence longer than this the clock of the replay jumps instead of ticking through it. */
const SILENCE_MS = 60_000;

/** How long the replay lives on into such a silence, so that stale quotes are withdrawn first. */
const SETTLE_MS = 10_000;

/** A log that folds every event into a hash, and writes it where a file is asked for. */
class HashLog implements EventLog {
  readonly #hash = createHash('sha256');
  readonly #file: EventFile | null;
  #seq = 0n;

  constructor(file: EventFile | null) {
    this.#file = file;
  }

  append(event: DomainEvent): ReturnType<EventLog['append']> {
    this.#seq += 1n;
    this.#hash.update(canonicalJson(event));
    this.#file?.event(this.#seq, event);
    return ok(this.#seq);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** An engine over the instruments of a recorded market, and the captures on their way into it. */
export interface ReplayEngine {
  readonly engine: Engine;
  readonly feed: CaptureFeed;
}

/** Makes an engine that takes the text of captures. */
export function replayEngine(market: RecordedMarket): ReplayEngine {
  const instruments = market.instruments.map((each) => each.instrument);
  const connections = connectionsByVenue(instruments);
  const engine = new Engine({ instruments, connections, inboxBytes: INBOX_BYTES });
  return { engine, feed: new CaptureFeed(engine, market.indexOfFile) };
}

/**
 * One replay: the trader, the venue it trades on, and the event time that drives both.
 *
 * The engine takes lines up to the next timer or venue event, which then happens; so everything is
 * done in the order of its time, however the text was cut into pieces.
 */
export class Replay {
  readonly trader: Trader;
  readonly engine: Engine;
  readonly activity: RecentActivity;
  readonly breaks = new BreakList();
  readonly log: HashLog;
  readonly #feed: CaptureFeed;
  readonly #venue: ReplayVenue;
  readonly #startAt: EventTimeNs;
  #timerDue: EventTimeNs;

  /** `startAt` is the receive time of the first line; `file` takes every event and decision. */
  constructor(
    market: RecordedMarket,
    { engine, feed }: ReplayEngine,
    { config }: BacktestOptions,
    startAt: EventTimeNs,
    file: EventFile | null = null,
  ) {
    this.log = new HashLog(file);
    const instruments: readonly Instrument[] = market.instruments.map((each) => each.instrument);
    this.#timerDue = addMs(startAt, TIMER_MS);
    this.#startAt = startAt;
    this.activity = new RecentActivity(new Map(instruments.map((each) => [each.id, each])));
    this.engine = engine;
    this.#feed = feed;
    const { settlement: rules } = config.simulator;
    const settlement = { ...rules, funding: market.funding ?? rules.funding };
    const latency = market.latency ?? config.simulator.latency;
    this.#venue = new ReplayVenue(
      {
        ...config.simulator,
        latency,
        settlement,
        instruments,
        engine: this.engine,
        ...(market.orders !== undefined && { orders: market.orders }),
      },
      startAt,
    );
    const decisions = file === null ? null : new DecisionProbe(instruments, file.context);
    this.trader = new Trader(
      {
        engine: this.engine,
        state: new TradingState(instruments, config.risk),
        log: this.log,
        onApplied: [
          this.activity.observe,
          this.breaks.observe,
          ...(decisions === null ? [] : [decisions.observe]),
        ],
        onWritten: [],
        gateway: this.#venue,
        feed: null,
        afterRun: (now, result) => {
          if (result === 'attention') this.#venue.collect();
          this.#venue.advanceTo(now);
        },
        ids: new ClientOrderIds(1),
        runEpoch: 1,
        instruments,
        strategies: new Map(
          market.instruments.flatMap(({ instrument, strategy }) => {
            const definition = strategy === null ? null : findStrategy(strategy.strategy);
            if (strategy === null || definition === null) return [];
            return [[instrument.id, definition.create(strategy.parameters, instrument)]];
          }),
        ),
        protections: protectionsOf(
          market.instruments.map(({ instrument, strategy }) => {
            return { instrument, protection: strategy?.protection ?? null };
          }),
        ),
        executions: executionsOf(
          market.instruments.map(({ instrument, strategy }) => {
            return { instrument, execution: strategy?.execution ?? null };
          }),
        ),
        costs: accountCosts(config),
        thresholds: config.safety,
        staleAfterMs: config.staleAfterMs,
        ackTimeoutMs: config.ackTimeoutMs,
      },
      startAt,
    );
    decisions?.attach(this.trader);
    this.trader.record({
      kind: 'run-started',
      at: startAt,
      runEpoch: 1,
      // Equal on every target, since the state hash must be.
      kernelTarget: 'any',
      configurationHash: config.hash,
      version: packageVersion(),
    });
  }

  /** Changes of the record of orders that contradicted those before them. */
  get refusedChanges(): number {
    return this.#venue.refusedChanges;
  }

  /** Receive time of the latest line taken. */
  get lastAt(): EventTimeNs {
    const now = this.engine.now();
    return now > this.#startAt ? now : this.#startAt;
  }

  /** Lives through everything that is known to be next, until a capture is dry or all have ended. */
  drain(): void {
    for (;;) {
      const next = this.#nextAt();
      const result = this.trader.market.step(next);
      if (result === 'drained') return;
      if (result === 'until' && !this.#fallSilent(next)) this.#pass(next);
    }
  }

  /** Lives through what is due up to the last line, once no capture has another. */
  finish(): void {
    this.drain();
    this.#liveUntil(this.lastAt);
  }

  /** When the next timer or venue event is due. */
  #nextAt(): EventTimeNs {
    const venue = this.#venue.nextEventAt();
    return venue !== null && venue < this.#timerDue ? venue : this.#timerDue;
  }

  /** Lets happen what is due at `next`. */
  #pass(next: EventTimeNs): void {
    this.#venue.advanceTo(next);
    if (next !== this.#timerDue) return;
    this.#venue.settle();
    this.trader.onTimer(next, QUIET);
    const watchful = this.trader.state.parents.openCount > 0;
    this.#timerDue = addMs(next, watchful ? WATCHFUL_TIMER_MS : TIMER_MS);
  }

  #liveUntil(upTo: EventTimeNs): void {
    for (;;) {
      const next = this.#nextAt();
      const result = this.trader.market.step(next < upTo ? next : upTo);
      if (result === 'intent' || result === 'attention') continue;
      if (next > upTo) return;
      this.#pass(next);
    }
  }

  /**
   * Where a long silence begins: lives on until stale quotes are withdrawn, then jumps to where the
   * record goes on. False where none does.
   */
  #fallSilent(next: EventTimeNs): boolean {
    const head = this.#feed.headAt;
    const last = this.lastAt;
    if (head === null || next <= last || head <= addMs(this.#timerDue, SILENCE_MS)) return false;
    this.#liveUntil(addMs(last, SETTLE_MS));
    this.#timerDue = addMs(head, TIMER_MS);
    return true;
  }

  /** SHA-256 over the contexts' state, the engine's fingerprint and every event in order. */
  stateHash(): string {
    const parts = [this.trader.state.hash(), this.engine.stateHash(), this.log.digest()];
    return createHash('sha256').update(parts.join('\n')).digest('hex');
  }
}
