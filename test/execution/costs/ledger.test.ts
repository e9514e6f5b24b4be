import { describe, expect, it } from 'vitest';
import {
  attributeCost,
  ExecutionLedger,
  LEDGER_ORDERS,
  LEDGER_PARENTS,
  NO_COSTS,
  shortfallBps,
} from '../../../src/execution/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type MarketMoment,
  money,
  type OrderRequest,
  type ParentOrderId,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../../src/model/index.ts';
import { at, BTC, filled, INSTRUMENTS } from '../../portfolio/sample-account.ts';

const P1 = 'p-1-1' as ParentOrderId;

const moment = (bid: number): MarketMoment => ({
  bid: priceTicks(bid),
  bidLots: qtyLots(40),
  ask: priceTicks(bid + 2),
  askLots: qtyLots(40),
  volatility: 0.0001,
});

const request = (lots: number, price: number, parent?: ParentOrderId): OrderRequest => ({
  instrument: BTC.id,
  strategy: 'tester' as StrategyId,
  side: 'buy',
  type: 'limit',
  price: priceTicks(price),
  quantity: qtyLots(lots),
  timeInForce: 'ioc',
  postOnly: false,
  reduceOnly: false,
  ...(parent === undefined ? {} : { parent: { id: parent, role: 'slice' } }),
});

const submitted = (
  id: string,
  lots: number,
  bid: number | null,
  parent?: ParentOrderId,
): DomainEvent => ({
  kind: 'order-submitted',
  at: at(0),
  clientOrderId: id as ClientOrderId,
  request: request(lots, (bid ?? 600_000) + 2, parent),
  ...(bid === null ? {} : { market: moment(bid) }),
});

const opened = (bid: number): DomainEvent => ({
  kind: 'parent-opened',
  at: at(0),
  parent: P1,
  spec: {
    kind: 'twap',
    instrument: BTC.id,
    strategy: 'tester' as StrategyId,
    side: 'buy',
    quantity: qtyLots(20),
    terms: { durationMs: 1_000 },
  },
  market: moment(bid),
});
const ended = (bid: number): DomainEvent => ({
  kind: 'parent-ended',
  at: at(9),
  parent: P1,
  reason: 'time',
  market: moment(bid),
});

const TERMS = { ...NO_COSTS, impact: { kind: 'square-root', coefficient: 1 } } as const;

function ledgerOf(...events: DomainEvent[]): ExecutionLedger {
  const ledger = new ExecutionLedger(INSTRUMENTS, TERMS);
  for (const event of events) ledger.observe(event);
  return ledger;
}

const fill = (order: string, price: number, lots: number, trade = order): DomainEvent =>
  filled({ trade, order, side: 'buy', price, lots, fee: '0.1' });

