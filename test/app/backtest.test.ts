import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedMarket } from '../../src/app/backtest/recorded-instruments.ts';
import { Replay, replayEngine } from '../../src/app/backtest/replay.ts';
import { runBacktest } from '../../src/app/backtest.ts';
import type { Bot4Config } from '../../src/app/config.ts';
import type { BacktestReport } from '../../src/app/contracts.ts';
import { configFor } from './virtual-world.ts';

const captures = resolve(process.cwd(), '../shared/market/binance_raw');
const present = existsSync(captures);
if (!present) console.warn(`skipped: no recorded captures at ${captures}`);

const dir = mkdtempSync(join(tmpdir(), 'bot4-backtest-'));
afterAll(() => rmSync(dir, { recursive: true }));

const capture = (name: string): string => join(captures, `${name}_20240808.ws.gz`);

function backtest(files: readonly string[]): Promise<BacktestReport> {
  return runBacktest({
    files,
    config: configFor(),
    onLine: () => {},
    signal: new AbortController().signal,
  });
}

/** BTCUSDT traded by a taker that enters often, each entry guarded by a bracket. */
function guardedTaker(): Bot4Config {
  const config = configFor();
  const btc = config.instruments[0]!;
  const taker = config.instruments.find(({ strategy }) => strategy === 'momentum-taker')!;
  const parameters = { ...taker.parameters, threshold: 0.6, roundTripCostBps: 0.5 };
  const protection = {
    stopVolatilities: 1,
    targetVolatilities: 1,
    horizonS: 10,
    leastBps: 0.5,
    timeStopMs: 5_000,
  };
  return {
    ...config,
    instruments: [{ ...taker, instrument: btc.instrument, parameters, protection }],
  };
}

/** The report without what differs between equal runs. */
function timeless(report: BacktestReport): Partial<BacktestReport> {
  const { elapsedMs: _e, cpuMs: _c, eventsPerSecond: _r, ...rest } = report;
  const { levelUpdatesPerSecond: _l, levelUpdatesPerCpuSecond: _p, ...result } = rest;
  return result;
}

/** The backtest of one file whose text comes in pieces of this size. */
async function inPieces(path: string, bytes: number, config = configFor()): Promise<string> {
  const text = readFileSync(path);
  const options = {
    files: [path],
    config,
    onLine: () => {},
    signal: new AbortController().signal,
  };
  const market = await recordedMarket(options.files, options.config);
  const made = replayEngine(market);
  let replay: Replay | null = null;
  for (let at = 0; at < text.length; at += bytes) {
    expect(made.feed.append(0, text.subarray(at, at + bytes))).toBe(true);
    const firstAt = made.feed.headAt;
    if (replay === null && firstAt !== null) replay = new Replay(market, made, options, firstAt);
    replay?.drain();
  }
  made.feed.finish(0);
  replay!.finish();
  return replay!.stateHash();
}

