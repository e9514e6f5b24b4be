import { describe, expect, it } from 'vitest';
import {
  type CostMarket,
  type CostQuestion,
  type CostTerms,
  edgeExceedsCost,
  expectedCost,
  type ImpactModel,
  impactBps,
  roundTripCostBps,
} from '../../../src/execution/index.ts';
import { MOMENTUM_TAKER } from '../../../src/strategy/index.ts';

const TERMS: CostTerms = {
  makerFee: -0.0001,
  takerFee: 0.0005,
  latencyMs: 40,
  impact: { kind: 'none' },
};
/** 1 bps wide. */
const MARKET: CostMarket = {
  bid: 19_999,
  ask: 20_001,
  volatility: 0.0001,
  volume: 100,
  volumeHorizonS: 100,
  fundingPerHour: 0.00001,
};
const TAKES: CostQuestion = {
  quantity: 25,
  side: 'buy',
  liquidity: 'taker',
  durationS: 0,
  holdingHours: 8,
};

describe('the expected cost of an order', () => {
  it('is fee, half spread, impact, delay and funding', () => {
    const cost = expectedCost(TERMS, MARKET, TAKES);
    expect(cost.feeBps).toBeCloseTo(5, 12);
    expect(cost.spreadBps).toBeCloseTo(0.5, 12);
    expect(cost.impactBps).toBe(0);
    // 1 bps per sqrt(s) over 0.04 s.
    expect(cost.delayBps).toBeCloseTo(0.2, 12);
    expect(cost.fundingBps).toBeCloseTo(0.8, 12);
    expect(cost.totalBps).toBeCloseTo(6.5, 12);
  });

  it('earns the half spread and the rebate of what rests, and funding of what is short', () => {
    const cost = expectedCost(TERMS, MARKET, { ...TAKES, side: 'sell', liquidity: 'maker' });
    expect(cost.feeBps + cost.spreadBps + cost.fundingBps).toBeCloseTo(-1 - 0.5 - 0.8, 12);
  });

  it('has the impact of each model', () => {
    const impact = (model: ImpactModel, more: Partial<CostQuestion> = {}): number =>
      impactBps(model, MARKET, { ...TAKES, ...more });
    // 1 bps * sqrt(100 s) * sqrt(1/4).
    expect(impact({ kind: 'square-root', coefficient: 1 })).toBeCloseTo(5, 12);
    expect(impact({ kind: 'linear', coefficientBps: 8 })).toBeCloseTo(2, 12);
    const chriss = { kind: 'almgren-chriss', temporaryBps: 8, permanentBps: 4 } as const;
    expect(impact(chriss, { durationS: 50 })).toBeCloseTo(4 + 0.5, 12);
    expect(impact(chriss, { durationS: 100 })).toBeCloseTo(2 + 0.5, 12);
  });

  it('grows as the root of the size by the square-root law and is nothing without a volume', () => {
    const model = { kind: 'square-root', coefficient: 1 } as const;
    const of = (quantity: number) => impactBps(model, MARKET, { ...TAKES, quantity });
    expect(of(100) / of(25)).toBeCloseTo(2, 12);
    expect(impactBps(model, { ...MARKET, volume: null }, TAKES)).toBe(0);
  });

  it('tells whether an edge pays for it', () => {
    expect(edgeExceedsCost(6.6, 6.5)).toBe(true);
    expect(edgeExceedsCost(6.6, 6.5, 0.1)).toBe(false);
  });

  it('of a round trip by taking equals what the taking strategy counts by default', () => {
    const terms = { ...TERMS, latencyMs: 0 };
    const cost = roundTripCostBps(terms, MARKET, { ...TAKES, holdingHours: 0 });
    const declared = MOMENTUM_TAKER.parameters.find(({ name }) => name === 'roundTripCostBps');
    expect(cost).toBeCloseTo(declared!.default, 12);
  });
});
