import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Engine, type EngineIntent, type EngineThreads } from '../../src/native/index.ts';
import { CAPTURES, type CaptureName, HAS_CAPTURES, readCapture } from './captures.ts';
import { instrumentNamed, QUOTE, TAKE, VenueMessages } from './venue-messages.ts';

const ADDON = fileURLToPath(new URL('../../build/Release/bot4.node', import.meta.url));
const NAMES = ['AAAUSDT', 'BBBUSDT', 'CCCUSDT'];
const instruments = NAMES.map(instrumentNamed);
const PARKED: EngineThreads = { shards: 2, pin: null, idle: 'park' };

/** The same generator for every run: which numbers come only depends on how many came before. */
function generator(): (below: number) => number {
  let state = 5;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Feeds a random market of all symbols; intents by symbol, and what is known in the end. */
function replay(engine: Engine, turns: number) {
  const next = generator();
  const intents: EngineIntent[][] = NAMES.map(() => []);
  let trades = 0;
  const venues = NAMES.map((name, index) => new VenueMessages(engine, name, index));
  const take = (): void => {
    engine.takeTrades(() => {
      trades += 1;
    });
    engine.takeIntents(({ sequence: _, ...intent }) => {
      intents[intent.symbol]!.push({ ...intent, sequence: 0 } as EngineIntent);
    });
  };
  NAMES.forEach((_, index) => {
    engine.setPolicy(index, index === 1 ? QUOTE : TAKE);
    venues[index]!.snapshot([[1000, 500]], [[1010, 500]]);
  });
  for (let turn = 0; turn < turns; turn += 1) {
    const venue = venues[next(NAMES.length)]!.wait(20);
    const kind = next(50);
    if (kind < 8) venue.trade(1005, 1 + next(9), 'buy', turn + 1);
    else if (kind === 8) venue.lose().depth([[1000, 1 + next(900)]], []);
    else if (kind === 9) venue.snapshot([[1000, 1 + next(900)]], [[1010, 500]]);
    else venue.depth([[1000, 1 + next(900)]], [[1010, 1 + next(900)]]);
    while (engine.run(null) !== 'drained') take();
    take();
    engine.setSteering(turn % NAMES.length, { positionLots: (turn % 5) * 10 - 20 });
  }
  expect(engine.settle(20_000)).toBe(true);
  take();
  return {
    intents,
    trades,
    states: NAMES.map((_, index) => engine.state(index)),
    books: NAMES.map((_, index) => engine.book(index, 10)),
    totals: engine.totals(),
  };
}

/** Room for every intent of a replay: a starved shard may write all of them before the first take. */
const ROOM = { inboxBytes: 1 << 22, intentCapacity: 1 << 14 };

/** Two recorded streams in the order of their frames; each of its own instrument. */
const RECORDED = [
  'market/binance_raw/spot_btcusdt_20240808.ws.gz',
  'market/binance_raw/spot_ethusdt_20240808.ws.gz',
] as const satisfies readonly CaptureName[];

function replayRecorded(threads: EngineThreads | null, limit: number) {
  const recorded = RECORDED.map((name, index) => ({ ...CAPTURES[name], index }));
  const engine = new Engine({ instruments: recorded, threads, ...ROOM });
  const frames = RECORDED.flatMap((name, index) =>
    [...readCapture(name)].slice(0, limit).map((frame) => ({ ...frame, index })),
  ).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.index - b.index));
  const intents: string[][] = RECORDED.map(() => []);
  let trades = 0;
  const take = (): void => {
    engine.takeTrades(() => {
      trades += 1;
    });
    engine.takeIntents(({ symbol, sequence: _, ...intent }) => {
      intents[symbol]!.push(
        JSON.stringify(intent, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
      );
    });
  };
  const policy = { ...TAKE, maxSpreadTicks: 1e6 };
  for (const { index } of recorded) expect(engine.setPolicy(index, policy).ok).toBe(true);
  for (const { index, at, bytes } of frames) {
    while (!engine.push(index, at, bytes)) {
      engine.run(null);
      take();
    }
    while (engine.run(null) !== 'drained') take();
    take();
  }
  expect(engine.settle(20_000)).toBe(true);
  take();
  return {
    intents,
    trades,
    states: recorded.map(({ index }) => engine.state(index)),
    books: recorded.map(({ index }) => engine.book(index, 20)),
    totals: engine.totals(),
  };
}

