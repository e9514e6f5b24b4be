import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ReplayVenue } from '../../../src/adapters/simulator/index.ts';
import { addMs, type EventTimeNs, eventTime, seededRng } from '../../../src/core/index.ts';
import { type Fill, notional, priceTicks, qtyLots, sideSign } from '../../../src/model/index.ts';
import { Engine } from '../../../src/native/index.ts';
import { BTC, order } from './fixture.ts';

const capture = fileURLToPath(
  new URL('../../../../shared/market/binance_raw/usdm_btcusdt_20240808.ws.gz', import.meta.url),
);

interface Frame {
  readonly at: EventTimeNs;
  readonly bytes: Uint8Array;
}

function readCapture(): readonly Frame[] {
  const text = gunzipSync(readFileSync(capture)).toString('latin1');
  return text
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => {
      const space = line.indexOf(' ');
      return {
        at: eventTime(BigInt(line.slice(0, space))),
        bytes: Buffer.from(line.slice(space + 1), 'latin1'),
      };
    });
}

interface Outcome {
  readonly reports: readonly string[];
  readonly fills: readonly Fill[];
  readonly cash: bigint;
  readonly position: number;
  readonly stateHash: string;
  /** Recorded trades: price and receive time. */
  readonly trades: readonly { readonly ticks: number; readonly at: EventTimeNs }[];
}

/** A bot that quotes at both touches for two seconds at a time and takes now and then. */
function replay(frames: readonly Frame[]): Outcome {
  const engine = new Engine({ instruments: [BTC] });
  const venue = new ReplayVenue({ instruments: [BTC], engine, seed: 5 }, frames[0]!.at);
  const rng = seededRng(11);
  const reports: string[] = [];
  const fills: Fill[] = [];
  const trades: { ticks: number; at: EventTimeNs }[] = [];
  venue.onReport((report) => {
    if (report.kind === 'order-filled') fills.push(report.fill);
    reports.push(JSON.stringify(report, (_, v) => (typeof v === 'bigint' ? String(v) : v)));
  });
  let count = 0;
  let quoteAt = frames[0]!.at;
  let quotes: ReturnType<typeof order>[] = [];
  const act = () => {
    const touch = engine.touch(0);
    if (touch === null || venue.now() < quoteAt) return;
    quoteAt = addMs(venue.now(), 2000);
    for (const old of quotes) venue.cancel(old);
    const quote = { postOnly: true, quantity: qtyLots(20) } as const;
    count += 1;
    quotes = [
      order(`b${count}`, { ...quote, side: 'buy', price: touch.bid }),
      order(`a${count}`, { ...quote, side: 'sell', price: touch.ask }),
    ];
    for (const one of quotes) venue.submit(one);
    if (rng.uniform() > 0.2) return;
    const worst = priceTicks(touch.ask + 5);
    const request = { timeInForce: 'ioc', price: worst, quantity: qtyLots(15) } as const;
    venue.submit(order(`t${count}`, request));
  };
  const drain = () => {
    for (;;) {
      const next = venue.nextEventAt();
      const result = engine.run(next);
      engine.takeTrades((trade) => trades.push({ ticks: trade.price, at: trade.at }));
      if (result === 'attention') venue.collect();
      venue.advanceTo(result === 'until' && next !== null ? next : engine.now());
      act();
      if (result === 'drained') return;
    }
  };
  for (const { at, bytes } of frames) {
    while (!engine.push(0, at, bytes)) drain();
    if (at >= quoteAt) drain();
  }
  drain();
  let cash = 0n;
  let position = 0;
  venue.account(eventTime(0n), (result) => {
    if (!result.ok) throw new Error(result.error.detail);
    cash = result.value.cash;
    position = result.value.positions.get(BTC.id) ?? 0;
  });
  venue.advanceTo(addMs(venue.now(), 5000));
  return { reports, fills, cash, position, stateHash: engine.stateHash(), trades };
}

describe.skipIf(!existsSync(capture))(
  'a replay of the recorded USD-M market (skipped where ../shared/market is absent)',
  () => {
    const frames = existsSync(capture) ? readCapture() : [];

    it('gives the same reports twice and books them exactly', () => {
      const first = replay(frames);
      const second = replay(frames);
      expect(second.reports).toEqual(first.reports);
      expect(second.stateHash).toBe(first.stateHash);
      let cash = 10_000_000_000_000n;
      let position = 0;
      for (const fill of first.fills) {
        const signed = qtyLots(sideSign(fill.side) * fill.quantity);
        cash -= notional(BTC, fill.price, signed) + fill.fee;
        position += signed;
      }
      expect(first.cash).toBe(cash);
      expect(first.position).toBe(position);
    });

    it('fills makers and takers, and each maker only where the record traded or crossed', () => {
      const { fills, trades } = replay(frames);
      const makers = fills.filter((fill) => fill.liquidity === 'maker');
      const takers = fills.filter((fill) => fill.liquidity === 'taker');
      expect(takers.length).toBeGreaterThan(10);
      expect(makers.length).toBeGreaterThan(10);
      const unexplained = makers.filter((fill) => {
        const near = trades.filter(
          ({ at }) => at <= fill.at + 1000n && at >= fill.at - 2_000_000_000n,
        );
        const through = (ticks: number) =>
          fill.side === 'buy' ? ticks <= fill.price : ticks >= fill.price;
        return !near.some(({ ticks }) => through(ticks));
      });
      expect(unexplained.length).toBeLessThan(makers.length * 0.1);
    });
  },
);
