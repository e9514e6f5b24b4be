import { existsSync, realpathSync } from 'node:fs';
import { CaptureText } from '../adapters/capture/index.ts';
import { assert, type EventTimeNs, toIso } from '../core/index.ts';
import type { CaptureFeed } from '../native/index.ts';
import { type RecordedMarket, recordedMarket } from './backtest/recorded-instruments.ts';
import { Replay, replayEngine } from './backtest/replay.ts';
import { AppFailure, type BacktestOptions, type BacktestReport } from './contracts.ts';
import { EventFile, eventFilePath } from './decisions/event-file.ts';
import { messageStatuses } from './trader/message-statuses.ts';
import { instrumentSummaries, profitAndLoss } from './trader/profit-and-loss.ts';

/** Messages from one line of progress to the next. */
const MESSAGES_A_LINE = 250_000;

/**
 * Replays recorded venue messages through the engine, risk and execution that also trade live, with
 * the replay matcher as the venue.
 *
 * Determinism: the same files and configuration give the same report, apart from the fields of
 *              time and speed, on every kernel target.
 * Errors:      throws `AppFailure` for unreadable files and for an interruption.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestReport> {
  const { files, config, onLine, signal } = options;
  if (typeof options.events === 'string') refuseOverwriting(options.events, files);
  const market = await recordedMarket(files, config);
  for (const { instrument, strategy, notTraded } of market.instruments) {
    onLine(
      `${instrument.id}: tick ${instrument.tickSizeE8}e-8 ${instrument.quote}, ` +
        `step ${instrument.stepSizeE8}e-8 ${instrument.base}, ` +
        (strategy === null ? `not traded: ${notTraded}` : strategy.strategy),
    );
  }
  const texts: CaptureText[] = [];
  for (const path of files) texts.push(await CaptureText.open(path));
  let file: EventFile | null = null;
  let whole = false;
  const startCpu = process.cpuUsage();
  const started = performance.now();
  try {
    if (typeof options.events === 'string') file = new EventFile(options.events);
    const replayed = await replayAll(market, texts, options, file);
    const elapsedMs = performance.now() - started;
    const { user, system } = process.cpuUsage(startCpu);
    file?.close();
    whole = true;
    return report(market, texts, replayed, { elapsedMs, cpuMs: (user + system) / 1_000 });
  } finally {
    for (const text of texts) await text.close();
    if (!whole) file?.discard();
    if (signal.aborted) onLine('interrupted');
  }
}

/** Refuses to write the events over a capture that is read. */
function refuseOverwriting(events: string, files: readonly string[]): void {
  const target = eventFilePath(events);
  if (!existsSync(target)) return;
  const real = realpathSync(target);
  const same = files.find((path) => existsSync(path) && realpathSync(path) === real);
  if (same === undefined) return;
  throw new AppFailure('usage', `--events ${events} is the capture ${same}; name another file`);
}

/** What was replayed, and from when on. */
interface Replayed {
  readonly replay: Replay;
  readonly feed: CaptureFeed;
  readonly firstAt: EventTimeNs;
}

/** How long the replay took, all threads of the process together as CPU time. */
interface Effort {
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

async function replayAll(
  market: RecordedMarket,
  texts: readonly CaptureText[],
  options: BacktestOptions,
  file: EventFile | null,
): Promise<Replayed> {
  const made = replayEngine(market);
  const { feed } = made;
  await readOn(feed, texts);
  const firstAt = feed.headAt;
  if (firstAt === null) throw new AppFailure('failed', 'the captures hold no message');
  const replay = new Replay(market, made, options, firstAt, file);
  let told = 0;
  while (feed.headAt !== null) {
    replay.drain();
    await readOn(feed, texts);
    if (options.signal.aborted) throw new AppFailure('interrupted', 'the backtest was interrupted');
    const count = texts.reduce((sum, _, i) => sum + feed.messages(i), 0);
    if (count >= told + MESSAGES_A_LINE) {
      options.onLine(`${count} messages read`);
      told = count;
    }
  }
  replay.finish();
  const { refusedChanges } = replay;
  if (refusedChanges > 0) {
    options.onLine(`${refusedChanges} changes of recorded orders contradict those before them`);
  }
  return { replay, feed, firstAt };
}

/** Reads on until it is known which line is next, or all captures have ended. */
async function readOn(feed: CaptureFeed, texts: readonly CaptureText[]): Promise<void> {
  for (let dry = feed.dry; dry !== null; dry = feed.dry) {
    const block = await texts[dry]!.next();
    if (block === null) feed.finish(dry);
    else assert(feed.append(dry, block), 'a dry capture has room for a block');
  }
}

function report(
  market: RecordedMarket,
  texts: readonly CaptureText[],
  { replay, feed, firstAt }: Replayed,
  { elapsedMs, cpuMs }: Effort,
): BacktestReport {
  const { trader, engine, activity } = replay;
  const files = texts.map(({ path }, i) => ({ path, messages: feed.messages(i) }));
  const messagesRead = files.reduce((sum, { messages }) => sum + messages, 0);
  const { levelUpdates } = feed;
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
    files,
    firstEventAt: toIso(firstAt),
    lastEventAt: toIso(replay.lastAt),
    messagesRead,
    levelUpdates,
    bookUpdatesApplied: instruments.reduce((sum, each) => sum + each.bookUpdatesApplied, 0),
    messagesRefused: refused,
    messagesPassedOver: passedOver,
    linesUnreadable: texts.reduce((sum, { damages }, i) => sum + damages + feed.unreadable(i), 0),
    sequenceBreakCount: replay.breaks.count,
    sequenceBreaks: replay.breaks.list(),
    decisions: instruments.reduce((sum, each) => sum + each.decisions, 0),
    orders: trader.orders.counts.submitted,
    ordersRefused: Object.fromEntries(trader.orders.refusalsByCode),
    entriesLeftOut: trader.entriesLeftOut,
    fills: trader.orders.counts.fills,
    fees: pnl.fees,
    pnl,
    instruments,
    kernelTarget: engine.target,
    stateHash: replay.stateHash(),
    elapsedMs,
    cpuMs,
    eventsPerSecond: (messagesRead * 1_000) / elapsedMs,
    levelUpdatesPerSecond: (levelUpdates * 1_000) / elapsedMs,
    levelUpdatesPerCpuSecond: (levelUpdates * 1_000) / cpuMs,
  };
}
