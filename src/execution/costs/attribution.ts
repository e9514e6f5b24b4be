import {
  divideHalfEven,
  E8,
  type Fill,
  type Instrument,
  type Liquidity,
  type Money,
  money,
  type PriceTicks,
  type Side,
  sideSign,
} from '../../model/index.ts';

/** Best bid and ask at one moment. */
export interface BenchmarkTouch {
  readonly bid: PriceTicks;
  readonly ask: PriceTicks;
}

/** What was paid beyond the arrival price, by cause: quote currency, positive is a cost. */
export interface CostAttribution {
  readonly fees: Money;
  readonly spread: Money;
  readonly impact: Money;
  readonly delay: Money;
  readonly funding: Money;
  /** The sum of the five, to the last unit. */
  readonly total: Money;
}

/** Twice the mid price, ticks: a whole number. */
export const twiceMid = ({ bid, ask }: BenchmarkTouch): number => bid + ask;

/**
 * Sums of a set of fills from which their costs follow, in half ticks * lots, exact; so sets can be
 * added and taken apart without a rounding between.
 */
export interface CostSums {
  readonly fees: bigint;
  /** side * (fill price - arrival mid). */
  readonly shortfall: bigint;
  /** side * (touch - mid at the submission): positive for what took, negative for what rested. */
  readonly spread: bigint;
  /** side * (mid at the submission - arrival mid). */
  readonly delay: bigint;
}

/** No fills. */
export const NO_SUMS: CostSums = { fees: 0n, shortfall: 0n, spread: 0n, delay: 0n };

/** Sums of both sets. */
export const addSums = (a: CostSums, b: CostSums): CostSums => ({
  fees: a.fees + b.fees,
  shortfall: a.shortfall + b.shortfall,
  spread: a.spread + b.spread,
  delay: a.delay + b.delay,
});

/** The exact product of two whole numbers. */
export function wholeProduct(a: number, b: number): bigint {
  const product = a * b;
  return Number.isSafeInteger(product) ? BigInt(product) : BigInt(a) * BigInt(b);
}

/** The price that an order of a side finds: the far touch when it takes, the near one when it rests. */
const touchOf = (touch: BenchmarkTouch, side: Side, liquidity: Liquidity): number =>
  (side === 'buy') === (liquidity === 'taker') ? touch.ask : touch.bid;

/**
 * The sums of one fill: `submission` is the market when its order went out, `arrival` when the
 * decision fell (the opening of the parent).
 */
export function sumsOf(
  { side, price, quantity, fee, liquidity }: Fill,
  submission: BenchmarkTouch,
  arrival: BenchmarkTouch,
): CostSums {
  const signed = sideSign(side) * quantity;
  const mid = twiceMid(submission);
  return {
    fees: fee,
    shortfall: wholeProduct(signed, 2 * price - twiceMid(arrival)),
    spread: wholeProduct(signed, 2 * touchOf(submission, side, liquidity) - mid),
    delay: wholeProduct(signed, mid - twiceMid(arrival)),
  };
}

/** Half ticks * lots as quote currency, rounded half to even. */
export const halfTickMoney = (
  { tickSizeE8, stepSizeE8 }: Instrument,
  halfTickLots: bigint,
): Money => money(divideHalfEven(halfTickLots * tickSizeE8 * stepSizeE8, 2n * E8));

/**
 * Takes the realised cost apart.
 *
 *   total = fees + spread + impact + delay + funding
 *
 * Impact is what is left: the price's move from the touch at the submission to the fill, our own and
 * that of others while the order was on its way. It takes the rounding, so the sum is exact.
 */
export function attributeCost(
  instrument: Instrument,
  sums: CostSums,
  funding: Money,
): CostAttribution {
  const shortfall = halfTickMoney(instrument, sums.shortfall);
  const spread = halfTickMoney(instrument, sums.spread);
  const delay = halfTickMoney(instrument, sums.delay);
  return {
    fees: money(sums.fees),
    spread,
    impact: money(shortfall - spread - delay),
    delay,
    funding,
    total: money(sums.fees + shortfall + funding),
  };
}
