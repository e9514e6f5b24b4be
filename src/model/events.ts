import type { EventTimeNs } from '../core/index.ts';
import type { InstrumentId } from './instrument.ts';
import type { ModeCause } from './mode.ts';
import type { ClientOrderId, Fill, OrderRequest, VenueOrderId } from './order.ts';
import type { ParentOrderId, PlainRecord } from './parent.ts';
import type { ParentSpec } from './parent-spec.ts';
import type { Money, PriceTicks, QtyLots } from './units.ts';

/** A venue's report about one of our orders, as its adapter hands it over. */
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
    };

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
    }
  | {
      readonly kind: 'cancel-requested';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
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
