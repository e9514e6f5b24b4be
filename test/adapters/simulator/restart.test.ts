import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_FILE, Ledger } from '../../../src/adapters/simulator/ledger.ts';
import { VenueTruth } from '../../../src/adapters/simulator/truth.ts';
import { addMs, seededRng } from '../../../src/core/index.ts';
import { type Fill, notional, priceTicks, qtyLots, sideSign } from '../../../src/model/index.ts';
import {
  accountOf,
  BTC,
  brief,
  fillDiskUnder,
  freshDirectory,
  live,
  openFilesOf,
  openVenue,
  order,
  reportsOf,
  START,
} from './fixture.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('a venue that is opened again', () => {
  it('has the same cash, positions, fills, open and ended orders', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    reportsOf(first);
    first.submit(order('a', { type: 'market', price: priceTicks(700_000) }));
    first.submit(order('b', { price: priceTicks(590_000) }));
    first.submit(order('c', { quantity: qtyLots(0) }));
    live(first, 60_000);
    const before = accountOf(first);
    first.close();
    const second = openVenue({ directory }, first.now());
    const after = accountOf(second);
    expect({ ...after, at: 0n }).toEqual({ ...before, at: 0n });
    expect(after.fills.length).toBeGreaterThan(0);
  });

  it('goes on near the last price, with new ids and another session of the market', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    live(first, 600_000);
    const last = first.touch(0).bidTicks;
    expect(Math.abs(last - 600_000)).toBeGreaterThan(20);
    first.close();
    const second = openVenue({ directory }, first.now());
    expect(Math.abs(second.touch(0).bidTicks - last)).toBeLessThanOrEqual(1);
    reportsOf(first);
    const tradeIds = (frames: string[]) => frames.map((t) => Number(/"t":(\d+)/.exec(t)?.[1] ?? 0));
    const texts: string[] = [];
    second.onFrame((frame) => texts.push(Buffer.from(frame.bytes).toString('latin1')));
    live(second, 5000);
    expect(Math.min(...tradeIds(texts).filter((id) => id > 0))).toBeGreaterThan(2_000_000_000);
  });

  it('never goes back in time, even when the clock did', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    live(first, 10_000);
    first.close();
    const second = openVenue({ directory }, START);
    expect(second.now()).toBe(addMs(START, 10_000));
  });

  it('works the orders that rested: they can be cancelled, and keep their venue ids', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    const told = reportsOf(first);
    first.submit(order('a', { price: priceTicks(590_000) }));
    live(first, 10);
    const second = openVenue({ directory }, first.now());
    const reports = reportsOf(second);
    const accepted = told[0]!;
    const open = accountOf(second).openOrders;
    expect(open).toMatchObject([
      { venueOrderId: accepted.kind === 'order-accepted' ? accepted.venueOrderId : '' },
    ]);
    second.cancel(order('a'));
    live(second, 10);
    expect(reports.map(brief)).toEqual(['order-cancelled a requested']);
  });

  it('fills restored orders that the market has passed, as makers at their own price', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    reportsOf(first);
    const { bidTicks } = first.touch(0);
    first.submit(order('a', { price: priceTicks(bidTicks - 100), quantity: qtyLots(30) }));
    live(first, 10);
    first.close();
    const truth = new VenueTruth([BTC]);
    const ledger = Ledger.open(directory, truth);
    if (!ledger.ok) throw new Error(ledger.error.detail);
    const fallen = priceTicks(bidTicks - 500);
    ledger.value.append([{ kind: 'marks', at: truth.at, marks: [[BTC.id, fallen]] }]);
    ledger.value.close();
    const second = openVenue({ directory }, first.now());
    const reports = reportsOf(second);
    expect(second.touch(0).askTicks).toBeLessThan(bidTicks - 100);
    live(second, 10);
    expect(accountOf(second)).toMatchObject({ openOrders: [], positions: new Map([[BTC.id, 30]]) });
    const report = reports[0]!;
    if (report.kind !== 'order-filled') throw new Error(`no fill but ${report.kind}`);
    expect(report.fill).toMatchObject({ price: bidTicks - 100, liquidity: 'maker' });
  });

  it('answers a repeated client order id of an earlier session', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    const told = reportsOf(first);
    const request = { type: 'market', price: priceTicks(700_000) } as const;
    first.submit(order('a', request));
    live(first, 10);
    const second = openVenue({ directory }, first.now());
    const reports = reportsOf(second);
    second.submit(order('a', request));
    live(second, 10);
    const timeless = (list: typeof reports) => list.map((report) => ({ ...report, at: 0n }));
    expect(timeless(reports)).toEqual(timeless(told));
    expect(accountOf(second).positions.get(BTC.id)).toBe(10);
  });

  it('still answers about its beginning when it has refused more orders than it remembers', () => {
    const directory = freshDirectory();
    const first = openVenue({ directory });
    reportsOf(first);
    first.submit(order('resting', { price: priceTicks(500_000) }));
    for (let n = 0; n < 21_500; n += 1) {
      first.submit(order(`o${n}`, { quantity: qtyLots(0) }));
      if (n % 500 === 0) live(first, 100);
    }
    live(first, 100);
    first.close();
    const second = openVenue({ directory }, first.now());
    const account = accountOf(second, START);
    expect(account.openOrders.map((open) => open.clientOrderId)).toEqual(['resting']);
    expect(account.endedSince).toBeGreaterThan(START);
    expect(account.ended.size).toBeLessThan(21_500);
    const recent = addMs(second.now(), -100);
    expect(accountOf(second, recent).endedSince).toBe(recent);
  });
});

