import { assert } from '../../core/index.ts';
import type { Liquidity } from '../../model/index.ts';

/** How the price moves away from an order, as a function of its size. */
export type ImpactModel =
  /** Nothing: right for orders within the displayed size. */
  | { readonly kind: 'none' }
  /** bps = coefficient * sigma * sqrt(quantity / volume) * 10,000. */
  | { readonly kind: 'square-root'; readonly coefficient: number }
  /** bps = coefficientBps * quantity / volume. */
  | { readonly kind: 'linear'; readonly coefficientBps: number }
  /**
   * bps = temporaryBps * (quantity / volume) / share of the horizon used, and half of
   * permanentBps * quantity / volume.
   */
  | {
      readonly kind: 'almgren-chriss';
      readonly temporaryBps: number;
      readonly permanentBps: number;
    };

/** What an account pays and how its venue lets it wait. */
export interface CostTerms {
  /** Paid for a fill that rested, fraction of its value; negative is a rebate. */
  readonly makerFee: number;
  /** Paid for a fill that took, fraction of its value. */
  readonly takerFee: number;
  /** From the decision to the venue, ms. */
  readonly latencyMs: number;
  readonly impact: ImpactModel;
}

/** An account that pays nothing and waits for nothing. */
export const NO_COSTS: CostTerms = {
  makerFee: 0,
  takerFee: 0,
  latencyMs: 0,
  impact: { kind: 'none' },
};

/** The market at the moment of the question. */
export interface CostMarket {
  readonly bid: number;
  readonly ask: number;
  /** Standard deviation of the return over one second, fraction; null: not known, counted as 0. */
  readonly volatility: number | null;
  /** What trades in `volumeHorizonS`, in the unit of the quantity; null: impact counts as 0. */
  readonly volume: number | null;
  /** Time in which that volume trades, s: a day, or what the caller measured. */
  readonly volumeHorizonS: number;
  /** Paid per hour of holding, fraction; 0 for spot. Signed: positive is paid by a long position. */
  readonly fundingPerHour: number;
}

/** What is to be done. */
export interface CostQuestion {
  /** In the unit of the volume. */
  readonly quantity: number;
  readonly side: 'buy' | 'sell';
  readonly liquidity: Liquidity;
  /** Time over which it is worked; 0 at once. */
  readonly durationS: number;
  /** Time for which the position will be held and pay funding, h. */
  readonly holdingHours: number;
}

/** Expected cost by cause, each in bps of the value at the mid price; negative is a gain. */
export interface ExpectedCost {
  readonly feeBps: number;
  readonly spreadBps: number;
  readonly impactBps: number;
  readonly delayBps: number;
  readonly fundingBps: number;
  readonly totalBps: number;
}

const BPS = 10_000;

/**
 * Expected impact of an order that takes.
 *
 * Units:  bps of the mid price; 0 where the volume (or, for the square root, the volatility) is unknown.
 * Source: linear: Kyle (1985); square root: Torre & Ferrari (1997), Toth et al. (2011), PRX 1, 021006;
 *         Almgren-Chriss: Almgren & Chriss (2000), eq. 6-7.
 */
export function impactBps(model: ImpactModel, market: CostMarket, question: CostQuestion): number {
  const { volume, volatility, volumeHorizonS } = market;
  if (model.kind === 'none' || volume === null || volume <= 0) return 0;
  const share = question.quantity / volume;
  switch (model.kind) {
    case 'square-root': {
      const sigma = (volatility ?? 0) * Math.sqrt(volumeHorizonS);
      return model.coefficient * sigma * Math.sqrt(share) * BPS;
    }
    case 'linear':
      return model.coefficientBps * share;
    case 'almgren-chriss': {
      // Worked at once it still needs a moment; a second bounds the rate.
      const used = Math.min(1, Math.max(1, question.durationS) / volumeHorizonS);
      return (model.temporaryBps * share) / used + (model.permanentBps * share) / 2;
    }
  }
}

/**
 * What an order is expected to cost against the mid price of the moment.
 *
 *   total = fee + half spread + impact + delay + funding
 *   delay = sigma * sqrt(latency),   funding = side * rate * hours
 *
 * An order that rests earns the half spread, has no impact, and pays the maker fee. The delay is the
 * size of a typical move while the order is on its way: a bound for who is traded against rather
 * than a mean.
 */
export function expectedCost(
  terms: CostTerms,
  market: CostMarket,
  question: CostQuestion,
): ExpectedCost {
  const { bid, ask } = market;
  assert(bid > 0 && ask >= bid, () => `a touch has 0 < bid <= ask, got ${bid} and ${ask}`);
  const takes = question.liquidity === 'taker';
  const halfSpreadBps = ((ask - bid) / (ask + bid)) * BPS;
  const sign = question.side === 'buy' ? 1 : -1;
  const feeBps = (takes ? terms.takerFee : terms.makerFee) * BPS;
  const spreadBps = takes ? halfSpreadBps : -halfSpreadBps;
  const impact = takes ? impactBps(terms.impact, market, question) : 0;
  const delayBps = (market.volatility ?? 0) * Math.sqrt(terms.latencyMs / 1_000) * BPS;
  const fundingBps = sign * market.fundingPerHour * question.holdingHours * BPS;
  return {
    feeBps,
    spreadBps,
    impactBps: impact,
    delayBps,
    fundingBps,
    totalBps: feeBps + spreadBps + impact + delayBps + fundingBps,
  };
}

/** Expected cost of entering and leaving by the same way, funding counted once; bps. */
export function roundTripCostBps(
  terms: CostTerms,
  market: CostMarket,
  question: CostQuestion,
): number {
  const { totalBps, fundingBps } = expectedCost(terms, market, question);
  return 2 * (totalBps - fundingBps) + fundingBps;
}

/** Whether an expected gain is larger than its cost and a margin asked for on top; all in bps. */
export const edgeExceedsCost = (edgeBps: number, costBps: number, marginBps = 0): boolean =>
  edgeBps > costBps + marginBps;
