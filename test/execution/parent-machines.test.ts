import { describe, expect, it } from 'vitest';
import {
  decideParent,
  PARENT_MACHINES,
  type Parent,
  type ParentAction,
  type ParentChild,
  type ParentView,
} from '../../src/execution/index.ts';
import {
  type DomainEvent,
  type ParentSpec,
  type PlainRecord,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../src/model/index.ts';
import { at, BTC, fillOf } from '../portfolio/sample-account.ts';
import { id, life, ordersOf } from './sample-orders.ts';

const MOST = 2 ** 40;

const specOf = (
  kind: string,
  terms: PlainRecord,
  changed: Partial<ParentSpec> = {},
): ParentSpec => ({
  kind,
  instrument: BTC.id,
  strategy: 'tester' as StrategyId,
  side: 'sell',
  quantity: qtyLots(20),
  terms,
  ...changed,
});

const viewOf = (changed: Partial<ParentView> = {}): ParentView => ({
  now: at(1_000_000),
  instrument: BTC,
  mode: 'NORMAL',
  touch: {
    bid: priceTicks(600_000),
    bidLots: qtyLots(100),
    ask: priceTicks(600_001),
    askLots: qtyLots(100),
  },
  lastTrade: priceTicks(600_000),
  position: qtyLots(20),
  reducible: { buy: qtyLots(0), sell: qtyLots(20) },
  reducing: { buy: qtyLots(0), sell: qtyLots(0) },
  collarBps: 500,
  canAmend: false,
  volatility: null,
  tradedVolume: qtyLots(0),
  openedAt: at(0),
  resumed: false,
  children: [],
  roles: new Map(),
  ...changed,
});

const totals = (filled: number, failures = 0, refusals = 0, price = 600_000) => ({
  submitted: 1,
  filled: qtyLots(filled),
  filledTickLots: BigInt(filled) * BigInt(price),
  failures,
  refusals,
  lastEndAt: null,
});

const decide = (spec: ParentSpec, memory: PlainRecord, view: ParentView): readonly ParentAction[] =>
  PARENT_MACHINES.get(spec.kind)!.decide(spec, memory, view);

describe('an iceberg', () => {
  const spec = specOf('iceberg', { price: 600_000, displayLots: 10 }, { side: 'buy' });
  const slice: ParentChild = { role: 'slice', order: ordersOf(life.submitted()).get(id(1))! };

  it('cancels a slice that a late fill has made too much, and leaves one that is not', () => {
    const roles = (filled: number) => new Map([['slice', totals(filled)]]);
    const late = viewOf({ children: [slice], roles: roles(11) });
    expect(decide(spec, {}, late)).toEqual([{ kind: 'cancel', clientOrderId: id(1) }]);
    const inTime = viewOf({ children: [slice], roles: roles(10) });
    expect(decide(spec, {}, inTime)).toEqual([]);
  });

  it('ends when risk refuses it again and again, unless it only reduces', () => {
    const view = viewOf({ roles: new Map([['slice', totals(0, 2, 3)]]) });
    expect(decide(spec, {}, view)).toEqual([{ kind: 'end', reason: 'refused again and again' }]);
    const reducing = specOf('iceberg', { price: 600_000, displayLots: 10, reduceOnly: true });
    expect(decide(reducing, {}, view)).toMatchObject([{ kind: 'submit' }]);
  });
});

describe('prices of parent orders', () => {
  it('may name at most 2^40 ticks', () => {
    const machine = PARENT_MACHINES.get('stop')!;
    expect(machine.check(specOf('stop', { stopPrice: MOST }))).toBeNull();
    expect(machine.check(specOf('stop', { stopPrice: MOST + 1 }))).toMatch(/allowed: 1 to 10995/);
  });

  it('stay prices whatever distance the terms ask for', () => {
    for (const side of ['buy', 'sell'] as const) {
      const terms = {
        entryType: 'market',
        entryTimeInForce: 'ioc',
        entryPrice: MOST,
        stopTicks: MOST,
        stopVolatilities: 1_000,
        targetTicks: MOST,
        targetVolatilities: 1_000,
        horizonS: 1_000_000,
      };
      const spec = specOf('bracket', terms, { side });
      expect(PARENT_MACHINES.get('bracket')!.check(spec)).toBeNull();
      const position = qtyLots(side === 'buy' ? 20 : -20);
      const roles = new Map([['entry', totals(20, 0, 0, MOST)]]);
      const view = viewOf({ position, roles, volatility: 1e3 });
      expect(() => decide(spec, {}, view)).not.toThrow();
    }
  });
});

describe('a trailing stop', () => {
  it('does not fall back when the volatility becomes known, and is not forgotten in a restart', () => {
    const terms = { trailTicks: 100, trailVolatilities: 2, horizonS: 1 };
    const spec = specOf('trailing-stop', terms);
    let memory: PlainRecord = {};
    const live = (bid: number, volatility: number | null): readonly ParentAction[] => {
      const touch = { ...viewOf().touch!, bid: priceTicks(bid), ask: priceTicks(bid + 1) };
      const actions = decide(spec, memory, viewOf({ touch, volatility }));
      for (const action of actions) {
        if (action.kind === 'remember') memory = JSON.parse(JSON.stringify(action.memory));
      }
      return actions.filter(({ kind }) => kind === 'submit');
    };
    // The distance grows from 100 to 1,200 ticks, the stop stays at 599,900.
    expect(live(600_000, null)).toEqual([]);
    expect(live(600_000, 0.001)).toEqual([]);
    expect(live(600_000, 0.001)).toEqual([]);
    expect(live(599_901, 0.001)).toEqual([]);
    expect(live(599_900, 0.001)).toHaveLength(1);
  });
});

describe('the resting exit of a bracket', () => {
  const spec = specOf(
    'bracket',
    {
      entryType: 'limit',
      entryTimeInForce: 'gtc',
      entryPrice: 600_000,
      stopTicks: 500,
      targetTicks: 100,
    },
    { side: 'buy' },
  );
  const selling = { side: 'sell', reduceOnly: true, postOnly: false } as const;
  const working = [
    life.submitted(1, 0, { ...selling, price: priceTicks(600_100) }),
    life.accepted(),
  ];
  /** 15 lots of the entry are filled at `price`; a target of 10 lots rests at 600,100. */
  const viewWith = (events: readonly DomainEvent[], changed: Partial<ParentView> = {}, n = 15) => {
    const order = ordersOf(...working, ...events).get(id(1))!;
    const children: ParentChild[] = [{ role: 'target', order }];
    const roles = new Map([
      ['entry', totals(n)],
      ['target', totals(order.filled)],
    ]);
    const reducible = { buy: qtyLots(0), sell: qtyLots(5) };
    return viewOf({ canAmend: true, children, roles, reducible, ...changed });
  };
  const wanted = (view: ParentView) =>
    decide(spec, {}, view).filter(({ kind }) => kind !== 'remember');
  const amend = (price: number, quantity: number) => [
    { kind: 'amend', clientOrderId: id(1), price, quantity },
  ];
  const cancel = [{ kind: 'cancel', clientOrderId: id(1) }];

  it('is amended to what the entry filled, at the new price, what it filled itself counted in', () => {
    expect(wanted(viewWith([]))).toEqual(amend(600_100, 15));
    const roles = new Map([['entry', totals(15, 0, 0, 600_010)]]);
    expect(wanted(viewWith([], { roles }))).toEqual(amend(600_110, 15));
    const fill = fillOf({ trade: '1', order: id(1), side: 'sell', price: 600_100, lots: 4 });
    expect(wanted(viewWith([{ kind: 'order-filled', at: at(2), fill }]))).toEqual(
      amend(600_100, 15),
    );
  });

  it('shrinks when there is less to close, and stands when it is as wanted', () => {
    expect(wanted(viewWith([], {}, 7))).toEqual(amend(600_100, 7));
    expect(wanted(viewWith([], {}, 10))).toEqual([]);
  });

  it('grows only by what a further reduce-only order could close', () => {
    const reducible = { buy: qtyLots(0), sell: qtyLots(2) };
    expect(wanted(viewWith([], { reducible }))).toEqual(amend(600_100, 12));
  });

  it('is cancelled, and gets none beside it, after an amend that may still arrive', () => {
    const givenUp = [life.amendRequested(), life.amendRejected()];
    expect(wanted(viewWith(givenUp))).toEqual(cancel);
    expect(wanted(viewWith(givenUp, {}, 10))).toEqual([]);
  });

  it('leaves a bracket alive whose position is gone while an order may bring it back', () => {
    const gone = { children: [], position: qtyLots(0) };
    const reducing = { buy: qtyLots(3), sell: qtyLots(0) };
    expect(wanted(viewWith([], { ...gone, reducing }))).toEqual([]);
    expect(wanted(viewWith([], gone))).toMatchObject([{ kind: 'end' }]);
  });

  it('is left alone while an amend is under way, and nothing is placed beside it', () => {
    expect(wanted(viewWith([life.amendRequested(1, { price: 600_100, quantity: 13 })]))).toEqual(
      [],
    );
    expect(wanted(viewWith([life.amendRequested(1, { price: 1, quantity: 3 })], {}, 7))).toEqual(
      [],
    );
  });

  it('is cancelled and placed anew where the venue cannot amend, refused to, or is in doubt', () => {
    const moved = { roles: new Map([['entry', totals(15, 0, 0, 600_010)]]) };
    expect(wanted(viewWith([], { ...moved, canAmend: false }))).toEqual(cancel);
    const refused = [life.amendRequested(), life.amendRejected()];
    expect(wanted(viewWith(refused, moved))).toEqual(cancel);
    expect(wanted(viewWith([life.amendRequested(), life.doubted()], moved))).toEqual(cancel);
    const risky = new Map([...moved.roles, ['target', totals(0, 0, 1)] as const]);
    expect(wanted(viewWith([], { roles: risky }))).toEqual(cancel);
  });

  it('is cancelled when the stop is reached, also with an amend under way', () => {
    const touch = { ...viewOf().touch!, bid: priceTicks(599_400), ask: priceTicks(599_401) };
    expect(wanted(viewWith([], { touch }))).toEqual(cancel);
    expect(wanted(viewWith([life.amendRequested()], { touch }))).toEqual(cancel);
  });

  it('grows in PAUSE, since it only reduces; in REDUCE it is withdrawn', () => {
    const machine = PARENT_MACHINES.get('bracket')!;
    const decided = (mode: 'PAUSE' | 'REDUCE') => {
      const parent = { memory: {}, spec } as unknown as Parent;
      const actions = decideParent(machine, parent, viewWith([], { mode }));
      return actions.filter(({ kind }) => kind !== 'remember');
    };
    expect(decided('PAUSE')).toEqual(amend(600_100, 15));
    expect(decided('REDUCE')).toEqual(cancel);
  });
});
