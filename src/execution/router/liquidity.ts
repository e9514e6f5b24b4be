import type { Money, Side } from '../../model/index.ts';

/** A level of one venue's book, in units that all venues share. */
export interface RouteLevel {
  /** Quote currency per base unit, 1e-8. */
  readonly priceE8: bigint;
  /** Base units, 1e-8. */
  readonly quantityE8: bigint;
}

/** What a venue offers on the side that is to be taken, and what taking it costs there. */
export interface VenueLiquidity {
  readonly venue: string;
  /** Best first. */
  readonly levels: readonly RouteLevel[];
  /** Quantity grid, 1e-8 base units. */
  readonly stepE8: bigint;
  readonly minNotional: Money;
  /** Paid by what takes, fraction of the value in 1e-8. */
  readonly takerFeeE8: bigint;
  /** From us to the venue, ms. */
  readonly latencyMs: number;
  /** How likely what is displayed is still there when the order comes, 0 to 1. */
  readonly fillProbability: number;
  /** Whether its circuit is open: nothing is sent there. */
  readonly isDown: boolean;
}

/** What is to be traded, and how its risks are priced. */
export interface RouteQuestion {
  readonly side: Side;
  readonly quantityE8: bigint;
  /** Standard deviation of the return over one second, fraction: prices the latency. */
  readonly volatility: number;
  /** What a displayed unit that is gone costs to be had elsewhere, bps. */
  readonly missCostBps: number;
  /** Worst price of a level; null: none. */
  readonly limitE8: bigint | null;
  /** Worst price of a level with all its costs, at which the trade still pays; null: none. */
  readonly breakEvenE8: bigint | null;
}

const ONE_E8 = 100_000_000n;

/**
 * Costs of a venue beside its prices, as a fraction of the value in 1e-8.
 *
 *   fee + volatility * sqrt(latency) + (1 - fillProbability) * missCost
 */
export function venuePenaltyE8(venue: VenueLiquidity, question: RouteQuestion): bigint {
  const delay = question.volatility * Math.sqrt(venue.latencyMs / 1_000);
  const miss = ((1 - venue.fillProbability) * question.missCostBps) / 10_000;
  return venue.takerFeeE8 + BigInt(Math.round((delay + miss) * 1e8));
}

/** Price of a unit with all costs, 1e-16: what is paid for a buy, what is received for a sell. */
export const effectivePriceE16 = (side: Side, priceE8: bigint, penaltyE8: bigint): bigint =>
  priceE8 * (side === 'buy' ? ONE_E8 + penaltyE8 : ONE_E8 - penaltyE8);

/** A level in the order of its cost. */
export interface RankedLevel {
  readonly venue: VenueLiquidity;
  readonly index: number;
  readonly priceE8: bigint;
  /** Whole steps of the venue. */
  readonly quantityE8: bigint;
  /** The lower the better, 1e-16 per unit: the effective price, negative for a sell. */
  readonly costE16: bigint;
}

const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every level that the question allows, the cheapest first; ties by venue name, then by depth. */
export function rankedLevels(
  venues: readonly VenueLiquidity[],
  question: RouteQuestion,
): readonly RankedLevel[] {
  const { side, limitE8, breakEvenE8 } = question;
  const sign = side === 'buy' ? 1n : -1n;
  const ranked = venues.flatMap((venue) => {
    const penaltyE8 = venuePenaltyE8(venue, question);
    return venue.levels.map(({ priceE8, quantityE8 }, index): RankedLevel => {
      const costE16 = sign * effectivePriceE16(side, priceE8, penaltyE8);
      const whole = (quantityE8 / venue.stepE8) * venue.stepE8;
      return { venue, index, priceE8, quantityE8: whole, costE16 };
    });
  });
  return ranked
    .filter(({ priceE8, quantityE8, costE16 }) => {
      const within = limitE8 === null || sign * priceE8 <= sign * limitE8;
      const pays = breakEvenE8 === null || costE16 <= sign * breakEvenE8 * ONE_E8;
      return quantityE8 > 0n && within && pays;
    })
    .sort((a, b) => {
      if (a.costE16 !== b.costE16) return a.costE16 < b.costE16 ? -1 : 1;
      return compareNames(a.venue.venue, b.venue.venue) || a.index - b.index;
    });
}