describe('the ledger of execution quality', () => {
  it('measures an order against the mid of its submission, expected and realised', () => {
    const ledger = ledgerOf(submitted('a', 10, 600_000), fill('a', 600_003, 10));
    const [order] = ledger.orders();
    // Half a spread of 1 tick in 600,001, and sigma * sqrt(10 / 40).
    expect(order?.predictedBps).toBeCloseTo(10_000 / 600_001 + 0.5, 9);
    expect(order?.ended).toBe('filled');
    const { sums, arrivalValue, lots } = ledger.totals(BTC.id);
    expect(lots).toBe(10);
    expect(shortfallBps(sums, arrivalValue)).toBeCloseTo((2 / 600_001) * 10_000, 9);
  });

  it('measures children against the opening of their parent, and the move between as delay', () => {
    const ledger = ledgerOf(
      opened(600_000),
      submitted('a', 10, 600_000, P1),
      fill('a', 600_002, 10),
      submitted('b', 10, 600_050, P1),
      fill('b', 600_052, 5),
    );
    const [parent] = ledger.parents();
    expect(parent?.filled).toBe(15);
    const cost = attributeCost(BTC, parent!.sums, money(0n));
    // A tick of a lot is worth 0.0001.
    expect(cost.delay).toBe(250n * 10_000n);
    expect(cost.spread).toBe(15n * 10_000n);
    expect(cost.impact).toBe(0n);
    expect(cost.fees).toBe(20_000_000n);
  });

  it('measures an exit of a parent by itself: it fills nothing of the entry', () => {
    const exit = submitted('b', 20, 600_100, P1) as Extract<
      DomainEvent,
      { readonly kind: 'order-submitted' }
    >;
    const ledger = ledgerOf(
      ...[opened(600_000), submitted('a', 20, 600_000, P1), fill('a', 600_002, 20)],
      { ...exit, request: { ...exit.request, side: 'sell' } },
      filled({ trade: 'b', order: 'b', side: 'sell', price: 600_100, lots: 20, fee: '0.1' }),
    );
    const [parent] = ledger.parents();
    expect(parent!.filled).toBe(20);
    const [, order] = ledger.orders();
    const cost = attributeCost(BTC, order!.sums, money(0n));
    expect(cost.spread).toBe(20n * 10_000n);
    expect(cost.delay).toBe(0n);
  });

  it('counts the unfilled rest of a parent at the price of its end, anew when a late fill comes', () => {
    const begin = [opened(600_000), submitted('a', 20, 600_000, P1), fill('a', 600_002, 5)];
    const before = ledgerOf(...begin, ended(600_100));
    expect(before.totals(BTC.id).opportunity).toBe(15n * 200n);
    const late = ledgerOf(...begin, ended(600_100), fill('a', 600_002, 10, 'late'));
    expect(late.totals(BTC.id).opportunity).toBe(5n * 200n);
    late.observe(ended(600_010));
    expect(late.totals(BTC.id).opportunity).toBe(5n * 20n);
  });

  it('counts the fees of fills that have no benchmark and says how many lots they are', () => {
    const ledger = ledgerOf(submitted('a', 10, null), fill('a', 600_900, 10), fill('x', 1, 3));
    const totals = ledger.totals(BTC.id);
    expect(totals.unmeasuredLots).toBe(13);
    expect(totals.sums).toEqual({ fees: 20_000_000n, shortfall: 0n, spread: 0n, delay: 0n });
    expect(shortfallBps(totals.sums, totals.arrivalValue)).toBeNull();
  });

  it('measures what an earlier run opened and counts only what comes after', () => {
    const ledger = ledgerOf(
      opened(600_000),
      submitted('a', 20, 600_000, P1),
      fill('a', 600_002, 5),
    );
    ledger.forgetTotals();
    ledger.observe(fill('a', 600_002, 10, 'b'));
    expect(ledger.totals(BTC.id)).toMatchObject({ fills: 1, lots: 10, unmeasuredLots: 0 });
    expect(ledger.parents()[0]?.filled).toBe(15);
  });

  it('goes on with an order that an amend made larger while its old quantity was filled', () => {
    const ledger = new ExecutionLedger(INSTRUMENTS, NO_COSTS);
    const clientOrderId = 'o1' as ClientOrderId;
    const terms = { amendment: 1, price: priceTicks(600_002), filled: qtyLots(10) };
    ledger.observe(submitted('o1', 10, 600_000));
    ledger.observe(filled({ trade: '1', order: 'o1', side: 'buy', price: 600_002, lots: 10 }));
    expect(ledger.orders()).toMatchObject([{ filled: 10, ended: 'filled' }]);
    ledger.observe({
      kind: 'order-amended',
      at: at(1),
      clientOrderId,
      ...terms,
      quantity: qtyLots(20),
    });
    expect(ledger.orders()).toMatchObject([{ filled: 10, quantity: 20, ended: null }]);
    ledger.forgetTotals();
    ledger.observe(filled({ trade: '2', order: 'o1', side: 'buy', price: 600_002, lots: 10 }));
    expect(ledger.orders()).toMatchObject([{ filled: 20, ended: 'filled' }]);
    expect(ledger.totals(BTC.id)).toMatchObject({ lots: 10, unmeasuredLots: 0 });
  });

  it('keeps a bounded number of ended orders and parents', () => {
    const ledger = ledgerOf();
    for (let i = 0; i < LEDGER_ORDERS + 50; i += 1) {
      ledger.observe(submitted(`o${i}`, 1, 600_000));
      ledger.observe(fill(`o${i}`, 600_002, 1));
    }
    for (let i = 0; i < LEDGER_PARENTS + 50; i += 1) {
      const parent = `p${i}` as ParentOrderId;
      ledger.observe({ ...opened(600_000), parent } as DomainEvent);
      ledger.observe({ ...ended(600_000), parent } as DomainEvent);
    }
    expect(ledger.orders().length).toBe(LEDGER_ORDERS);
    expect(ledger.parents().length).toBe(LEDGER_PARENTS);
    expect(ledger.totals(BTC.id).fills).toBe(LEDGER_ORDERS + 50);
  });
});
