import { createHash } from 'node:crypto';
import { Capture, MergedCaptures } from '../adapters/capture/index.ts';
import { ReplayVenue } from '../adapters/simulator/index.ts';
import { addMs, canonicalJson, type EventTimeNs, ok, toIso } from '../core/index.ts';
import { ClientOrderIds } from '../execution/index.ts';
import type { DomainEvent, Instrument } from '../model/index.ts';
import { Engine } from '../native/index.ts';
import { findStrategy } from '../strategy/index.ts';
import { BreakList } from './backtest/breaks.ts';
import { type RecordedMarket, recordedMarket } from './backtest/recorded-instruments.ts';
import { AppFailure, type BacktestOptions, type BacktestReport } from './contracts.ts';
import { messageStatuses } from './trader/message-statuses.ts';
import { instrumentSummaries, profitAndLoss } from './trader/profit-and-loss.ts';
import { RecentActivity } from './trader/recent-activity.ts';
import type { EventLog } from './trader/recorder.ts';
import { QUIET, Trader } from './trader/trader.ts';
import { TradingState } from './trader/trading-state.ts';
import { packageVersion } from './version.ts';

const TIMER_MS = 200;
const INBOX_BYTES = 4 << 20;

/** After a silence longer than this the clock of the replay jumps instead of ticking through it. */
const SILENCE_MS = 60_000;

/** How long the replay lives on into such a silence, so that stale quotes are withdrawn first. */
const SETTLE_MS = 10_000;

/** A log that only folds every event into a hash, since a backtest starts from nothing. */
class HashLog implements EventLog {
  readonly #hash = createHash('sha256');
  #seq = 0n;

