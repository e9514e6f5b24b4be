import {
  chmodSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  LEDGER_FILE,
  Ledger,
  LedgerWriteError,
  scanLedger,
} from '../../../src/adapters/simulator/ledger.ts';
import { toEventTime } from '../../../src/adapters/simulator/schedule.ts';
import { KEPT_ENDED, KEPT_FILLS, VenueTruth } from '../../../src/adapters/simulator/truth.ts';
import { decodeRecord } from '../../../src/adapters/simulator/truth-decode.ts';
import {
  encodeRecord,
  type HeldOrder,
  type TruthRecord,
} from '../../../src/adapters/simulator/truth-record.ts';
import { canonicalJson, seededRng } from '../../../src/core/index.ts';
import {
  type ClientOrderId,
  type Fill,
  money,
  priceTicks,
  qtyLots,
  type TradeId,
  type VenueOrderId,
} from '../../../src/model/index.ts';
import { BTC, freshDirectory, openFilesOf } from './fixture.ts';

const T0 = 1_700_000_000_000_000;

const heldOrder = (n: number): HeldOrder => ({
  clientOrderId: `c${n}` as ClientOrderId,
  venueOrderId: `v${n}` as VenueOrderId,
  instrument: BTC.id,
  side: n % 2 === 0 ? 'buy' : 'sell',
  type: 'limit',
  price: priceTicks(600_000 + n),
  quantity: qtyLots(10),
  taken: qtyLots(10),
  filled: qtyLots(0),
  timeInForce: 'gtc',
  postOnly: n % 3 === 0,
  reduceOnly: false,
});

const fillOf = (order: HeldOrder, n: number, quantity: number): Fill => ({
  tradeId: `t${n}` as TradeId,
  clientOrderId: order.clientOrderId,
  instrument: order.instrument,
  side: order.side,
  price: order.price,
  quantity: qtyLots(quantity),
  fee: money(BigInt(n) - 3n),
  liquidity: n % 2 === 0 ? 'maker' : 'taker',
  at: toEventTime(T0 + n),
});

/** A life at the venue: orders that fill, are cancelled, rest, are refused. */
function records(count: number): TruthRecord[] {
  const out: TruthRecord[] = [
    { kind: 'session', at: T0, session: 1 },
    { kind: 'deposit', at: T0, amount: money(10_000_000_000_000n) },
  ];
  for (let n = 0; n < count; n += 1) {
    const at = T0 + n;
    const order = heldOrder(n);
    const { clientOrderId, venueOrderId } = order;
    if (n % 5 === 4) {
      const end = { clientOrderId, venueOrderId: null, reason: 'bad "price"\n', at };
      out.push({ kind: 'end', at, end: { ...end, state: 'rejected' } });
      continue;
    }
    out.push({ kind: 'order', at, order });
    if (n % 5 <= 1) out.push({ kind: 'fill', at, fill: fillOf(order, n, 10) });
    if (n % 5 === 2) {
      out.push({ kind: 'fill', at, fill: fillOf(order, n, 4) });
      const end = { clientOrderId, venueOrderId, reason: 'requested', at };
      out.push({ kind: 'end', at, end: { ...end, state: 'cancelled' } });
    }
    if (n % 10 === 0) out.push({ kind: 'marks', at, marks: [[BTC.id, order.price]] });
  }
  return out;
}

const folded = (list: readonly TruthRecord[]): VenueTruth => {
  const truth = new VenueTruth([BTC]);
  for (const record of list) truth.apply(record);
  return truth;
};

const stateOf = (truth: VenueTruth): string => canonicalJson(truth.image());

function opened(directory: string): { truth: VenueTruth; ledger: Ledger } {
  const truth = new VenueTruth([BTC]);
  const ledger = Ledger.open(directory, truth);
  if (!ledger.ok) throw new Error(ledger.error.detail);
  return { truth, ledger: ledger.value };
}

