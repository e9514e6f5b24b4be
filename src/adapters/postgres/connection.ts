import pg, { type ClientConfig } from 'pg';
import { err, ok, type Result } from '../../core/index.ts';
import { type DatabaseFailure, databaseFailure } from './failure.ts';
import { delay } from './process.ts';

/** A connection whose every wait has a limit. */
export type DatabaseClient = pg.Client;

/** Limits of a connection, ms. */
export interface ConnectionLimits {
  readonly connectMs: number;
  readonly statementMs: number;
}

/** Limits that fit a database on the same machine or network. */
export const USUAL_LIMITS: ConnectionLimits = { connectMs: 5_000, statementMs: 15_000 };

/** Rejects after `limitMs`, whatever `work` does. */
export async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Opens a connection; a later error on it ends its queries, never the process. */
export async function connectTo(
  config: ClientConfig,
  limits: ConnectionLimits = USUAL_LIMITS,
): Promise<Result<DatabaseClient, DatabaseFailure>> {
  let client: DatabaseClient | null = null;
  try {
    client = new pg.Client({
      ...config,
      application_name: 'bot4',
      connectionTimeoutMillis: limits.connectMs,
      statement_timeout: limits.statementMs,
      query_timeout: limits.statementMs + 1_000,
      keepAlive: true,
    });
    client.on('error', () => {});
    const connecting = client.connect();
    connecting.catch(() => {});
    await within(limits.connectMs + 500, 'connecting', connecting);
    return ok(client);
  } catch (cause) {
    if (client !== null) void disconnect(client);
    return err(databaseFailure('unreachable', 'no connection to the database', cause));
  }
}

/** Closes a connection; one that does not answer within a second is cut. */
export async function disconnect(client: DatabaseClient): Promise<void> {
  await Promise.race([client.end().catch(() => {}), delay(1_000)]);
  cut(client);
}

/** Ends a connection at once; its queries fail. */
export function cut(client: DatabaseClient): void {
  client.connection.stream.destroy();
}
