import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo, type DatabaseClient } from '../../../src/adapters/postgres/connection.ts';
import type { EmbeddedServer } from '../../../src/adapters/postgres/index.ts';
import { ProjectionSession } from '../../../src/adapters/postgres/projection-session.ts';
import type { JournalEntry } from '../../../src/model/index.ts';
import { history, INSTRUMENTS } from './history.ts';
import { scratchServers } from './scratch.ts';

const { directory, server: newServer } = scratchServers();
const JOURNAL = { id: 'ab'.repeat(16), lastSeq: 1_000_000n };
const BATCH = 60;
const entries: readonly JournalEntry[] = history(21, 400).map((event, index) => ({
  seq: BigInt(index + 1),
  event,
}));

let server: EmbeddedServer;
let watcher: pg.Client;

async function connection(): Promise<DatabaseClient> {
  const config = await server.ready();
  if (!config.ok) throw new Error(config.error.detail);
  const client = await connectTo(config.value);
  if (!client.ok) throw new Error(client.error.detail);
  return client.value;
}

async function session(client: DatabaseClient): Promise<ProjectionSession> {
  const opened = await ProjectionSession.open(client, JOURNAL, INSTRUMENTS);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

async function watch(): Promise<void> {
  const config = await server.ready();
  if (!config.ok) throw new Error(config.error.detail);
  watcher = new pg.Client(config.value);
  watcher.on('error', () => {});
  await watcher.connect();
}

/** What somebody else sees: the cursor, and whether every table says just what it stands for. */
async function seen() {
  const { rows } = await watcher.query(`SELECT
    (SELECT seq::int FROM journal_cursor) AS cursor,
    (SELECT count(*)::int FROM orders) AS orders,
    (SELECT coalesce(sum(filled_lots), 0)::int FROM orders) AS filled,
    (SELECT count(*)::int FROM fills) AS fills,
    (SELECT coalesce(sum(quantity_lots), 0)::int FROM fills) AS lots,
    (SELECT coalesce(sum(fills), 0)::int FROM positions) AS booked,
    (SELECT count(*)::int FROM equity) AS samples,
    (SELECT greatest(
      (SELECT max(submitted_seq) FROM orders), (SELECT max(seq) FROM fills),
      (SELECT max(seq) FROM equity))::int) AS latest`);
  return rows[0] as Record<string, number>;
}

/** What the journal up to an entry comes to. */
function meant(cursor: number): Record<string, number> {
  const events = entries.slice(0, cursor).map(({ event }) => event);
  const fills = events.flatMap((event) => (event.kind === 'order-filled' ? [event.fill] : []));
  const lots = fills.reduce((sum, { quantity }) => sum + quantity, 0);
  const count = (kind: string): number => events.filter((event) => event.kind === kind).length;
  return {
    cursor,
    orders: count('order-submitted'),
    filled: lots,
    fills: fills.length,
    lots,
    booked: fills.length,
    samples: count('equity-sampled'),
  };
}

/** Lets `act` happen before the n-th statement from now on. */
function beforeStatement(client: DatabaseClient, n: number, act: () => unknown): () => number {
  let count = 0;
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = (async (...args: unknown[]) => {
    count += 1;
    if (count === n) await act();
    return query(...args);
  }) as never;
  return () => count;
}

/** The connection ends as it does when this process is killed. */
const cut = (client: DatabaseClient): void => {
  (
    client as unknown as { connection: { stream: { destroy(): void } } }
  ).connection.stream.destroy();
};

beforeAll(async () => {
  server = newServer(directory());
  await watch();
});
afterAll(() => watcher.end());

describe('a batch of journal entries', () => {
  it('is one unit of work: cut before any of its statements, nothing of it is seen', async () => {
    let done = 0;
    let statements = 0;
    for (let n = 1; ; n += 1) {
      const client = await connection();
      const open = await session(client);
      done = Number(open.seq);
      const inTheMiddle: Record<string, number>[] = [];
      const counted = beforeStatement(client, n, async () => {
        inTheMiddle.push(await seen());
        cut(client);
      });
      const result = await open.project(entries.slice(done, done + BATCH));
      if (inTheMiddle.length === 0) {
        statements = counted();
        expect(result.ok).toBe(true);
        await open.close();
        break;
      }
      expect(result.ok).toBe(false);
      expect(inTheMiddle[0]).toMatchObject(meant(done));
      const after = await seen();
      expect(after).toMatchObject(meant(done));
      expect(after['latest'] ?? 0).toBeLessThanOrEqual(done);
    }
    // BEGIN, the cursor, at least orders, changes, fills and positions, COMMIT: each was cut once.
    expect(statements).toBeGreaterThanOrEqual(8);
    expect(await seen()).toMatchObject(meant(done + BATCH));
  }, 120_000);

  it('is whole or absent after the server was killed in the middle of it', async () => {
    const client = await connection();
    const open = await session(client);
    const done = Number(open.seq);
    beforeStatement(client, 5, () => process.kill(server.pid!, 'SIGKILL'));
    const result = await open.project(entries.slice(done, done + BATCH));
    await watcher.end().catch(() => {});
    await expect.poll(() => watch().then(() => true, String)).toBe(true);
    const after = await seen();
    expect(after).toMatchObject(meant(result.ok ? done + BATCH : done));
    const again = await session(await connection());
    expect(again.seq).toBe(BigInt(after['cursor']!));
    for (let from = Number(again.seq); from < entries.length; from += BATCH) {
      expect((await again.project(entries.slice(from, from + BATCH))).ok).toBe(true);
    }
    expect(await seen()).toMatchObject(meant(entries.length));
    await again.close();
  }, 120_000);
});
