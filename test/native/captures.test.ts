import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatE8, parseE8, priceE8, quantityE8 } from '../../src/model/index.ts';
import { Engine, loadAddon } from '../../src/native/index.ts';
import {
  CAPTURES,
  type CapturedFrame,
  type CaptureName,
  HAS_CAPTURES,
  readCapture,
  SHARED,
} from './captures.ts';

interface Checkpoint {
  readonly u: number;
  readonly bid: readonly [string, string];
  readonly ask: readonly [string, string];
  readonly n_bids: number;
  readonly n_asks: number;
}

interface ExpectedReplay {
  readonly file: CaptureName;
  readonly snapshot_lastUpdateId: number;
  readonly depth_applied: number;
  readonly stale_dropped: number;
  readonly sequence_gaps: number;
  readonly trades: number;
  readonly taker_buy_volume: number;
  readonly taker_sell_volume: number;
  readonly checkpoints: readonly Checkpoint[];
  readonly final: Checkpoint;
}

const oracle = (): readonly ExpectedReplay[] =>
  (
    JSON.parse(readFileSync(new URL('oracle/binance_book_replay.json', SHARED), 'utf8')) as {
      expected: readonly ExpectedReplay[];
    }
  ).expected;

const canonical = (text: string): string => formatE8(parseE8(text)!);

/** The frames of a capture with its snapshot moved to the front: no update has to be held. */
function snapshotFirst(name: CaptureName): readonly CapturedFrame[] {
  const frames = [...readCapture(name)];
  const decoder = new TextDecoder();
  const at = frames.findIndex(({ bytes }) =>
    decoder.decode(bytes.subarray(0, 16)).startsWith('{"lastUpdateId"'),
  );
  const [snapshot] = frames.splice(at, 1);
  return [{ at: frames[0]!.at, bytes: snapshot!.bytes }, ...frames];
}

/** Replays a capture and notes the book at each of the wanted update ids. */
function replay(name: CaptureName, wanted: ReadonlySet<number>) {
  const instrument = CAPTURES[name];
  const engine = new Engine({ instruments: [instrument] });
  const volume = { buy: 0, sell: 0 };
  const books = new Map<number, Omit<Checkpoint, 'u'>>();
  const note = (): void => {
    const { touch, updateId, bidLevels, askLevels } = engine.state(0);
    const id = Number(updateId);
    if (touch === null || !wanted.has(id) || books.has(id)) return;
    books.set(id, {
      bid: [
        formatE8(priceE8(instrument, touch.bid)),
        formatE8(quantityE8(instrument, touch.bidLots)),
      ],
      ask: [
        formatE8(priceE8(instrument, touch.ask)),
        formatE8(quantityE8(instrument, touch.askLots)),
      ],
      n_bids: bidLevels,
      n_asks: askLevels,
    });
  };
  for (const { at, bytes } of snapshotFirst(name)) {
    engine.push(0, at, bytes);
    engine.run(null);
    engine.takeTrades((trade) => {
      volume[trade.aggressor] += trade.quantity;
    });
    note();
  }
  return { engine, books, volume, instrument };
}

