import {
  divideHalfEven,
  type Fill,
  type Instrument,
  notional,
  qtyLots,
  sideSign,
} from '../model/index.ts';

/** A position as the projection keeps it; amounts in 1e-8 quote units. */
export interface ProjectedPosition {
  /** Signed; negative for a short position. */
  readonly lots: number;
  /** Paid for what is held now, weighted average; negative for a short position. */
  readonly cost: bigint;
  /** Earned by everything closed so far, before fees. */
  readonly realised: bigint;
  readonly fees: bigint;
  readonly fills: number;
}

/** A position before its first fill. */
export const NO_POSITION: ProjectedPosition = {
  lots: 0,
  cost: 0n,
  realised: 0n,
  fees: 0n,
  fills: 0,
};

/**
 * Adds a fill by weighted-average entry, to the unit what `portfolio` books.
 *
 * Units:   the cost of a closed part is rounded half to even to 1e-8.
 */
export function foldFill(
  position: ProjectedPosition,
  instrument: Instrument,
  fill: Fill,
): ProjectedPosition {
  const sign = sideSign(fill.side);
  const value = BigInt(sign) * notional(instrument, fill.price, fill.quantity);
  const lots = position.lots + sign * fill.quantity;
  const next = { ...position, lots, fees: position.fees + fill.fee, fills: position.fills + 1 };
  if (position.lots === 0 || Math.sign(position.lots) === sign) {
    return { ...next, cost: position.cost + value };
  }
  const held = Math.abs(position.lots);
  if (fill.quantity <= held) {
    const closed = divideHalfEven(position.cost * BigInt(fill.quantity), BigInt(held));
    return {
      ...next,
      cost: position.cost - closed,
      realised: position.realised - value - closed,
    };
  }
  const closing = BigInt(sign) * notional(instrument, fill.price, qtyLots(held));
  return {
    ...next,
    cost: value - closing,
    realised: position.realised - closing - position.cost,
  };
}