describe('records of the ledger', () => {
  it('are read back as they were written, whole images too', () => {
    const list = records(60);
    for (const record of [...list, folded(list).image()]) {
      expect(decodeRecord(encodeRecord(record))).toEqual({ record });
    }
  });

  it.each([
    ['', 'JSON'],
    ['[]', 'record is no object'],
    ['{"kind":"session","at":1}', 'session is no whole number'],
    ['{"kind":"party","at":1}', 'kind is "party", allowed are image, session'],
    ['{"kind":"deposit","at":1,"amount":"1.5"}', 'amount is no whole number: 1.5'],
    ['{"kind":"deposit","at":1.5,"amount":"1"}', 'at is no whole number'],
    ['{"kind":"marks","at":1,"marks":[["a"]]}', 'mark is no pair'],
  ])('refuse %s and say why', (json, why) => {
    const decoded = decodeRecord(json);
    expect('wrong' in decoded ? decoded.wrong : decoded).toContain(why);
  });
});

describe('VenueTruth', () => {
  it('gives the same state from its image as from the records behind it', () => {
    const list = records(200);
    const whole = folded(list);
    const restored = new VenueTruth([BTC]);
    restored.apply(folded(list.slice(0, 150)).image());
    for (const record of list.slice(150)) restored.apply(record);
    expect(stateOf(restored)).toBe(stateOf(whole));
  });

  it('keeps open orders and ends those that are filled, without a record of their end', () => {
    const truth = folded(records(10));
    expect([...truth.open.keys()]).toEqual(['c3', 'c8']);
    expect(truth.ended.get('c0' as ClientOrderId)).toMatchObject({ state: 'filled' });
    expect(truth.ended.get('c2' as ClientOrderId)).toMatchObject({ state: 'cancelled' });
    expect(truth.ended.get('c4' as ClientOrderId)).toMatchObject({ state: 'rejected' });
  });

  it('ends an order cut to the position as expired when the cut part is filled', () => {
    const order = { ...heldOrder(0), quantity: qtyLots(25) };
    const truth = folded([
      { kind: 'order', at: T0, order },
      { kind: 'fill', at: T0, fill: fillOf(order, 0, 10) },
    ]);
    expect(truth.ended.get(order.clientOrderId)).toMatchObject({
      state: 'expired',
      reason: 'reduce-only-cut',
    });
  });

  it('forgets the oldest fills and ends beyond its bound and says up to when', () => {
    const count = 2 * KEPT_FILLS;
    const list = records(count);
    const truth = folded(list);
    expect(truth.fills.length).toBeGreaterThanOrEqual(KEPT_FILLS);
    expect(truth.fills.length).toBeLessThanOrEqual(KEPT_FILLS + 1000);
    expect(truth.ended.size).toBeGreaterThanOrEqual(KEPT_ENDED);
    expect(truth.ended.size).toBeLessThanOrEqual(KEPT_ENDED + 1000);
    const { fillsForgottenUpTo, endsForgottenUpTo } = truth;
    expect(fillsForgottenUpTo).toBeGreaterThan(T0);
    expect(endsForgottenUpTo).toBeGreaterThan(fillsForgottenUpTo);
    const kept = new Set(truth.fills.map((fill) => fill.tradeId));
    let [fills, ends] = [0, 0];
    for (const record of list) {
      if (record.kind === 'fill' && record.at > fillsForgottenUpTo) {
        if (kept.has(record.fill.tradeId)) fills += 1;
        else expect.fail(`${record.fill.tradeId} is after the mark and forgotten`);
      }
      if (record.kind === 'end' && record.at > endsForgottenUpTo) {
        if (truth.ended.has(record.end.clientOrderId)) ends += 1;
        else expect.fail(`${record.end.clientOrderId} is after the mark and forgotten`);
      }
    }
    expect(fills).toBeGreaterThanOrEqual(KEPT_FILLS);
    expect(ends).toBeGreaterThan(7_000);
    expect(truth.open.size).toBe(count / 5);
  });
});

