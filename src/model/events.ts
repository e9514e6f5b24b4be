import type { EventTimeNs } from '../core/index.ts';
import type { AccountCharge, ClosingCause } from './charge.ts';
import type { InstrumentId } from './instrument.ts';
import type { MarketMoment } from './market-moment.ts';
import type { ModeCause } from './mode.ts';
import type { ClientOrderId, Fill, OrderRequest, VenueOrderId } from './order.ts';
import type { ParentOrderId, PlainRecord } from './parent.ts';
import type { ParentSpec } from './parent-spec.ts';
import type { Money, PriceTicks, QtyLots } from './units.ts';

/** A venue's report about our orders or our account, as its adapter hands it over. */
export type VenueReport =
  | {
      readonly kind: 'order-accepted';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly venueOrderId: VenueOrderId;
    }
  | {
      readonly kind: 'order-rejected';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly reason: string;
    }
  | { readonly kind: 'order-filled'; readonly at: EventTimeNs; readonly fill: Fill }
  | {
      readonly kind: 'order-cancelled';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly reason: string;
    }
  | {
      /** The venue ended it by its own rule, for example the unfilled rest of an IOC. */
      readonly kind: 'order-expired';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly reason: string;
    }
  | {
      /** The cancel came too late or named nothing; the order itself is unchanged. */
      readonly kind: 'cancel-rejected';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly reason: string;
    }
  | {
      /** The order works with these terms from now on. */
      readonly kind: 'order-amended';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      /** Number of the amend among those of its order. */
      readonly amendment: number;
      readonly price: PriceTicks;
      readonly quantity: QtyLots;
      /** What was filled of it when it was amended, by the venue's count. */
      readonly filled: QtyLots;
    }
  | {
      /** The amend was certainly not carried out. */
      readonly kind: 'amend-rejected';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly amendment: number;
      readonly reason: string;
      /** Whether the order works on as it was; false: the venue has no such order any more. */
      readonly orderWorks: boolean;
    }
  | {
      /** The venue took money from the account, or gave it some, without a fill. */
      readonly kind: 'account-charged';
      readonly at: EventTimeNs;
      readonly charge: AccountCharge;
    }
  | {
      /** The venue closed a position, or a part of it; its fill belongs to no order of ours. */
      readonly kind: 'position-closed';
      readonly at: EventTimeNs;
      readonly cause: ClosingCause;
      readonly fill: Fill;
    };

/** The order of ours that a report is about; null when it is about the account. */
export function reportedOrder(report: VenueReport): ClientOrderId | null {
  switch (report.kind) {
    case 'account-charged':
    case 'position-closed':
      return null;
    case 'order-filled':
      return report.fill.clientOrderId;
    default:
      return report.clientOrderId;
  }
}

/** Everything that changes state, in the order it happened: what the journal holds. */
export type DomainEvent =
  | VenueReport
  | {
      readonly kind: 'run-started';
      readonly at: EventTimeNs;
      readonly runEpoch: number;
      readonly kernelTarget: string;
      readonly configurationHash: string;
      readonly version: string;
    }
  | { readonly kind: 'run-stopped'; readonly at: EventTimeNs; readonly reason: string }
  | { readonly kind: 'cash-deposited'; readonly at: EventTimeNs; readonly amount: Money }
  | {
      readonly kind: 'order-submitted';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly request: OrderRequest;
      /** The market as it went out; absent while the book was not fresh, and in older journals. */
      readonly market?: MarketMoment;
    }
  | {
      readonly kind: 'cancel-requested';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
    }
  | {
      /** An amend is about to be sent; until it is answered the worse of both terms is reserved. */
      readonly kind: 'amend-requested';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly amendment: number;
      readonly price: PriceTicks;
      readonly quantity: QtyLots;
    }
  | {
      /** No answer within the limit: the order may or may not exist at the venue. */
      readonly kind: 'order-doubted';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly reason: string;
    }
  | {
      readonly kind: 'order-refused';
      readonly at: EventTimeNs;
      readonly request: OrderRequest;
      /** Stable code of `risk`, see docs/risk.md. */
      readonly code: string;
      readonly detail: string;
    }
  | {
      /** A parent order begins to live in this process; its children name it. */
      readonly kind: 'parent-opened';
      readonly at: EventTimeNs;
      readonly parent: ParentOrderId;
      readonly spec: ParentSpec;
      readonly market?: MarketMoment;
    }
  | {
      /** What a parent order must remember that its children do not tell. */
      readonly kind: 'parent-updated';
      readonly at: EventTimeNs;
      readonly parent: ParentOrderId;
      readonly memory: PlainRecord;
    }
  | {
      readonly kind: 'parent-ended';
      readonly at: EventTimeNs;
      readonly parent: ParentOrderId;
      readonly reason: string;
      readonly market?: MarketMoment;
    }
  | {
      readonly kind: 'reconciled';
      readonly at: EventTimeNs;
      /** One line for each difference that was found and resolved. */
      readonly resolutions: readonly string[];
    }
  | { readonly kind: 'cause-raised'; readonly at: EventTimeNs; readonly cause: ModeCause }
  | {
      readonly kind: 'cause-cleared';
      readonly at: EventTimeNs;
      readonly causeId: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'restore-requested';
      readonly at: EventTimeNs;
      readonly causeId: string;
      /** Earliest time at which the restore may take effect. */
      readonly dueAt: EventTimeNs;
    }
  | { readonly kind: 'restore-cancelled'; readonly at: EventTimeNs; readonly causeId: string }
  | {
      readonly kind: 'equity-sampled';
      readonly at: EventTimeNs;
      readonly equity: Money;
      readonly cash: Money;
      readonly realised: Money;
      readonly unrealised: Money;
      readonly fees: Money;
      /** Funding and interest paid so far; absent while none was. */
      readonly charges?: Money;
      readonly marks: readonly { readonly instrument: InstrumentId; readonly price: PriceTicks }[];
    }
  | {
      /** A decision that led to an order, or the once-a-second sample of the latest one. */
      readonly kind: 'decision-sampled';
      readonly at: EventTimeNs;
      readonly instrument: InstrumentId;
      readonly side: 'buy' | 'sell' | 'none';
      readonly quantity: QtyLots;
      /** Calibrated probability that the price moves up, 0 to 1. */
      readonly probability: number;
      /** Expected value of the bet after cost, fraction of the stake. */
      readonly edge: number;
      readonly reasonBits: number;
    }
  | {
      readonly kind: 'bar-closed';
      readonly at: EventTimeNs;
      readonly bar: Bar;
    }
  | {
      readonly kind: 'book-desynchronised';
      readonly at: EventTimeNs;
      readonly instrument: InstrumentId;
      readonly reason: string;
    }
  | {
      readonly kind: 'book-synchronised';
      readonly at: EventTimeNs;
      readonly instrument: InstrumentId;
      readonly updateId: bigint;
    };

/** Open, high, low, close and volume of the trades of one interval. */
export interface Bar {
  readonly instrument: InstrumentId;
  readonly openedAt: EventTimeNs;
  readonly intervalMs: number;
  readonly open: PriceTicks;
  readonly high: PriceTicks;
  readonly low: PriceTicks;
  readonly close: PriceTicks;
  readonly volume: QtyLots;
  readonly buyVolume: QtyLots;
  readonly trades: number;
}

/** A domain event with its place in the journal: sequence numbers have no gaps. */
export interface JournalEntry {
  readonly seq: bigint;
  readonly event: DomainEvent;
}
