import { assert } from '../../core/index.ts';
import {
  divideHalfEven,
  E8,
  type Instrument,
  type Money,
  money,
  notional,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
} from '../../model/index.ts';

/** The maintenance margin of the part of a position's value that lies in a range. */
export interface MarginTier {
  /** End of the range, quote currency; null: no end, which is the last tier. */
  readonly upTo: Money | null;
  /** Fraction of the value in 1e-8: 400,000 is 0.004. */
  readonly rateE8: bigint;
}

/** A position that counts for margin. */
export interface MarginPosition {
  readonly instrument: Instrument;
  /** Signed, not 0. */
  readonly lots: QtyLots;
  readonly mark: PriceTicks;
}

/** What the liquidation engine takes over: the lots of one position at a price. */
export interface TakeOver {
  readonly instrument: Instrument;
  readonly side: 'buy' | 'sell';
  readonly quantity: QtyLots;
  readonly price: PriceTicks;
  readonly fee: Money;
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

const worthOf = ({ instrument, lots, mark }: MarginPosition): bigint =>
  absolute(notional(instrument, mark, lots));

/** Divides towards negative infinity. Requires `denominator > 0`. */
const floorDivide = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
};

const ceilDivide = (numerator: bigint, denominator: bigint): bigint =>
  -floorDivide(-numerator, denominator);

/**
 * The maintenance margin of a value: each part of it at the rate of the tier in which it lies, so
 * that it rises without a jump.
 *
 *   margin = sum over tiers of (part of the value in the tier) * rate
 *
 * Units:  1e-8 quote units, each part rounded half to even.
 * Source: the brackets of Binance USDⓈ-M futures, whose "maintenance amount" is the same sum.
 */
export function maintenanceMargin(tiers: readonly MarginTier[], value: bigint): Money {
  let margin = 0n;
  let from = 0n;
  for (const { upTo, rateE8 } of tiers) {
    const end = upTo === null || upTo > value ? value : upTo;
    if (end > from) margin += divideHalfEven((end - from) * rateE8, E8);
    if (upTo === null || upTo >= value) break;
    from = upTo;
  }
  return money(margin);
}

/** Asserts that margin tiers rise, and that the last one alone has no end. */
export function checkMarginTiers(tiers: readonly MarginTier[]): void {
  tiers.forEach(({ upTo, rateE8 }, index) => {
    const before = tiers[index - 1];
    const isLast = index === tiers.length - 1;
    assert((upTo === null) === isLast, 'the last margin tier alone has no end');
    assert(rateE8 > 0n && rateE8 < E8, `margin tier ${index + 1} has a rate between 0 and 1`);
    if (before === undefined) return;
    assert(rateE8 >= before.rateE8, `margin tier ${index + 1} has at least the rate before it`);
    assert(upTo === null || upTo > (before.upTo ?? 0n), 'margin tiers rise');
  });
}

/** Lots to close so that a position falls into the tier below; all of it in the lowest. */
function stepLots(tiers: readonly MarginTier[], position: MarginPosition): bigint {
  const value = worthOf(position);
  const held = absolute(BigInt(position.lots));
  let floor = 0n;
  for (const { upTo } of tiers) {
    if (upTo === null || upTo >= value) break;
    floor = upTo;
  }
  if (floor === 0n) return held;
  const kept = (held * floor) / value;
  return held - kept;
}

/**
 * The price at which closing a whole position, fee included, costs exactly its share of the equity.
 *
 *   long:  (value - share) / (lots * (1 - fee)),   short: (value + share) / (lots * (1 + fee))
 *
 * Units:  ticks, rounded in favour of the account, so that it does not end below zero; at least 1,
 *         so that a deficit above the value of a short stays.
 */
function bankruptcyPrice(position: MarginPosition, share: bigint, feeE8: bigint): PriceTicks {
  const { instrument, lots } = position;
  const tickLotE16 = instrument.tickSizeE8 * instrument.stepSizeE8;
  const held = absolute(BigInt(lots));
  const isLong = lots > 0;
  const worth = isLong ? worthOf(position) - share : worthOf(position) + share;
  const perTick = held * tickLotE16 * (isLong ? E8 - feeE8 : E8 + feeE8);
  const ticks = isLong
    ? ceilDivide(worth * E8 * E8, perTick)
    : floorDivide(worth * E8 * E8, perTick);
  return priceTicks(Number(ticks > 1n ? ticks : 1n));
}

/**
 * The next step of a cross-margin liquidation; null while the equity covers the maintenance margin.
 *
 * The position with the largest maintenance margin goes first, in the order of the instruments where
 * they are equal; as much of it as brings it into the tier below, all of it in the lowest. Its share
 * of the equity is in proportion to its maintenance margin.
 *
 * Units:  the fee is rounded down to 1e-8.
 * Source: partial liquidation by tiers as Bybit, OKX and Binance describe it for cross margin.
 */
export function liquidationStep(
  tiers: readonly MarginTier[],
  positions: readonly MarginPosition[],
  equity: Money,
  feeE8: bigint,
): TakeOver | null {
  let total = 0n;
  let largest = -1n;
  let first: MarginPosition | null = null;
  for (const position of positions) {
    const margin = maintenanceMargin(tiers, worthOf(position));
    total += margin;
    if (margin <= largest) continue;
    largest = margin;
    first = position;
  }
  if (first === null || equity >= total) return null;
  const share = total === 0n ? equity : floorDivide(equity * largest, total);
  const price = bankruptcyPrice(first, share, feeE8);
  const quantity = qtyLots(Number(stepLots(tiers, first)));
  const worth = notional(first.instrument, price, quantity);
  return {
    instrument: first.instrument,
    side: first.lots > 0 ? 'sell' : 'buy',
    quantity,
    price,
    fee: money(floorDivide(worth * feeE8, E8)),
  };
}

/** How an account's winners are taken for the bankruptcy of others. */
export interface DeleveragingRule {
  /** Move of the mark within a minute, as a fraction, at which others go bankrupt. */
  readonly atMove: number;
  /** Part of a winning position that is then closed, 0 to 1. */
  readonly share: number;
}

/**
 * The positions that win by the move since earlier marks, those that are taken first in front.
 *
 *   rank = move in our favour * value / equity
 *
 * which is the profit of the move times the leverage. Only moves of at least `rule.atMove` count.
 *
 * Source: ranking by profit and leverage as Binance, Bybit and BitMEX do; a venue ranks by the
 *         profit since entry, this one by that of the minute, since it knows no entries.
 */
export function deleveragingOrder(
  positions: readonly MarginPosition[],
  earlier: (instrument: Instrument) => PriceTicks | null,
  equity: Money,
  rule: DeleveragingRule,
): readonly MarginPosition[] {
  const ranked = positions.flatMap((position) => {
    const before = earlier(position.instrument);
    if (before === null) return [];
    const move = ((position.mark - before) / before) * Math.sign(position.lots);
    const leverage = Number(worthOf(position)) / Math.max(1, Number(equity));
    return move >= rule.atMove ? [{ position, rank: move * leverage }] : [];
  });
  return ranked.sort((a, b) => b.rank - a.rank).map(({ position }) => position);
}
