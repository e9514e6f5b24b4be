import type { Instrument, Money } from '../../model/index.ts';
import { money } from '../../model/index.ts';
import type { PREVENTION } from '../../native/index.ts';
import type { FaultRule } from './fault-rules.ts';
import type { FeeRates, FeeTier } from './fee-tiers.ts';
import type { FittedMarket } from './fitted-market.ts';
import type { SettlementRules } from './settlement-rules.ts';

/** How one instrument's market is generated. */
export interface GeneratedMarket {
  /** First mid price of an empty ledger, 1e-8 quote units; later runs go on from the last price. */
  readonly startPriceE8: bigint;
  /** Standard deviation of the log return over one day, for example 0.03. */
  readonly dailyVolatility: number;
  /** Mean rate of market orders, per second. Each may trade with several resting orders. */
  readonly tradesPerSecond: number;
  /** Value of the resting orders of one side within 10 bps of the mid price, quote currency. */
  readonly depthNotional?: Money;
  /** Fitted to recorded messages: replaces all of the above but the start price. */
  readonly fitted?: FittedMarket;
}

/** One instrument of the venue: its grids and its market. */
export interface SimulatedInstrument {
  readonly instrument: Instrument;
  readonly market: GeneratedMarket;
}

/** The ordinary fees, and those of accounts that trade much. */
export interface FeeSchedule extends FeeRates {
  /** In rising order of volume. */
  readonly feeTiers: readonly FeeTier[];
}

/** Median one-way delays, ms, and the log-normal shape they share (0 makes them constant). */
export interface LatencyModel {
  readonly feedMs: number;
  readonly orderMs: number;
  readonly responseMs: number;
  readonly sigma: number;
  /** Recorded one-way delays, ms, that are drawn from instead, where there are any. */
  readonly recorded?: {
    readonly feed?: readonly number[];
    readonly order?: readonly number[];
    readonly response?: readonly number[];
  };
  /** Shapes of their own where they were fitted; `sigma` otherwise. */
  readonly feedSigma?: number;
  readonly orderSigma?: number;
}

/** Seeded faults: each a probability per message, 0 when absent; or rules with times. */
export interface VenueFaults {
  /** A market message never arrives. */
  readonly dropFrame?: number;
  /** A market message arrives twice. */
  readonly duplicateFrame?: number;
  /** A market message is overtaken by 1 to 40 others. */
  readonly reorderFrame?: number;
  /** One byte of a market message is changed. */
  readonly corruptFrame?: number;
  /** An order or cancel is lost on its way to the venue. */
  readonly loseRequest?: number;
  /** A report, an acceptance for example, is lost on its way back. */
  readonly loseReport?: number;
  /** An account question is answered `venue-unavailable`. */
  readonly failAccount?: number;
  /** Faults of every kind, with when they happen. */
  readonly rules?: readonly FaultRule[];
}

/** What the venue lets an account place, beside the grids and minimums of its instruments. */
export interface VenueFilters {
  /**
   * How far the price of a limit order may lie on its eager side, as multiples of the mark: buys at
   * most `up`, sells at least `down`. Null: anywhere.
   */
  readonly percentPrice: { readonly up: number; readonly down: number } | null;
  /** Open orders of the account, stops included; null: as many as the books hold. */
  readonly maxOpenOrders: number | null;
  /** Stops among them; null: as many. */
  readonly maxConditionalOrders: number | null;
}

/** Which of two orders of the account goes when they would trade with each other. */
export type SelfTradePrevention = keyof typeof PREVENTION;

/** Everything that a simulated venue is made of. */
export interface SimulatedVenueOptions extends FeeSchedule {
  /** In the order of `instrument.index`, which must count from 0. */
  readonly instruments: readonly SimulatedInstrument[];
  /** Directory of the venue's own truth; made when absent. Not the bot's journal. */
  readonly directory: string;
  /** 32-bit unsigned. */
  readonly seed: number;
  /** Deposited once, into an empty ledger. */
  readonly initialCash: Money;
  readonly latency: LatencyModel;
  /** Gross notional of positions and open orders that the venue allows per unit of equity. */
  readonly maxLeverage: number;
  /** Time between the depth messages of a symbol, ms. */
  readonly depthIntervalMs: number;
  readonly faults: VenueFaults;
  readonly settlement: SettlementRules;
  readonly filters: VenueFilters;
  readonly selfTradePrevention: SelfTradePrevention;
  /**
   * Age above which the venue refuses a request, ms, by its own clock: one that was held up on the
   * way is not carried out later. At most the time after which the sender doubts it.
   */
  readonly requestWindowMs: number;
  /**
   * Orders that rest at once, those of the crowd included; one more is refused. At least
   * `fewestOrders`, which is what null stands for.
   */
  readonly maxOrders: number | null;
}

/** Options that have a default; the others say what is simulated and where its truth lies. */
export const DEFAULT_VENUE_OPTIONS = {
  seed: 1,
  initialCash: money(10_000_000_000_000n),
  makerFeeE8: 20_000n,
  takerFeeE8: 50_000n,
  feeTiers: [],
  latency: { feedMs: 1, orderMs: 2, responseMs: 2, sigma: 0.3 },
  maxLeverage: 10,
  depthIntervalMs: 100,
  faults: {},
  settlement: {
    funding: { kind: 'constant', rateE8: 0n, intervalHours: 8 },
    borrowRateE8: 0n,
    marginTiers: [
      { upTo: money(5_000_000_000_000n), rateE8: 400_000n },
      { upTo: money(60_000_000_000_000n), rateE8: 500_000n },
      { upTo: money(300_000_000_000_000n), rateE8: 1_000_000n },
      { upTo: null, rateE8: 2_500_000n },
    ],
    liquidationFeeE8: 500_000n,
    deleveraging: null,
  },
  filters: {
    percentPrice: { up: 1.05, down: 0.95 },
    maxOpenOrders: 200,
    maxConditionalOrders: 100,
  },
  selfTradePrevention: 'cancelResting',
  requestWindowMs: 1_500,
  maxOrders: null,
} as const satisfies Omit<SimulatedVenueOptions, 'instruments' | 'directory'>;

/** Depth of a market that names none: 10 million of the quote currency a side within 10 bps. */
export const DEFAULT_DEPTH_NOTIONAL = money(1_000_000_000_000_000n);