// Recorded data lies beside the repository, not in it: skipped where it is absent.
describe.skipIf(!HAS_CAPTURES)('replaying the recorded captures', () => {
  const expected = HAS_CAPTURES ? oracle() : [];

  it('has an expectation for each market', () => {
    expect(expected.map((each) => each.file)).toHaveLength(3);
  });

  it.each(expected)('rebuilds the book of $file exactly at every checkpoint', (want) => {
    const points = [...want.checkpoints, want.final];
    const { engine, books, volume, instrument } = replay(
      want.file,
      new Set(points.map((point) => point.u)),
    );
    for (const { u, bid, ask, n_bids, n_asks } of points) {
      expect({ u, ...books.get(u) }).toEqual({
        u,
        bid: bid.map(canonical),
        ask: ask.map(canonical),
        n_bids,
        n_asks,
      });
    }
    const { sync, counters } = engine.state(0);
    expect(sync).toBe('synchronised');
    expect(counters).toMatchObject({
      snapshots: 1,
      depthApplied: want.depth_applied,
      staleDropped: want.stale_dropped,
      gaps: want.sequence_gaps,
      trades: want.trades,
      crossed: 0,
      tickerMismatches: 0,
    });
    expect(counters.tickerChecks).toBeGreaterThan(50);
    const units = Number(instrument.stepSizeE8) / 1e8;
    expect(volume.buy * units).toBeCloseTo(want.taker_buy_volume, 6);
    expect(volume.sell * units).toBeCloseTo(want.taker_sell_volume, 6);
  });

  it.each(expected)('reaches the same book of $file when updates wait for the snapshot', (want) => {
    const held = new Engine({ instruments: [CAPTURES[want.file]] });
    for (const { at, bytes } of readCapture(want.file)) {
      held.push(0, at, bytes);
      held.run(null);
      held.takeTrades(() => {});
    }
    const { engine } = replay(want.file, new Set());
    expect(held.state(0).counters.refused['held-for-snapshot']).toBeGreaterThan(0);
    expect(held.book(0, 100_000)).toEqual(engine.book(0, 100_000));
    expect(held.state(0).counters.depthApplied).toBe(want.depth_applied);
    expect(held.state(0).counters.staleDropped).toBe(want.stale_dropped);
  });

  it('loses a depth update, notices the gap at the next one, and stays broken', () => {
    const name = 'market/binance_raw/usdm_btcusdt_20240808.ws.gz';
    const engine = new Engine({ instruments: [CAPTURES[name]] });
    const decoder = new TextDecoder();
    let [depths, brokenAfter] = [0, -1];
    for (const { at, bytes } of readCapture(name)) {
      if (decoder.decode(bytes.subarray(0, 90)).includes('"depthUpdate"')) depths += 1;
      if (depths === 500 && brokenAfter < 0) {
        depths += 1;
        continue;
      }
      engine.push(0, at, bytes);
      engine.run(null);
      engine.takeTrades(() => {});
      if (engine.syncState(0) === 'broken' && brokenAfter < 0) brokenAfter = depths;
      if (depths > 600) break;
    }
    expect(brokenAfter).toBe(502);
    expect(engine.state(0)).toMatchObject({
      sync: 'broken',
      brokenBy: 'sequence-gap',
      touch: null,
    });
  });

  it.each([
    ['market/binance_raw/usdm_btcusdt_20240808.ws.gz', 'take'],
    ['market/binance_raw/spot_btcusdt_20240808.ws.gz', 'quote'],
    ['market/binance_raw/cm_btcusd_perp_20240808.ws.gz', 'quote'],
    ['market/binance_raw/spot_ethusdt_20240808.ws.gz', 'take'],
  ] as const)('gives the same fingerprint on every target: %s, %s', async (name, kind) => {
    const { symbol, tickSizeE8, stepSizeE8, sequenceRule } = CAPTURES[name];
    const child = fileURLToPath(new URL('replay-child.mjs', import.meta.url));
    const args = [symbol, String(tickSizeE8), String(stepSizeE8), sequenceRule, kind];
    const results: Record<'target' | 'hash' | 'frames' | 'intents', unknown>[] = [];
    for (const target of loadAddon().supportedTargets) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [child, fileURLToPath(new URL(name, SHARED)), ...args],
        { env: { ...process.env, BOT4_TARGET: target } },
      );
      const result = JSON.parse(stdout) as Record<
        'target' | 'hash' | 'frames' | 'intents',
        unknown
      >;
      expect(result.target).toBe(target);
      results.push({ ...result, target: 'any' });
    }
    expect(results.length).toBe(loadAddon().supportedTargets.length);
    expect(results.every((result) => result.hash === results[0]!.hash)).toBe(true);
    expect(results[0]!.intents).toBeGreaterThan(100);
  });
});
