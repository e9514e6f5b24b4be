import { describe, expect, it } from 'vitest';
import {
  PARENT_MACHINES,
  type ParentAction,
  type ParentView,
} from '../../../src/execution/index.ts';
import { money, type ParentSpec, priceTicks, qtyLots } from '../../../src/model/index.ts';
import { BTC } from '../../portfolio/sample-account.ts';
import { specOf, viewAt } from './sample-view.ts';

const EVEN = { slices: 12, sizeJitter: 0, timeJitter: 0 };
const filled = (lots: number) => ({ filled: qtyLots(lots) });

const decide = (spec: ParentSpec, view: ParentView, memory = {}): readonly ParentAction[] =>
  PARENT_MACHINES.get(spec.kind)!.decide(spec, memory, view);

/** Lots that the next child would have; 0 for none. */
function sent(spec: ParentSpec, view: ParentView, memory = {}): number {
  const child = decide(spec, view, memory).find(({ kind }) => kind === 'submit');
  return child?.kind === 'submit' ? child.request.quantity : 0;
}

describe('a TWAP', () => {
  it('has sent a twelfth at once and one more with each twelfth of the time', () => {
    const spec = specOf('twap', EVEN);
    for (let slice = 0; slice < 12; slice += 1) {
      expect(sent(spec, viewAt(slice * 5_000, filled(slice * 10)))).toBe(10);
      expect(sent(spec, viewAt(slice * 5_000 + 4_999, filled(slice * 10 + 10)))).toBe(0);
    }
  });

  it('takes the rest at the deadline, and ends with what is left when its grace is over', () => {
    const spec = specOf('twap', EVEN);
    expect(sent(spec, viewAt(60_000, filled(100)))).toBe(20);
    expect(decide(spec, viewAt(65_000, filled(100)))).toEqual([
      { kind: 'end', reason: 'the time of the twap is over: 20 of 120 lots unfilled' },
    ]);
  });

  it('leaves the rest at the deadline when told to', () => {
    const spec = specOf('twap', { ...EVEN, atDeadline: 'end' });
    expect(decide(spec, viewAt(60_000, filled(119)))[0]).toMatchObject({ kind: 'end' });
  });

  it('waits while the market is beyond its price limit, and never bids above it', () => {
    const beyond = specOf('twap', { ...EVEN, limitPrice: 600_000 });
    expect(decide(beyond, viewAt(0))).toEqual([]);
    const within = specOf('twap', { ...EVEN, limitPrice: 600_010, reachBps: 100 });
    expect(decide(within, viewAt(0))[0]).toMatchObject({ request: { price: 600_010 } });
  });

  it('rests at its own side of the touch, and takes only what is overdue', () => {
    const spec = specOf('twap', { ...EVEN, style: 'rest' });
    expect(decide(spec, viewAt(0))[0]).toMatchObject({
      request: { price: 600_000, timeInForce: 'gtc', quantity: 10 },
    });
    expect(decide(spec, viewAt(5_000, filled(4)))[0]).toMatchObject({
      request: { timeInForce: 'ioc', quantity: 6 },
    });
  });

  it('adds a rest that the venue would refuse to its last child, and ends where one is left', () => {
    // A lot is worth 60: an order has at least three.
    const instrument = { ...BTC, minNotional: money(15_000_000_000n) };
    const spec = { ...specOf('twap', { ...EVEN, slices: 3 }), quantity: qtyLots(11) };
    expect(sent(spec, viewAt(20_000, filled(4), { instrument }))).toBe(3);
    expect(sent(spec, viewAt(20_000, filled(5), { instrument }))).toBe(0);
    expect(sent(spec, viewAt(40_000, filled(6), { instrument }))).toBe(5);
    expect(decide(spec, viewAt(40_000, filled(9), { instrument }))).toEqual([
      { kind: 'end', reason: "a rest of 2 lots is below the venue's minimum" },
    ]);
  });

  it('takes at least the venue’s minimum when less than that is overdue', () => {
    const instrument = { ...BTC, minNotional: money(15_000_000_000n) };
    const spec = specOf('twap', { ...EVEN, style: 'rest' });
    const actions = decide(spec, viewAt(5_000, filled(9), { instrument }));
    expect(actions[0]).toMatchObject({ request: { timeInForce: 'ioc', quantity: 3 } });
  });

  it('says what its terms may be', () => {
    const { check } = PARENT_MACHINES.get('twap')!;
    expect(check(specOf('twap', { slices: 0 }))).toContain(
      'slices of twap is 0; allowed: 1 to 1000',
    );
    expect(check(specOf('twap', { pace: 1 }))).toContain('twap has no term pace');
    expect(check(specOf('twap', EVEN))).toBeNull();
  });
});

describe('a VWAP', () => {
  it('is due in proportion to the volume that its profile expects', () => {
    const spec = specOf('vwap', { ...EVEN, slices: 4, profile: [1, 0, 0, 3] });
    const due = [0, 15_000, 30_000, 45_000].map((ms) => sent(spec, viewAt(ms)));
    expect(due).toEqual([30, 30, 30, 120]);
  });

  it('refuses a profile without volume', () => {
    const { check } = PARENT_MACHINES.get('vwap')!;
    for (const profile of [undefined, [], [0, 0], [1, -1], ['1'], null]) {
      const terms = profile === undefined ? {} : { profile };
      expect(check(specOf('vwap', terms))).toContain('allowed: 1 to 1000 numbers');
    }
    expect(check(specOf('vwap', { profile: [0, 1] }))).toBeNull();
  });
});

