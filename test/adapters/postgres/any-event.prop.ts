import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { FileJournal } from '../../../src/adapters/journal/index.ts';
import { Projector } from '../../../src/adapters/postgres/index.ts';
import fc from '../../fast-check.ts';
import { anyEvent } from '../../store/arbitrary-events.ts';
import { scratchServers } from './scratch.ts';

const { directory, server: newServer } = scratchServers();

describe('the projector', () => {
  it('gets past any event whatever, setting aside only what the database cannot hold', async () => {
    const seed = 1_618;
    const events = fc.sample(anyEvent, { seed, numRuns: 1_500 });
    const dataDir = directory();
    const opened = FileJournal.open({ directory: join(dataDir, 'journal') });
    if (!opened.ok) throw new Error(opened.error.detail);
    const journal = opened.value;
    for (const event of events) expect(journal.append(event).ok).toBe(true);
    expect((await journal.flush(20_000)).ok).toBe(true);

    const server = newServer(dataDir);
    const projector = new Projector({ journal, server, instruments: [] }, { lingerMs: 5 });
    projector.start();
    const deadline = Date.now() + 110_000;
    while (projector.status().projectedSeq < journal.lastSeq && Date.now() < deadline) {
      expect(projector.status().state, projector.status().detail).not.toBe('away');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(projector.status()).toMatchObject({ state: 'following', projectedSeq: 1_500n });

    const config = await server.ready();
    if (!config.ok) throw new Error(config.error.detail);
    const client = new pg.Client(config.value);
    await client.connect();
    const { rows } = await client.query('SELECT kind, error FROM entries_set_aside ORDER BY seq');
    const { rows: sums } = await client.query('SELECT count(*)::int AS n FROM equity');
    await client.end();
    // Without instruments no fill has a value; everything else fits.
    const isFill = (kind: string) => kind === 'order-filled' || kind === 'position-closed';
    const fills = events.filter(({ kind }) => isFill(kind)).length;
    expect(rows.filter(({ kind }) => !isFill(kind))).toEqual([]);
    expect(rows.length).toBe(fills);
    expect(sums).toEqual([{ n: events.filter(({ kind }) => kind === 'equity-sampled').length }]);
    await projector.stop();
    await server.stop();
    journal.close();
  });
});