  append(event: DomainEvent): ReturnType<EventLog['append']> {
    this.#seq += 1n;
    this.#hash.update(canonicalJson(event));
    return ok(this.#seq);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** One replay: the trader, the venue it trades on, and the event time that drives both. */
class Replay {
  readonly trader: Trader;
  readonly engine: Engine;
  readonly activity: RecentActivity;
  readonly breaks = new BreakList();
  readonly log = new HashLog();
  readonly #venue: ReplayVenue;
  #timerDue: EventTimeNs;
  #lastPushed: EventTimeNs;

  constructor(market: RecordedMarket, { config }: BacktestOptions, startAt: EventTimeNs) {
    const instruments: readonly Instrument[] = market.instruments.map((each) => each.instrument);
    this.#timerDue = addMs(startAt, TIMER_MS);
    this.#lastPushed = startAt;
    this.activity = new RecentActivity(new Map(instruments.map((each) => [each.id, each])));
    this.engine = new Engine({ instruments, inboxBytes: INBOX_BYTES });
    this.#venue = new ReplayVenue(
      { ...config.simulator, instruments, engine: this.engine },
      startAt,
    );
    this.trader = new Trader(
      {
        engine: this.engine,
        state: new TradingState(instruments, config.risk),
        log: this.log,
        onApplied: [this.activity.observe, this.breaks.observe],
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
        thresholds: config.safety,
        staleAfterMs: config.staleAfterMs,
        ackTimeoutMs: config.ackTimeoutMs,
      },
      startAt,
    );
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

  /** Takes one recorded message; what is due before it happens first. */
  take(symbol: number, receivedAt: EventTimeNs, bytes: Uint8Array): void {
    if (receivedAt > this.#timerDue) {
      this.drain();
      if (receivedAt > addMs(this.#timerDue, SILENCE_MS)) this.#fallSilent(receivedAt);
    }
    while (!this.engine.push(symbol, receivedAt, bytes)) this.drain();
    if (receivedAt > this.#lastPushed) this.#lastPushed = receivedAt;
  }

  /** Lives on until stale quotes are withdrawn, then jumps to where the record goes on. */
  #fallSilent(until: EventTimeNs): void {
    this.#lastPushed = addMs(this.#lastPushed, SETTLE_MS);
    this.drain();
    this.#timerDue = addMs(until, TIMER_MS);
  }

  /** Lives through everything up to the latest message taken. */
  drain(): void {
    const upTo = this.#lastPushed;
    for (;;) {
      const timer = this.#timerDue;
      const venue = this.#venue.nextEventAt();
      const next = venue !== null && venue < timer ? venue : timer;
      const result = this.trader.market.step(next < upTo ? next : upTo);
      if (result === 'intent' || result === 'attention') continue;
      if (next > upTo) return;
      this.#venue.advanceTo(next);
      if (next !== timer) continue;
      this.#timerDue = addMs(timer, TIMER_MS);
      this.trader.onTimer(timer, QUIET);
    }
  }

  /** SHA-256 over the contexts' state, the engine's fingerprint and every event in order. */
  stateHash(): string {
    const parts = [this.trader.state.hash(), this.engine.stateHash(), this.log.digest()];
    return createHash('sha256').update(parts.join('\n')).digest('hex');
  }
}

/**
 * Replays recorded venue messages through the engine, risk and execution that also trade live, with
 * the replay matcher as the venue.
 *
 * Determinism: the same files and configuration give the same report, apart from the two wall-clock
 *              fields, on every kernel target.
 * Errors:      throws `AppFailure` for unreadable files and for an interruption.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestReport> {
  const { files, config, onLine, signal } = options;
  const market = await recordedMarket(files, config);
  for (const { instrument, strategy, notTraded } of market.instruments) {
    onLine(
      `${instrument.id}: tick ${instrument.tickSizeE8}e-8 ${instrument.quote}, ` +
        `step ${instrument.stepSizeE8}e-8 ${instrument.base}, ` +
        (strategy === null ? `not traded: ${notTraded}` : strategy.strategy),
    );
  }
  const captures: Capture[] = [];
  for (const path of files) captures.push(await Capture.open(path));
  const started = performance.now();
  try {
    const { replay, first, last } = await replayAll(market, captures, options);
    return report(market, captures, replay, first, last, performance.now() - started);
  } finally {
    for (const capture of captures) await capture.close();
    if (signal.aborted) onLine('interrupted');
  }
}

async function replayAll(
  market: RecordedMarket,
  captures: readonly Capture[],
  options: BacktestOptions,
): Promise<{ replay: Replay; first: EventTimeNs | null; last: EventTimeNs | null }> {
  const merged = new MergedCaptures(captures);
  let replay: Replay | null = null;
  let first: EventTimeNs | null = null;
  let last: EventTimeNs | null = null;
  let count = 0;
  for (;;) {
    const message = merged.next();
    if (message === null) {
      if (!(await merged.fill())) break;
      if (options.signal.aborted)
        throw new AppFailure('interrupted', 'the backtest was interrupted');
      if (count > 0) options.onLine(`${count} messages read`);
      continue;
    }
    const { receivedAt, bytes } = message;
    replay ??= new Replay(market, options, receivedAt);
    first ??= receivedAt;
    if (last === null || receivedAt > last) last = receivedAt;
    replay.take(market.indexOfFile[merged.source]!, receivedAt, bytes);
    count += 1;
  }
  if (replay === null) throw new AppFailure('failed', 'the captures hold no message');
  replay.drain();
  return { replay, first, last };
}

function report(
  market: RecordedMarket,
  captures: readonly Capture[],
  replay: Replay,
  first: EventTimeNs | null,
  last: EventTimeNs | null,
  elapsedMs: number,
): BacktestReport {
  const { trader, engine, activity } = replay;
  const messagesRead = captures.reduce((sum, { messages }) => sum + messages, 0);
  const instruments = instrumentSummaries(trader, activity);
  const statuses: Record<string, number> = {};
  for (const { instrument } of market.instruments) {
    for (const [status, n] of Object.entries(engine.state(instrument.index).counters.refused)) {
      statuses[status] = (statuses[status] ?? 0) + n;
    }
  }
  const { refused, passedOver } = messageStatuses(statuses);
  const pnl = profitAndLoss(trader, market.instruments[0]?.instrument.quote ?? 'USDT');
  return {
    files: captures.map(({ path, messages }) => ({ path, messages })),
    firstEventAt: first === null ? null : toIso(first),
    lastEventAt: last === null ? null : toIso(last),
    messagesRead,
    bookUpdatesApplied: instruments.reduce((sum, each) => sum + each.bookUpdatesApplied, 0),
    messagesRefused: refused,
    messagesPassedOver: passedOver,
    linesUnreadable: captures.reduce((sum, { unreadable }) => sum + unreadable, 0),
    sequenceBreakCount: replay.breaks.count,
    sequenceBreaks: replay.breaks.list(),
    decisions: instruments.reduce((sum, each) => sum + each.decisions, 0),
    orders: trader.orders.counts.submitted,
    ordersRefused: Object.fromEntries(trader.orders.refusalsByCode),
    fills: trader.orders.counts.fills,
    fees: pnl.fees,
    pnl,
    instruments,
    kernelTarget: engine.target,
    stateHash: replay.stateHash(),
    elapsedMs,
    eventsPerSecond: (messagesRead * 1_000) / elapsedMs,
  };
}
