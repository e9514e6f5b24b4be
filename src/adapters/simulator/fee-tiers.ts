import { assert } from '../../core/index.ts';
import type { Money } from '../../model/index.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Fees as fractions of notional in 1e-8: 20,000 is 0.0002. Negative is a rebate. */
export interface FeeRates {
  readonly makerFeeE8: bigint;
  readonly takerFeeE8: bigint;
}

/** The fees of an account whose own volume of the last 30 days reached an amount. */
export interface FeeTier extends FeeRates {
  /** Least volume, quote currency. */
  readonly fromVolume: Money;
}

const HOUR_US = 3_600_000_000;

/** Full hours that count, beside the one that runs: 30 days. */
const WINDOW_HOURS = 720;

/**
 * The account's own traded value of the last 30 days, in hours: the hour that runs and the 720 full
 * ones before it. What is older leaves with its hour.
 *
 * Bounds:      721 amounts.
 * Determinism: a fold over the fills.
 */
export class VolumeWindow {
  readonly #hours = new Map<number, bigint>();

  /** Adds the value of a fill. Times do not fall by more than the window. */
  add(at: VenueTimeUs, value: Money): void {
    const hour = Math.floor(at / HOUR_US);
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0n) + value);
    for (const [old] of this.#hours) if (old < hour - WINDOW_HOURS) this.#hours.delete(old);
  }

  /** The value traded in the window that ends at a time. */
  total(at: VenueTimeUs): Money {
    const from = Math.floor(at / HOUR_US) - WINDOW_HOURS;
    let sum = 0n;
    for (const [hour, value] of this.#hours) if (hour >= from) sum += value;
    return sum as Money;
  }

  /** The hours with their values, as they are stored. */
  hours(): readonly (readonly [number, Money])[] {
    return [...this.#hours] as (readonly [number, bigint])[] as (readonly [number, Money])[];
  }

  /** Sets the window to what was stored. */
  restore(hours: Iterable<readonly [number, Money]>): void {
    this.#hours.clear();
    for (const [hour, value] of hours) this.#hours.set(hour, value);
  }
}

/**
 * The fees at a volume: those of the highest tier that it reaches, else the ordinary ones.
 *
 * Requires: tiers in rising order of volume (`checkTiers`).
 */
export function feesAt(ordinary: FeeRates, tiers: readonly FeeTier[], volume: Money): FeeRates {
  return tiers.findLast((tier) => volume >= tier.fromVolume) ?? ordinary;
}

/** Asserts that the volumes of fee tiers rise and are above zero. */
export function checkTiers(tiers: readonly FeeTier[]): void {
  tiers.forEach((tier, index) => {
    const least = index === 0 ? 0n : tiers[index - 1]!.fromVolume;
    assert(tier.fromVolume > least, `fee tier ${index + 1} begins above the one before it`);
  });
}
