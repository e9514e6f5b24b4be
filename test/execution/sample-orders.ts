import { Orders } from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type StrategyId,
  type VenueOrderId,
  type VenueReport,
} from '../../src/model/index.ts';
import { at, BTC, fillOf } from '../portfolio/sample-account.ts';

/** A client order id of run 1. */
export const id = (counter: number, runEpoch = 1): ClientOrderId =>
  `b4-${runEpoch.toString(36)}-${counter.toString(36)}` as ClientOrderId;

/** A post-only buy of 10 lots of BTC, with the given terms changed. */
export const request = (terms: Partial<OrderRequest> = {}): OrderRequest => ({
  instrument: BTC.id,
  strategy: 'tester' as StrategyId,
  side: 'buy',
  type: 'limit',
  price: priceTicks(600_000),
  quantity: qtyLots(10),
  timeInForce: 'gtc',
  postOnly: true,
  reduceOnly: false,
  ...terms,
});

/** Events of an order's life, each named by what happens. */
export const life = {
  submitted: (counter = 1, ms = 0, terms: Partial<OrderRequest> = {}): DomainEvent => ({
    kind: 'order-submitted',
    at: at(ms),
    clientOrderId: id(counter),
    request: request(terms),
  }),
  accepted: (counter = 1, ms = 1): VenueReport => ({
    kind: 'order-accepted',
    at: at(ms),
    clientOrderId: id(counter),
    venueOrderId: `v${counter}` as VenueOrderId,
  }),
  filled: (trade: string, lots: number, counter = 1, ms = 2, price = 600_000): VenueReport => ({
    kind: 'order-filled',
    at: at(ms),
    fill: fillOf({ trade, order: id(counter), side: 'buy', price, lots, ms }),
  }),
  cancelled: (counter = 1, ms = 3): VenueReport => ({
    kind: 'order-cancelled',
    at: at(ms),
    clientOrderId: id(counter),
    reason: 'asked for',
  }),
  rejected: (counter = 1, ms = 3): VenueReport => ({
    kind: 'order-rejected',
    at: at(ms),
    clientOrderId: id(counter),
    reason: 'would take liquidity',
  }),
  expired: (counter = 1, ms = 3): VenueReport => ({
    kind: 'order-expired',
    at: at(ms),
    clientOrderId: id(counter),
    reason: 'rest of an immediate order',
  }),
  cancelRequested: (counter = 1, ms = 2): DomainEvent => ({
    kind: 'cancel-requested',
    at: at(ms),
    clientOrderId: id(counter),
  }),
  cancelRejected: (counter = 1, ms = 3): VenueReport => ({
    kind: 'cancel-rejected',
    at: at(ms),
    clientOrderId: id(counter),
    reason: 'too late',
  }),
  amendRequested: (
    amendment = 1,
    { price = 600_000, quantity = 20 } = {},
    counter = 1,
    ms = 2,
  ): DomainEvent => ({
    kind: 'amend-requested',
    at: at(ms),
    clientOrderId: id(counter),
    amendment,
    price: priceTicks(price),
    quantity: qtyLots(quantity),
  }),
  amended: (
    amendment = 1,
    { price = 600_000, quantity = 20, filled = 0 } = {},
    counter = 1,
    ms = 3,
  ): VenueReport => ({
    kind: 'order-amended',
    at: at(ms),
    clientOrderId: id(counter),
    amendment,
    price: priceTicks(price),
    quantity: qtyLots(quantity),
    filled: qtyLots(filled),
  }),
  amendRejected: (amendment = 1, orderWorks = true, counter = 1, ms = 3): VenueReport => ({
    kind: 'amend-rejected',
    at: at(ms),
    clientOrderId: id(counter),
    amendment,
    reason: 'too late',
    orderWorks,
  }),
  doubted: (counter = 1, ms = 5_000): DomainEvent => ({
    kind: 'order-doubted',
    at: at(ms),
    clientOrderId: id(counter),
    reason: 'no acknowledgement within 5000 ms',
  }),
};

/** Orders after the given events. */
export const ordersOf = (...events: DomainEvent[]): Orders => {
  const orders = new Orders();
  for (const event of events) orders.apply(event);
  return orders;
};
