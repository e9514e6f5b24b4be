import { type EventTimeNs, eventTime } from '../../src/core/index.ts';
import type { VenueAccount, VenueClosing, VenueTerms } from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type Fill,
  type InstrumentId,
  money,
  type Order,
  type QtyLots,
  qtyLots,
  type VenueOrderId,
} from '../../src/model/index.ts';
import { BTC } from '../portfolio/sample-account.ts';

/** An order as a venue of the tests has it. */
export interface VenueOrder {
  /** As it was sent, with the terms that it was given later. */
  sent: Order;
  amendments: number;
  filled: number;
  end: 'filled' | 'cancelled' | 'rejected' | 'expired' | null;
}

/** The id that a venue of the tests gives an order. */
export const venueOrderIdOf = (id: ClientOrderId): VenueOrderId => `v-${id}` as VenueOrderId;

/** What an order of a venue of the tests asks for now, and what of it is filled. */
export const termsOf = ({ sent: { request }, filled, amendments }: VenueOrder): VenueTerms => ({
  price: request.price,
  quantity: request.quantity,
  filled: qtyLots(filled),
  ...(amendments > 0 && { amendments }),
});

/** What is true at a venue of the tests; everything happened since the beginning of time. */
export interface VenueTruth {
  readonly at: EventTimeNs;
  readonly orders: ReadonlyMap<ClientOrderId, VenueOrder>;
  readonly fills: readonly Fill[];
  readonly closings?: readonly VenueClosing[];
  /** Signed position in BTC. */
  readonly lots: number;
  readonly cash: bigint;
}

/** The answer of a venue that tells the whole truth about an account. */
export function venueAccount({ at, orders, lots, cash, ...told }: VenueTruth): VenueAccount {
  const ended = [...orders].flatMap(([id, { end }]) => (end === null ? [] : [[id, end] as const]));
  const amended = [...orders].flatMap(([id, order]) =>
    order.end === null || order.amendments === 0 ? [] : [[id, termsOf(order)] as const],
  );
  const positions = new Map<InstrumentId, QtyLots>();
  if (lots !== 0) positions.set(BTC.id, qtyLots(lots));
  return {
    at,
    ...told,
    openOrders: [...orders.values()]
      .filter(({ end }) => end === null)
      .map((order) => ({
        clientOrderId: order.sent.clientOrderId,
        venueOrderId: venueOrderIdOf(order.sent.clientOrderId),
        instrument: order.sent.request.instrument,
        side: order.sent.request.side,
        ...termsOf(order),
      })),
    positions,
    cash: money(cash),
    ended: new Map(ended),
    amended: new Map(amended),
    endedSince: eventTime(0n),
  };
}
