import { assert, type EventTimeNs } from '../../core/index.ts';
import {
  divideHalfEven,
  E8,
  type Instrument,
  type InstrumentId,
  type Money,
  money,
  notional,
  type PriceTicks,
  type QtyLots,
} from '../../model/index.ts';
import { toVenueTime, type VenueTimeUs } from './schedule.ts';

/** A funding rate that was due at a time: a fraction of the position's value, in 1e-8. */
export interface FundingRate {
  readonly at: EventTimeNs;
  readonly rateE8: bigint;
}

/** Where the funding rates of a venue come from. */
export type FundingSource =
  | {
      /** The same rate at every full interval of UTC. */
      readonly kind: 'constant';
      readonly rateE8: bigint;
      readonly intervalHours: number;
    }
  | {
      /** What was recorded, in rising order of time; an instrument without a list pays none. */
      readonly kind: 'recorded';
      readonly rates: ReadonlyMap<InstrumentId, readonly FundingRate[]>;
    };

const HOUR_US = 3_600_000_000;

/**
 * The funding of a position.
 *
 *   paid = signed lots * mark * rate: the long pays a positive rate, the short receives it
 *
 * Units:  1e-8 quote units, rounded half to even.
 * Source: the funding rule of perpetuals at Binance, Bybit and Deribit.
 */
export function fundingPayment(
  instrument: Instrument,
  lots: QtyLots,
  mark: PriceTicks,
  rateE8: bigint,
): Money {
  return money(divideHalfEven(notional(instrument, mark, lots) * rateE8, E8));
}

/** The rates of an instrument that were due after `from` and up to `to`, oldest first. */
export function fundingDue(
  source: FundingSource,
  instrument: InstrumentId,
  from: VenueTimeUs,
  to: VenueTimeUs,
): readonly { readonly at: VenueTimeUs; readonly rateE8: bigint }[] {
  if (source.kind === 'constant') {
    const { rateE8 } = source;
    return rateE8 === 0n
      ? []
      : instantsBetween(source.intervalHours, from, to).map((at) => ({ at, rateE8 }));
  }
  const due: { readonly at: VenueTimeUs; readonly rateE8: bigint }[] = [];
  const rates = source.rates.get(instrument) ?? [];
  for (let index = firstAfter(rates, from); index < rates.length; index += 1) {
    const { at, rateE8 } = rates[index]!;
    if (toVenueTime(at) > to) break;
    due.push({ at: toVenueTime(at), rateE8 });
  }
  return due;
}

/** The full intervals of UTC after `from` and up to `to`. */
export function instantsBetween(
  intervalHours: number,
  from: VenueTimeUs,
  to: VenueTimeUs,
): readonly VenueTimeUs[] {
  assert(intervalHours > 0, 'an interval is longer than nothing');
  const interval = intervalHours * HOUR_US;
  const instants: VenueTimeUs[] = [];
  for (let at = (Math.floor(from / interval) + 1) * interval; at <= to; at += interval) {
    instants.push(at);
  }
  return instants;
}

function firstAfter(rates: readonly FundingRate[], from: VenueTimeUs): number {
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (toVenueTime(rates[middle]!.at) > from) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Hours of a year of 365 days. */
const YEAR_HOURS = 8_760n;

/**
 * The interest of an hour on what was borrowed.
 *
 *   interest = borrowed * yearly rate / 8760
 *
 * Units:  1e-8 quote units, rounded half to even.
 */
export const hourlyInterest = (borrowed: bigint, yearlyRateE8: bigint): Money =>
  money(divideHalfEven(borrowed * yearlyRateE8, E8 * YEAR_HOURS));
