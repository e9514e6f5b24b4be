import { assert } from '../../core/index.ts';
import {
  E8,
  type Instrument,
  type Money,
  money,
  notional,
  type PriceTicks,
  type QtyLots,
  type Side,
} from '../../model/index.ts';
import { ceilSquareRoot, type ImpactModel, priceWithImpact } from './impact.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Bits of an age, in half-lives, behind the point. */
const FRACTION_BITS = 16;
const ONE = 1n << 64n;

/** 2^(-1/2), 2^(-1/4), ... with 64 bits behind the point, each the root of the one before. */
const ROOTS: readonly bigint[] = (() => {
  const roots: bigint[] = [];
  for (let root = ONE >> 1n, bit = 0; bit < FRACTION_BITS; bit += 1) {
    root = ceilSquareRoot(root * ONE);
    roots.push(root);
  }
  return roots;
})();

/**
 * What is left of a value after an age: value * 2^(-age / halfLife), toward zero.
 *
 * Units:       age and half-life in the same one; a half-life of 0 leaves nothing after any time.
 * Determinism: integers; the age is cut to 2^-16 half-lives.
 */
export function faded(value: bigint, age: number, halfLife: number): bigint {
  assert(age >= 0 && halfLife >= 0, 'time and half-life are not negative');
  if (age === 0 || value === 0n) return value;
  const halves = halfLife === 0 ? 128 : age / halfLife;
  if (halves >= 128) return 0n;
  const steps = Math.floor(halves * 2 ** FRACTION_BITS);
  let factor = ONE >> BigInt(steps >> FRACTION_BITS);
  for (let bit = 0; bit < FRACTION_BITS; bit += 1) {
    if (((steps >> (FRACTION_BITS - 1 - bit)) & 1) === 1) factor = (factor * ROOTS[bit]!) / ONE;
  }
  return (value * factor) / ONE;
}

/** An execution of an order that takes. */
export interface Taking {
  readonly side: Side;
  /** The order's limit, or the worst price of a market order. */
  readonly limit: PriceTicks;
  /** Lots that the order has taken up to and with this execution. */
  readonly taken: QtyLots;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
}

/** What our own trades did to one instrument's market. */
interface Footprint {
  /** Signed value that was taken and has not faded, as of `at`; bought is positive. */
  fresh: Money;
  at: VenueTimeUs;
  /** Permanent move in 1e-8 ticks. */
  movedE8: bigint;
  /** Whole ticks of it that the market was told. */
  told: number;
}

/**
 * The impact of an account's own trades on a market that does not know of them.
 *
 *   linear, square-root: see `impactTicks`; nothing is remembered.
 *   almgren-chriss:      with the signed values q(i) taken at t(i), and s the direction of the order
 *     price of a taker   = P * (1 + s * rate * max(Q, s * sum q(i) 2^(-(t - t(i)) / halfLife)) / reference)
 *     recorded prices    + sum over earlier i of P(i) * permanent * q(i) / reference
 *
 *   P is the moved price at which the book is met, Q the value that the order has taken itself, with
 *   this execution; the temporary part never helps. This is h(v) = eta v and g(v) = gamma v of the
 *   paper, whose half spread is that of the recorded book.
 *
 * Units:       rates are fractions in 1e-8 at the reference value; moves are whole ticks, the
 *              temporary one rounded up, the permanent one toward zero and at most half the price.
 * Determinism: integers only; the times are the venue's.
 * Source:      Almgren & Chriss (2001), "Optimal execution of portfolio transactions", J. of Risk 3,
 *              eq. 1, 2, 5 and 6; fading as in Obizhaeva & Wang (2013), J. of Financial Markets 16(1).
 */
export class MarketImpact {
  readonly #model: ImpactModel;
  readonly #footprints = new Map<number, Footprint>();

  constructor(model: ImpactModel) {
    this.#model = model;
  }

  /** The price of an execution that takes at `at`; the market remembers it. */
  take(instrument: Instrument, order: Taking, at: VenueTimeUs): PriceTicks {
    const { price, quantity, side } = order;
    const own = notional(instrument, price, order.taken);
    if (this.#model.kind !== 'almgren-chriss') {
      return priceWithImpact(this.#model, order, price, own);
    }
    const sign = side === 'buy' ? 1n : -1n;
    const footprint = this.#footprint(instrument.index, at);
    const value = notional(instrument, price, quantity);
    footprint.fresh = money(footprint.fresh + sign * value);
    const { permanentE8 = 0n, reference } = this.#model;
    footprint.movedE8 += (sign * BigInt(price) * permanentE8 * value) / reference;
    const most = (BigInt(price) * E8) / 2n;
    if (footprint.movedE8 > most) footprint.movedE8 = most;
    if (footprint.movedE8 < -most) footprint.movedE8 = -most;
    const standing = sign * footprint.fresh;
    return priceWithImpact(this.#model, order, price, standing > own ? money(standing) : own);
  }

  /** Tells each symbol whose market moved since the last call by how many ticks it is moved in all. */
  takeMoves(visit: (symbol: number, ticks: number) => void): void {
    for (const [symbol, footprint] of this.#footprints) {
      const ticks = Number(footprint.movedE8 / E8);
      if (ticks === footprint.told) continue;
      footprint.told = ticks;
      visit(symbol, ticks);
    }
  }

  /** An instrument's footprint as it is at `at`. */
  #footprint(symbol: number, at: VenueTimeUs): Footprint {
    let footprint = this.#footprints.get(symbol);
    if (footprint === undefined) {
      footprint = { fresh: money(0n), at, movedE8: 0n, told: 0 };
      this.#footprints.set(symbol, footprint);
    }
    const age = Math.max(0, at - footprint.at);
    footprint.fresh = money(faded(footprint.fresh, age, (this.#model.halfLifeMs ?? 0) * 1000));
    footprint.at = Math.max(footprint.at, at);
    return footprint;
  }
}
