import { fileURLToPath } from 'node:url';
import { type ControlReply, type ControlServer, startControl } from '../adapters/control/index.ts';
import { type Dashboard, startDashboard } from '../adapters/dashboard/index.ts';
import { type Json, msBetween, toIso } from '../core/index.ts';
import type { Instrument, InstrumentId } from '../model/index.ts';
import { readModel } from '../observe/index.ts';
import type { SafetyCommand } from '../safety/index.ts';
import type { Bot4Config } from './config.ts';
import { AppFailure, type RunOptions, type RunSummary } from './contracts.ts';
import { MANIFEST_FILE } from './manifest-file.ts';
import { AuditKeeper } from './paper/audit-keeper.ts';
import { History } from './paper/history.ts';
import { refitOwnOrders } from './paper/own-orders-fit.ts';
import { RunRecording } from './paper/recording.ts';
import { RunLog } from './paper/run-log.ts';
import { PaperService } from './paper/service.ts';
import { modeChangeReport, statusReport } from './paper/status.ts';
import { openPersistence, type Persistence } from './persistence.ts';
import { accountCosts } from './trader/account-costs.ts';
import { ExecutionMemory } from './trader/execution-memory.ts';
import { instrumentSummaries, profitAndLoss } from './trader/profit-and-loss.ts';
import { RecentActivity } from './trader/recent-activity.ts';

/** Longest wait for the journal to reach the disk when stopping, ms. */
const FLUSH_LIMIT_MS = 1_000;

const instrumentsOf = (config: Bot4Config): ReadonlyMap<InstrumentId, Instrument> =>
  new Map(config.instruments.map(({ instrument }) => [instrument.id, instrument]));

/** What the replayed events told. */
interface Recollection {
  readonly activity: RecentActivity;
  readonly memory: ExecutionMemory;
}

type End = Pick<RunSummary, 'stoppedBy' | 'reason'>;

/**
 * Paper-trades until the duration has passed, the signal comes or something breaks.
 *
 * Start-up is recovery: journal, then reconciliation with the venue, then trading. The database,
 * the page and the control socket stand beside it; only the last two are waited for.
 *
 * Errors: throws `AppFailure` when it cannot start; a fault while running ends in the summary.
 */
export async function runPaper(config: Bot4Config, options: RunOptions): Promise<RunSummary> {
  const log = new RunLog(config.logLevel, options.onLine);
  const activity = new RecentActivity(instrumentsOf(config));
  const instruments = config.instruments.map(({ instrument }) => instrument);
  const memory = new ExecutionMemory(instruments, accountCosts(config));
  const persistence = await openPersistence(config, (event) => {
    activity.observe(event);
    memory.observe(event);
  });
  for (const notice of persistence.notices) log.info(notice);
  activity.forgetCounts();
  memory.ledger.forgetTotals();
  try {
    return await runOpened(config, options, persistence, { activity, memory }, log);
  } finally {
    persistence.audit.close();
    persistence.journal.close();
    persistence.lock.release();
  }
}

