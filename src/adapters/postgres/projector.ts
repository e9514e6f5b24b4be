import type { Instrument, JournalEntry } from '../../model/index.ts';
import type { Journal, JournalReader, ProjectionStatus } from '../../store/ports.ts';
import {
  type ConnectionLimits,
  connectTo,
  cut,
  type DatabaseClient,
  disconnect,
  USUAL_LIMITS,
} from './connection.ts';
import { type DatabaseFailure, databaseFailure } from './failure.ts';
import { delay } from './process.ts';
import { ProjectionSession } from './projection-session.ts';
import type { DatabaseServer } from './server.ts';

/** How the projector works. */
export interface ProjectorOptions {
  /** Most entries in one transaction; 256 by default. */
  readonly batchEntries?: number;
  /** Shortest time between two transactions while nothing waits, in ms; 200 by default. */
  readonly lingerMs?: number;
  /** Waits after a failure, in ms, the last one repeated; 250 ms doubling to 10 s by default. */
  readonly backoffMs?: readonly number[];
  readonly limits?: ConnectionLimits;
}

/** What the projector works on. */
export interface ProjectorDeps {
  readonly journal: Journal;
  readonly server: DatabaseServer;
  readonly instruments: readonly Instrument[];
}

const BACKOFF_MS = [250, 500, 1_000, 2_000, 5_000, 10_000];
const NEEDS_A_PERSON: ReadonlySet<DatabaseFailure['code']> = new Set([
  'refused',
  'journal',
  'not-installed',
]);
/** Entries decoded in one turn of the event loop: the trading of the next message is not held up for long. */
const READ_SLICE = 32;

/**
 * Copies the journal into PostgreSQL: entry by entry from the cursor that the database itself keeps,
 * so exactly once, without gaps, and after any absence. It holds one batch in memory, never a queue;
 * nothing waits for it and nothing it meets is thrown into its caller.
 */
export class Projector {
  readonly #deps: ProjectorDeps;
  readonly #options: Required<ProjectorOptions>;
  #state: ProjectionStatus['state'] = 'starting';
  #detail = '';
  #projectedSeq = 0n;
  #caughtUpAtMs: number;
  #setAside = 0;
  #running: Promise<void> | null = null;
  #client: DatabaseClient | null = null;
  #stopping = false;
  #interrupt: () => void = () => {};

  constructor(deps: ProjectorDeps, options: ProjectorOptions = {}) {
    this.#deps = deps;
    this.#options = {
      batchEntries: 256,
      lingerMs: 200,
      backoffMs: BACKOFF_MS,
      limits: USUAL_LIMITS,
      ...options,
    };
    this.#caughtUpAtMs = Date.now();
  }

  /** Begins to work in the background. */
  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Projects what is durable now and disconnects; after `limitMs` the connection is cut, and the rest
   * comes at the next start.
   */
  async stop(limitMs = 1_000): Promise<void> {
    this.#stopping = true;
    this.#interrupt();
    await Promise.race([this.#running, delay(limitMs)]);
    if (this.#client !== null) cut(this.#client);
    this.#state = 'stopped';
  }

  /** How the projection stands now. */
  status(): ProjectionStatus {
    const lagEntries = Number(this.#deps.journal.durableSeq - this.#projectedSeq);
    const behind = this.#state === 'starting' ? 0 : Math.max(0, lagEntries);
    return {
      state: this.#state,
      detail: this.#detail,
      projectedSeq: this.#projectedSeq,
      lagEntries: behind,
      lagSeconds: behind === 0 ? 0 : (Date.now() - this.#caughtUpAtMs) / 1000,
      setAside: this.#setAside,
      target: this.#deps.server.target,
    };
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping) {
      const before = this.#projectedSeq;
      const failure = await this.#work().catch((cause: unknown) =>
        databaseFailure('query', 'the projection met an unforeseen error', cause),
      );
      this.#client = null;
      if (failure === null || this.#stopping) break;
      this.#state = NEEDS_A_PERSON.has(failure.code) ? 'refused' : 'away';
      this.#detail = failure.detail;
      failures = this.#projectedSeq > before ? 1 : failures + 1;
      const { backoffMs } = this.#options;
      await this.#pause(backoffMs[Math.min(failures, backoffMs.length) - 1] ?? 0);
    }
  }

  /** Connects and projects until stopped (null) or something fails. */
  async #work(): Promise<DatabaseFailure | null> {
    const { journal, server, instruments } = this.#deps;
    const config = await server.ready();
    if (!config.ok) return config.error;
    const client = await connectTo(config.value, this.#options.limits);
    if (!client.ok) return client.error;
    this.#client = client.value;
    if (this.#stopping) {
      await disconnect(client.value);
      return null;
    }
    const session = await ProjectionSession.open(client.value, journal, instruments);
    if (!session.ok) {
      await disconnect(client.value);
      return session.error;
    }
    if (session.value.seq + 1n < journal.firstSeq) {
      const skipped = await session.value.skipTo(journal.firstSeq, 'removed by retention');
      if (!skipped.ok) {
        await session.value.close();
        return skipped.error;
      }
    }
    this.#projectedSeq = session.value.seq;
    const reader = journal.reader(session.value.seq + 1n);
    try {
      if (!this.#stopping) this.#state = 'following';
      this.#detail = '';
      return await this.#follow(session.value, reader);
    } finally {
      await reader.close().catch(() => {});
      await session.value.close();
    }
  }

  async #follow(
    session: ProjectionSession,
    reader: JournalReader,
  ): Promise<DatabaseFailure | null> {
    for (;;) {
      const batch = await this.#readBatch(reader);
      if ('code' in batch) return batch;
      if (batch.length > 0) {
        const projected = await session.project(batch);
        if (!projected.ok) return projected.error;
        this.#setAside += projected.value;
      }
      this.#projectedSeq = session.seq;
      if (this.#stopping && batch.length === 0) return null;
      if (batch.length === this.#options.batchEntries) continue;
      this.#caughtUpAtMs = Date.now();
      await this.#pause(this.#options.lingerMs);
    }
  }

  /** Reads up to a batch in slices, giving the event loop a turn after each. */
  async #readBatch(reader: JournalReader): Promise<JournalEntry[] | DatabaseFailure> {
    const batch: JournalEntry[] = [];
    const { batchEntries } = this.#options;
    while (batch.length < batchEntries) {
      const slice = await reader.next(Math.min(READ_SLICE, batchEntries - batch.length));
      if (!slice.ok) return { code: 'journal', detail: slice.error.detail };
      if (slice.value.length === 0) break;
      batch.push(...slice.value);
      await new Promise(setImmediate);
    }
    return batch;
  }

  /** Waits `ms`, or less when stopped. */
  #pause(ms: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
