import { type Order, priceTicks, qtyLots, type Side } from '../../src/model/index.ts';
import type {
  Parameters,
  PositionView,
  QuoteIntent,
  Strategy,
  StrategyDefinition,
  TakeIntent,
} from '../../src/strategy/index.ts';
import { life, ordersOf } from '../execution/sample-orders.ts';
import { at, BTC } from '../portfolio/sample-account.ts';

/** The parameters of a strategy, with their defaults where none are given. */
export const parametersOf = (
  definition: StrategyDefinition,
  given: Parameters = {},
): Parameters => ({
  ...Object.fromEntries(definition.parameters.map((each) => [each.name, each.default])),
  ...given,
});

/** A strategy on BTC with the given parameters changed. */
export const strategyOf = (definition: StrategyDefinition, given: Parameters = {}): Strategy =>
  definition.create(parametersOf(definition, given), BTC);

/** No position. */
export const FLAT: PositionView = { lots: qtyLots(0), openedAt: null, entryTicks: null };

/** A position opened at time 0. */
export const holding = (lots: number, entryTicks = 600_000): PositionView => ({
  lots: qtyLots(lots),
  openedAt: at(0),
  entryTicks,
});

const base = { instrument: BTC.id, at: at(0), probability: 0.6, edge: 0.05, reasonBits: 0 };

/** Quotes of 10 lots at the given prices; null for a side without a quote. */
export const quotes = (bid: number | null, ask: number | null): QuoteIntent => {
  const side = (price: number | null) =>
    price === null ? null : { price: priceTicks(price), quantity: qtyLots(10) };
  return { ...base, kind: 'quote', bid: side(bid), ask: side(ask) };
};

/** An intent to take 5 lots. */
export const take = (side: Side, price = 600_000): TakeIntent => ({
  ...base,
  kind: 'take',
  side,
  price: priceTicks(price),
  quantity: qtyLots(5),
});

/** A working order of 10 lots with the given terms. */
export const workingOrder = (
  counter: number,
  side: Side,
  price: number,
  state: 'accepted' | 'cancelling' | 'unknown' = 'accepted',
): Order => {
  const terms = { side, price: priceTicks(price) };
  const events = [life.submitted(counter, 0, terms), life.accepted(counter)];
  if (state === 'cancelling') events.push(life.cancelRequested(counter) as never);
  if (state === 'unknown') events.push(life.doubted(counter) as never);
  return ordersOf(...events).open()[0]!;
};