async function runOpened(
  config: Bot4Config,
  options: RunOptions,
  persistence: Persistence,
  { activity, memory }: Recollection,
  log: RunLog,
): Promise<RunSummary> {
  const ends: ((end: End) => void)[] = [];
  const ended = new Promise<End>((resolve) => ends.push(resolve));
  const end = (reason: End): void => ends[0]?.(reason);
  const history = new History(config, persistence);
  const audit = new AuditKeeper(persistence.audit, persistence.journal, log);
  const recording = new RunRecording(config, persistence, log);
  let dashboard: Dashboard | null = null;
  let control: ControlServer | null = null;
  let service: PaperService | null = null;
  let openOrders = 0;
  const faults: string[] = [];
  const attempt = async (what: string, step: () => unknown): Promise<void> => {
    try {
      await step();
    } catch (error) {
      faults.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  let how: End = { stoppedBy: 'fault', reason: 'did not start' };
  try {
    const running = new PaperService({
      config,
      persistence,
      activity,
      memory,
      onApplied: [activity.observe, log.observer(instrumentsOf(config))],
      onWritten: [audit.observe],
      database: () => history.view(),
      inputs: recording.recorder(),
      log,
      onFault: (error) => {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        end({ stoppedBy: 'fault', reason });
      },
    });
    service = running;
    dashboard = await openDashboard(config, running, log);
    const url = dashboard?.url ?? null;
    control = await openControl(config, running, url, log);
    running.start();
    log.info(
      `paper trading on ${config.instruments.map(({ instrument }) => instrument.symbol).join(', ')}` +
        `${url === null ? '' : `, page at ${url}`}, state in ${config.dataDir}`,
    );
    how = await untilEnd(options, ended);
  } finally {
    // The socket goes first: a command that is answered is also carried out.
    await attempt('control socket', () => control?.close());
    await attempt('trading', async () => {
      openOrders = (await service?.stop(how.reason)) ?? 0;
    });
    await attempt('dashboard', () => dashboard?.close());
    // The books first: a recording that hangs holds back nothing of them.
    await attempt('journal', () => closeBooks(persistence, service, how));
    await attempt('recording', () => recording.close());
    await attempt('audit', () => audit.close());
    await attempt('database', () => history.close());
  }
  // A run that broke has other troubles; its orders are fitted to at the end of the next one.
  if (how.stoppedBy !== 'fault' && faults.length === 0) refitOwnOrders(config, log);
  if (faults.length > 0) how = { stoppedBy: 'fault', reason: [how.reason, ...faults].join('; ') };
  return summary(config, persistence, activity, service, how, openOrders, dashboard?.url ?? null);
}

/** Leaves a checkpoint, unless something broke, and waits until everything is on the disk. */
async function closeBooks(
  { journal }: Persistence,
  service: PaperService | null,
  how: End,
): Promise<void> {
  if (service === null) return;
  const { recorder } = service.trader;
  recorder.retry();
  if (recorder.unwritten > 0) {
    throw new Error(
      `${recorder.unwritten} events could not be written: ${recorder.failure?.detail}`,
    );
  }
  if (how.stoppedBy !== 'fault') {
    const written = journal.checkpoint(recorder.checkpoint());
    if (!written.ok) throw new Error(written.error.detail);
  }
  // A slow disk is no fault: closing the journal waits for it again.
  const flushed = await journal.flush(FLUSH_LIMIT_MS);
  if (!flushed.ok && flushed.error.code !== 'timeout') throw new Error(flushed.error.detail);
}

function untilEnd(options: RunOptions, fault: Promise<End>): Promise<End> {
  const { durationMs, signal } = options;
  return new Promise((resolve) => {
    const timer =
      durationMs === null
        ? null
        : setTimeout(
            () => resolve({ stoppedBy: 'duration', reason: `ran for ${durationMs / 1_000} s` }),
            durationMs,
          );
    const done = (end: End): void => {
      if (timer !== null) clearTimeout(timer);
      resolve(end);
    };
    const onAbort = (): void => done({ stoppedBy: 'signal', reason: 'stopped by a signal' });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    void fault.then(done);
  });
}

async function openDashboard(
  config: Bot4Config,
  service: PaperService,
  log: RunLog,
): Promise<Dashboard | null> {
  const { enabled, host, port, allowedHosts } = config.dashboard;
  if (!enabled) return null;
  const started = await startDashboard({
    manifestFile: MANIFEST_FILE,
    host,
    port,
    allowedHosts: [...allowedHosts],
    assetsDir: fileURLToPath(new URL('../../dist/page', import.meta.url)),
    source: readModel({
      view: () => service.view(),
      equity: () => service.trader.state.curve.series(),
    }),
    clock: service.clock,
    onFault: (error) => log.error(`dashboard: ${String(error)}`),
  });
  if (started.ok) return started.value;
  throw new AppFailure('configuration', started.error.message);
}

async function openControl(
  config: Bot4Config,
  service: PaperService,
  dashboardUrl: string | null,
  log: RunLog,
): Promise<ControlServer> {
  const { clock, trader, startedAt } = service;
  const started = await startControl({
    dataDir: config.dataDir,
    handle: ({ kind, reason }): ControlReply => {
      const now = clock.now();
      if (kind === 'status') {
        const facts = { view: service.view(), startedAt, now, dashboardUrl };
        return { ok: true, result: statusReport(trader, facts) as unknown as Json };
      }
      const outcome = service.command(safetyCommand(kind, reason));
      log.warn(outcome.message);
      if (!outcome.accepted) return { ok: false, code: 'refused', message: outcome.message };
      return {
        ok: true,
        result: modeChangeReport(trader, kind, outcome.message) as unknown as Json,
      };
    },
    onFault: (error) => log.error(`control socket: ${String(error)}`),
  });
  if (started.ok) return started.value;
  throw new AppFailure('configuration', started.error.message);
}

/** For a restore the reason names the one cause that is meant. */
function safetyCommand(kind: SafetyCommand['kind'], reason: string | null): SafetyCommand {
  if (reason === null) return { kind };
  return kind === 'restore' || kind === 'cancel-restore'
    ? { kind, causeId: reason }
    : { kind, detail: reason };
}

function summary(
  config: Bot4Config,
  persistence: Persistence,
  activity: RecentActivity,
  service: PaperService,
  how: End,
  ordersLeftOpen: number,
  dashboardUrl: string | null,
): RunSummary {
  const { trader, startedAt, clock } = service;
  const view = service.view();
  const stoppedAt = clock.now();
  return {
    ...how,
    runEpoch: persistence.runEpoch,
    startedAt: toIso(startedAt),
    stoppedAt: toIso(stoppedAt),
    durationMs: Math.round(msBetween(startedAt, stoppedAt)),
    kernelTarget: trader.engine.target,
    journalSeq: String(persistence.journal.lastSeq),
    messagesRead: view.totals.messages,
    decisions: view.totals.decisions,
    ordersSubmitted: view.totals.ordersSubmitted,
    ordersRefused: view.totals.ordersRefused,
    entriesLeftOut: view.totals.entriesLeftOut,
    ordersLeftOpen,
    fills: view.totals.fills,
    mode: view.mode.mode,
    pnl: profitAndLoss(trader, view.currency),
    instruments: instrumentSummaries(trader, activity),
    stateHash: trader.state.hash(),
    dataDir: config.dataDir,
    dashboardUrl,
  };
}
