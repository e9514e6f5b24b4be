import {
  type DatabaseServer,
  databaseOfJournal,
  EmbeddedServer,
  ExternalServer,
  Projector,
} from '../../adapters/postgres/index.ts';
import type { DatabaseView } from '../../observe/index.ts';
import type { Bot4Config } from '../config.ts';
import type { Persistence } from '../persistence.ts';

/** Journal segments that the database already holds are kept up to this size together. */
const KEEP_JOURNAL_BYTES = 2 ** 30;

const PRUNE_INTERVAL_MS = 60_000;

/**
 * The database beside the journal: it follows the journal in its own time, and trading never waits
 * for it. Without one (mode `none`) the journal keeps everything.
 */
export class History {
  readonly #server: DatabaseServer | null;
  readonly #projector: Projector | null;
  readonly #pruning: NodeJS.Timeout | null;

  /** Starts following; returns at once. */
  constructor(config: Bot4Config, { journal, audit }: Persistence) {
    const { mode, url } = config.database;
    const { dataDir } = config;
    if (mode === 'none') this.#server = null;
    else if (mode === 'url' && url !== null) this.#server = new ExternalServer(url);
    else this.#server = new EmbeddedServer({ dataDir, database: databaseOfJournal(journal.id) });
    if (this.#server === null) {
      this.#projector = null;
      this.#pruning = null;
      return;
    }
    const instruments = config.instruments.map((one) => one.instrument);
    const projector = new Projector({ journal, server: this.#server, instruments });
    this.#projector = projector;
    projector.start();
    this.#pruning = setInterval(() => {
      const { projectedSeq } = projector.status();
      // What the audit still misses is read from the journal.
      const missing = audit.missingFrom;
      const done = missing !== null && missing <= projectedSeq ? missing - 1n : projectedSeq;
      journal.prune(done, KEEP_JOURNAL_BYTES);
    }, PRUNE_INTERVAL_MS);
  }

  /** How the database is, for people. */
  view(): DatabaseView {
    const status = this.#projector?.status();
    if (status === undefined) {
      return { state: 'off', lagEntries: 0, detail: 'switched off by configuration' };
    }
    const { state, lagEntries, detail } = status;
    if (state === 'starting') return { state: 'starting', lagEntries, detail: null };
    if (state === 'following') return { state: 'connected', lagEntries, detail: null };
    return { state: 'unavailable', lagEntries, detail };
  }

  /** Stops following and stops the embedded server; at most a few seconds. */
  async close(): Promise<void> {
    if (this.#pruning !== null) clearInterval(this.#pruning);
    await this.#projector?.stop();
    await this.#server?.stop();
  }
}
