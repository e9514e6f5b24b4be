import { err, ok, type Result } from '../../core/index.ts';
import {
  formatE8,
  type Instrument,
  type InstrumentId,
  type JournalEntry,
  money,
} from '../../model/index.ts';
import { timestamp, unitsOf } from '../../store/ports.ts';
import { BatchWriter, UnknownInstrumentError } from './batch-writer.ts';
import { type DatabaseClient, disconnect } from './connection.ts';
import { type DatabaseFailure, databaseFailure } from './failure.ts';
import { migrate } from './migrate.ts';

/**
 * Classes of SQLSTATE that mean the content of a row, not the state of the server: cardinality, data
 * exception, constraint, a limit such as the length of an index entry.
 */
const CONTENT_ERRORS = /^(21|22|23|54)/;

/** One connection of the projector, on a database that was checked to be this journal's. */
export class ProjectionSession {
  readonly #client: DatabaseClient;
  readonly #writer: BatchWriter;
  readonly #journalId: string;
  #seq: bigint;

  private constructor(
    client: DatabaseClient,
    instruments: ReadonlyMap<InstrumentId, Instrument>,
    journalId: string,
    seq: bigint,
  ) {
    this.#client = client;
    this.#writer = new BatchWriter(client, instruments);
    this.#journalId = journalId;
    this.#seq = seq;
  }

  /**
   * Migrates, notes the instruments, and reads the cursor.
   *
   * Errors:  `refused` when the database belongs to another journal, or is ahead of this one.
   */
  static async open(
    client: DatabaseClient,
    journal: { readonly id: string; readonly lastSeq: bigint },
    instruments: readonly Instrument[],
  ): Promise<Result<ProjectionSession, DatabaseFailure>> {
    const migrated = await migrate(client);
    if (!migrated.ok) return migrated;
    try {
      const known = await shareInstruments(client, instruments);
      await client.query(
        'INSERT INTO journal_cursor (journal_id, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING',
        [journal.id],
      );
      const { rows } = await client.query<{ journal_id: string; seq: string }>(
        'SELECT journal_id, seq::text FROM journal_cursor',
      );
      const cursor = rows[0]!;
      if (cursor.journal_id !== journal.id) {
        const detail =
          `the database belongs to journal ${cursor.journal_id}, this is ${journal.id}; ` +
          'use an empty database';
        return err({ code: 'refused', detail });
      }
      const seq = BigInt(cursor.seq);
      if (seq > journal.lastSeq) {
        const detail =
          `the database holds entries up to ${seq}, the journal ends at ${journal.lastSeq}: ` +
          'the journal was replaced by an older one; use an empty database';
        return err({ code: 'refused', detail });
      }
      return ok(new ProjectionSession(client, known, journal.id, seq));
    } catch (cause) {
      return err(databaseFailure('query', 'cannot read the cursor', cause));
    }
  }

  /** Last entry that the database holds. */
  get seq(): bigint {
    return this.#seq;
  }

  /**
   * Writes entries that follow the cursor, and the cursor with them, in one transaction. Entries
   * whose content the database refuses are set aside by number, so that the rest is never held up.
   * Gives how many those were.
   */
  async project(entries: readonly JournalEntry[]): Promise<Result<number, DatabaseFailure>> {
    try {
      await this.#transact(entries, () => this.#writer.write(entries));
      return ok(0);
    } catch (cause) {
      if (!isContentError(cause)) {
        return err(databaseFailure('query', 'cannot write journal entries', cause));
      }
      return this.#projectSingly(entries);
    }
  }

  /** Notes that entries of the journal are gone and moves the cursor past them. */
  async skipTo(firstSeq: bigint, reason: string): Promise<Result<void, DatabaseFailure>> {
    const [from, to] = [this.#seq + 1n, firstSeq - 1n];
    try {
      await this.#client.query('BEGIN');
      await this.#client.query(
        `INSERT INTO journal_gaps (first_seq, last_seq, reason) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING`,
        [from, to, reason],
      );
      await this.#moveCursor(to, null);
      await this.#client.query('COMMIT');
      this.#seq = to;
      return ok(undefined);
    } catch (cause) {
      return err(databaseFailure('query', 'cannot note a gap', cause));
    }
  }

