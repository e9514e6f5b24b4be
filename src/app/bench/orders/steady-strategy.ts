import { InvariantError } from '../../../core/index.ts';
import type { Instrument, Order, StrategyId } from '../../../model/index.ts';
import type { Intent, OrderAction, Strategy } from '../../../strategy/index.ts';

/** Orders that may be under way or rest before the oldest are withdrawn. */
const RESTING = 12;

/** Orders withdrawn for one intent: after a stall they go faster than they come. */
const MOST_CANCELS = 3;

/** Places one order for each intent and withdraws the oldest of those that rest beyond twelve. */
export class SteadyStrategy implements Strategy {
  readonly id = 'steady' as StrategyId;
  readonly instrument: Instrument;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  policy(): never {
    throw new InvariantError('the bench gives intents itself: no engine needs a policy');
  }

  onIntent(intent: Intent, working: readonly Order[]): readonly OrderAction[] {
    if (intent.kind !== 'take') return [];
    const { side, price, quantity } = intent;
    const place: OrderAction = {
      kind: 'place',
      request: {
        instrument: this.instrument.id,
        strategy: this.id,
        side,
        type: 'limit',
        price,
        quantity,
        timeInForce: 'gtc',
        postOnly: true,
        reduceOnly: false,
      },
    };
    const actions: OrderAction[] = [place];
    const surplus = Math.min(working.length - RESTING, MOST_CANCELS);
    for (const { clientOrderId, cancelRequested, status } of working) {
      if (actions.length > surplus) break;
      if (!cancelRequested && status !== 'pending') {
        actions.push({ kind: 'cancel', clientOrderId });
      }
    }
    return actions;
  }

  onTime(): readonly OrderAction[] {
    return [];
  }
}