describe.skipIf(!present)('a backtest over recorded venue messages', () => {
  it('applies exactly the updates that the venue rules allow, and trades', async () => {
    const report = await backtest([capture('usdm_btcusdt')]);
    expect(report.messagesRead).toBe(93_954);
    expect(report.bookUpdatesApplied).toBe(6_547);
    expect(report.sequenceBreaks).toEqual([]);
    expect(report.messagesRefused).toEqual({});
    expect(report.linesUnreadable).toBe(0);
    expect(report.instruments[0]?.instrument).toBe('binance-usdm:BTCUSDT');
    expect(report.decisions).toBeGreaterThan(1_000);
    expect(report.orders).toBeGreaterThan(10);
    expect(report.fills).toBeGreaterThan(0);
    const pnl = report.pnl;
    const units = (text: string): bigint => BigInt(text.replace('.', ''));
    expect(units(pnl.equity)).toBe(
      units(pnl.deposits) + units(pnl.realised) + units(pnl.unrealised) - units(pnl.fees),
    );
  });

  it('gives the same report twice', async () => {
    const once = await backtest([capture('spot_btcusdt')]);
    const again = await backtest([capture('spot_btcusdt')]);
    expect(timeless(again)).toEqual(timeless(once));
  });

  it('guards the entries of a taker, wherever the text is cut into pieces', async () => {
    const lines = gunzipSync(readFileSync(capture('usdm_btcusdt')))
      .toString()
      .split('\n');
    const path = join(dir, 'guarded.ws');
    writeFileSync(path, `${lines.slice(0, 25_000).join('\n')}\n`);
    const config = guardedTaker();
    const signal = new AbortController().signal;
    const report = await runBacktest({ files: [path], config, onLine: () => {}, signal });
    expect(report.fills).toBeGreaterThan(4);
    expect(report.orders).toBeGreaterThan(4);
    for (const bytes of [1 << 16, 7_001]) {
      expect(await inPieces(path, bytes, config)).toBe(report.stateHash);
    }
  });

  it('merges several captures by receive time and trades each instrument', async () => {
    const report = await backtest([capture('spot_btcusdt'), capture('spot_ethusdt')]);
    expect(report.messagesRead).toBe(41_249 + 33_618);
    expect(report.instruments.map((each) => each.instrument)).toEqual([
      'binance-spot:BTCUSDT',
      'binance-spot:ETHUSDT',
    ]);
    expect(report.bookUpdatesApplied).toBe(3_449 + 3_432);
  });

  it('replays a coin-margined contract without trading it', async () => {
    const report = await backtest([capture('cm_btcusd_perp')]);
    expect(report.instruments[0]?.strategy).toBe('none');
    expect(report.orders).toBe(0);
    expect(report.bookUpdatesApplied).toBeGreaterThan(26_000);
    expect(report.sequenceBreaks).toEqual([]);
  });
});

