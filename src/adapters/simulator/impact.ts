import { assert } from '../../core/index.ts';
import { E8, type Money, type PriceTicks, priceTicks, type Side } from '../../model/index.ts';

/** How much worse an order trades that takes from a recorded book, because it takes. */
export interface ImpactModel {
  readonly kind: 'none' | 'linear' | 'square-root' | 'almgren-chriss';
  /** Temporary move of the price at the reference value, a fraction of it in 1e-8. */
  readonly rateE8: bigint;
  /** Value at which the rates hold, quote currency. */
  readonly reference: Money;
  /** `almgren-chriss`: permanent move at the reference value, likewise; absent: none. */
  readonly permanentE8?: bigint;
  /** `almgren-chriss`: time in which the temporary move halves; absent: it is the order's own. */
  readonly halfLifeMs?: number;
}

/** No impact: what the record shows is what an order gets. */
export const NO_IMPACT: ImpactModel = { kind: 'none', rateE8: 0n, reference: E8 as Money };

const ceilDivide = (numerator: bigint, denominator: bigint): bigint =>
  (numerator + denominator - 1n) / denominator;

/** The smallest integer whose square is at least `value`. */
export function ceilSquareRoot(value: bigint): bigint {
  assert(value >= 0n, 'a square root is taken of no negative number');
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (let next = (root + value / root) >> 1n; next < root; next = (root + value / root) >> 1n) {
    root = next;
  }
  return root * root === value ? root : root + 1n;
}

/**
 * Temporary impact of an order that has taken so much, in ticks against it.
 *
 *   linear, almgren-chriss: price * rate * taken / reference
 *   square root:            price * rate * sqrt(taken / reference)
 *
 * Units:       `taken` in quote currency; ticks rounded up, exactly, in integers.
 * Source:      linear: Kyle (1985), Econometrica 53(6); square root: Almgren, Thum, Hauptmann & Li
 *              (2005), "Direct estimation of equity market impact", and Bouchaud (2010).
 */
export function impactTicks(model: ImpactModel, price: PriceTicks, taken: Money): bigint {
  if (model.kind === 'none' || model.rateE8 === 0n) return 0n;
  const move = BigInt(price) * model.rateE8;
  if (model.kind !== 'square-root') return ceilDivide(move * taken, E8 * model.reference);
  return ceilDivide(ceilSquareRoot(ceilDivide(move * move * taken, model.reference)), E8);
}

/**
 * The price of an execution with impact: worse by the impact of a value taken up to and with it, but
 * never beyond the order's limit.
 */
export function priceWithImpact(
  model: ImpactModel,
  order: { readonly side: Side; readonly limit: PriceTicks },
  price: PriceTicks,
  taken: Money,
): PriceTicks {
  const ticks = impactTicks(model, price, taken);
  if (ticks === 0n) return price;
  const away = Number(ticks);
  return order.side === 'buy'
    ? priceTicks(Math.max(price, Math.min(price + away, order.limit)))
    : priceTicks(Math.min(price, Math.max(price - away, order.limit)));
}
