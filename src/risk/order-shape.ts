import type { EventTimeNs } from '../core/index.ts';
import {
  formatE8,
  type Instrument,
  notional,
  type OrderRequest,
  type PriceTicks,
  waitsForTrigger,
} from '../model/index.ts';
import type { RiskLimits } from './limits.ts';
import {
  checkDisplayShape,
  checkExpiry,
  checkTimeInForce,
  checkTriggerShape,
  collarReference,
} from './order-terms.ts';
import type { RiskRefusal } from './refusal.ts';

const BPS = 10_000;
const BPS_E6 = 10_000_000_000n;

/** Whether distance / from is at most so many bps, exactly; a limit counts to 1e-6 bps. */
function isWithin(distance: number, from: number, bps: number): boolean {
  const left = distance * BPS;
  const right = from * bps;
  // Whole numbers of bps, as usual, and products that a number holds need no bigint.
  if (Number.isInteger(bps) && Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
    return left <= right;
  }
  return BigInt(distance) * BPS_E6 <= BigInt(from) * BigInt(Math.round(bps * 1e6));
}

/** Refuses a quantity or a price off its instrument's grid. */
export function checkGrids({
  price,
  quantity,
}: Pick<OrderRequest, 'price' | 'quantity'>): RiskRefusal | null {
  if (!Number.isSafeInteger(quantity) || quantity <= 0) {
    return { code: 'RISK_QUANTITY', detail: `quantity ${quantity} lots; allowed: whole, above 0` };
  }
  if (!Number.isSafeInteger(price) || price <= 0) {
    return { code: 'RISK_PRICE', detail: `price ${price} ticks; allowed: whole, above 0` };
  }
  return null;
}

/** Refuses an order that contradicts itself or is off its instrument's grids. */
export function checkShape(request: OrderRequest, at: EventTimeNs): RiskRefusal | null {
  return (
    checkGrids(request) ??
    checkTimeInForce(request) ??
    checkExpiry(request, at) ??
    checkTriggerShape(request) ??
    checkDisplayShape(request)
  );
}

/**
 * Refuses a price too far from the mark, on either side. Of a stop the distance counts from its
 * trigger, of a trailing stop from where it would trigger now.
 */
export function checkCollar(
  request: OrderRequest,
  mark: PriceTicks,
  limits: RiskLimits,
): RiskRefusal | null {
  const from = collarReference(request, mark);
  const distance = Math.abs(request.price - from);
  if (isWithin(distance, from, limits.priceCollarBps)) return null;
  const bps = (distance / from) * 10_000;
  const name = waitsForTrigger(request.type) ? 'trigger' : 'mark';
  return {
    code: 'RISK_PRICE_COLLAR',
    detail: `price ${request.price} ticks is ${bps.toFixed(1)} bps from the ${name} ${from}; allowed: ${limits.priceCollarBps} bps`,
  };
}

/**
 * Refuses an order worth less than the venue's minimum or more than one order may be. What only
 * reduces is exempt from both: it is bounded by the position, and neither a small rest nor a
 * position whose price rose may ever become impossible to close.
 */
export function checkOrderNotional(
  request: OrderRequest,
  instrument: Instrument,
  limits: RiskLimits,
): RiskRefusal | null {
  if (request.reduceOnly) return null;
  const value = notional(instrument, request.price, request.quantity);
  if (value < instrument.minNotional) {
    return {
      code: 'RISK_MIN_NOTIONAL',
      detail: `order of ${formatE8(value, 2)} ${instrument.quote}; allowed: at least ${formatE8(instrument.minNotional, 2)}`,
    };
  }
  if (value > limits.maxOrderNotional) {
    return {
      code: 'RISK_ORDER_NOTIONAL',
      detail: `order of ${formatE8(value, 2)} ${instrument.quote}; allowed: at most ${formatE8(limits.maxOrderNotional, 2)}`,
    };
  }
  return null;
}
