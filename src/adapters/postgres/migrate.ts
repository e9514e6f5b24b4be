import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../core/index.ts';
import type { DatabaseClient } from './connection.ts';
import { type DatabaseFailure, databaseFailure } from './failure.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

/** Arbitrary but fixed: every bot4 that migrates a database waits for this lock. */
const ADVISORY_LOCK = 4_207_202_501;

const checksum = (migration: Migration): string =>
  createHash('sha256').update(migration.sql).digest('hex');

/**
 * Brings a database to the newest schema, each step in its own transaction. Doing it again changes
 * nothing; two programs at once wait for each other.
 *
 * Errors:  `refused` for a database that a newer program migrated, or whose steps were other ones.
 */
export async function migrate(
  client: DatabaseClient,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Result<number, DatabaseFailure>> {
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    try {
      return await migrateLocked(client, migrations);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]);
    }
  } catch (cause) {
    return err(databaseFailure('query', 'cannot migrate the database', cause));
  }
}

async function migrateLocked(
  client: DatabaseClient,
  migrations: readonly Migration[],
): Promise<Result<number, DatabaseFailure>> {
  await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now())`);
  const applied = await client.query<{ version: number; checksum: string }>(
    'SELECT version, checksum FROM schema_migrations ORDER BY version',
  );
  for (const row of applied.rows) {
    const known = migrations.find(({ version }) => version === row.version);
    if (known === undefined) {
      const detail =
        `the database has schema version ${row.version}, this program knows up to ` +
        `${migrations.length}; run the newer program or use another database`;
      return err({ code: 'refused', detail });
    }
    if (checksum(known) !== row.checksum) {
      const detail = `schema version ${row.version} of the database is not this program's`;
      return err({ code: 'refused', detail });
    }
  }
  const done = new Set(applied.rows.map(({ version }) => version));
  for (const migration of migrations) {
    if (done.has(migration.version)) continue;
    const { version, name, sql } = migration;
    try {
      await client.query('BEGIN');
      await client.query(sql);
      await client.query(
        'INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)',
        [version, name, checksum(migration)],
      );
      await client.query('COMMIT');
    } catch (cause) {
      await client.query('ROLLBACK');
      throw cause;
    }
  }
  return ok(migrations.length);
}
