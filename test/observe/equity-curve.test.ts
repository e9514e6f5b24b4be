import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  eventTime,
  InvariantError,
  type Json,
  NS_PER_S,
} from '../../src/core/index.ts';
import { type DomainEvent, money } from '../../src/model/index.ts';
import { EquityCurve, MAX_EQUITY_POINTS } from '../../src/observe/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';

const sampled = (second: number, equity: number): DomainEvent => ({
  kind: 'equity-sampled',
  at: eventTime(BigInt(second) * NS_PER_S),
  equity: money(BigInt(equity) * 100_000_000n),
  cash: money(0n),
  realised: money(0n),
  unrealised: money(0n),
  fees: money(0n),
  marks: [],
});
const deposited = (amount: number): DomainEvent => ({
  kind: 'cash-deposited',
  at: eventTime(0n),
  amount: money(BigInt(amount) * 100_000_000n),
});
const curveOf = (...events: DomainEvent[]): EquityCurve => {
  const curve = new EquityCurve();
  for (const event of events) curve.apply(event);
  return curve;
};

describe('EquityCurve', () => {
  it('is empty, without drawdown, before the first sample', () => {
    const curve = new EquityCurve();
    expect(curve.latest).toBeNull();
    expect(curve.drawdown).toBe(0);
    expect(curve.series()).toEqual({ atMs: [], equity: [], drawdown: [] });
  });

  it('measures drawdown from the highest equity so far', () => {
    const curve = curveOf(sampled(1, 100), sampled(2, 200), sampled(3, 150), sampled(4, 180));
    expect(curve.series()).toEqual({
      atMs: [1_000, 2_000, 3_000, 4_000],
      equity: ['100.00', '200.00', '150.00', '180.00'],
      drawdown: [0, 0, 0.25, 0.1],
    });
    expect(curve.drawdown).toBe(0.1);
    expect(curve.maxDrawdown).toBe(0.25);
  });

  it('counts a loss from the deposit even when the first sample is below it', () => {
    expect(curveOf(deposited(100), sampled(1, 90)).drawdown).toBeCloseTo(0.1, 12);
  });

  it('takes a later deposit neither as a gain nor as the end of a drawdown', () => {
    const curve = curveOf(deposited(100), sampled(1, 90), deposited(100), sampled(2, 190));
    expect(curve.drawdown).toBeCloseTo(10 / 200, 12);
    expect(curve.maxDrawdown).toBeCloseTo(0.1, 12);
  });

  const restored = (causeId: string, second: number): DomainEvent => ({
    kind: 'cause-cleared',
    at: eventTime(BigInt(second) * NS_PER_S),
    causeId,
    reason: 'restored',
  });

  it('counts the drawdown anew once its cause was lifted, and keeps the fall in the series', () => {
    const curve = curveOf(sampled(1, 200), sampled(2, 100), restored('drawdown-emergency', 3));
    expect(curve.drawdown).toBe(0);
    expect(curve.series().drawdown).toEqual([0, 0.5]);
    curve.apply(sampled(4, 90));
    expect(curve.drawdown).toBe(0.1);
    expect(curve.series().drawdown).toEqual([0, 0.5, 0.1]);
    expect(curve.maxDrawdown).toBe(0.5);
  });

  it('keeps counting when a cause of another kind was lifted', () => {
    const curve = curveOf(sampled(1, 200), sampled(2, 100), restored('human-pause', 3));
    expect(curve.drawdown).toBe(0.5);
  });

  it('shows the drawdown that safety acts on, over deposits and restores', () => {
    const curve = new EquityCurve();
    const portfolio = new Portfolio([]);
    for (const event of [
      deposited(100),
      sampled(1, 120),
      sampled(2, 90),
      deposited(50),
      restored('drawdown-reduce', 3),
      sampled(4, 133),
      deposited(-20),
      sampled(5, 60),
      restored('drawdown-emergency', 6),
      restored('feeds-stale', 7),
      sampled(8, 59),
    ]) {
      curve.apply(event);
      portfolio.apply(event);
      expect(curve.drawdown).toBe(portfolio.drawdown().fraction);
    }
  });

  it('goes on from a snapshot that holds no equity beside its samples', () => {
    const curve = curveOf(sampled(1, 200), sampled(2, 150));
    const { equity: _, ...older } = curve.snapshot() as Record<string, Json>;
    expect(EquityCurve.restore(older).drawdown).toBe(0.25);
    expect(EquityCurve.restore(older).snapshot()).toEqual(curve.snapshot());
  });

  it('reports no drawdown while there is nothing to lose', () => {
    expect(curveOf(sampled(1, 0), sampled(2, -5)).drawdown).toBe(0);
    expect(curveOf(deposited(10), deposited(-20), sampled(1, 0)).drawdown).toBe(0);
  });

  it('keeps every sample of the first minutes', () => {
    const curve = new EquityCurve();
    for (let second = 1; second <= 250; second += 1) curve.apply(sampled(second, 100));
    expect(curve.series().atMs).toHaveLength(250);
  });

  it('holds a week of seconds within its limit, in order, with the latest second at full detail', () => {
    const curve = new EquityCurve();
    const seconds = 7 * 86_400;
    for (let second = 1; second <= seconds; second += 1) curve.apply(sampled(second, 1_000));
    const { atMs } = curve.series();
    expect(atMs.length).toBeLessThanOrEqual(MAX_EQUITY_POINTS);
    expect(atMs.length).toBeGreaterThan(MAX_EQUITY_POINTS / 2);
    expect(atMs).toEqual(atMs.toSorted((a, b) => a - b));
    expect(atMs[0]).toBe(1_000);
    expect(atMs.slice(-200)).toEqual(
      Array.from({ length: 200 }, (_, index) => (seconds - 199 + index) * 1_000),
    );
  });

  it('never thins away the deepest fall of the run', () => {
    const curve = new EquityCurve();
    for (let second = 1; second <= 100_000; second += 1) {
      curve.apply(sampled(second, second === 5_001 ? 600 : 1_000));
    }
    expect(Math.max(...curve.series().drawdown)).toBe(0.4);
    expect(curve.maxDrawdown).toBe(0.4);
  });

  it('keeps the curve in order when the clock stepped back between two runs', () => {
    const curve = curveOf(sampled(10, 100), sampled(4, 80), sampled(11, 90));
    expect(curve.series().atMs).toEqual([10_000, 11_000]);
    expect(curve.latest).toMatchObject({ atMs: 11_000 });
    expect(curve.maxDrawdown).toBeCloseTo(0.2, 12);
  });

  it('ignores events that say nothing of equity', () => {
    const curve = curveOf({ kind: 'run-stopped', at: eventTime(1n), reason: 'test' });
    expect(curve.snapshot()).toEqual(new EquityCurve().snapshot());
  });

  it('continues from a snapshot as if it had never stopped', () => {
    const whole = new EquityCurve();
    let resumed = new EquityCurve();
    for (let second = 1; second <= 3_000; second += 1) {
      const event = sampled(second, 1_000 + ((second * 7_919) % 97));
      whole.apply(event);
      resumed.apply(event);
      if (second === 1_777) {
        resumed = EquityCurve.restore(JSON.parse(canonicalJson(resumed.snapshot())) as Json);
      }
    }
    expect(canonicalJson(resumed.snapshot())).toBe(canonicalJson(whole.snapshot()));
  });

  it.each([
    ['null', null],
    ['no tiers', { peak: '0', maxDrawdown: 0, first: null, latest: null }],
    ['too few tiers', { peak: '0', maxDrawdown: 0, first: null, latest: null, tiers: [[]] }],
    [
      'a broken amount',
      { peak: 'x', maxDrawdown: 0, first: null, latest: null, tiers: Array(8).fill([]) },
    ],
    [
      'a broken point',
      { peak: '0', maxDrawdown: 0, first: null, latest: [1], tiers: Array(8).fill([]) },
    ],
    [
      'a time that is none',
      { peak: '0', maxDrawdown: 0, first: null, latest: ['a', '1', 0], tiers: Array(8).fill([]) },
    ],
  ])('refuses a snapshot with %s', (_name, snapshot) => {
    expect(() => EquityCurve.restore(snapshot as Json)).toThrow(InvariantError);
  });
});
