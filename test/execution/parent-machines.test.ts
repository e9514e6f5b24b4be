import { describe, expect, it } from 'vitest';
import {
  PARENT_MACHINES,
  type ParentAction,
  type ParentChild,
  type ParentView,
} from '../../src/execution/index.ts';
import {
  type ParentSpec,
  type PlainRecord,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../src/model/index.ts';
import { at, BTC } from '../portfolio/sample-account.ts';
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