describe('Ledger', () => {
  it('gives back after a reopening exactly what was appended', () => {
    const directory = freshDirectory();
    const first = opened(directory);
    const list = records(100);
    for (const record of list) first.ledger.append([record]);
    first.ledger.close();
    expect(stateOf(first.truth)).toBe(stateOf(folded(list)));
    const second = opened(directory);
    expect(stateOf(second.truth)).toBe(stateOf(first.truth));
    second.ledger.close();
  });

  it('needs no close: what was appended is in the file at once', () => {
    const directory = freshDirectory();
    const first = opened(directory);
    first.ledger.append(records(50));
    const second = opened(directory);
    expect(stateOf(second.truth)).toBe(stateOf(first.truth));
    second.ledger.close();
  });

  it('loses only the torn record when the file is cut at any byte of its tail', () => {
    const directory = freshDirectory();
    const { ledger } = opened(directory);
    const list = records(12);
    const path = join(directory, LEDGER_FILE);
    const sizes = [ledger.size];
    for (const record of list) {
      ledger.append([record]);
      sizes.push(ledger.size);
    }
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(sizes.at(-1));
    for (let cut = sizes[0]!; cut <= bytes.length; cut += 1) {
      const scan = scanLedger(bytes.subarray(0, cut));
      if (!scan.ok) throw new Error(scan.error.detail);
      const whole = sizes.filter((size) => size <= cut).length - 1;
      expect(scan.value.records.length - 1).toBe(whole);
      expect(scan.value.goodBytes).toBe(sizes[whole]);
      expect(scan.value.tornBytes).toBe(cut - sizes[whole]!);
    }
    truncateSync(path, sizes[8]! + 5);
    const again = opened(directory);
    expect(stateOf(again.truth)).toBe(stateOf(folded([...list.slice(0, 8)])));
  });

  it('refuses a record that is damaged in the middle, with the place', () => {
    const directory = freshDirectory();
    const { ledger } = opened(directory);
    ledger.append(records(20));
    const path = join(directory, LEDGER_FILE);
    const rng = seededRng(1);
    const bytes = readFileSync(path);
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let i = 0; i < 200; i += 1) {
      const at = rng.uint32() % (lastLine - 1);
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ (1 + (rng.uint32() % 255));
      const scan = scanLedger(damaged);
      expect(scan.ok).toBe(false);
      if (!scan.ok) expect(scan.error.detail).toMatch(/record at byte \d+ is damaged/);
    }
    const damaged = Buffer.from(bytes);
    damaged[12] = 0;
    writeFileSync(path, damaged);
    const result = Ledger.open(directory, new VenueTruth([BTC]));
    expect(result).toMatchObject({ ok: false, error: { code: 'venue-ledger-corrupt' } });
  });

  it('is rewritten as one record at each start and stays bounded while it runs', () => {
    const directory = freshDirectory();
    const { ledger, truth } = opened(directory);
    const order = heldOrder(0);
    let largest = 0;
    for (let n = 0; n < 130_000; n += 1) {
      const end = { clientOrderId: `c${n}` as ClientOrderId, venueOrderId: order.venueOrderId };
      const record = { ...end, state: 'cancelled', reason: 'requested', at: T0 + n } as const;
      ledger.append([{ kind: 'end', at: T0 + n, end: record }]);
      largest = Math.max(largest, ledger.size);
    }
    expect(largest).toBeLessThan(8 * 1024 * 1024);
    ledger.close();
    const second = opened(directory);
    expect(readFileSync(join(directory, LEDGER_FILE), 'utf8').trim().split('\n')).toHaveLength(1);
    expect(stateOf(second.truth)).toBe(stateOf(truth));
    expect(existsSync(join(directory, `${LEDGER_FILE}.new`))).toBe(false);
  });

  it('keeps its files from other users', () => {
    const directory = join(freshDirectory(), 'venue');
    opened(directory).ledger.close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, LEDGER_FILE)).mode & 0o777).toBe(0o600);
  });

  it('says which directory it cannot use', () => {
    const directory = freshDirectory();
    writeFileSync(join(directory, 'file'), '');
    const result = Ledger.open(join(directory, 'file'), new VenueTruth([BTC]));
    expect(result).toMatchObject({ ok: false, error: { code: 'venue-ledger-unusable' } });
    if (!result.ok) expect(result.error.detail).toContain(join(directory, 'file'));
  });

  it('says that the disk is full when it cannot be opened for that', () => {
    const directory = freshDirectory();
    symlinkSync('/dev/full', join(directory, `${LEDGER_FILE}.new`));
    const result = Ledger.open(directory, new VenueTruth([BTC]));
    expect(result).toMatchObject({ ok: false, error: { code: 'venue-ledger-unusable' } });
    if (!result.ok) expect(result.error.detail).toContain('ENOSPC');
  });

  it('throws and changes nothing when a record cannot be written', () => {
    const { ledger, truth } = opened(freshDirectory());
    ledger.append(records(10));
    const before = stateOf(truth);
    ledger.close();
    expect(() => ledger.append(records(11).slice(-1))).toThrow(LedgerWriteError);
    expect(stateOf(truth)).toBe(before);
  });

  it.runIf(existsSync('/proc/self'))('refuses at once a directory that can never be made', () => {
    const result = Ledger.open('/proc/bot4-venue', new VenueTruth([BTC]));
    expect(result).toMatchObject({ ok: false, error: { code: 'venue-ledger-unusable' } });
  });

  it('makes its own directory and never a parent of it', () => {
    const parent = join(freshDirectory(), 'absent');
    const result = Ledger.open(join(parent, 'venue'), new VenueTruth([BTC]));
    expect(result).toMatchObject({ ok: false, error: { code: 'venue-ledger-unusable' } });
    expect(existsSync(parent)).toBe(false);
  });

  it('goes on with an image of the time when one mark covered fills and ends', () => {
    const image = folded(records(60)).image();
    const { fillsForgottenUpTo, endsForgottenUpTo, fills, ...rest } = image;
    const old = (kept: readonly Fill[]) =>
      JSON.stringify({ ...rest, fills: kept, forgottenUpTo: T0 }, (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
    const few = { ...image, fillsForgottenUpTo: 0, endsForgottenUpTo: T0 };
    expect(decodeRecord(old(fills))).toEqual({ record: few });
    const many = Array.from({ length: 10_000 }, () => fills[0]!);
    const both = { ...image, fills: many, fillsForgottenUpTo: T0, endsForgottenUpTo: T0 };
    expect(decodeRecord(old(many))).toEqual({ record: both });
  });

  it.runIf(existsSync('/dev/full'))(
    'throws when a compaction that is due finds the disk full',
    () => {
      const directory = freshDirectory();
      const { ledger } = opened(directory);
      symlinkSync('/dev/full', join(directory, `${LEDGER_FILE}.new`));
      const end = { venueOrderId: null, state: 'rejected', reason: 'x'.repeat(100_000) } as const;
      let written = 0;
      const writeOn = () => {
        for (; written < 100; written += 1) {
          const clientOrderId = `c${written}` as ClientOrderId;
          ledger.append([{ kind: 'end', at: T0, end: { ...end, clientOrderId, at: T0 } }]);
        }
      };
      expect(writeOn).toThrow(LedgerWriteError);
      expect(openFilesOf('/dev/full')).toBe(0);
      rmSync(join(directory, `${LEDGER_FILE}.new`));
      expect(opened(directory).truth.ended.size).toBe(written + 1);
    },
  );

  it.skipIf(process.getuid?.() === 0)('refuses a directory without write permission', () => {
    const directory = freshDirectory();
    chmodSync(directory, 0o500);
    const result = Ledger.open(directory, new VenueTruth([BTC]));
    expect(result).toMatchObject({ ok: false, error: { code: 'venue-ledger-unusable' } });
    chmodSync(directory, 0o700);
  });
});
