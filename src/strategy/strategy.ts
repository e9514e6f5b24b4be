import type { EventTimeNs } from '../core/index.ts';
import type {
  ClientOrderId,
  Instrument,
  Money,
  Order,
  OrderRequest,
  PriceTicks,
  QtyLots,
  StrategyId,
} from '../model/index.ts';
import type { DecisionPolicy } from './decision-policy.ts';
import type { Intent } from './intent.ts';
import type { ParameterDeclaration, Parameters } from './parameters.ts';

/** What a strategy wants done about its orders. Risk still has the last word on a placement. */
export type OrderAction =
  | { readonly kind: 'place'; readonly request: OrderRequest }
  | { readonly kind: 'cancel'; readonly clientOrderId: ClientOrderId };

/** The slow facts that a policy is made from; it is made again when they have moved. */
export interface PolicyContext {
  /** Mid price, ticks. */
  readonly referencePrice: PriceTicks;
  readonly equity: Money;
}

/** The position of one instrument, as far as a strategy may know it. */
export interface PositionView {
  /** Signed; zero when flat. */
  readonly lots: QtyLots;
  /** When it last left flat or changed its sign; null when flat. */
  readonly openedAt: EventTimeNs | null;
  /** Weighted-average entry, ticks with a fraction; null when flat. */
  readonly entryTicks: number | null;
}

/** Best bid and ask of a synchronised, fresh book. */
export interface Touch {
  readonly bid: PriceTicks;
  readonly ask: PriceTicks;
}

/**
 * One strategy on one instrument. It holds no state: everything it needs is in its arguments, so a
 * restart changes nothing and calling it twice with the same facts asks for the same things.
 */
export interface Strategy {
  readonly id: StrategyId;
  readonly instrument: Instrument;
  /** What the native engine is to be set to. */
  policy(context: PolicyContext): DecisionPolicy;
  /**
   * Turns an intent into the actions that lead from the working orders to what is wanted. To be
   * called for every intent, and again with the latest quote intent after one of the strategy's
   * orders on this instrument ended.
   */
  onIntent(
    intent: Intent,
    workingOrders: readonly Order[],
    position: PositionView,
  ): readonly OrderAction[];
  /** Actions that time or price alone call for, such as a time stop. Called about every 250 ms, and
   * when the instrument's data becomes stale. */
  onTime(
    now: EventTimeNs,
    touch: Touch | null,
    workingOrders: readonly Order[],
    position: PositionView,
  ): readonly OrderAction[];
}

/** A kind of strategy: its name, its parameters and how one is made for an instrument. */
export interface StrategyDefinition {
  readonly id: StrategyId;
  /** One sentence for people. */
  readonly description: string;
  readonly parameters: readonly ParameterDeclaration[];
  /** Whether it enters by taking, so that its entries can be guarded by a bracket; absent: no. */
  readonly takes?: true;
  /** Makes the strategy. Requires parameters that are complete and within their bounds. */
  create(parameters: Parameters, instrument: Instrument): Strategy;
}
