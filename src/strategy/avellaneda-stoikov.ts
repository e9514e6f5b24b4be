import { assert } from '../core/index.ts';
import {
  type Instrument,
  type Order,
  type OrderRequest,
  qtyLots,
  type Side,
  type StrategyId,
} from '../model/index.ts';
import { spreadConstant } from './avellaneda-stoikov-model.ts';
import type { QuotePolicy } from './decision-policy.ts';
import { directionalModel, weightParameters } from './decision-weights.ts';
import type { QuoteSide } from './intent.ts';
import type { ParameterDeclaration, Parameters } from './parameters.ts';
import { quoteChange } from './quote-changes.ts';
import { lotsOf, minimumLots, moneyOf, ticksOfBps, ticksPerBps } from './sizing.ts';
import type { OrderAction, PolicyContext, Strategy, StrategyDefinition } from './strategy.ts';

const ID = 'avellaneda-stoikov' as StrategyId;

const PARAMETERS: readonly ParameterDeclaration[] = [
  {
    name: 'riskAversion',
    unit: '1/bps per quote held',
    min: 0.0001,
    max: 10,
    default: 0.05,
    integer: false,
    description: 'Gamma: how strongly inventory moves the quotes away from more of it.',
  },
  {
    name: 'arrivalDecay',
    unit: '1/bps',
    min: 0.01,
    max: 50,
    default: 1,
    integer: false,
    description: 'Kappa: how fast fills get rarer with the distance from the mid.',
  },
  {
    name: 'horizonS',
    unit: 's',
    min: 0.1,
    max: 3600,
    default: 10,
    integer: false,
    description: 'Rolling horizon over which inventory is at risk.',
  },
  {
    name: 'minHalfSpreadBps',
    unit: 'bps',
    min: 0,
    max: 500,
    default: 2.2,
    integer: false,
    description: 'Least distance of a quote from the reservation price; covers the maker fee.',
  },
  {
    name: 'quoteNotional',
    unit: 'quote currency',
    min: 1,
    max: 10_000_000,
    default: 1000,
    integer: false,
    description: 'Value of one quote.',
  },
  {
    name: 'maxInventoryQuotes',
    unit: 'quotes',
    min: 1,
    max: 1000,
    default: 5,
    integer: false,
    description: 'At this inventory only the reducing side is quoted.',
  },
  {
    name: 'skewBps',
    unit: 'bps',
    min: 0,
    max: 100,
    default: 0.5,
    integer: false,
    description: 'Shift of the reservation price when a rise is certain.',
  },
  {
    name: 'requoteBps',
    unit: 'bps',
    min: 0,
    max: 100,
    default: 0.3,
    integer: false,
    description: 'Quotes stay while their target moves less than this.',
  },
  {
    name: 'maxSpreadBps',
    unit: 'bps',
    min: 0.1,
    max: 1000,
    default: 50,
    integer: false,
    description: 'No quotes while the market is wider than this.',
  },
  {
    name: 'minIntervalMs',
    unit: 'ms',
    min: 0,
    max: 60_000,
    default: 500,
    integer: true,
    description: 'Least time between two requotes.',
  },
  {
    name: 'refreshIntervalMs',
    unit: 'ms',
    min: 100,
    max: 600_000,
    default: 5_000,
    integer: true,
    description: 'The quotes are checked against the working orders at least this often.',
  },
  {
    name: 'volatilityFloorBps',
    unit: 'bps/sqrt(s)',
    min: 0,
    max: 100,
    default: 0.1,
    integer: false,
    description: 'The volatility is never taken to be lower than this.',
  },
  {
    name: 'centreOnMicroprice',
    unit: '0 or 1',
    min: 0,
    max: 1,
    default: 1,
    integer: true,
    description: 'Whether quotes centre on the microprice (1) or on the mid (0).',
  },
  {
    name: 'warmUpUpdates',
    unit: 'depth updates',
    min: 0,
    max: 100_000,
    default: 50,
    integer: true,
    description: 'Depth updates that are seen before the first quote.',
  },
  ...weightParameters({
    weightMicroprice: 0.2,
    weightOrderFlow: 0.2,
    weightTradeSign: 0.1,
    weightTouchImbalance: 0.2,
    weightDepthImbalance: 0.1,
  }),
];

