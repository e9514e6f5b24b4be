import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileAuditLog } from '../adapters/audit-log/index.ts';
import { DataDirLock, FileJournal, FileRunEpochs } from '../adapters/journal/index.ts';
import { auditDraftOf } from '../audit/index.ts';
import { InvariantError, type Result } from '../core/index.ts';
import type { DomainEvent, Instrument } from '../model/index.ts';
import type { StorageFailure } from '../store/index.ts';
import type { Bot4Config } from './config.ts';
import { AppFailure } from './contracts.ts';
import { TradingState } from './trader/trading-state.ts';

/** The durable side of a run, opened, locked and replayed. */
export interface Persistence {
  readonly lock: DataDirLock;
  readonly journal: FileJournal;
  readonly audit: FileAuditLog;
  readonly state: TradingState;
  readonly runEpoch: number;
  /** What recovery found, one line each, for people. */
  readonly notices: readonly string[];
}

const READ_BATCH = 1_000;

const failureOf = (what: string, failure: StorageFailure): AppFailure =>
  new AppFailure(
    failure.code === 'corrupt' ? 'failed' : 'configuration',
    `${what} ${failure.path}: ${failure.detail} (${failure.code})`,
    failure.code === 'locked'
      ? 'Stop the other service first, or give this one its own --data-dir.'
      : 'See docs/storage.md.',
  );

const orFail = <T>(what: string, result: Result<T, StorageFailure>): T => {
  if (!result.ok) throw failureOf(what, result.error);
  return result.value;
};

/** Makes a directory and its parents one by one: Node's recursive form never returns below /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function makeDataDirectory(path: string): void {
  try {
    makeDirectory(path);
    // Others may pass through, since the embedded database runs as a user of its own; each part
    // inside keeps its own directory private.
    chmodSync(path, 0o711);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppFailure(
      'configuration',
      `cannot use the data directory ${path}: ${why}`,
      'Name a directory that this user may write with --data-dir or BOT4_DATA.',
    );
  }
}

/**
 * Opens the data directory: lock, journal, replay of everything that ever happened into the state,
 * and a fresh fsynced run epoch.
 *
 * Errors: throws `AppFailure`; nothing stays open then.
 */
export async function openPersistence(
  config: Bot4Config,
  observe: (event: DomainEvent) => void,
): Promise<Persistence> {
  const { dataDir } = config;
  makeDataDirectory(dataDir);
  const lock = orFail('data directory', DataDirLock.acquire(dataDir));
  const opened: { close(): unknown }[] = [];
  try {
    const journal = orFail('journal', FileJournal.open({ directory: join(dataDir, 'journal') }));
    opened.push(journal);
    const audit = openAudit(dataDir);
    opened.push(audit);
    await auditBeforeCheckpoint(journal, audit);
    const { state, replayed } = recover(config, journal, audit, observe);
    const epochs = new FileRunEpochs(join(dataDir, 'run-epoch'));
    const runEpoch = orFail('run epoch', epochs.next(state.runEpoch));
    const { tornBytes, setAside } = journal.recovery;
    const notices = [`journal: ${replayed} events replayed, run epoch ${runEpoch}`];
    if (tornBytes > 0)
      notices.push(`journal: ${tornBytes} bytes of a half-written record were cut`);
    for (const path of setAside) notices.push(`journal: ${path} was set aside after a power cut`);
    return { lock, journal, audit, state, runEpoch, notices };
  } catch (error) {
    for (const each of opened) each.close();
    lock.release();
    throw error;
  }
}

function openAudit(dataDir: string): FileAuditLog {
  const audit = FileAuditLog.open({ dataDir });
  if (audit.ok) return audit.value;
  const { code, path, detail } = audit.error;
  if (code !== 'tampered') {
    throw new AppFailure('configuration', `audit log ${path}: ${detail}`, 'See docs/audit.md.');
  }
  throw new AppFailure(
    'audit-verification',
    `the audit log ${path} is not what was written: ${detail}`,
    'See "bot4 audit verify"; move the audit directory away to begin a new log.',
  );
}

/**
 * Audits the entries before the checkpoint that a refusing audit missed. The replay that follows
 * only sees what comes after it.
 */
async function auditBeforeCheckpoint(journal: FileJournal, audit: FileAuditLog): Promise<void> {
  const checkpoint = journal.recovery.checkpoint;
  if (checkpoint === null || audit.journalSeq >= checkpoint.seq) return;
  const from = audit.journalSeq + 1n;
  const reader = journal.reader(from > journal.firstSeq ? from : journal.firstSeq);
  try {
    for (;;) {
      const entries = orFail('journal', await reader.next(READ_BATCH));
      for (const entry of entries) {
        if (entry.seq > checkpoint.seq) return;
        const draft = auditDraftOf(entry);
        if (draft !== null) audit.append(draft);
      }
      if (entries.length === 0) return;
    }
  } finally {
    await reader.close();
  }
}

/** Replays the journal into the state, and audits what a kill kept from the audit. */
function recover(
  config: Bot4Config,
  journal: FileJournal,
  audit: FileAuditLog,
  observe: (event: DomainEvent) => void,
): { readonly state: TradingState; readonly replayed: bigint } {
  const instruments: readonly Instrument[] = config.instruments.map((one) => one.instrument);
  const audited = audit.journalSeq;
  try {
    const snapshot = journal.recovery.checkpoint?.state ?? null;
    const state = new TradingState(instruments, config.risk, snapshot);
    const replayed = orFail(
      'journal',
      journal.replay((entry) => {
        state.apply(entry.event);
        observe(entry.event);
        const draft = entry.seq > audited ? auditDraftOf(entry) : null;
        if (draft !== null) audit.append(draft);
      }),
    );
    return { state, replayed };
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    throw new AppFailure(
      'configuration',
      `the state in ${config.dataDir} does not fit the configuration: ${error.message}`,
      'Configure the instruments that the data directory holds positions in, or use another one.',
    );
  }
}
