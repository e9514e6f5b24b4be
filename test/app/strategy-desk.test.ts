import { describe, expect, it } from 'vitest';
import type { Protection } from '../../src/app/trader/protection.ts';
import { StrategyDesk } from '../../src/app/trader/strategy-desk.ts';
import { type EntryExecution, VolumeProfiles } from '../../src/app/trader/worked-entries.ts';
import { MAX_OPEN_PARENTS, NO_COSTS } from '../../src/execution/index.ts';
import {
  type MarketMoment,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type StrategyId,
  ZERO_MONEY,
} from '../../src/model/index.ts';
import type { OrderAction, Strategy, TakeIntent } from '../../src/strategy/index.ts';
import { BTC } from '../portfolio/sample-account.ts';
import { bracket, ParentWorld } from './parent-world.ts';

const OWNER = 'taker' as StrategyId;
const PROTECTION: Protection = {
  stopVolatilities: 1,
  targetVolatilities: 1,
  horizonS: 1,
  leastBps: 1,
  timeStopMs: 60_000,
};

const ENTRY: OrderRequest = {
  instrument: BTC.id,
  strategy: OWNER,
  side: 'buy',
  type: 'limit',
  price: priceTicks(600_000),
  quantity: qtyLots(10),
  timeInForce: 'gtc',
  postOnly: false,
  reduceOnly: false,
};
/** Beyond the collar: risk refuses it. */
const REFUSED = { ...ENTRY, price: priceTicks(900_000) };
const CLOSE: OrderRequest = {
  ...ENTRY,
  side: 'sell',
  type: 'market',
  timeInForce: 'ioc',
  reduceOnly: true,
};

/** A strategy desk on the test world, and what asks it for one request. */
function deskOn(world: ParentWorld): (request: OrderRequest) => void {
  let actions: readonly OrderAction[] = [];
  const strategy = { id: OWNER, instrument: BTC, onTime: () => actions } as unknown as Strategy;
  const desk = new StrategyDesk({
    state: world.state,
    orders: world.orders,
    parents: world.parents,
    protections: new Map([[BTC.id, PROTECTION]]),
    executions: new Map(),
    costs: NO_COSTS,
    volumes: new VolumeProfiles(),
    momentOf: () => null,
    strategies: new Map([[BTC.id, strategy]]),
    freshTouch: () => null,
  });
  return (request) => {
    actions = [{ kind: 'place', request }];
    desk.onTimer(world.now);
  };
}

const count = (world: ParentWorld, kind: string): number =>
  world.events.filter((event) => event.kind === kind).length;

describe('entries of a guarded instrument that are refused', () => {
  it('by risk are tried once a second, and evict no ended parent that sent something', () => {
    const world = new ParentWorld();
    const ask = deskOn(world);
    for (let n = 0; n < 100; n += 1) {
      ask(REFUSED);
      world.pass(20);
    }
    expect(count(world, 'parent-opened')).toBe(2);
    expect(world.orders.refusalsByCode.get('ENTRY_QUIET')).toBe(98);
    world.pass(1_000);
    ask(ENTRY);
    expect(world.venue.working()).toHaveLength(1);
  });

  it('since too many parents live are counted and on record as a refusal', () => {
    const world = new ParentWorld();
    const other = { ...bracket(), kind: 'stop', terms: { stopPrice: 5, reduceOnly: false } };
    for (let n = 0; n < MAX_OPEN_PARENTS; n += 1) world.open(other);
    deskOn(world)(ENTRY);
    expect(world.orders.refusalsByCode.get('PARENT_LIMIT')).toBe(1);
    expect(world.events.at(-1)).toMatchObject({ kind: 'order-refused', code: 'PARENT_LIMIT' });
  });
});

describe('a strategy that wants out of a guarded instrument', () => {
  it('leaves the parents of others alone, and closes directly when it has no bracket', () => {
    const world = new ParentWorld();
    world.hold('buy', 10);
    const mine = { ...bracket(), strategy: OWNER, kind: 'stop', side: 'sell' as const };
    world.open({ ...mine, terms: { stopPrice: 5 } });
    world.open(bracket('buy', { entryPrice: 599_000 }));
    deskOn(world)(CLOSE);
    expect(world.parents.open()).toHaveLength(2);
    expect(world.parents.open().every(({ memory }) => memory['windDown'] === undefined)).toBe(true);
    expect(world.venue.lots).toBe(0);
  });

  it('brings its own bracket to its end', () => {
    const world = new ParentWorld();
    const ask = deskOn(world);
    ask(ENTRY);
    ask(CLOSE);
    const [mine] = world.parents.open();
    expect(mine?.memory['windDown']).toBe('closed by the strategy');
    expect(count(world, 'order-submitted')).toBe(1);
  });
});

describe('the cost check of entries', () => {
  it('counts what it leaves out by its reason, and leaves out nothing that pays', () => {
    const world = new ParentWorld();
    let moment: MarketMoment | null = null;
    const tried: TakeIntent[] = [];
    const strategy = {
      id: OWNER,
      instrument: BTC,
      onIntent: (intent: TakeIntent) => {
        tried.push(intent);
        return [];
      },
    } as unknown as Strategy;
    const execution = { algorithm: null, aboveNotional: ZERO_MONEY, expectedMoveBps: 10 };
    const desk = new StrategyDesk({
      state: world.state,
      orders: world.orders,
      parents: world.parents,
      protections: new Map(),
      executions: new Map([[BTC.id, execution as EntryExecution]]),
      costs: NO_COSTS,
      volumes: new VolumeProfiles(),
      momentOf: () => moment,
      strategies: new Map([[BTC.id, strategy]]),
      freshTouch: () => null,
    });
    const intent = (probability: number): TakeIntent =>
      ({
        kind: 'take',
        instrument: BTC.id,
        side: 'buy',
        quantity: qtyLots(1),
        probability,
      }) as never;
    desk.onIntent(intent(0.9));
    const [bid, ask] = [priceTicks(600_000), priceTicks(600_001)];
    moment = { bid, bidLots: qtyLots(100), ask, askLots: qtyLots(100), volatility: 0 };
    desk.onIntent(intent(0.5));
    desk.onIntent(intent(0.4));
    desk.onIntent(intent(0.9));
    expect(Object.fromEntries(desk.leftOut)).toEqual({ NO_FRESH_MARKET: 1, EDGE_BELOW_COST: 2 });
    expect(tried.map(({ probability }) => probability)).toEqual([0.9]);
  });
});