const quoteRequest = (instrument: Instrument, side: Side, quote: QuoteSide): OrderRequest => ({
  instrument: instrument.id,
  strategy: ID,
  side,
  type: 'limit',
  price: quote.price,
  quantity: quote.quantity,
  timeInForce: 'gtc',
  postOnly: true,
  reduceOnly: false,
});

function quotePolicy(
  parameters: Parameters,
  instrument: Instrument,
  context: PolicyContext,
): QuotePolicy {
  const of = (name: string): number => {
    const value = parameters[name];
    assert(value !== undefined, `parameter ${name} of ${ID} was resolved`);
    return value;
  };
  const price = context.referencePrice;
  const perBps = ticksPerBps(price);
  const quoteLots = qtyLots(
    Math.max(
      lotsOf(moneyOf(of('quoteNotional')), instrument, price),
      minimumLots(instrument, price),
    ),
  );
  return {
    kind: 'quote',
    model: directionalModel(parameters),
    volatilityTargetBps: 0,
    volatilityScaleCap: 1,
    maxSpreadTicks: ticksOfBps(price, of('maxSpreadBps')),
    warmUpUpdates: of('warmUpUpdates'),
    minIntervalMs: of('minIntervalMs'),
    budgetLots: quoteLots,
    maxPositionLots: qtyLots(Math.floor(quoteLots * of('maxInventoryQuotes'))),
    maxOrderLots: quoteLots,
    centreOnMicroprice: of('centreOnMicroprice') === 1,
    gamma: of('riskAversion') / perBps,
    horizonS: of('horizonS'),
    halfSpreadTicks: (spreadConstant(of('riskAversion'), of('arrivalDecay')) / 2) * perBps,
    minHalfSpreadTicks: of('minHalfSpreadBps') * perBps,
    volatilityFloorTicks: of('volatilityFloorBps') * perBps,
    inventoryUnitLots: quoteLots,
    skewTicks: of('skewBps') * perBps,
    quoteLots,
    requoteTicks: Math.round(of('requoteBps') * perBps),
    refreshIntervalMs: of('refreshIntervalMs'),
  };
}

function createStrategy(parameters: Parameters, instrument: Instrument): Strategy {
  const sideActions = (
    side: Side,
    wanted: QuoteSide | null,
    workingOrders: readonly Order[],
  ): OrderAction[] => {
    const change = quoteChange(side, wanted, workingOrders);
    const actions: OrderAction[] = change.cancels.map((order) => ({
      kind: 'cancel',
      clientOrderId: order.clientOrderId,
    }));
    if (change.place !== null) {
      actions.push({ kind: 'place', request: quoteRequest(instrument, side, change.place) });
    }
    return actions;
  };
  return {
    id: ID,
    instrument,
    policy: (context) => quotePolicy(parameters, instrument, context),
    onIntent(intent, workingOrders) {
      assert(intent.kind === 'quote', `${ID} is given quote intents, got ${intent.kind}`);
      assert(intent.instrument === instrument.id, `${ID} is given intents of ${instrument.id}`);
      return [
        ...sideActions('buy', intent.bid, workingOrders),
        ...sideActions('sell', intent.ask, workingOrders),
      ];
    },
    onTime(_now, touch, workingOrders) {
      if (touch !== null) return [];
      return workingOrders
        .filter((order) => !order.cancelRequested)
        .map((order) => ({ kind: 'cancel', clientOrderId: order.clientOrderId }));
    },
  };
}

/**
 * Market making around the reservation price of Avellaneda and Stoikov, with inventory control:
 * post-only quotes, at most one bid and one ask working. Prices and risk aversion are declared in
 * basis points, so that one set of parameters suits instruments of any price.
 */
export const AVELLANEDA_STOIKOV: StrategyDefinition = {
  id: ID,
  description: 'Market making around a reservation price, with inventory control.',
  parameters: PARAMETERS,
  create: createStrategy,
};
