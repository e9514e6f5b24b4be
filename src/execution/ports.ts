import type { EventTimeNs } from '../core/index.ts';
import type {
  AccountCharge,
  ClientOrderId,
  ClosingCause,
  Fill,
  InstrumentId,
  Money,
  Order,
  PriceTicks,
  QtyLots,
  Side,
  VenueOrderId,
  VenueReport,
} from '../model/index.ts';
import type { Amendment } from './amendment.ts';

/** An amend as it is journalled and sent. */
export type { Amendment };

/** With which terms the venue works an order, or worked it at its end. */
export interface VenueTerms {
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
  readonly filled: QtyLots;
  /** Number of the latest amend that was carried out; absent: none was. */
  readonly amendments?: number;
}

/** An order that the venue says is working. */
export interface VenueOpenOrder extends VenueTerms {
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId: VenueOrderId;
  readonly instrument: InstrumentId;
  readonly side: Side;
}

/** A position, or a part of one, that the venue closed by itself. */
export interface VenueClosing {
  readonly cause: ClosingCause;
  readonly fill: Fill;
}

/** The venue's truth about one account at one moment. */
export interface VenueAccount {
  readonly at: EventTimeNs;
  readonly openOrders: readonly VenueOpenOrder[];
  /** Every fill at or after `since`, without a hole, oldest first. */
  readonly fills: readonly Fill[];
  /** Every charge at or after `since`, without a hole, oldest first; absent: the venue charges none. */
  readonly charges?: readonly AccountCharge[];
  /** What the venue closed by itself at or after `since`, likewise. */
  readonly closings?: readonly VenueClosing[];
  /** Signed lots for each instrument with a position. */
  readonly positions: ReadonlyMap<InstrumentId, QtyLots>;
  /** Quote currency after deposits, trades, fees and charges: cash of the cash-flow ledger. */
  readonly cash: Money;
  /** Final states of orders that ended since `endedSince`, by client id: what became of them. */
  readonly ended: ReadonlyMap<ClientOrderId, 'filled' | 'cancelled' | 'rejected' | 'expired'>;
  /**
   * Time from which `ended` is complete: `since`, or later when the venue has forgotten older ends.
   * An order of ours that is neither open nor in `ended` ended before it, or never arrived.
   */
  readonly endedSince: EventTimeNs;
  /** Terms of those of `ended` that were amended; absent: none was, or the venue cannot amend. */
  readonly amended?: ReadonlyMap<ClientOrderId, VenueTerms>;
}

/** Why a venue question got no answer. Never to be read as "not found". */
export interface VenueUnavailable {
  readonly code: 'venue-unavailable' | 'venue-timeout';
  readonly detail: string;
}

/** What a venue says about itself, or about a request that it did not carry out. */
export type VenueNotice =
  | {
      /** Requests come too fast. One that got this answer was certainly not carried out. */
      readonly kind: 'rate-limited';
      readonly at: EventTimeNs;
      readonly retryAfterMs: number;
      /** Whether the venue shut this account out because the limit was not respected. */
      readonly banned: boolean;
    }
  | {
      /** The venue takes no requests for now. One that got this answer was not carried out. */
      readonly kind: 'maintenance';
      readonly at: EventTimeNs;
      readonly retryAfterMs: number;
    }
  | { readonly kind: 'disconnected'; readonly at: EventTimeNs }
  /** Reports of the time without connection may be missing. */
  | { readonly kind: 'reconnected'; readonly at: EventTimeNs }
  | {
      readonly kind: 'halted' | 'resumed';
      readonly at: EventTimeNs;
      readonly instrument: InstrumentId;
    }
  | {
      /** A cancel was answered with an error: whether it was carried out is not known. */
      readonly kind: 'cancel-failed';
      readonly at: EventTimeNs;
      readonly clientOrderId: ClientOrderId;
      readonly detail: string;
    };

/** One venue account: where orders go out and reports come back. */
export interface OrderGateway {
  /** The venue of the instruments it trades; absent: that of every instrument. */
  readonly venue?: string;
  /** Sends a journalled order. Never blocks; the outcome arrives as a `VenueReport`. */
  submit(order: Order): void;
  /** Asks to cancel. Never blocks; the outcome arrives as a `VenueReport`. */
  cancel(order: Order): void;
  /**
   * Asks for other terms of a working order, journalled before. Never blocks; the outcome arrives as
   * a `VenueReport`. An amend whose number the venue has carried out already is answered with the
   * order's terms. Absent: the venue cannot amend, and orders are cancelled and placed anew.
   */
  amend?(order: Order, amendment: Amendment): void;
  /** Registers the one receiver of reports. Reports are never dropped and keep the venue's order. */
  onReport(receive: (report: VenueReport) => void): void;
  /** Registers the one receiver of notices; absent: the venue gives none. */
  onNotice?(receive: (notice: VenueNotice) => void): void;
  /**
   * Asks for the venue's truth since a time: the later of the last fill in the books and the last
   * reconciliation, less what may still be on its way. The answer, or the failure, comes through
   * `answer` exactly once within the adapter's time limit.
   *
   * Errors: `venue-unavailable` also when fills at or after `since` may be forgotten, since a hole
   *         would read as "nothing happened". Forgotten ends of orders never refuse the answer:
   *         they move `endedSince`.
   */
  account(
    since: EventTimeNs,
    answer: (
      result:
        | { readonly ok: true; readonly value: VenueAccount }
        | { readonly ok: false; readonly error: VenueUnavailable },
    ) => void,
  ): void;
}

/** Hands out the number of each run, durable before it is returned, so that none comes twice. */
export interface RunEpochs {
  /** The number of this run: one more than the last, fsynced. */
  next(): number;
}
