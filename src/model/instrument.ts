import { assert, type Brand } from '../core/index.ts';
import {
  divideHalfEven,
  E8,
  type Money,
  money,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
} from './units.ts';

const E8_UNITS = Number(E8);

/** `venue:SYMBOL`, for example `sim:BTCUSDT`. */
export type InstrumentId = Brand<string, 'InstrumentId'>;

/** Which rule proves that two depth updates follow each other. */
export type SequenceRule =
  /** The first id of an update follows the last id of the one before. */
  | 'binance-spot'
  /** An update names the last id of the one before. */
  | 'binance-futures'
  /** Every message is the whole best part of the book; its id must rise. */
  | 'binance-partial'
  /** The venue's checksum of the best ten levels after every update. */
  | 'kraken'
  /** The message numbers of the connection have no gap. */
  | 'coinbase';

/** A tradable linear instrument: what it is called, its grids and its venue minimums. */
export interface Instrument {
  readonly id: InstrumentId;
  /** Dense index from 0; the native engine's symbol index. */
  readonly index: number;
  readonly venue: string;
  /** The venue's own name, as it stands in its messages. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Price grid, in 1e-8 quote units. */
  readonly tickSizeE8: bigint;
  /** Quantity grid, in 1e-8 base units. */
  readonly stepSizeE8: bigint;
  /** Smallest order value, in quote currency. */
  readonly minNotional: Money;
  readonly sequenceRule: SequenceRule;
  /** Levels of a side that the venue keeps up to date (Kraken: the subscribed depth); absent: all. */
  readonly depth?: number;
  /** Decimals with which the venue prints prices; absent: the fewest that show the tick. */
  readonly priceDecimals?: number;
  /** Decimals with which the venue prints quantities; absent: the fewest that show the step. */
  readonly quantityDecimals?: number;
}

/** Makes the id of a venue's symbol. */
export const instrumentId = (venue: string, symbol: string): InstrumentId =>
  `${venue}:${symbol}` as InstrumentId;

/**
 * The value of a quantity at a price.
 *
 *   notional = ticks * tickSize * lots * stepSize
 *
 * Units:   quote currency in 1e-8, rounded half to even (exact when tickSize * stepSize is a
 *          multiple of 1e-8). Negative for negative lots.
 */
export function notional(instrument: Instrument, price: PriceTicks, quantity: QtyLots): Money {
  const exact = smallNotional(instrument, price * quantity);
  if (exact !== null) return money(BigInt(exact));
  const perTickLotE16 = instrument.tickSizeE8 * instrument.stepSizeE8;
  return money(divideHalfEven(BigInt(price) * BigInt(quantity) * perTickLotE16, E8));
}

/** The same as a number where every step is exact: a bigint for each would be garbage. */
function smallNotional({ tickSizeE8, stepSizeE8 }: Instrument, tickLots: number): number | null {
  const perTickLotE16 = Number(tickSizeE8) * Number(stepSizeE8);
  if (perTickLotE16 % E8_UNITS !== 0 || !Number.isSafeInteger(perTickLotE16)) return null;
  const units = tickLots * (perTickLotE16 / E8_UNITS);
  return Number.isSafeInteger(units) && Number.isSafeInteger(tickLots) ? units : null;
}

/** Ticks of a price given in 1e-8 quote units; null when it is off the grid. */
export function ticksFromE8(instrument: Instrument, priceE8: bigint): PriceTicks | null {
  if (priceE8 % instrument.tickSizeE8 !== 0n) return null;
  return priceTicks(Number(priceE8 / instrument.tickSizeE8));
}

/** Lots of a quantity given in 1e-8 base units; null when it is off the grid. */
export function lotsFromE8(instrument: Instrument, quantityE8: bigint): QtyLots | null {
  if (quantityE8 % instrument.stepSizeE8 !== 0n) return null;
  return qtyLots(Number(quantityE8 / instrument.stepSizeE8));
}

/** A price in 1e-8 quote units. */
export const priceE8 = (instrument: Instrument, price: PriceTicks): bigint =>
  BigInt(price) * instrument.tickSizeE8;

/** A quantity in 1e-8 base units. */
export const quantityE8 = (instrument: Instrument, quantity: QtyLots): bigint =>
  BigInt(quantity) * instrument.stepSizeE8;

/** Decimal places of a grid given in 1e-8 units, for display: 0.01 has two. */
export function gridDecimals(gridE8: bigint): number {
  assert(gridE8 > 0n, 'a grid is positive');
  let decimals = 8;
  for (let grid = gridE8; decimals > 0 && grid % 10n === 0n; grid /= 10n) decimals -= 1;
  return decimals;
}
