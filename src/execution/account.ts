import type { EventTimeNs } from '../core/index.ts';
import type {
  AccountCharge,
  ClientOrderId,
  DomainEvent,
  Fill,
  FillStanding,
  Instrument,
  InstrumentId,
  Money,
  QtyLots,
  StrategyId,
} from '../model/index.ts';
import type { Orders } from './orders.ts';

/** Owner of orders that the venue knows as ours but our journal lost; they are cancelled. */
export const RECOVERED_STRATEGY = 'recovered' as StrategyId;

/** Our side of the comparison. */
export interface LocalAccount {
  /** Event time given to the events that reconciliation makes. */
  readonly at: EventTimeNs;
  readonly runEpoch: number;
  readonly orders: Orders;
  /** Signed lots; instruments that are flat may be missing. */
  readonly positions: ReadonlyMap<InstrumentId, QtyLots>;
  readonly cash: Money;
  /** Everything ever deposited; zero only before the first reconciliation. */
  readonly deposits: Money;
  /** Whether a fill is in the books already. */
  fillStanding(fill: Fill): FillStanding;
  /** The same of a charge; absent: none is, so each of the venue's counts as new. */
  chargeStanding?(charge: AccountCharge): FillStanding;
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>;
  /** An order younger than this at the venue's answer may still be on its way; ms. */
  readonly settleMs: number;
}

/** What comparing the two accounts came to. */
export type Reconciliation =
  | {
      readonly kind: 'resolved';
      /** To be recorded in this order; the last one is `reconciled`. */
      readonly events: readonly DomainEvent[];
      /** One line for each difference that was found and resolved. */
      readonly resolutions: readonly string[];
      /** Orders to cancel, since nobody steers them. */
      readonly cancels: readonly ClientOrderId[];
    }
  | {
      readonly kind: 'refused';
      /** What differs, one line each; nothing is recorded. */
      readonly differences: readonly string[];
      /** Orders of ours that work at the venue although they ended here; to be cancelled. */
      readonly cancels: readonly ClientOrderId[];
    };
