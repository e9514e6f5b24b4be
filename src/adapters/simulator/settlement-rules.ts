import type { FundingSource } from './funding.ts';
import type { DeleveragingRule, MarginTier } from './margin.ts';

/** What a venue charges beside fees, and when it takes positions away. */
export interface SettlementRules {
  readonly funding: FundingSource;
  /** Yearly rate on what is borrowed, a fraction in 1e-8. */
  readonly borrowRateE8: bigint;
  /** Empty: the venue never liquidates. */
  readonly marginTiers: readonly MarginTier[];
  /** Fee of a liquidation, a fraction of its value in 1e-8. */
  readonly liquidationFeeE8: bigint;
  /** Null: nobody is deleveraged. */
  readonly deleveraging: DeleveragingRule | null;
}