  async close(): Promise<void> {
    await disconnect(this.#client);
  }

  async #projectSingly(entries: readonly JournalEntry[]): Promise<Result<number, DatabaseFailure>> {
    let setAside = 0;
    for (const entry of entries) {
      try {
        await this.#transact([entry], () => this.#writer.write([entry]));
      } catch (cause) {
        if (!isContentError(cause)) {
          return err(databaseFailure('query', `cannot write journal entry ${entry.seq}`, cause));
        }
        setAside += 1;
        try {
          await this.#transact([entry], () => this.#setAside(entry, cause));
        } catch (again) {
          return err(databaseFailure('query', `cannot set aside entry ${entry.seq}`, again));
        }
      }
    }
    return ok(setAside);
  }

  async #setAside(entry: JournalEntry, cause: unknown): Promise<void> {
    await this.#client.query(
      `INSERT INTO entries_set_aside (seq, kind, error) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [entry.seq, entry.event.kind, cause instanceof Error ? cause.message : String(cause)],
    );
  }

  async #transact(entries: readonly JournalEntry[], write: () => Promise<void>): Promise<void> {
    const last = entries.at(-1)!;
    await this.#client.query('BEGIN');
    try {
      await this.#moveCursor(last.seq, timestamp(last.event.at));
      await write();
      await this.#client.query('COMMIT');
    } catch (cause) {
      await this.#client.query('ROLLBACK').catch(() => {});
      throw cause;
    }
    this.#seq = last.seq;
  }

  /** First in every transaction: of two projectors on one database the second one stops here. */
  async #moveCursor(to: bigint, entryAt: string | null): Promise<void> {
    const moved = await this.#client.query(
      `UPDATE journal_cursor SET seq = $1, entry_at = coalesce($2, entry_at), updated_at = now()
       WHERE journal_id = $3 AND seq = $4`,
      [to, entryAt, this.#journalId, this.#seq],
    );
    if (moved.rowCount !== 1) {
      throw new Error(`the cursor is no longer at ${this.#seq}: another bot4 writes this database`);
    }
  }
}

function isContentError(cause: unknown): boolean {
  if (cause instanceof UnknownInstrumentError) return true;
  const code = (cause as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && code.length === 5 && CONTENT_ERRORS.test(code);
}

/** Writes the configured instruments and gives them with the ones of earlier configurations. */
async function shareInstruments(
  client: DatabaseClient,
  instruments: readonly Instrument[],
): Promise<Map<InstrumentId, Instrument>> {
  for (const each of instruments) {
    await client.query(
      `INSERT INTO instruments (id, venue, symbol, base, quote, tick_size, step_size, min_notional)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (id) DO UPDATE SET tick_size = EXCLUDED.tick_size,
         step_size = EXCLUDED.step_size, min_notional = EXCLUDED.min_notional`,
      [
        each.id,
        each.venue,
        each.symbol,
        each.base,
        each.quote,
        formatE8(each.tickSizeE8),
        formatE8(each.stepSizeE8),
        formatE8(each.minNotional),
      ],
    );
  }
  const { rows } = await client.query<Record<string, string>>('SELECT * FROM instruments');
  const known = new Map(rows.map((row) => [row['id'] as InstrumentId, instrumentOf(row)]));
  for (const each of instruments) known.set(each.id, each);
  return known;
}

const instrumentOf = (row: Record<string, string>): Instrument => ({
  id: row['id'] as InstrumentId,
  index: -1,
  venue: row['venue']!,
  symbol: row['symbol']!,
  base: row['base']!,
  quote: row['quote']!,
  tickSizeE8: unitsOf(row['tick_size']!),
  stepSizeE8: unitsOf(row['step_size']!),
  minNotional: money(unitsOf(row['min_notional']!)),
  sequenceRule: 'binance-spot',
});
