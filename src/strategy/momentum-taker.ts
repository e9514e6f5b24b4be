import { assert, type EventTimeNs, msBetween } from '../core/index.ts';
import {
  type Instrument,
  type Order,
  type OrderRequest,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
  type Side,
  type StrategyId,
} from '../model/index.ts';
import type { TakePolicy } from './decision-policy.ts';
import { directionalModel, weightParameters } from './decision-weights.ts';
import type { TakeIntent } from './intent.ts';
import type { ParameterDeclaration, Parameters } from './parameters.ts';
import { fractionOf, lotsOf, minimumLots, ticksOfBps } from './sizing.ts';
import type {
  OrderAction,
  PolicyContext,
  PositionView,
  Strategy,
  StrategyDefinition,
  Touch,
} from './strategy.ts';

const ID = 'momentum-taker' as StrategyId;

const PARAMETERS: readonly ParameterDeclaration[] = [
  {
    name: 'expectedMoveBps',
    unit: 'bps',
    min: 0.1,
    max: 1000,
    default: 20,
    integer: false,
    description: 'Move that a right decision is expected to earn; the stake of the bet.',
  },
  {
    name: 'roundTripCostBps',
    unit: 'bps',
    min: 0,
    max: 500,
    default: 11,
    integer: false,
    description: 'Taker fees of entry and exit and half the spread, twice.',
  },
  {
    name: 'kellyFraction',
    unit: 'fraction',
    min: 0.001,
    max: 1,
    default: 0.25,
    integer: false,
    description: 'Share of the full Kelly stake that is used.',
  },
  {
    name: 'maxStake',
    unit: 'fraction of budget',
    min: 0.001,
    max: 1,
    default: 0.25,
    integer: false,
    description: 'Largest position of one decision.',
  },
  {
    name: 'budgetFraction',
    unit: 'fraction of equity',
    min: 0.0001,
    max: 1,
    default: 0.1,
    integer: false,
    description: 'Share of the equity that this instrument may stake.',
  },
  {
    name: 'threshold',
    unit: 'probability',
    min: 0.5,
    max: 0.999,
    default: 0.85,
    integer: false,
    description: 'Least probability of the direction taken.',
  },
  {
    name: 'collarBps',
    unit: 'bps',
    min: 0,
    max: 200,
    default: 2,
    integer: false,
    description: 'How far beyond the touch an order may execute.',
  },
  {
    name: 'maxSpreadBps',
    unit: 'bps',
    min: 0.1,
    max: 1000,
    default: 5,
    integer: false,
    description: 'No entry while the market is wider than this.',
  },
  {
    name: 'minIntervalMs',
    unit: 'ms',
    min: 0,
    max: 600_000,
    default: 1000,
    integer: true,
    description: 'Least time between two decisions.',
  },
  {
    name: 'maxHoldS',
    unit: 's',
    min: 0.1,
    max: 86_400,
    default: 30,
    integer: false,
    description: 'Time stop: a position older than this is closed.',
  },
  {
    name: 'stopLossBps',
    unit: 'bps',
    min: 0.1,
    max: 5000,
    default: 30,
    integer: false,
    description: 'A position that lost this much from its entry is closed.',
  },
  {
    name: 'volatilityTargetBps',
    unit: 'bps/sqrt(s)',
    min: 0,
    max: 100,
    default: 1,
    integer: false,
    description: 'Stakes shrink as the volatility rises above this; 0 leaves them as they are.',
  },
  {
    name: 'volatilityScaleCap',
    unit: 'factor',
    min: 0.1,
    max: 10,
    default: 1,
    integer: false,
    description: 'Stakes grow by at most this in quiet markets.',
  },
  {
    name: 'warmUpUpdates',
    unit: 'depth updates',
    min: 0,
    max: 100_000,
    default: 100,
    integer: true,
    description: 'Depth updates that are seen before the first decision.',
  },
  ...weightParameters({
    weightMicroprice: 0.3,
    weightOrderFlow: 0.4,
    weightTradeSign: 0.1,
    weightTouchImbalance: 0.5,
    weightDepthImbalance: 0.4,
  }),
];

const parameterOf = (parameters: Parameters, name: string): number => {
  const value = parameters[name];
  assert(value !== undefined, `parameter ${name} of ${ID} was resolved`);
  return value;
};