describe.runIf(existsSync('/dev/full'))('a venue that closes on a full disk', () => {
  it('says so, and has released its ledger all the same', () => {
    const directory = freshDirectory();
    const venue = openVenue({ directory });
    reportsOf(venue);
    venue.submit(order('a', { price: priceTicks(590_000) }));
    live(venue, 10);
    fillDiskUnder(join(directory, LEDGER_FILE));
    expect(openFilesOf('/dev/full')).toBe(1);
    expect(() => venue.close()).toThrow(/took no record: .*ENOSPC/);
    expect(openFilesOf('/dev/full')).toBe(0);
    venue.close();
    const again = openVenue({ directory }, venue.now());
    expect(accountOf(again).openOrders.map((open) => open.clientOrderId)).toEqual(['a']);
    again.close();
  });

  it('gives back its descriptor on a good disk too', () => {
    const directory = freshDirectory();
    const venue = openVenue({ directory });
    expect(openFilesOf(join(directory, LEDGER_FILE))).toBe(1);
    venue.close();
    expect(openFilesOf(join(directory, LEDGER_FILE))).toBe(0);
  });
});

const bundle = join(root, 'build', 'killed-venue', 'killed-venue.mjs');

/** Starts the bot-and-venue process and answers when it trades. */
async function startBot(directory: string, reports: string, round: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bundle, directory, reports, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the bot exited with ${code}`)));
  });
  return child;
}

/** How many reports the bots have written down by now. */
const reportedLines = (file: string): number => {
  let lines = 0;
  for (const byte of readFileSync(file)) if (byte === 0x0a) lines += 1;
  return lines;
};

/** Waits until so many reports stand in the file. Errors: the bot ended, or took a minute. */
async function untilReported(child: ChildProcess, file: string, lines: number): Promise<void> {
  const limit = performance.now() + 60_000;
  while (reportedLines(file) < lines) {
    if (child.exitCode !== null || performance.now() > limit) {
      throw new Error(`${reportedLines(file)} reports, not ${lines}; exit code ${child.exitCode}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const readReports = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { kind: string; clientOrderId?: string; fill?: Fill });

describe('a venue whose process is killed', () => {
  beforeAll(async () => {
    await build({
      root,
      logLevel: 'error',
      configFile: false,
      build: {
        ssr: fileURLToPath(new URL('./killed-venue.ts', import.meta.url)),
        outDir: join(root, 'build', 'killed-venue'),
        emptyOutDir: true,
        rollupOptions: { output: { entryFileNames: 'killed-venue.mjs' } },
      },
    });
  });

  it('has lost nothing that it told, and has nothing twice, after 20 kills at random points', async () => {
    const directory = freshDirectory();
    const file = join(directory, 'reports.jsonl');
    const rng = seededRng(20);
    let known = 0;
    let killedAlive = 0;
    for (let round = 1; round <= 20; round += 1) {
      const child = await startBot(join(directory, 'venue'), file, round);
      // A bot makes far more than 200 reports, and goes on while it is being killed.
      const awaited = Math.floor(rng.uniform() * 200);
      await untilReported(child, file, reportedLines(file) + awaited);
      if (child.exitCode === null) killedAlive += 1;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      const venue = openVenue({ directory: join(directory, 'venue'), maxLeverage: 1000 });
      const account = accountOf(venue);
      const fills = new Map(account.fills.map((fill) => [fill.tradeId, fill]));
      expect(fills.size).toBe(account.fills.length);
      const open = new Set(account.openOrders.map((one) => one.clientOrderId as string));
      const ended = account.ended as ReadonlyMap<string, string>;
      for (const report of readReports(file)) {
        if (report.kind === 'order-accepted') {
          expect(open.has(report.clientOrderId!) || ended.has(report.clientOrderId!)).toBe(true);
        } else if (report.kind === 'order-filled') {
          const told = report.fill!;
          const kept = fills.get(told.tradeId)!;
          expect({ ...kept, fee: `${kept.fee}`, at: `${kept.at}` }).toEqual(told);
        } else if (report.kind !== 'cancel-rejected') {
          expect(report.kind).toBe(`order-${ended.get(report.clientOrderId!)}`);
        }
      }
      for (const id of open) expect(ended.has(id)).toBe(false);
      let lots = 0;
      let cash = 10_000_000_000_000n;
      for (const fill of account.fills) {
        const signed = qtyLots(sideSign(fill.side) * fill.quantity);
        lots += signed;
        cash -= notional(BTC, fill.price, signed) + fill.fee;
      }
      expect(account.cash).toBe(cash);
      expect(account.positions.get(BTC.id) ?? 0).toBe(lots);
      known = account.fills.length;
      venue.close();
    }
    expect(killedAlive).toBe(20);
    expect(known).toBeGreaterThan(200);
  }, 300_000);
});
