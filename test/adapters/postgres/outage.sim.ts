import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { FileJournal } from '../../../src/adapters/journal/index.ts';
import { type EmbeddedServer, Projector } from '../../../src/adapters/postgres/index.ts';
import { history, INSTRUMENTS } from './history.ts';
import { scratchServers } from './scratch.ts';

const { directory, server: newServer } = scratchServers();

async function until(
  condition: () => boolean,
  what: () => string,
  limitMs = 100_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A journal, a server and a projector that tries again quickly, working together. */
function working(): {
  journal: FileJournal;
  server: EmbeddedServer;
  projector: Projector;
  shown: () => string;
} {
  const dataDir = directory();
  mkdirSync(join(dataDir, 'journal'));
  const opened = FileJournal.open({ directory: join(dataDir, 'journal') });
  if (!opened.ok) throw new Error(opened.error.detail);
  const server = newServer(dataDir);
  const limits = { connectMs: 1_000, statementMs: 2_000 };
  const projector = new Projector(
    { journal: opened.value, server, instruments: INSTRUMENTS },
    { backoffMs: [100, 500], lingerMs: 20, limits },
  );
  const shown = (): string => {
    const { state, detail, projectedSeq } = projector.status();
    return `${state} at ${projectedSeq}: ${detail}`;
  };
  return { journal: opened.value, server, projector, shown };
}

async function counts(server: EmbeddedServer): Promise<unknown> {
  const config = await server.ready();
  if (!config.ok) throw new Error(config.error.detail);
  const client = new pg.Client(config.value);
  await client.connect();
  const { rows } = await client.query(`SELECT
    (SELECT count(*)::int FROM orders) AS orders,
    (SELECT count(*)::int FROM fills) AS fills,
    (SELECT sum(fills)::int FROM positions) AS booked,
    (SELECT count(*)::int FROM equity) AS samples,
    (SELECT count(*)::int FROM journal_gaps) AS gaps,
    (SELECT count(*)::int FROM entries_set_aside) AS set_aside`);
  await client.end();
  return rows[0];
}

function expected(events: ReturnType<typeof history>): unknown {
  const count = (kind: string): number => events.filter((event) => event.kind === kind).length;
  const fills = count('order-filled');
  return {
    orders: count('order-submitted'),
    fills,
    booked: fills,
    samples: count('equity-sampled'),
    gaps: 0,
    set_aside: 0,
  };
}

describe('a database that goes away', () => {
  it('killed in the middle of the work: 10,000 entries later it is filled without a gap', async () => {
    const { journal, server, projector, shown } = working();
    const events = history(11, 3_600);
    expect(events.length).toBeGreaterThan(12_000);
    projector.start();
    const append = (from: number, to: number): void => {
      for (const event of events.slice(from, to)) expect(journal.append(event).ok).toBe(true);
    };
    append(0, 2_000);
    await until(() => projector.status().projectedSeq > 500n, shown);
    const killed = server.pid;
    expect(killed).not.toBeNull();
    process.kill(killed!, 'SIGKILL');
    // Trading goes on: nothing here waits for the database.
    const began = performance.now();
    append(2_000, events.length);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await journal.flush(20_000)).ok).toBe(true);

    await until(() => projector.status().projectedSeq === journal.lastSeq, shown);
    expect(projector.status()).toMatchObject({ state: 'following', lagEntries: 0, detail: '' });
    expect(server.pid).not.toBe(killed);
    expect(await counts(server)).toEqual(expected(events));
    await projector.stop();
    await server.stop();
    journal.close();
  });

  it('hung, not dead: the projector says so within its limits and goes on afterwards', async () => {
    const { journal, server, projector, shown } = working();
    const events = history(12, 300);
    projector.start();
    for (const event of events.slice(0, 200)) journal.append(event);
    await journal.flush(20_000);
    await until(
      () => projector.status().lagEntries === 0 && projector.status().projectedSeq > 0n,
      shown,
    );
    const frozen = frozenServer(server.pid!);
    for (const event of events.slice(200)) journal.append(event);
    await journal.flush(20_000);
    await until(() => projector.status().state === 'away', shown);
    expect(projector.status().lagEntries).toBe(events.length - 200);
    // Stopping another projector of the hung server does not take longer than its limit.
    const second = new Projector({ journal, server, instruments: INSTRUMENTS });
    second.start();
    const began = performance.now();
    await second.stop(300);
    // Without its limit it would wait for the 5 s that connecting may take.
    expect(performance.now() - began).toBeLessThan(4_500);
    expect(second.status().state).toBe('stopped');
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    await until(() => projector.status().projectedSeq === journal.lastSeq, shown);
    expect(await counts(server)).toEqual(expected(events));
    await projector.stop();
    await server.stop();
    journal.close();
  });
});

/**
 * Stops a server's process, then its children: a child that ends meanwhile stays as a zombie, which
 * can be signalled. Gives their pids.
 */
function frozenServer(pid: number): number[] {
  process.kill(pid, 'SIGSTOP');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const pids = children.split(' ').filter(Boolean).map(Number);
  for (const child of pids) process.kill(child, 'SIGSTOP');
  return [pid, ...pids];
}