describe('Engine on threads', () => {
  // Recorded data lies beside the repository, not in it: skipped where it is absent.
  it.skipIf(!HAS_CAPTURES)('decides on recorded streams to the bit as in the loop', () => {
    const loop = replayRecorded(null, 4000);
    expect(loop.states.map(({ sync }) => sync)).toEqual(['synchronised', 'synchronised']);
    expect(loop.intents.every((list) => list.length > 20)).toBe(true);
    expect(loop.trades).toBeGreaterThan(100);
    expect(replayRecorded({ shards: 2, pin: null, idle: 'park' }, 4000)).toEqual(loop);
  });

  it.each([
    [1, 'park'],
    [2, 'park'],
    [3, 'yield'],
  ] as const)('with %i shards that %s decides per symbol as in the loop', (shards, idle) => {
    const loop = replay(new Engine({ instruments, ...ROOM }), 1500);
    const engine = new Engine({ instruments, threads: { shards, pin: null, idle }, ...ROOM });
    expect(engine.isThreaded).toBe(true);
    expect(replay(engine, 1500)).toEqual(loop);
    expect(loop.intents.map((list) => list.length > 3)).toEqual([true, true, true]);
    expect(loop.states.every(({ counters }) => counters.gaps > 0)).toBe(true);
    expect(loop.trades).toBeGreaterThan(100);
  });

  it('numbers intents without gaps and stops all shards by one halt', () => {
    const engine = new Engine({ instruments, threads: PARKED });
    const venues = NAMES.map((name, index) => new VenueMessages(engine, name, index));
    const sequences: number[] = [];
    const feed = (bid: number): void => {
      for (const venue of venues) venue.wait(100).depth([[1000, bid]], []);
      engine.settle(20_000);
      engine.takeIntents(({ sequence }) => sequences.push(sequence));
    };
    for (const index of NAMES.keys()) engine.setPolicy(index, TAKE);
    for (const venue of venues) venue.snapshot([[1000, 900]], [[1010, 100]]);
    feed(901);
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6]);
    engine.setHalt(1);
    feed(902);
    expect(sequences).toHaveLength(6);
    expect(engine.reasons(engine.decision(2)!.reasonBits)).toContain('halted');
    engine.setHalt(0);
    engine.setSymbolHalt(1, 1);
    feed(903);
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('gives one fingerprint for one record, whenever it is run', () => {
    const hashes = [1, 2].map(() => {
      const engine = new Engine({ instruments, threads: PARKED });
      replay(engine, 300);
      return engine.stateHash();
    });
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(hashes[1]).toBe(hashes[0]);
  });

  it.each([
    [{ shards: 0 }, 'threads.shards is 0; allowed are 1 to 3'],
    [{ shards: 4 }, 'threads.shards is 4; allowed are 1 to 3'],
    [{ shards: 1.5 }, 'threads.shards is 1.5; allowed are whole numbers'],
    [{ pin: [0] }, 'threads.pin names 1 CPUs; it must name one for each of the 2 shards'],
    [{ pin: [-1, 0] }, 'threads.pin[0] is -1; allowed are whole numbers from 0 to 1023'],
    [{ pin: [1023, 1022] }, 'threads.pin[0] is 1023; this process may use 0'],
    [{ idle: 'sleep' }, "threads.idle is 'sleep'; allowed are 'spin', 'yield', 'park'"],
  ])('refuses %j by name, value and what is allowed', (wrong, message) => {
    const threads = { ...PARKED, ...wrong } as EngineThreads;
    expect(() => new Engine({ instruments, threads })).toThrow(
      expect.objectContaining({
        code: 'ERR_BOT4_ARGUMENT',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('ends its threads with its Worker and with its process, whatever they are doing', async () => {
    const script = `
      const addon = require(${JSON.stringify(ADDON)});
      globalThis.kept = Array.from({ length: 3 }, (_, i) => addon.createEngine({
        instruments: ['A', 'B'].map((symbol) => ({
          symbol, tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' })),
        inboxBytes: 4096, intentCapacity: 1,
        threads: { shards: 2, pin: null, idle: i === 0 ? 'yield' : 'park' } }));
      for (const engine of kept) engine.run();`;
    for (let round = 0; round < 5; round += 1) {
      const worker = new Worker(
        `${script}
        const { parentPort } = require('node:worker_threads');
        parentPort.postMessage('ready'); setInterval(() => kept.forEach((e) => e.run()), 1);`,
        { eval: true },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      expect(await worker.terminate()).toBe(1);
    }
    for (const end of ['', 'process.exit(0);', 'setTimeout(() => process.exit(0), 20);']) {
      const { status, stderr } = spawnSync(process.execPath, ['-e', script + end], {
        encoding: 'utf8',
        timeout: 110_000,
      });
      expect([status, stderr]).toEqual([0, '']);
    }
  }, 120_000);
});
