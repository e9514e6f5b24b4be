import { assert, type EventTimeNs, type Json } from '../core/index.ts';
import {
  divideHalfEven,
  E8,
  type Fill,
  type Instrument,
  type InstrumentId,
  type Money,
  money,
  notional,
  type PriceTicks,
  type QtyLots,
  qtyLots,
  quantityE8,
  sideSign,
  ZERO_MONEY,
} from '../model/index.ts';

/** What is held of one instrument and what it has cost and earned. Money in quote currency. */
export interface Position {
  readonly instrument: InstrumentId;
  /** Signed; negative for a short position. */
  readonly lots: QtyLots;
  /** Paid for what is held now: positive for a long position, negative for a short one. */
  readonly cost: Money;
  /** Earned by everything closed so far, before fees. */
  readonly realised: Money;
  /** Paid so far; negative when rebates outweigh. */
  readonly fees: Money;
  /** When it last left flat or changed its sign; null when flat. */
  readonly openedAt: EventTimeNs | null;
  /** Price of the latest fill; null before the first. */
  readonly lastPrice: PriceTicks | null;
  /** Sum of the absolute values of all fills. */
  readonly turnover: Money;
  readonly fills: number;
}

/** A position before its first fill. */
export const flatPosition = (instrument: InstrumentId): Position => ({
  instrument,
  lots: qtyLots(0),
  cost: ZERO_MONEY,
  realised: ZERO_MONEY,
  fees: ZERO_MONEY,
  openedAt: null,
  lastPrice: null,
  turnover: ZERO_MONEY,
  fills: 0,
});

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/**
 * Books a fill into a position.
 *
 *   same side:  cost += signed value
 *   reduction:  closed cost = cost · closed lots / lots;  realised += proceeds - closed cost
 *   flip:       the whole position closes at its part of the value, the rest opens with what is left
 *
 * The value of the fill enters once and whole, so cost + cash flow - realised never drifts.
 *
 * Units:   closed cost rounded half to even to 1e-8; the rest of the cost stays with the rest.
 */
export function bookFill(position: Position, instrument: Instrument, fill: Fill): Position {
  assert(fill.quantity > 0, `a fill has a quantity above 0, got ${fill.quantity}`);
  const sign = sideSign(fill.side);
  const value = notional(instrument, fill.price, fill.quantity);
  const signedValue = sign === 1 ? value : -value;
  let { cost, realised, openedAt } = position;
  const lots = position.lots + sign * fill.quantity;
  const held = Math.abs(position.lots);
  if (position.lots === 0 || Math.sign(position.lots) === sign) {
    cost = money(cost + signedValue);
    if (position.lots === 0) openedAt = fill.at;
  } else if (fill.quantity <= held) {
    const closedCost = divideHalfEven(cost * BigInt(fill.quantity), BigInt(held));
    cost = money(cost - closedCost);
    realised = money(realised - signedValue - closedCost);
    if (lots === 0) openedAt = null;
  } else {
    const closingValue = BigInt(sign) * notional(instrument, fill.price, qtyLots(held));
    realised = money(realised - closingValue - cost);
    cost = money(signedValue - closingValue);
    openedAt = fill.at;
  }
  return {
    instrument: position.instrument,
    lots: qtyLots(lots),
    cost,
    realised,
    fees: money(position.fees + fill.fee),
    openedAt,
    lastPrice: fill.price,
    turnover: money(position.turnover + absolute(value)),
    fills: position.fills + 1,
  };
}

/** The value of a position at a price: negative for a short one. */
export const positionValue = (
  position: Position,
  instrument: Instrument,
  mark: PriceTicks,
): Money => notional(instrument, mark, position.lots);

/**
 * The weighted-average entry price of what is held.
 *
 * Units:   1e-8 quote units, rounded half to even; null when flat.
 */
export function averageEntryE8(position: Position, instrument: Instrument): bigint | null {
  if (position.lots === 0) return null;
  const heldE8 = absolute(quantityE8(instrument, position.lots));
  return divideHalfEven(absolute(position.cost) * E8, heldE8);
}

/** The weighted-average entry in ticks with a fraction, for statistics; null when flat. */
export function averageEntryTicks(position: Position, instrument: Instrument): number | null {
  const entry = averageEntryE8(position, instrument);
  return entry === null ? null : Number(entry) / Number(instrument.tickSizeE8);
}

/** A position as canonical JSON. */
export const positionSnapshot = (position: Position): Json => ({ ...position });

/** Reads what `positionSnapshot` wrote, bigints as decimal strings. */
export function restorePosition(snapshot: Json): Position {
  const from = snapshot as unknown as Record<keyof Position, string> & {
    readonly instrument: InstrumentId;
    readonly lots: number;
    readonly openedAt: string | null;
    readonly lastPrice: PriceTicks | null;
    readonly fills: number;
  };
  return {
    instrument: from.instrument,
    lots: qtyLots(from.lots),
    cost: money(BigInt(from.cost)),
    realised: money(BigInt(from.realised)),
    fees: money(BigInt(from.fees)),
    openedAt: from.openedAt === null ? null : (BigInt(from.openedAt) as EventTimeNs),
    lastPrice: from.lastPrice,
    turnover: money(BigInt(from.turnover)),
    fills: from.fills,
  };
}
