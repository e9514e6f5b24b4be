import { type Rng, seededRng } from '../../src/core/index.ts';
import { amendRefusal } from '../../src/execution/index.ts';
import { priceTicks, qtyLots } from '../../src/model/index.ts';
import type { CampaignWorld } from './world.ts';

/** Share of the steps in which a working order is given other terms. */
const AMENDED_STEPS = 0.25;

/**
 * Amends working orders of a campaign at random: larger, smaller, dearer, cheaper, and sometimes
 * followed by a cancel at once. What must not be amended is left alone.
 */
export class RandomAmends {
  readonly #rng: Rng;
  /** Amends that went out. */
  sent = 0;

  constructor(seed: number) {
    this.#rng = seededRng(seed ^ 0xa3e2d);
  }

  /** One turn: perhaps one amend. */
  turn({ trader, state, now }: CampaignWorld): void {
    const rng = this.#rng;
    if (rng.uniform() >= AMENDED_STEPS) return;
    const open = state.orders.open();
    const order = open[rng.uint32() % Math.max(1, open.length)];
    const [more, dearer] = [rng.uniform(), Math.floor(rng.uniform() * 21) - 10];
    const isCancelled = rng.uniform() < 0.1;
    if (order === undefined) return;
    const { clientOrderId, request } = order;
    const price = priceTicks(Math.max(1, request.price + dearer));
    const quantity = qtyLots(Math.max(1, Math.round(request.quantity * (0.5 + more))));
    const to = { clientOrderId, price, quantity };
    if (amendRefusal(order, to) !== null) return;
    if (trader.orders.amend(to, now) === null) this.sent += 1;
    if (isCancelled) trader.orders.cancel(clientOrderId, now);
  }
}
