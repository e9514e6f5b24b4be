import { type EventTimeNs, NS_PER_MS } from '../core/index.ts';
import {
  type AccountCharge,
  type ClosingCause,
  divideHalfEven,
  type Fill,
  formatE8,
  gridDecimals,
  type Instrument,
  type ModeCause,
  type Money,
  money,
  notional,
  type Order,
  type PriceTicks,
  priceE8,
  type QtyLots,
  quantityE8,
} from '../model/index.ts';
import {
  type BookView,
  type CauseView,
  type ChargeView,
  type DecimalText,
  type EpochMs,
  type FillView,
  type LevelView,
  MAX_VIEW_LEVELS,
  type OrderView,
  type PositionView,
} from './system-view.ts';

/** Milliseconds since the epoch of an event time, cut to the millisecond. */
export const epochMs = (at: EventTimeNs): EpochMs => Number(at / NS_PER_MS);

/** An amount with `decimals` places (two by default), rounded half to even, never `-0`. */
export function moneyText(amount: Money, decimals = 2): DecimalText {
  const grid = 10n ** BigInt(8 - decimals);
  return formatE8(divideHalfEven(amount, grid) * grid, decimals);
}

/** A price with the decimals of its instrument's tick. */
export const priceText = (instrument: Instrument, price: PriceTicks): DecimalText =>
  formatE8(priceE8(instrument, price), gridDecimals(instrument.tickSizeE8));

/** A quantity with the decimals of its instrument's step; negative when short. */
export const quantityText = (instrument: Instrument, quantity: QtyLots): DecimalText =>
  formatE8(quantityE8(instrument, quantity), gridDecimals(instrument.stepSizeE8));

/** Shows a cause of a control mode. */
export const causeView = (cause: ModeCause): CauseView => ({
  id: cause.id,
  mode: cause.mode,
  origin: cause.origin,
  detail: cause.detail,
  sinceMs: epochMs(cause.since),
});

/** Who an order belongs to: its strategy, and what it is there for where it works for a parent. */
const ownerOf = ({ request: { strategy, parent } }: Order): string =>
  parent === undefined ? strategy : `${strategy} (${parent.role})`;

/** Shows an order. */
export const orderView = (instrument: Instrument, order: Order): OrderView => ({
  clientOrderId: order.clientOrderId,
  instrument: instrument.id,
  strategy: ownerOf(order),
  side: order.request.side,
  type: order.request.type,
  price: priceText(instrument, order.request.price),
  quantity: quantityText(instrument, order.request.quantity),
  filled: quantityText(instrument, order.filled),
  base: instrument.base,
  status: order.status,
  timeInForce: order.request.timeInForce,
  postOnly: order.request.postOnly,
  reduceOnly: order.request.reduceOnly,
  cancelRequested: order.cancelRequested,
  createdAtMs: epochMs(order.createdAt),
});

/** Shows a fill. The fee has four places, since one fill's fee is often below a cent. */
export const fillView = (instrument: Instrument, fill: Fill): FillView => ({
  tradeId: fill.tradeId,
  instrument: instrument.id,
  side: fill.side,
  price: priceText(instrument, fill.price),
  quantity: quantityText(instrument, fill.quantity),
  base: instrument.base,
  fee: moneyText(fill.fee, 4),
  liquidity: fill.liquidity,
  atMs: epochMs(fill.at),
});

/** Shows a charge. Four places, as for a fill's fee. */
export const chargeView = (charge: AccountCharge): ChargeView => ({
  id: charge.chargeId,
  cause: charge.cause,
  instrument: charge.instrument,
  paid: moneyText(charge.amount, 4),
  atMs: epochMs(charge.at),
});

/** Shows the fee of what the venue closed. */
export const closingFeeView = (cause: ClosingCause, fill: Fill): ChargeView => ({
  id: fill.tradeId,
  cause,
  instrument: fill.instrument,
  paid: moneyText(fill.fee, 4),
  atMs: epochMs(fill.at),
});

/** Shows a position. `entryPriceE8` is the weighted average entry in 1e-8 quote units. */
export function positionView(
  instrument: Instrument,
  position: {
    readonly quantity: QtyLots;
    readonly entryPriceE8: bigint;
    readonly mark: PriceTicks;
    readonly unrealised: Money;
    readonly realised: Money;
  },
): PositionView {
  return {
    instrument: instrument.id,
    quantity: quantityText(instrument, position.quantity),
    base: instrument.base,
    entryPrice: moneyText(money(position.entryPriceE8), gridDecimals(instrument.tickSizeE8)),
    markPrice: priceText(instrument, position.mark),
    notional: moneyText(notional(instrument, position.mark, position.quantity)),
    unrealised: moneyText(position.unrealised),
    realised: moneyText(position.realised),
  };
}

/** Shows the top of a book; sides come best first and are cut at `MAX_VIEW_LEVELS`. */
export function bookView(
  instrument: Instrument,
  at: EventTimeNs,
  bids: readonly (readonly [PriceTicks, QtyLots])[],
  asks: readonly (readonly [PriceTicks, QtyLots])[],
): BookView {
  const levels = (side: readonly (readonly [PriceTicks, QtyLots])[]): LevelView[] =>
    side
      .slice(0, MAX_VIEW_LEVELS)
      .map(([price, quantity]) => [
        priceText(instrument, price),
        quantityText(instrument, quantity),
      ]);
  return { atMs: epochMs(at), bids: levels(bids), asks: levels(asks) };
}
