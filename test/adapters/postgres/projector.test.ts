import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FileJournal } from '../../../src/adapters/journal/index.ts';
import {
  type EmbeddedServer,
  ExternalServer,
  Projector,
  type ProjectorOptions,
} from '../../../src/adapters/postgres/index.ts';
import { eventTime, seededRng } from '../../../src/core/index.ts';
import type { ClientOrderId, DomainEvent, Fill, InstrumentId } from '../../../src/model/index.ts';
import { formatE8 } from '../../../src/model/index.ts';
import { bookFill, flatPosition } from '../../../src/portfolio/index.ts';
import { BEGINNING, history, INSTRUMENTS } from './history.ts';
import { scratchServers } from './scratch.ts';

const { directory, server: newServer } = scratchServers();
let dataDir: string;
let server: EmbeddedServer;
let databases = 0;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  dataDir = directory();
  server = newServer(dataDir);
  const ready = await server.ready();
  if (!ready.ok) throw new Error(ready.error.detail);
});

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A database of its own on the shared server, as an external one. */
async function freshDatabase(): Promise<{ url: string; query: Query }> {
  databases += 1;
  const name = `test_${databases}`;
  const host = encodeURIComponent(join(server.place, 'run'));
  const admin = new pg.Client({ connectionString: `postgres://bot4@${host}:5432/bot4_test` });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = `postgres://bot4@${host}:5432/${name}`;
  return { url, query: queryOn(url) };
}

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

const queryOn =
  (url: string): Query =>
  async (sql) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

function newJournal(): FileJournal {
  const where = join(directory(), 'journal');
  mkdirSync(where);
  const opened = FileJournal.open({ directory: where, segmentBytes: 200_000 });
  if (!opened.ok) throw new Error(opened.error.detail);
  open.push(opened.value);
  return opened.value;
}

async function write(journal: FileJournal, events: readonly DomainEvent[]): Promise<void> {
  for (const event of events) {
    const appended = journal.append(event);
    if (!appended.ok) throw new Error(appended.error.detail);
  }
  const flushed = await journal.flush(20_000);
  if (!flushed.ok) throw new Error(flushed.error.detail);
}

const QUICK: ProjectorOptions = { lingerMs: 5, backoffMs: [20, 50] };

function startProjector(
  journal: FileJournal,
  target: ConstructorParameters<typeof Projector>[0]['server'],
  options: ProjectorOptions = {},
): Projector {
  const deps = { journal, server: target, instruments: INSTRUMENTS };
  const projector = new Projector(deps, { ...QUICK, ...options });
  projector.start();
  open.push({ close: () => projector.stop() });
  return projector;
}

