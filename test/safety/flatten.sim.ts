import { describe, expect, it } from 'vitest';
import { type Rng, seededRng } from '../../src/core/index.ts';
import { ClientOrderIds, Orders, prepareSubmission } from '../../src/execution/index.ts';
import {
  type ControlMode,
  type DomainEvent,
  type Order,
  priceTicks,
  qtyLots,
  type VenueOrderId,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import { RiskGate } from '../../src/risk/index.ts';
import {
  handleCommand,
  planEmergency,
  planReduce,
  Safety,
  type SafetyPlan,
} from '../../src/safety/index.ts';
import { request } from '../execution/sample-orders.ts';
import { at, BTC, ETH, fillOf, usdt } from '../portfolio/sample-account.ts';
import { limitsWith } from '../risk/sample-context.ts';
import { applyAll, reconciled, runStarted, thresholdsWith } from './sample-causes.ts';

const STEP_MS = 100;
const THRESHOLDS = thresholdsWith({ reduceStageIntervalMs: 1_000 });
const MARKS = new Map([
  [BTC.id, priceTicks(600_000)],
  [ETH.id, priceTicks(300_000)],
]);

/** A service with random positions and resting orders, and a venue that fills it by halves. */
class Account {
  readonly rng: Rng;
  readonly orders = new Orders();
  readonly portfolio = new Portfolio([BTC, ETH]);
  readonly safety = new Safety();
  readonly gate = new RiskGate([BTC, ETH], limitsWith());
  readonly ids = new ClientOrderIds(1);
  refused = 0;
  trades = 0;
  ms = 0;

  constructor(seed: number) {
    this.rng = seededRng(seed);
    for (const event of [runStarted(), reconciled()]) this.record(event);
    this.record({ kind: 'cash-deposited', at: at(0), amount: usdt('100000') });
    for (const instrument of [BTC, ETH]) {
      this.trades += 1;
      const terms = { of: instrument, price: MARKS.get(instrument.id)! };
      const side = this.rng.uniform() < 0.5 ? 'buy' : 'sell';
      const lots = 1 + (this.rng.uint32() % 500);
      const fill = fillOf({ ...terms, trade: `${this.trades}`, order: 'b4-1-0', side, lots });
      this.record({ kind: 'order-filled', at: at(0), fill });
      this.record({
        kind: 'order-submitted',
        at: at(0),
        clientOrderId: this.ids.next(),
        request: request({ instrument: instrument.id, side, quantity: qtyLots(50) }),
      });
    }
  }

  lots(): number[] {
    return [BTC, ETH].map(({ id }) => this.portfolio.position(id).lots);
  }

  record(event: DomainEvent): void {
    for (const fold of [this.orders, this.portfolio, this.safety, this.gate]) fold.apply(event);
  }

  plan(mode: ControlMode): SafetyPlan {
    const views = [BTC, ETH].map((instrument) => ({
      instrument,
      lots: this.portfolio.position(instrument.id).lots,
      bid: MARKS.get(instrument.id)!,
      ask: priceTicks(MARKS.get(instrument.id)! + 1),
      lastReductionAt: this.safety.lastReductionAt(instrument.id),
    }));
    const [open, now] = [this.orders.open(), at(this.ms)];
    return mode === 'REDUCE'
      ? planReduce(views, open, now, THRESHOLDS)
      : planEmergency(views, open, now, this.safety.modeSince, THRESHOLDS);
  }

  carryOut(plan: SafetyPlan): void {
    for (const clientOrderId of plan.cancels) {
      this.record({ kind: 'cancel-requested', at: at(this.ms), clientOrderId });
    }
    for (const wanted of plan.requests) {
      const result = this.gate.approve(wanted, {
        at: at(this.ms),
        mode: this.safety.mode,
        reconciled: true,
        equity: this.portfolio.value(MARKS).equity,
        mark: (id) => MARKS.get(id) ?? null,
        position: (id) => this.portfolio.position(id).lots,
        reserved: (id) => this.orders.reserved(id),
        openOrders: this.orders.openCount,
      });
      if (!result.ok) this.refused += 1;
      else this.record(prepareSubmission(result.value, this.ids, at(this.ms)).event);
    }
  }

  /** The venue answers what it feels like: acknowledges, fills a part, ends, or stays silent. */
  venue(): void {
    for (const order of this.orders.open()) {
      const roll = this.rng.uniform();
      const { clientOrderId } = order;
      const now = at(this.ms);
      if (roll < 0.2) continue;
      if (order.cancelRequested) {
        this.record({ kind: 'order-cancelled', at: now, clientOrderId, reason: 'asked for' });
      } else if (order.request.timeInForce === 'ioc') this.#executeNow(order, roll);
      else if (roll < 0.3) this.#fill(order, 1 + (this.rng.uint32() % 5));
      else {
        const venueOrderId = `v-${clientOrderId}` as VenueOrderId;
        this.record({ kind: 'order-accepted', at: now, clientOrderId, venueOrderId });
      }
    }
  }

  #executeNow(order: Order, roll: number): void {
    const { clientOrderId, request: terms } = order;
    if (roll > 0.4) this.#fill(order, roll > 0.6 ? terms.quantity : terms.quantity >> 1);
    const reason = 'rest of an immediate order';
    this.record({ kind: 'order-expired', at: at(this.ms), clientOrderId, reason });
  }

  #fill(order: Order, wanted: number): void {
    const lots = Math.min(wanted, order.request.quantity - order.filled);
    if (lots === 0) return;
    this.trades += 1;
    const { side, price, instrument } = order.request;
    const of = instrument === BTC.id ? BTC : ETH;
    const named = { trade: `${this.trades}`, order: order.clientOrderId, of };
    const fill = { ...fillOf({ ...named, side, price, lots }), at: at(this.ms) };
    this.record({ kind: 'order-filled', at: at(this.ms), fill });
  }
}

const runUntilFlat = (account: Account, mode: ControlMode, limitMs: number): number => {
  for (; account.ms < limitMs; account.ms += STEP_MS) {
    const plan = account.plan(mode);
    if (plan.phase === 'flat') return account.ms;
    account.carryOut(plan);
    const before = account.lots();
    account.venue();
    if (account.orders.open().every((order) => order.request.reduceOnly)) {
      account.lots().forEach((lots, index) => {
        expect(Math.abs(lots)).toBeLessThanOrEqual(Math.abs(before[index]!));
        expect(lots * before[index]!).toBeGreaterThanOrEqual(0);
      });
    }
  }
  throw new Error(`not flat after ${limitMs} ms: ${account.lots().join(', ')} lots`);
};

describe('from any positions, against a venue that fills by halves or not at all', () => {
  it.each([
    ['emergency', 'EMERGENCY', 60_000],
    ['reduce', 'REDUCE', 240_000],
  ] as const)(
    '%s ends flat with nothing working, and never turns a position',
    (kind, mode, limit) => {
      for (let seed = 1; seed <= 200; seed += 1) {
        const account = new Account(seed);
        account.ms = 1_000;
        applyAll(account.safety, handleCommand(account.safety, { kind }, at(account.ms)).events);
        expect(account.safety.mode).toBe(mode);
        const took = runUntilFlat(account, mode, limit);
        expect(took).toBeGreaterThan(1_000);
        expect(account.lots()).toEqual([0, 0]);
        expect(account.orders.openCount).toBe(0);
        expect(account.refused, `seed ${seed}`).toBe(0);
        account.portfolio.value(MARKS);
      }
    },
  );
});
