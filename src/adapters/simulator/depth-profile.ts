import type { Rng } from '../../core/index.ts';
import { type FittedMarket, MOST_FITTED_ARRIVALS, MOST_FITTED_ORDERS } from './fitted-market.ts';

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

/** Least cancel rate of a fitted profile, per second: an order lives 10 minutes at most. */
const SLOWEST_CANCELS = 1 / 600;

const spanAt = (ticksPerBps: number): number =>
  Math.min(MOST_TICKS, Math.max(20, Math.ceil(FARTHEST_BPS * ticksPerBps)));

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

  private constructor(expected: Float64Array, cancelRate: Float64Array) {
    this.span = expected.length;
    this.#expected = expected;
    this.#cancelRate = cancelRate;
    this.#arrivalsUpTo = new Float64Array(this.span);
    this.#expectedUpTo = new Float64Array(this.span);
    let arrivals = 0;
    let sum = 0;
    for (let d = 0; d < this.span; d += 1) {
      arrivals += expected[d]! * cancelRate[d]!;
      sum += expected[d]!;
      this.#arrivalsUpTo[d] = arrivals;
      this.#expectedUpTo[d] = sum;
    }
    this.arrivalRate = arrivals;
    this.highestCancelRate = cancelRate.reduce((a, b) => Math.max(a, b), 0);
  }

  /** The built-in profile at a price. */
  static standard(priceInTicks: number): DepthProfile {
    const ticksPerBps = priceInTicks / 10_000;
    const density = new Float64Array(spanAt(ticksPerBps));
    let within10 = 0;
    for (let d = 1; d < density.length; d += 1) {
      density[d] = relativeDensity(d / ticksPerBps);
      if (d === 1 || d / ticksPerBps <= 10) within10 += density[d]!;
    }
    return new DepthProfile(
      density.map((value, d) =>
        d === 0 ? ORDERS_AT_TOUCH : (value * ORDERS_WITHIN_10_BPS) / within10,
      ),
      density.map((_, d) => 1 / meanLifeSeconds(d / ticksPerBps)),
    );
  }

  /**
   * A fitted profile at a price, of orders that hold `meanQuantity` each. Where that asks for more
   * than `MOST_FITTED_ORDERS` a side, `sizeFactor` says by how much each must be larger; where for
   * more than `MOST_FITTED_ARRIVALS` per second, every order lives longer.
   */
  static fitted(
    priceInTicks: number,
    fit: FittedMarket,
    meanQuantity: number,
  ): { readonly profile: DepthProfile; readonly sizeFactor: number } {
    const ticksPerBps = priceInTicks / 10_000;
    const quantity = new Float64Array(spanAt(ticksPerBps));
    const cancels = new Float64Array(quantity.length);
    quantity[0] = fit.touchQuantity;
    cancels[0] = fit.touchCancelPerSecond;
    let step = 0;
    for (let d = 1; d < quantity.length; d += 1) {
      const bps = d / ticksPerBps;
      while (step < fit.profile.length - 1 && bps > fit.profile[step]!.toBps + 1e-9) step += 1;
      quantity[d] = fit.profile[step]!.quantityPerBps / ticksPerBps;
      cancels[d] = fit.profile[step]!.cancelPerSecond;
    }
    const orders = quantity.reduce((a, b) => a + b, 0) / meanQuantity;
    const sizeFactor = Math.max(1, orders / MOST_FITTED_ORDERS);
    const expected = quantity.map((each) => each / (meanQuantity * sizeFactor));
    // A side without an order at the touch could not be quoted at all.
    expected[0] = Math.max(1, expected[0]!);
    const rates = cancels.map((rate) => Math.max(rate, SLOWEST_CANCELS));
    const arrivals = expected.reduce((sum, each, d) => sum + each * rates[d]!, 0);
    const slower = Math.min(1, MOST_FITTED_ARRIVALS / arrivals);
    return {
      profile: new DepthProfile(
        expected,
        rates.map((rate) => rate * slower),
      ),
      sizeFactor,
    };
  }

  /** Orders at the touch on average. */
  get ordersAtTouch(): number {
    return this.#expected[0]!;
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
