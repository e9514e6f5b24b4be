import {
  divideHalfEven,
  formatE8,
  type Instrument,
  type InstrumentId,
  type Money,
  money,
  notional,
  type OrderRequest,
  type PriceTicks,
  qtyLots,
  ZERO_MONEY,
} from '../model/index.ts';
import type { RiskLimits } from './limits.ts';
import type { RiskRefusal } from './refusal.ts';
import type { ReservedExposure, RiskContext } from './risk-context.ts';

const PER_MILLION = 1_000_000n;

const absolute = (value: Money): Money => (value < 0n ? money(-value) : value);

/** Lots that the position would have if everything pending on its worse side filled. */
function worstLots(context: RiskContext, instrument: InstrumentId): number {
  const position = context.position(instrument);
  const reserved = context.reserved(instrument);
  return Math.max(Math.abs(position + reserved.buyLots), Math.abs(position - reserved.sellLots));
}

/**
 * What is pending beside a request, and the lots by which the request could add to it: in an OCO
 * group only the largest order can fill.
 */
function besides(
  request: OrderRequest,
  context: RiskContext,
): { readonly reserved: ReservedExposure; readonly lots: number } {
  const all = context.reserved(request.instrument);
  const { ocoGroup, quantity } = request;
  if (ocoGroup === undefined) return { reserved: all, lots: quantity };
  const member = request.side === 'buy' ? 'buyLots' : 'sellLots';
  const others = context.reserved(request.instrument, ocoGroup)[member];
  const reserved = { ...all, [member]: others };
  return { reserved, lots: Math.max(quantity, all[member] - others) };
}

/**
 * Refuses what would not only reduce: the wrong side, or more than the position less what other
 * reduce-only orders already take from it.
 */
export function checkReduceOnly(request: OrderRequest, context: RiskContext): RiskRefusal | null {
  const position = context.position(request.instrument);
  const reserved = context.reserved(request.instrument, request.ocoGroup);
  const taken = request.side === 'buy' ? reserved.reduceOnlyBuyLots : reserved.reduceOnlySellLots;
  const opposite = request.side === 'buy' ? position < 0 : position > 0;
  const left = opposite ? Math.max(0, Math.abs(position) - taken) : 0;
  if (request.quantity <= left) return null;
  return {
    code: 'RISK_REDUCE_ONLY',
    detail: `${request.side} ${request.quantity} lots against a position of ${position} lots with ${taken} lots already closing; allowed: ${left} lots`,
  };
}

/** Refuses an order that could carry the position beyond its limit on the order's own side. */
export function checkPosition(
  request: OrderRequest,
  instrument: Instrument,
  mark: PriceTicks,
  context: RiskContext,
  limits: RiskLimits,
): RiskRefusal | null {
  const position = context.position(instrument.id);
  const { reserved, lots: added } = besides(request, context);
  const lots =
    request.side === 'buy'
      ? position + reserved.buyLots + added
      : reserved.sellLots + added - position;
  if (lots <= 0) return null;
  const price = (request.price > mark ? request.price : mark) as PriceTicks;
  const value = notional(instrument, price, qtyLots(lots));
  if (value <= limits.maxPositionNotional) return null;
  return {
    code: 'RISK_POSITION_LIMIT',
    detail: `${instrument.id} could reach ${formatE8(value, 2)} ${instrument.quote} (position ${position} lots, pending ${request.side} ${request.side === 'buy' ? reserved.buyLots : reserved.sellLots} lots); allowed: ${formatE8(limits.maxPositionNotional, 2)}`,
  };
}

interface Gross {
  /** Sum of absolute positions. */
  readonly held: Money;
  /** The same if everything pending filled on its worse side. */
  readonly worst: Money;
}

const NO_OTHERS: Gross = { held: ZERO_MONEY, worst: ZERO_MONEY };

function grossOfOthers(
  instruments: ReadonlyMap<InstrumentId, Instrument>,
  except: InstrumentId,
  context: RiskContext,
): Gross | RiskRefusal {
  if (instruments.size === 1) return NO_OTHERS;
  let held = 0n;
  let worst = 0n;
  for (const instrument of instruments.values()) {
    if (instrument.id === except) continue;
    const lots = worstLots(context, instrument.id);
    if (lots === 0) continue;
    const mark = context.mark(instrument.id);
    if (mark === null) {
      return {
        code: 'RISK_NO_MARK',
        detail: `${instrument.id} has up to ${lots} lots at stake and no fresh mark`,
      };
    }
    const position = context.position(instrument.id);
    held += absolute(notional(instrument, mark, position));
    worst += notional(instrument, mark, qtyLots(lots));
  }
  return { held: money(held), worst: money(worst) };
}

/** The allowed multiple of an equity, rounded half to even; a multiple counts to 1e-6. */
function buyingPower(equity: Money, { maxLeverage }: RiskLimits): Money {
  if (equity <= 0n) return ZERO_MONEY;
  if (Number.isSafeInteger(maxLeverage)) return money(equity * BigInt(maxLeverage));
  const leverageE6 = BigInt(Math.round(maxLeverage * 1e6));
  return money(divideHalfEven(equity * leverageE6, PER_MILLION));
}

const shownPower = (power: Money, equity: Money, { maxLeverage }: RiskLimits): string =>
  `${formatE8(power, 2)} (${maxLeverage} x equity ${formatE8(equity, 2)})`;

/**
 * Refuses an order that lets the sum of positions exceed its limit, the allowed multiple of the
 * equity, or what pending orders leave of that multiple. An order that makes no sum larger passes.
 */
export function checkGross(
  request: OrderRequest,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
  mark: PriceTicks,
  context: RiskContext,
  limits: RiskLimits,
): RiskRefusal | null {
  const instrument = instruments.get(request.instrument)!;
  const others = grossOfOthers(instruments, instrument.id, context);
  if ('code' in others) return others;
  const price = (request.price > mark ? request.price : mark) as PriceTicks;
  const position = context.position(instrument.id);
  const { reserved, lots: added } = besides(request, context);
  const buy = request.side === 'buy' ? added : 0;
  const sell = request.side === 'sell' ? added : 0;
  const worstBefore = worstLots(context, instrument.id);
  const worstAfter = Math.max(
    Math.abs(position + reserved.buyLots + buy),
    Math.abs(position - reserved.sellLots - sell),
  );
  const heldAfter = Math.abs(
    position + (request.side === 'buy' ? request.quantity : -request.quantity),
  );
  const held = money(others.held + notional(instrument, price, qtyLots(heldAfter)));
  const worst = money(others.worst + notional(instrument, price, qtyLots(worstAfter)));
  const worstGrows = worstAfter > worstBefore;
  if (worstGrows && worst > limits.maxGrossNotional) {
    return {
      code: 'RISK_GROSS_NOTIONAL',
      detail: `positions could reach ${formatE8(worst, 2)} ${instrument.quote}; allowed: ${formatE8(limits.maxGrossNotional, 2)}`,
    };
  }
  const { equity } = context;
  const power = buyingPower(equity, limits);
  if (heldAfter > Math.abs(position) && held > power) {
    return {
      code: 'RISK_LEVERAGE',
      detail: `positions with this order come to ${formatE8(held, 2)} ${instrument.quote}; allowed: ${shownPower(power, equity, limits)}`,
    };
  }
  if (worstGrows && worst > power) {
    return {
      code: 'RISK_BUYING_POWER',
      detail: `positions with this and all pending orders could reach ${formatE8(worst, 2)} ${instrument.quote}; allowed: ${shownPower(power, equity, limits)}`,
    };
  }
  return null;
}
