import { type EventTimeNs, toIso } from '../core/index.ts';
import {
  formatE8,
  type Instrument,
  notional,
  type OrderRequest,
  type PriceTicks,
  waitsForTrigger,
} from '../model/index.ts';
import type { RiskRefusal } from './refusal.ts';

const shape = (detail: string): RiskRefusal => ({ code: 'RISK_ORDER_SHAPE', detail });
const trigger = (detail: string): RiskRefusal => ({ code: 'RISK_TRIGGER', detail });

const isPositive = (value: number | undefined): boolean =>
  value !== undefined && Number.isSafeInteger(value) && value > 0;

/** Whether `price` lies at or beyond `limit` in the direction in which `side` is the more eager. */
const atOrBeyond = (side: OrderRequest['side'], price: number, limit: number): boolean =>
  side === 'buy' ? price >= limit : price <= limit;

/** Refuses times in force and flags that exclude each other. */
export function checkTimeInForce(request: OrderRequest): RiskRefusal | null {
  const { type, timeInForce, postOnly, ocoGroup } = request;
  if (type === 'market' && timeInForce !== 'ioc') {
    return shape(`market order ${timeInForce}; allowed: ioc`);
  }
  const isStop = type === 'stop' || type === 'trailing-stop';
  const rests = timeInForce === 'gtc' || timeInForce === 'gtd';
  if (isStop && !rests) return shape(`${type} order ${timeInForce}; allowed: gtc or gtd`);
  if (postOnly && (!rests || isStop)) {
    return shape(`post-only with ${isStop ? type : timeInForce}; allowed: post-only with gtc`);
  }
  if (ocoGroup !== undefined && !rests && !waitsForTrigger(type)) {
    return shape(`${timeInForce} in an OCO group; allowed: orders that rest or wait`);
  }
  return null;
}

/** Refuses an expiry that is missing, superfluous or not in the future of `at`. */
export function checkExpiry(request: OrderRequest, at: EventTimeNs): RiskRefusal | null {
  const { timeInForce, expireAt } = request;
  if ((timeInForce === 'gtd') !== (expireAt !== undefined)) {
    const found = expireAt === undefined ? 'gtd without expireAt' : `${timeInForce} with expireAt`;
    return { code: 'RISK_EXPIRY', detail: `${found}; allowed: expireAt with gtd, and only there` };
  }
  if (expireAt !== undefined && expireAt <= at) {
    return {
      code: 'RISK_EXPIRY',
      detail: `expireAt ${toIso(expireAt)}; allowed: later than ${toIso(at)}`,
    };
  }
  return null;
}

/** Refuses a trigger or a trail that is missing, superfluous, or beyond the stop's worst price. */
export function checkTriggerShape(request: OrderRequest): RiskRefusal | null {
  const { type, side, price, triggerPrice, trailOffset } = request;
  const wantsTrigger = type === 'stop' || type === 'stop-limit';
  if (wantsTrigger ? !isPositive(triggerPrice) : triggerPrice !== undefined) {
    const allowed = wantsTrigger ? 'whole ticks above 0' : 'none';
    return trigger(`triggerPrice ${triggerPrice} of a ${type} order; allowed: ${allowed}`);
  }
  const wantsTrail = type === 'trailing-stop';
  if (wantsTrail ? !isPositive(trailOffset) : trailOffset !== undefined) {
    const allowed = wantsTrail ? 'whole ticks above 0' : 'none';
    return trigger(`trailOffset ${trailOffset} of a ${type} order; allowed: ${allowed}`);
  }
  if (type === 'stop' && !atOrBeyond(side, price, triggerPrice!)) {
    const word = side === 'buy' ? 'below' : 'above';
    return trigger(
      `worst price ${price} ticks ${word} the trigger ${triggerPrice}: it could never trade at its trigger`,
    );
  }
  return null;
}

/** Refuses a stop whose trigger the market has reached already. */
export function checkTriggerSide(request: OrderRequest, mark: PriceTicks): RiskRefusal | null {
  const { side, triggerPrice } = request;
  if (triggerPrice === undefined || !atOrBeyond(side, mark, triggerPrice)) return null;
  const word = side === 'buy' ? 'above' : 'below';
  return trigger(
    `${side} trigger ${triggerPrice} ticks with the mark at ${mark}; allowed: ${word} the mark`,
  );
}

/** Refuses an iceberg that cannot rest, shows nothing, or shows more than it has. */
export function checkDisplayShape(request: OrderRequest): RiskRefusal | null {
  const { type, timeInForce, quantity, displayQuantity } = request;
  if (displayQuantity === undefined) return null;
  const canRest = type === 'limit' || type === 'stop-limit';
  if (!canRest || timeInForce === 'ioc' || timeInForce === 'fok') {
    return shape(`iceberg ${type} ${timeInForce}; allowed: limit orders with gtc or gtd`);
  }
  if (isPositive(displayQuantity) && displayQuantity <= quantity) return null;
  return {
    code: 'RISK_DISPLAY_QUANTITY',
    detail: `displayQuantity ${displayQuantity} lots; allowed: whole, 1 to the quantity ${quantity}`,
  };
}

/** Refuses an iceberg whose visible part is worth less than the venue's minimum. */
export function checkDisplayNotional(
  request: OrderRequest,
  instrument: Instrument,
): RiskRefusal | null {
  if (request.displayQuantity === undefined) return null;
  const shown = notional(instrument, request.price, request.displayQuantity);
  if (shown >= instrument.minNotional) return null;
  return {
    code: 'RISK_DISPLAY_QUANTITY',
    detail: `displayQuantity worth ${formatE8(shown, 2)} ${instrument.quote}; allowed: at least ${formatE8(instrument.minNotional, 2)}`,
  };
}

/**
 * The price from which the collar of an order is measured: where the market will stand when it
 * executes, as far as its terms say; the mark for everything that executes now.
 */
export function collarReference(request: OrderRequest, mark: PriceTicks): PriceTicks {
  const { side, triggerPrice, trailOffset } = request;
  if (triggerPrice !== undefined) return triggerPrice;
  if (trailOffset === undefined) return mark;
  return (side === 'buy' ? mark + trailOffset : Math.max(1, mark - trailOffset)) as PriceTicks;
}