describe('a POV', () => {
  const spec = specOf('pov', { rate: 0.1, catchUp: 2 });
  const market = (lots: number, resumed = false): Partial<ParentView> => ({
    tradedVolume: qtyLots(lots),
    resumed,
  });

  it('keeps its share of the volume', () => {
    expect(sent(spec, viewAt(1_000, {}, market(9)))).toBe(0);
    expect(sent(spec, viewAt(1_000, {}, market(200)))).toBe(20);
    expect(sent(spec, viewAt(1_000, filled(20), market(200)))).toBe(0);
  });

  it('makes a deficit good at no more than twice its share of what trades meanwhile', () => {
    const memory = { volumeBefore: 0, volumeSeen: 500, volumeAtLast: 500 };
    expect(sent(spec, viewAt(1_000, filled(10), market(550)), memory)).toBe(10);
  });

  it('goes on counting where an earlier run stopped', () => {
    const memory = { volumeBefore: 100, volumeSeen: 400, volumeAtLast: 500 };
    const resumed = decide(spec, viewAt(9_000, filled(50), market(100, true)), memory);
    expect(resumed[0]).toMatchObject({ memory: { volumeBefore: 500 } });
    expect(resumed[1]).toMatchObject({ request: { quantity: 10 } });
  });

  it('ends at its deadline with the rest unfilled', () => {
    expect(decide(spec, viewAt(60_000, filled(20), market(200)))[0]).toMatchObject({ kind: 'end' });
  });
});

describe('an implementation shortfall', () => {
  const weighed = (riskAversion: number) =>
    specOf('is', { ...EVEN, slices: 4, riskAversion, impactBps: 2 });

  it('is a TWAP without risk aversion and ever earlier with more of it', () => {
    expect(sent(weighed(0), viewAt(0))).toBe(30);
    const some = sent(weighed(0.05), viewAt(0));
    const more = sent(weighed(1), viewAt(0));
    expect(some).toBeGreaterThan(30);
    expect(more).toBeGreaterThan(some);
    expect(sent(weighed(1_000_000), viewAt(0))).toBe(120);
  });

  it('remembers its speed at the first sight of the market and keeps it', () => {
    const spec = weighed(0.1);
    const [first] = decide(spec, viewAt(0));
    const memory = first?.kind === 'remember' ? first.memory : {};
    expect(memory['kappaHorizon']).toBeGreaterThan(0);
    const wild = viewAt(15_000, filled(sent(spec, viewAt(0))), { volatility: 0.01 });
    expect(sent(spec, wild, memory)).toBeLessThan(sent(spec, wild));
  });
});

describe('an adaptive order', () => {
  const spec = specOf('adaptive', { ...EVEN, riskAversion: 0, impactBps: 2, gain: 2 });
  const arrival = { arrival: 1_200_001, progress: 0.25, lookedAt: 0.25 };
  const priceOf = (bid: number): Partial<ParentView> => {
    const [bidLots, askLots] = [qtyLots(50), qtyLots(40)];
    return { touch: { bid: priceTicks(bid), bidLots, ask: priceTicks(bid + 1), askLots } };
  };
  const lotsIn = (bid: number, memory = arrival) =>
    sent(spec, viewAt(30_000, filled(0), priceOf(bid)), memory);

  it('goes faster while the price is in its favour and slower while it is not', () => {
    expect(lotsIn(600_000)).toBe(70);
    expect(lotsIn(599_500)).toBeGreaterThan(70);
    expect(lotsIn(600_500)).toBeLessThan(70);
  });

  it('stays within its bounds however far the price goes', () => {
    // 1 - (1 - 1/2)^2 = 3/4 of the schedule at most, (1/2)^2 = 1/4 of it at least.
    expect(lotsIn(500_000)).toBe(100);
    expect(lotsIn(700_000)).toBeGreaterThanOrEqual(30);
  });

  it('goes slower after fills that cost more than expected', () => {
    const dear = { ...filled(1), filledTickLots: 601_000n };
    const cheap = { ...filled(1), filledTickLots: 600_000n };
    const at = (totals: object) => sent(spec, viewAt(30_000, totals, priceOf(600_000)), arrival);
    expect(at(dear)).toBeLessThan(at(cheap));
  });
});

describe('a sniper', () => {
  const spec = specOf('sniper', { limitPrice: 600_001, leastDisplayed: 30, share: 0.5 });

  it('takes half of what is displayed, only at a price and a size that suit', () => {
    expect(sent(spec, viewAt(0))).toBe(20);
    const { touch } = viewAt(0);
    const thin = { ...touch!, askLots: qtyLots(29) };
    expect(sent(spec, viewAt(0, {}, { touch: thin }))).toBe(0);
    const dear = { ...touch!, ask: priceTicks(600_002) };
    expect(sent(spec, viewAt(0, {}, { touch: dear }))).toBe(0);
  });

  it('needs a price limit', () => {
    expect(PARENT_MACHINES.get('sniper')!.check(specOf('sniper'))).toContain('limitPrice');
  });
});

describe('an iceberg', () => {
  it('shows slices of different sizes within its variation, the same after a restart', () => {
    const terms = { price: 600_000, displayLots: 20, displayVariation: 0.5, seed: 7 };
    const { durationMs: _, ...rest } = specOf('iceberg', terms).terms;
    const spec = { ...specOf('iceberg'), terms: rest };
    const sizes = [0, 1, 2, 3, 4].map((submitted) => sent(spec, viewAt(0, { submitted })));
    expect(new Set(sizes).size).toBeGreaterThan(2);
    for (const lots of sizes) expect(Math.abs(lots - 20)).toBeLessThanOrEqual(10);
    expect(sizes).toEqual([0, 1, 2, 3, 4].map((n) => sent(spec, viewAt(9_000, { submitted: n }))));
  });
});