describe.skipIf(!present)('a backtest over damaged captures', () => {
  let lines: string[] = [];
  const isDepth = (line: string): boolean => line.includes('"depthUpdate"');
  const file = (name: string, content: readonly string[]): string => {
    const path = join(dir, name);
    writeFileSync(path, content.join('\n'));
    return path;
  };

  beforeAll(() => {
    const text = gunzipSync(readFileSync(capture('usdm_btcusdt'))).toString();
    lines = text.split('\n').slice(0, 30_000);
  });

  it('gives the same state wherever the text is cut into pieces', async () => {
    // Long silences, too, in which the clock of the replay jumps.
    const gaps = [7_000, 15_000, 15_001];
    const later = (i: number): bigint =>
      BigInt(gaps.filter((at) => i >= at).length) * 90n * 10n ** 9n;
    const moved = lines.map(
      (line, i) => `${BigInt(line.slice(0, 19)) + later(i)}${line.slice(19)}`,
    );
    const path = file('gaps.ws', [...moved, '']);
    const whole = await backtest([path]);
    expect(whole.orders).toBeGreaterThan(10);
    expect(whole.linesUnreadable).toBe(0);
    for (const bytes of [1_009, 65_521, 4 << 20]) {
      expect(await inPieces(path, bytes)).toBe(whole.stateHash);
    }
  });

  it('gives the same result for a stream in one file and for its lines spread over several', async () => {
    const parts: string[][] = [[], [], []];
    const times = new Set<string>();
    for (const line of lines) {
      // Lines of the same time stay in one file, since ties go by the order of the files.
      const time = line.slice(0, 19);
      times.add(time);
      parts[times.size % 3]!.push(line);
    }
    const one = timeless(await backtest([file('one.ws', [...lines, ''])]));
    const names = parts.map((part, i) => file(`part${i}.ws`, [...part, '']));
    const several = timeless(await backtest(names));
    expect(several.files!.map(({ messages }) => messages)).toEqual(parts.map((p) => p.length));
    expect({ ...several, files: [] }).toEqual({ ...one, files: [] });
  });

  it('names a lost update, stops trading there, and resumes with the next snapshot', async () => {
    const depth = lines.map((line, i) => (isDepth(line) ? i : -1)).filter((i) => i > 0);
    const lost = depth[400]!;
    const holed = lines.filter((_, i) => i !== lost);
    const broken = await backtest([file('hole.ws', holed)]);
    expect(broken.sequenceBreaks).toHaveLength(1);
    expect(broken.sequenceBreaks[0]?.reason).toBe('sequence-gap');
    expect(broken.sequenceBreaks[0]?.resolvedBy).toMatch(/^unresolved/);

    // A later part of the same stream begins with a snapshot that fits: the book of the whole
    // stream at that update, as the venue would have sent it.
    const at = depth[800]!;
    const snapshot = snapshotAfter(lines.slice(0, at));
    const time = lines[at]!.slice(0, 19);
    const healed = [...lines.slice(0, at), `${time} ${snapshot}`, ...lines.slice(at)].filter(
      (_, i) => i !== lost,
    );
    const report = await backtest([file('healed.ws', healed)]);
    expect(report.sequenceBreaks).toHaveLength(1);
    expect(report.sequenceBreaks[0]?.resolvedBy).toMatch(/^snapshot/);
  });

  it('drops repeated messages and counts them', async () => {
    const repeated = lines.flatMap((line, i) =>
      isDepth(line) && i % 7 === 0 ? [line, line] : [line],
    );
    const report = await backtest([file('repeated.ws', repeated)]);
    expect(report.sequenceBreaks).toEqual([]);
    expect(report.messagesPassedOver['duplicate-update']).toBeGreaterThan(10);
  });

  it('refuses damaged messages by name and never trades on the book that they broke', async () => {
    const damaged = lines.map((line, i) =>
      isDepth(line) && i > 5_000 && i < 5_040 ? line.slice(0, line.length - 9) : line,
    );
    const report = await backtest([file('damaged.ws', damaged)]);
    const refused = Object.values(report.messagesRefused).reduce((sum, n) => sum + n, 0);
    expect(refused).toBeGreaterThan(0);
    expect(report.sequenceBreaks.length).toBeGreaterThan(0);
  });

  it('reads a capture that ends in the middle of a line', async () => {
    const cut = [...lines.slice(0, 2_000), lines[2_000]!.slice(0, 60)];
    const report = await backtest([file('cut.ws', cut)]);
    expect(report.messagesRead).toBe(2_000);
    expect(report.linesUnreadable).toBe(1);
  });
});

describe('a backtest without usable data', () => {
  it('names the file that is missing or holds no market messages', async () => {
    await expect(backtest([join(dir, 'absent.ws')])).rejects.toThrow(
      /absent\.ws: there is no such file/,
    );
    const empty = join(dir, 'empty.ws');
    writeFileSync(empty, 'nothing here\n');
    await expect(backtest([empty])).rejects.toThrow(/empty\.ws holds no Binance/);
  });
});

/** The REST snapshot that the venue would have given after these lines: book by plain maps. */
function snapshotAfter(lines: readonly string[]): string {
  const sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };
  const fill = (
    side: Map<string, string>,
    levels: readonly (readonly [string, string])[],
  ): void => {
    for (const [price, quantity] of levels) {
      if (Number(quantity) === 0) side.delete(price);
      else side.set(price, quantity);
    }
  };
  let last = 0;
  for (const line of lines) {
    const message = JSON.parse(line.slice(20));
    const data = message.data ?? message;
    if (data.lastUpdateId !== undefined) {
      fill(sides.bids, data.bids);
      fill(sides.asks, data.asks);
      last = data.lastUpdateId;
    } else if (data.e === 'depthUpdate' && data.u >= last && last > 0) {
      fill(sides.bids, data.b);
      fill(sides.asks, data.a);
      last = data.u;
    }
  }
  const bids = [...sides.bids].sort((a, b) => Number(b[0]) - Number(a[0])).slice(0, 1_000);
  const asks = [...sides.asks].sort((a, b) => Number(a[0]) - Number(b[0])).slice(0, 1_000);
  return JSON.stringify({ lastUpdateId: last, E: 1, T: 1, bids, asks });
}