function takePolicy(
  parameters: Parameters,
  instrument: Instrument,
  context: PolicyContext,
): TakePolicy {
  const of = (name: string): number => parameterOf(parameters, name);
  const price = context.referencePrice;
  const budgetLots = lotsOf(fractionOf(context.equity, of('budgetFraction')), instrument, price);
  const maxLots = qtyLots(Math.floor(budgetLots * of('maxStake')));
  return {
    kind: 'take',
    model: directionalModel(parameters),
    volatilityTargetBps: of('volatilityTargetBps'),
    volatilityScaleCap: of('volatilityScaleCap'),
    maxSpreadTicks: ticksOfBps(price, of('maxSpreadBps')),
    warmUpUpdates: of('warmUpUpdates'),
    minIntervalMs: of('minIntervalMs'),
    budgetLots,
    maxPositionLots: maxLots,
    maxOrderLots: maxLots,
    payoff: 1,
    cost: of('roundTripCostBps') / of('expectedMoveBps'),
    kellyFraction: of('kellyFraction'),
    kellyCap: of('maxStake'),
    buyThreshold: of('threshold'),
    sellThreshold: 1 - of('threshold'),
    minimumLots: minimumLots(instrument, price),
    collarTicks: ticksOfBps(price, of('collarBps')),
  };
}

const immediate = (
  instrument: Instrument,
  side: Side,
  price: PriceTicks,
  quantity: QtyLots,
  reduceOnly: boolean,
): OrderAction => {
  const request: OrderRequest = {
    instrument: instrument.id,
    strategy: ID,
    side,
    type: 'limit',
    price,
    quantity,
    timeInForce: 'ioc',
    postOnly: false,
    reduceOnly,
  };
  return { kind: 'place', request };
};

const closingSide = (lots: QtyLots): Side => (lots > 0 ? 'sell' : 'buy');

function onTakeIntent(
  instrument: Instrument,
  intent: TakeIntent,
  workingOrders: readonly Order[],
  position: PositionView,
): readonly OrderAction[] {
  if (workingOrders.length > 0) return [];
  if (position.lots === 0) {
    return [immediate(instrument, intent.side, intent.price, intent.quantity, false)];
  }
  if (intent.side !== closingSide(position.lots)) return [];
  const all = qtyLots(Math.abs(position.lots));
  return [immediate(instrument, intent.side, intent.price, all, true)];
}

/** Loss of a position at the price it could be closed at, in bps of its entry; negative for a gain. */
function lossBps(position: PositionView, touch: Touch): number {
  if (position.entryTicks === null || position.entryTicks <= 0) return 0;
  const exit = position.lots > 0 ? touch.bid : touch.ask;
  const loss = position.lots > 0 ? position.entryTicks - exit : exit - position.entryTicks;
  return (loss / position.entryTicks) * 10_000;
}

function onTimePassed(
  parameters: Parameters,
  instrument: Instrument,
  now: EventTimeNs,
  touch: Touch | null,
  workingOrders: readonly Order[],
  position: PositionView,
): readonly OrderAction[] {
  if (position.lots === 0 || touch === null || workingOrders.length > 0) return [];
  const heldMs = position.openedAt === null ? 0 : msBetween(position.openedAt, now);
  const timeIsUp = heldMs >= parameterOf(parameters, 'maxHoldS') * 1000;
  const stopped = lossBps(position, touch) >= parameterOf(parameters, 'stopLossBps');
  if (!timeIsUp && !stopped) return [];
  const side = closingSide(position.lots);
  const reach = ticksOfBps(touch.bid, parameterOf(parameters, 'collarBps'));
  const price =
    side === 'sell' ? priceTicks(Math.max(1, touch.bid - reach)) : priceTicks(touch.ask + reach);
  return [immediate(instrument, side, price, qtyLots(Math.abs(position.lots)), true)];
}

/**
 * Follows the microprice and the order flow over seconds: enters with an immediate-or-cancel order
 * when the calibrated probability pays for the fees, holds one position at a time, and leaves it by
 * an opposite signal, a time stop or a stop loss, always reduce-only.
 */
export const MOMENTUM_TAKER: StrategyDefinition = {
  id: ID,
  description: 'Takes liquidity along the microprice and the order flow; exits by time or signal.',
  parameters: PARAMETERS,
  takes: true,
  create: (parameters, instrument): Strategy => ({
    id: ID,
    instrument,
    policy: (context) => takePolicy(parameters, instrument, context),
    onIntent(intent, workingOrders, position) {
      assert(intent.kind === 'take', `${ID} is given take intents, got ${intent.kind}`);
      assert(intent.instrument === instrument.id, `${ID} is given intents of ${instrument.id}`);
      return onTakeIntent(instrument, intent, workingOrders, position);
    },
    onTime: (now, touch, workingOrders, position) =>
      onTimePassed(parameters, instrument, now, touch, workingOrders, position),
  }),
};
