import { describe, expect, it } from 'vitest';
import {
  nextRoute,
  type RouteQuestion,
  type SentLeg,
  splitOrder,
  type VenueLiquidity,
} from '../../../src/execution/index.ts';
import { parseE8 } from '../../../src/model/index.ts';
import { at, usdt } from '../../portfolio/sample-account.ts';

const e8 = (text: string): bigint => parseE8(text)!;

const venue = (
  name: string,
  levels: readonly (readonly [string, string])[],
  changed: Partial<VenueLiquidity> = {},
): VenueLiquidity => ({
  venue: name,
  levels: levels.map(([price, quantity]) => ({ priceE8: e8(price), quantityE8: e8(quantity) })),
  stepE8: e8('0.001'),
  minNotional: usdt('5'),
  takerFeeE8: e8('0.001'),
  latencyMs: 10,
  fillProbability: 1,
  isDown: false,
  ...changed,
});

const BUY: RouteQuestion = {
  side: 'buy',
  quantityE8: e8('2'),
  volatility: 0,
  missCostBps: 0,
  limitE8: null,
  breakEvenE8: null,
};

const shares = (question: RouteQuestion, ...venues: VenueLiquidity[]) =>
  Object.fromEntries(
    splitOrder(venues, question).legs.map((leg) => [leg.venue, Number(leg.quantityE8) / 1e8]),
  );

describe('the order router', () => {
  it('takes the cheapest levels of all venues, net of their fees', () => {
    const cheapFee = venue(
      'a',
      [
        ['100.05', '1'],
        ['100.30', '5'],
      ],
      { takerFeeE8: 0n },
    );
    const dearFee = venue('b', [
      ['100.00', '1'],
      ['100.15', '5'],
    ]);
    // 100.05 and 100.30 without a fee, 100.10 and 100.25 with one.
    expect(shares(BUY, cheapFee, dearFee)).toEqual({ a: 1, b: 1 });
    expect(shares({ ...BUY, quantityE8: e8('3') }, cheapFee, dearFee)).toEqual({ a: 1, b: 2 });
  });

  it('prices the latency of a venue and the chance that its liquidity is gone', () => {
    const far = venue('far', [['100.00', '5']], { latencyMs: 250 });
    const near = venue('near', [['100.02', '5']]);
    expect(shares(BUY, far, near)).toEqual({ far: 2 });
    expect(shares({ ...BUY, volatility: 0.001 }, far, near)).toEqual({ near: 2 });
    const flaky = venue('flaky', [['100.00', '5']], { fillProbability: 0.5 });
    expect(shares({ ...BUY, missCostBps: 10 }, flaky, near)).toEqual({ near: 2 });
  });

  it('gives a venue its minimum or nothing', () => {
    const small = venue('a', [['100', '0.02']]);
    const deep = venue('b', [['100.01', '5']]);
    // 0.02 at 100 is worth 2 of the 5 that it must be.
    expect(shares(BUY, small, deep)).toEqual({ b: 2 });
    const enough = venue('a', [
      ['100', '0.02'],
      ['100.02', '1'],
    ]);
    const tiny = { ...BUY, quantityE8: e8('0.06') };
    expect(shares(tiny, enough, deep)).toEqual({ b: 0.06 });
  });

  it('leaves what is beyond the limit or does not pay', () => {
    const levels = venue('a', [
      ['100', '1'],
      ['101', '1'],
    ]);
    expect(shares({ ...BUY, limitE8: e8('100.5') }, levels)).toEqual({ a: 1 });
    // 100 and the fee are 100.1.
    expect(shares({ ...BUY, breakEvenE8: e8('100.1') }, levels)).toEqual({ a: 1 });
    expect(shares({ ...BUY, breakEvenE8: e8('100.09') }, levels)).toEqual({});
  });

  it('breaks ties by the venue’s name', () => {
    const same: readonly (readonly [string, string])[] = [['100', '5']];
    expect(shares(BUY, venue('y', same), venue('x', same))).toEqual({ x: 2 });
  });

  it('sends the part of a venue that is down, refused or silent to the others', () => {
    const a = venue('a', [['100', '5']]);
    const b = venue('b', [['101', '5']]);
    expect(shares(BUY, { ...a, isDown: true }, b)).toEqual({ b: 2 });
    const leg = (state: SentLeg['state']): SentLeg => {
      return { venue: 'a', quantityE8: e8('1.5'), filledE8: 0n, state, since: at(0) };
    };
    const next = (ms: number, ...legs: SentLeg[]) =>
      nextRoute(BUY, legs, [a, b], at(ms)).legs.map((each) => [each.venue, each.quantityE8]);
    expect(next(500, leg('refused'))).toEqual([['b', e8('2')]]);
    expect(next(1_000, leg('refused'))).toEqual([['a', e8('2')]]);
    expect(next(1_000, leg('refused'), leg('refused'))).toEqual([['b', e8('2')]]);
    // What is in doubt keeps its quantity.
    expect(next(9_000, leg('unknown'))).toEqual([['b', e8('0.5')]]);
  });
});
