import { describe, expect, it } from 'vitest';
import { type Rng, seededRng } from '../../src/core/index.ts';
import { ClientOrderIds, Orders } from '../../src/execution/index.ts';
import {
  type DomainEvent,
  type Order,
  priceTicks,
  qtyLots,
  type Side,
} from '../../src/model/index.ts';
import { AVELLANEDA_STOIKOV, type QuoteIntent, type QuoteSide } from '../../src/strategy/index.ts';
import { at, fillOf } from '../portfolio/sample-account.ts';
import { FLAT, quotes, strategyOf } from './sample-intents.ts';

const maker = strategyOf(AVELLANEDA_STOIKOV);

/** The maker's orders at a venue that answers late and in its own time. */
class Quoting {
  readonly orders = new Orders();
  readonly ids = new ClientOrderIds(1);
  readonly rng: Rng;
  placed = 0;
  trades = 0;
  ms = 0;

  constructor(seed: number) {
    this.rng = seededRng(seed);
  }

  onSide(side: Side): readonly Order[] {
    return this.orders.open().filter((order) => order.request.side === side);
  }

  record(event: DomainEvent): void {
    this.orders.apply(event);
  }

  /** Carries out what the maker wants and checks each action as it is asked for. */
  follow(intent: QuoteIntent): void {
    for (const action of maker.onIntent(intent, this.orders.open(), FLAT)) {
      if (action.kind === 'cancel') {
        expect(this.orders.get(action.clientOrderId)?.cancelRequested).toBe(false);
        const { clientOrderId } = action;
        this.record({ kind: 'cancel-requested', at: at(this.ms), clientOrderId });
        continue;
      }
      expect(this.onSide(action.request.side)).toEqual([]);
      this.placed += 1;
      const clientOrderId = this.ids.next();
      const { request } = action;
      this.record({ kind: 'order-submitted', at: at(this.ms), clientOrderId, request });
    }
  }

  /** Some orders are acknowledged, filled in part, cancelled or refused; others hear nothing. */
  venue(): void {
    for (const order of this.orders.open()) {
      const roll = this.rng.uniform();
      const { clientOrderId } = order;
      if (roll < 0.3) continue;
      if (order.cancelRequested) {
        const kind = roll < 0.9 ? 'order-cancelled' : 'cancel-rejected';
        this.record({ kind, at: at(this.ms), clientOrderId, reason: 'answer' });
      } else if (roll < 0.4) this.#fill(order);
      else if (roll < 0.42) {
        this.record({ kind: 'order-rejected', at: at(this.ms), clientOrderId, reason: 'crossed' });
      } else if (roll < 0.44) {
        this.record({ kind: 'order-doubted', at: at(this.ms), clientOrderId, reason: 'silence' });
      }
    }
  }

  #fill(order: Order): void {
    this.trades += 1;
    const lots = 1 + (this.rng.uint32() % (order.request.quantity - order.filled));
    const { side, price } = order.request;
    const named = { trade: `${this.trades}`, order: order.clientOrderId };
    this.record({
      kind: 'order-filled',
      at: at(this.ms),
      fill: fillOf({ ...named, side, price, lots }),
    });
  }
}

const randomQuotes = (rng: Rng): QuoteIntent => {
  const mid = 600_000 + (rng.uint32() % 5);
  const side = (price: number): QuoteSide | null =>
    rng.uniform() < 0.15
      ? null
      : { price: priceTicks(price), quantity: qtyLots(5 + (rng.uint32() % 10)) };
  return { ...quotes(null, null), bid: side(mid - 5), ask: side(mid + 5) };
};

describe('a maker that hears late, in part or not at all', () => {
  it('never works two orders on a side and never cancels one twice', () => {
    let placed = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const quoting = new Quoting(seed);
      for (quoting.ms = 0; quoting.ms < 20_000; quoting.ms += 100) {
        quoting.follow(randomQuotes(quoting.rng));
        for (const side of ['buy', 'sell'] as const) {
          expect(quoting.onSide(side).length).toBeLessThanOrEqual(1);
        }
        quoting.venue();
      }
      placed += quoting.placed;
    }
    expect(placed).toBeGreaterThan(5_000);
  });

  it('comes to rest on exactly the wanted quotes once they stop moving', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const quoting = new Quoting(seed);
      for (quoting.ms = 0; quoting.ms < 5_000; quoting.ms += 100) {
        quoting.follow(randomQuotes(quoting.rng));
        quoting.venue();
      }
      const last = quotes(599_990, 600_010);
      for (let round = 0; round < 60; round += 1) {
        quoting.follow(last);
        for (const order of quoting.orders.open()) {
          if (!order.cancelRequested) continue;
          const { clientOrderId } = order;
          quoting.record({
            kind: 'order-cancelled',
            at: at(quoting.ms),
            clientOrderId,
            reason: 'asked for',
          });
        }
      }
      expect(maker.onIntent(last, quoting.orders.open(), FLAT)).toEqual([]);
      expect(quoting.onSide('buy').map((order) => order.request.price)).toEqual([599_990]);
      expect(quoting.onSide('sell').map((order) => order.request.price)).toEqual([600_010]);
    }
  });
});