async function until(
  condition: () => boolean,
  what: () => unknown,
  limitMs = 100_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline)
      throw new Error(`not within ${limitMs} ms: ${JSON.stringify(what(), bigints)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const bigints = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

const caughtUp = (projector: Projector, journal: FileJournal): Promise<void> =>
  until(
    () => projector.status().projectedSeq === journal.lastSeq,
    () => projector.status(),
  );

const fillsOf = (events: readonly DomainEvent[]): Fill[] =>
  events.flatMap((event) => (event.kind === 'order-filled' ? [event.fill] : []));

describe('the projection of orders, fills and positions', () => {
  it('holds exactly what the journal says', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    const events = history(1, 400);
    await write(journal, events);
    const projector = startProjector(journal, new ExternalServer(url), { batchEntries: 37 });
    await caughtUp(projector, journal);

    const fills = fillsOf(events);
    expect(await query('SELECT count(*)::int AS n FROM fills')).toEqual([{ n: fills.length }]);
    expect(await query('SELECT seq::text, journal_id FROM journal_cursor')).toEqual([
      { seq: String(events.length), journal_id: journal.id },
    ]);

    const positions = await query(
      'SELECT instrument, lots::text, cost::text, realised::text, fees::text FROM positions ORDER BY 1',
    );
    const expected = [...INSTRUMENTS].map((each) => {
      const own = fills.filter((fill) => fill.instrument === each.id);
      const booked = own.reduce((p, fill) => bookFill(p, each, fill), flatPosition(each.id));
      return {
        instrument: each.id,
        lots: String(booked.lots),
        cost: formatE8(booked.cost),
        realised: formatE8(booked.realised),
        fees: formatE8(booked.fees),
      };
    });
    expect(positions).toEqual(expected);
  });

  // One entry in a transaction and all of them in one must lead to the same rows.
  it.each([1, 10_000])(
    'gives every order its status, %i entries at a time',
    async (batchEntries) => {
      const { url, query } = await freshDatabase();
      const journal = newJournal();
      const events = history(2, 100);
      await write(journal, events);
      const projector = startProjector(journal, new ExternalServer(url), { batchEntries });
      await caughtUp(projector, journal);
      const rows = await query(
        'SELECT client_order_id, status, filled_lots::int AS filled, cancel_requested FROM orders',
      );
      const found = new Map(rows.map((row) => [row['client_order_id'], row]));
      const submitted = events.filter((event) => event.kind === 'order-submitted');
      expect(found.size).toBe(submitted.length);
      for (const { clientOrderId: id, request } of submitted) {
        const own = events.filter(
          (event) => 'clientOrderId' in event && event.clientOrderId === id,
        );
        const filled = fillsOf(events)
          .filter((fill) => fill.clientOrderId === id)
          .reduce((sum, fill) => sum + fill.quantity, 0);
        const has = (kind: DomainEvent['kind']): boolean =>
          own.some((event) => event.kind === kind);
        let status = 'pending';
        if (filled === request.quantity) status = 'filled';
        else if (has('order-rejected')) status = 'rejected';
        else if (has('order-cancelled')) status = 'cancelled';
        else if (has('order-doubted') && !has('order-accepted')) status = 'unknown';
        else if (filled > 0) status = 'partially-filled';
        else if (has('order-accepted')) status = 'accepted';
        expect(found.get(id)).toEqual({
          client_order_id: id,
          status,
          filled,
          cancel_requested: has('cancel-requested'),
        });
      }
    },
  );

  it('ignores a fill that the journal holds twice', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    const events = history(3, 30);
    const twice = events.flatMap((event): DomainEvent[] =>
      event.kind === 'order-filled' ? [event, event] : [event],
    );
    await write(journal, twice);
    const projector = startProjector(journal, new ExternalServer(url), { batchEntries: 7 });
    await caughtUp(projector, journal);
    const fills = fillsOf(events);
    expect(fills.length).toBeGreaterThan(10);
    const [sums] = await query(`SELECT (SELECT count(*)::int FROM fills) AS fills,
      (SELECT sum(filled_lots)::int FROM orders) AS filled,
      (SELECT sum(fills)::int FROM positions) AS booked`);
    expect(sums).toEqual({
      fills: fills.length,
      filled: fills.reduce((sum, fill) => sum + fill.quantity, 0),
      booked: fills.length,
    });
  });
});

describe('the projection of everything else', () => {
  it('has a row for every kind of event, with exact amounts and times', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    const at = eventTime(BEGINNING);
    const request = {
      ...(history(1, 1)[0] as Extract<DomainEvent, { kind: 'order-submitted' }>).request,
    };
    const btc = INSTRUMENTS[0]!.id;
    const cause = {
      id: 'human-pause',
      mode: 'PAUSE',
      origin: 'human',
      detail: 'nul \0',
      since: at,
    } as const;
    const bar = {
      instrument: btc,
      openedAt: at,
      intervalMs: 60_000,
      open: 1,
      high: 4,
      low: 1,
      close: 3,
      volume: 9,
      buyVolume: 5,
      trades: 2,
    };
    await write(journal, [
      {
        kind: 'run-started',
        at,
        runEpoch: 7,
        kernelTarget: 'avx2',
        configurationHash: 'c',
        version: '1',
      },
      { kind: 'cash-deposited', at, amount: -12_345_678_901_234_567_890_123n },
      { kind: 'order-refused', at, request, code: 'notional', detail: 'too large' },
      { kind: 'reconciled', at, resolutions: ['a', 'b'] },
      { kind: 'cause-raised', at, cause },
      { kind: 'cause-cleared', at, causeId: 'human-pause', reason: 'restored' },
      {
        kind: 'restore-requested',
        at,
        causeId: 'human-pause',
        dueAt: eventTime(BEGINNING + 86_400_000_000_000n),
      },
      { kind: 'restore-cancelled', at, causeId: 'human-pause' },
      {
        kind: 'equity-sampled',
        at,
        equity: 1n,
        cash: -1n,
        realised: 0n,
        unrealised: 100_000_000n,
        fees: 5n,
        marks: [{ instrument: btc, price: 42 }],
      },
      {
        kind: 'decision-sampled',
        at,
        instrument: btc,
        side: 'none',
        quantity: 0,
        probability: 0.1 + 0.2,
        edge: -1e-300,
        reasonBits: 2 ** 40,
      },
      { kind: 'bar-closed', at, bar: { ...bar, close: 2 } },
      { kind: 'bar-closed', at, bar },
      { kind: 'book-desynchronised', at, instrument: btc, reason: 'gap' },
      { kind: 'book-synchronised', at, instrument: btc, updateId: 2n ** 63n },
      { kind: 'cancel-rejected', at, clientOrderId: 'nobody', reason: 'too late' },
      { kind: 'order-expired', at, clientOrderId: 'nobody', reason: 'ioc' },
      { kind: 'run-stopped', at, reason: 'signal' },
    ] as unknown as DomainEvent[]);
    const projector = startProjector(journal, new ExternalServer(url));
    await caughtUp(projector, journal);
    expect(projector.status().setAside).toBe(0);

    expect(await query('SELECT amount::text FROM cash_flows')).toEqual([
      { amount: '-123456789012345.67890123' },
    ]);
    expect(
      await query("SELECT to_char(at, 'YYYY-MM-DD HH24:MI:SS.US') AS at FROM cash_flows"),
    ).toEqual([{ at: '2023-11-14 22:13:20.123456' }]);
    expect(
      await query('SELECT event, run_epoch::int, detail FROM run_events ORDER BY seq'),
    ).toEqual([
      { event: 'started', run_epoch: 7, detail: null },
      { event: 'reconciled', run_epoch: null, detail: 'a\nb' },
      { event: 'stopped', run_epoch: null, detail: 'signal' },
    ]);
    expect(
      await query(
        'SELECT change, mode, detail, due_at - at AS wait FROM mode_changes ORDER BY seq',
      ),
    ).toMatchObject([
      { change: 'raised', mode: 'PAUSE', detail: 'nul \uFFFD' },
      { change: 'cleared', detail: 'restored' },
      { change: 'restore-requested', wait: { days: 1 } },
      { change: 'restore-cancelled', wait: null },
    ]);
    expect(await query('SELECT unrealised::text, marks FROM equity')).toEqual([
      { unrealised: '1.00000000', marks: { [btc]: 42 } },
    ]);
    expect(await query('SELECT probability, edge, reason_bits::text FROM decisions')).toEqual([
      { probability: 0.1 + 0.2, edge: -1e-300, reason_bits: String(2 ** 40) },
    ]);
    expect(await query('SELECT close_ticks::int, trades::int FROM bars')).toEqual([
      { close_ticks: 3, trades: 2 },
    ]);
    expect(
      await query('SELECT synchronised, update_id::text FROM book_states ORDER BY seq'),
    ).toEqual([
      { synchronised: false, update_id: null },
      { synchronised: true, update_id: String(2n ** 63n) },
    ]);
    expect(await query('SELECT code, detail FROM refusals')).toEqual([
      { code: 'notional', detail: 'too large' },
    ]);
    expect(await query('SELECT symbol, tick_size::text FROM instruments ORDER BY symbol')).toEqual([
      { symbol: 'BTCUSDT', tick_size: '0.10000000' },
      { symbol: 'SOLUSDT', tick_size: '0.00100000' },
    ]);
  });

  it('sets aside what the database cannot hold and goes on with the rest', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    const events = history(4, 60);
    const unknown = events.map((event) =>
      event.kind === 'order-filled' && event.fill.instrument === INSTRUMENTS[1]!.id
        ? { ...event, fill: { ...event.fill, instrument: 'sim:GONE' as InstrumentId } }
        : event,
    );
    const strange = fillsOf(unknown).filter((fill) => fill.instrument === 'sim:GONE').length;
    expect(strange).toBeGreaterThan(5);
    await write(journal, unknown);
    const projector = startProjector(journal, new ExternalServer(url));
    await caughtUp(projector, journal);
    expect(projector.status()).toMatchObject({ state: 'following', setAside: strange });
    expect(await query('SELECT DISTINCT kind, error FROM entries_set_aside')).toEqual([
      { kind: 'order-filled', error: 'the grid of instrument sim:GONE is not known' },
    ]);
    const [{ n }] = (await query('SELECT count(*)::int AS n FROM orders')) as [{ n: number }];
    expect(n).toBe(60);
  });
});

describe('the projector', () => {
  it('sets aside an order whose id no index can hold', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    // Letters that do not compress below the limit of an index entry.
    const rng = seededRng(3);
    const id = Array.from({ length: 20_000 }, () => rng.uint32().toString(36)).join('');
    const events = history(9, 3).map((event, index) =>
      index === 0 ? { ...event, clientOrderId: id as ClientOrderId } : event,
    );
    await write(journal, events as DomainEvent[]);
    const projector = startProjector(journal, new ExternalServer(url));
    await caughtUp(projector, journal);
    expect(projector.status().setAside).toBe(1);
    expect(await query('SELECT seq::int, kind FROM entries_set_aside')).toEqual([
      { seq: 1, kind: 'order-submitted' },
    ]);
  });

  it('goes on where it ended, however often it is stopped', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    const events = history(5, 2_000);
    await write(journal, events);
    let stops = 0;
    for (let done = 0n; done < journal.lastSeq; stops += 1) {
      const projector = startProjector(journal, new ExternalServer(url), { batchEntries: 50 });
      await until(
        () => projector.status().projectedSeq > done,
        () => projector.status(),
      );
      // No time to catch up: the batch under way is cut off and comes again.
      await projector.stop(0);
      done = projector.status().projectedSeq;
    }
    expect(stops).toBeGreaterThan(1);
    const fills = fillsOf(events);
    expect(
      await query('SELECT count(*)::int AS n, sum(quantity_lots)::int AS q FROM fills'),
    ).toEqual([{ n: fills.length, q: fills.reduce((sum, fill) => sum + fill.quantity, 0) }]);
    const [{ booked }] = (await query('SELECT sum(fills)::int AS booked FROM positions')) as [
      { booked: number },
    ];
    expect(booked).toBe(fills.length);
  }, 120_000);

  it('brings the database up to what is durable before it stops', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    const events = history(7, 600);
    const projector = startProjector(journal, new ExternalServer(url), { batchEntries: 50 });
    await until(
      () => projector.status().state === 'following',
      () => projector.status(),
    );
    await write(journal, events);
    await projector.stop(30_000);
    expect(projector.status().projectedSeq).toBe(journal.durableSeq);
    expect(await query('SELECT count(*)::int AS n FROM fills')).toEqual([
      { n: fillsOf(events).length },
    ]);
  });

  it('lets only one of two write: the other stops at the moved cursor', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    await write(journal, history(6, 500));
    const first = startProjector(journal, new ExternalServer(url), { batchEntries: 10 });
    const second = startProjector(journal, new ExternalServer(url), { batchEntries: 13 });
    await Promise.all([caughtUp(first, journal), caughtUp(second, journal)]);
    const [{ n, booked }] = (await query(
      'SELECT count(*)::int AS n, (SELECT sum(fills)::int FROM positions) AS booked FROM fills',
    )) as [{ n: number; booked: number }];
    expect(booked).toBe(n);
  });

  it('refuses the database of another journal and says which', async () => {
    const { url } = await freshDatabase();
    const first = newJournal();
    await write(first, history(7, 5));
    const projector = startProjector(first, new ExternalServer(url));
    await caughtUp(projector, first);
    await projector.stop();
    const other = newJournal();
    const refused = startProjector(other, new ExternalServer(url));
    await until(
      () => refused.status().state === 'refused',
      () => refused.status(),
    );
    expect(refused.status().detail).toBe(
      `the database belongs to journal ${first.id}, this is ${other.id}; use an empty database`,
    );
  });

  it('notes the entries that retention removed before a new database could get them', async () => {
    const { url, query } = await freshDatabase();
    const journal = newJournal();
    journal.checkpointWith(() => ({ some: 'state' }));
    const events = history(8, 3_000);
    for (let from = 0; from < events.length; from += 500) {
      await write(journal, events.slice(from, from + 500));
    }
    const pruned = journal.prune(journal.lastSeq, 0);
    expect(pruned.ok && pruned.value).toBeGreaterThan(1);
    expect(journal.firstSeq).toBeGreaterThan(1n);
    const projector = startProjector(journal, new ExternalServer(url));
    await caughtUp(projector, journal);
    expect(await query('SELECT first_seq::text, last_seq::text, reason FROM journal_gaps')).toEqual(
      [{ first_seq: '1', last_seq: String(journal.firstSeq - 1n), reason: 'removed by retention' }],
    );
  });

  it('says what is wrong with an unusable URL, without its password', async () => {
    for (const [url, problem] of [
      ['mysql://me:secret@host/db', 'mysql://me@host/db is not a URL like'],
      ['nonsense secret', 'the database URL is not a URL like'],
      ['postgres://me:secret@127.0.0.1:1/db', 'ECONNREFUSED'],
    ] as const) {
      const projector = startProjector(newJournal(), new ExternalServer(url));
      await until(
        () => projector.status().detail !== '',
        () => projector.status(),
      );
      expect(projector.status().detail).toContain(problem);
      expect(JSON.stringify(projector.status(), bigints)).not.toContain('secret');
      await projector.stop();
    }
  });
});
