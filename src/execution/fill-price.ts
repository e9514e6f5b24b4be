import { divideHalfEven, type Instrument, type Order } from '../model/index.ts';

/**
 * The weighted-average price of an order's fills.
 *
 *   average = sum(price · quantity) / sum(quantity)
 *
 * Units:   1e-8 quote units, rounded half to even; null when nothing is filled.
 */
export function averageFillPriceE8(order: Order, instrument: Instrument): bigint | null {
  if (order.filled === 0) return null;
  return divideHalfEven(order.filledTickLots * instrument.tickSizeE8, BigInt(order.filled));
}
