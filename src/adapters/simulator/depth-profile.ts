import type { Rng } from '../../core/index.ts';

/** Orders of one side that the touch holds on average. */
const ORDERS_AT_TOUCH = 7;

/** Orders of one side within 10 bps of the touch on average, the touch apart. */
const ORDERS_WITHIN_10_BPS = 200;

/** Farthest distance at which the crowd places orders, bps. */
const FARTHEST_BPS = 30;

/** Most price steps that the profile spans: a very fine grid ends nearer than 30 bps. */
const MOST_TICKS = 8192;

/**
 * Orders per basis point, relative: a thin zone behind the touch, a shoulder at about 4 bps, and a
 * slow decline beyond 10 bps, as in the recorded futures books.
 */
function relativeDensity(bps: number): number {
  const rise = 0.1 + 0.9 * (1 - Math.exp(-((bps / 2.5) ** 1.5)));
  return bps <= 10 ? rise : rise * Math.exp(-(bps - 10) / 15);
}

/** Mean life of an order before its owner cancels it, s: short near the touch. */
const meanLifeSeconds = (bps: number): number => Math.min(1.6 + 6 * bps, 120);

/**
 * How many orders the crowd keeps at which distance from the touch, and how fast it renews them.
 * In balance, orders arrive at each distance as fast as they are cancelled there:
 *
 *   arrivals(d) = expected orders(d) / mean life(d)
 *
 * Units: distance in ticks from the same side's touch; rates per second and side.
 */
export class DepthProfile {
  /** Orders that arrive per second on one side. */
  readonly arrivalRate: number;
  /** Highest cancel rate of any order, per second. */
  readonly highestCancelRate: number;
  /** Number of distances, in ticks from 0. */
  readonly span: number;
  readonly #expected: Float64Array;
  readonly #cancelRate: Float64Array;
  readonly #arrivalsUpTo: Float64Array;
  readonly #expectedUpTo: Float64Array;

  constructor(priceInTicks: number) {
    const ticksPerBps = priceInTicks / 10_000;
    this.span = Math.min(MOST_TICKS, Math.max(20, Math.ceil(FARTHEST_BPS * ticksPerBps)));
    const density = new Float64Array(this.span);
    let within10 = 0;
    for (let d = 1; d < this.span; d += 1) {
      density[d] = relativeDensity(d / ticksPerBps);
      if (d === 1 || d / ticksPerBps <= 10) within10 += density[d]!;
    }
    this.#expected = density.map((value, d) =>
      d === 0 ? ORDERS_AT_TOUCH : (value * ORDERS_WITHIN_10_BPS) / within10,
    );
    this.#cancelRate = density.map((_, d) => 1 / meanLifeSeconds(d / ticksPerBps));
    this.#arrivalsUpTo = new Float64Array(this.span);
    this.#expectedUpTo = new Float64Array(this.span);
    let arrivals = 0;
    let expected = 0;
    for (let d = 0; d < this.span; d += 1) {
      arrivals += this.#expected[d]! * this.#cancelRate[d]!;
      expected += this.#expected[d]!;
      this.#arrivalsUpTo[d] = arrivals;
      this.#expectedUpTo[d] = expected;
    }
    this.arrivalRate = arrivals;
    this.highestCancelRate = this.#cancelRate[0]!;
  }

  /** Orders at the touch on average. */
  get ordersAtTouch(): number {
    return ORDERS_AT_TOUCH;
  }

  /** Orders of one side within 10 bps on average, the touch included. */
  static get ordersWithin10Bps(): number {
    return ORDERS_AT_TOUCH + ORDERS_WITHIN_10_BPS;
  }

  /** Cancel rate of an order at a distance, per second; orders on the wrong side go fastest. */
  cancelRate(distance: number): number {
    const d = Math.min(Math.max(distance, 0), this.span - 1);
    return this.#cancelRate[d]!;
  }

  /** Orders expected at distances `from` to `to` (inclusive), one side. */
  expectedBetween(from: number, to: number): number {
    const last = Math.min(to, this.span - 1);
    if (last < from) return 0;
    return this.#expectedUpTo[last]! - (from === 0 ? 0 : this.#expectedUpTo[from - 1]!);
  }

  /** The distance of a newly arriving order. */
  drawArrival(rng: Rng): number {
    return this.#draw(this.#arrivalsUpTo, 0, this.span - 1, rng);
  }

  /** The distance of a standing order between `from` and `to` (inclusive). */
  drawStanding(from: number, to: number, rng: Rng): number {
    return this.#draw(this.#expectedUpTo, from, Math.min(to, this.span - 1), rng);
  }

  #draw(cumulative: Float64Array, from: number, to: number, rng: Rng): number {
    const floor = from === 0 ? 0 : cumulative[from - 1]!;
    const wanted = floor + rng.uniform() * (cumulative[to]! - floor);
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
