import { assert } from '../core/index.ts';
import {
  divideHalfEven,
  E8,
  type Instrument,
  type Money,
  money,
  type PriceTicks,
  type QtyLots,
  qtyLots,
} from '../model/index.ts';

const PER_MILLION = 1_000_000n;

/** Money of a number of whole quote units, rounded half away from zero to 1e-8. */
export const moneyOf = (quoteUnits: number): Money =>
  money(BigInt(Math.round(quoteUnits * 1e6)) * (E8 / PER_MILLION));

/** A fraction (rounded to 1e-6) of an amount, rounded half to even. */
export const fractionOf = (amount: Money, fraction: number): Money =>
  money(divideHalfEven(amount * BigInt(Math.round(fraction * 1e6)), PER_MILLION));

/** Whole lots that an amount buys at a price, rounded down; zero for nothing or less. */
export function lotsOf(amount: Money, instrument: Instrument, price: PriceTicks): QtyLots {
  assert(price > 0, `a price is positive, got ${price}`);
  if (amount <= 0n) return qtyLots(0);
  const perLotE16 = BigInt(price) * instrument.tickSizeE8 * instrument.stepSizeE8;
  const lots = (amount * E8) / perLotE16;
  return qtyLots(Number(lots < MAX_LOTS ? lots : MAX_LOTS));
}

const MAX_LOTS = BigInt(Number.MAX_SAFE_INTEGER);

/** The fewest lots whose value reaches the venue's minimum at a price, with a margin for moves. */
export function minimumLots(instrument: Instrument, price: PriceTicks, margin = 1.02): QtyLots {
  assert(price > 0, `a price is positive, got ${price}`);
  const perLotE16 = BigInt(price) * instrument.tickSizeE8 * instrument.stepSizeE8;
  const wanted = fractionOf(instrument.minNotional, margin) * E8;
  return qtyLots(Number((wanted + perLotE16 - 1n) / perLotE16));
}

/** Ticks in one basis point of a price. */
export const ticksPerBps = (price: PriceTicks): number => price / 10_000;

/** Whole ticks of a number of basis points, at least one. */
export const ticksOfBps = (price: PriceTicks, bps: number): number =>
  Math.max(1, Math.round(ticksPerBps(price) * bps));
