import { describe, expect, it } from 'vitest';
import { seededRng, standardNormal } from '../../src/core/index.ts';
import {
  isotonicRegression,
  isotonicValue,
  plattProbability,
  plattScaling,
  RegimeCalibration,
} from '../../src/quant/index.ts';
import { refusal, value } from './results.ts';

describe('isotonic regression', () => {
  it('pools a small sample as worked by hand', () => {
    const x = Float64Array.of(3, 1, 2, 2, 4);
    const y = Float64Array.of(1, 2, 0, 4, 9);
    // Ties at 2 average to 2; then 2, 2, 1 pool to (2 + 4 + 1) / 4.
    const { fitted, map } = value(isotonicRegression(x, y));
    expect([...fitted]).toEqual([1.75, 1.75, 1.75, 1.75, 9]);
    expect(map).toEqual({ x: [1, 3, 4], y: [1.75, 1.75, 9] });
    expect(isotonicValue(map, 3.5)).toBe(5.375);
    expect(isotonicValue(map, -9)).toBe(1.75);
    expect(isotonicValue(map, 99)).toBe(9);
  });

  it('falls where asked, keeps the weighted mean and never breaks the order', () => {
    const rng = seededRng(3);
    const x = Float64Array.from({ length: 300 }, () => Math.round(rng.uniform() * 50));
    const y = x.map((v) => v / 10 + 3 * standardNormal(rng));
    const weights = x.map(() => 0.1 + rng.uniform());
    const up = value(isotonicRegression(x, y, { weights }));
    const sum = (v: Float64Array) => v.reduce((s, a, i) => s + a * weights[i]!, 0);
    expect(sum(up.fitted)).toBeCloseTo(sum(y), 9);
    expect(up.map.y).toEqual(up.map.y.toSorted((a, b) => a - b));
    for (let i = 0; i < 300; i += 1) {
      expect(isotonicValue(up.map, x[i]!)).toBeCloseTo(up.fitted[i]!, 12);
    }
    const down = value(
      isotonicRegression(
        x,
        y.map((v) => -v),
        { weights, increasing: false },
      ),
    );
    expect([...down.fitted]).toEqual([...up.fitted].map((v) => -v));
  });

  it('names what is wrong with its input', () => {
    const x = Float64Array.of(1, 2);
    expect(refusal(isotonicRegression(new Float64Array(), x))).toContain('x has 0 values');
    expect(refusal(isotonicRegression(x, Float64Array.of(1)))).toBe('y has 1 values; x has 2');
    expect(refusal(isotonicRegression(x, x, { weights: Float64Array.of(1, 0) }))).toBe(
      'weights[1] is 0; weights are above 0',
    );
  });
});

describe('Platt scaling', () => {
  it('recovers the sigmoid that drew the labels', () => {
    const rng = seededRng(4);
    const f = Float64Array.from({ length: 20_000 }, () => 2 * standardNormal(rng));
    const drawn = { a: -1.5, b: 0.7 };
    const y = f.map((score) => (rng.uniform() < plattProbability(drawn, score) ? 1 : 0));
    const fit = value(plattScaling(f, y));
    expect(fit.a).toBeCloseTo(-1.5, 1);
    expect(fit.b).toBeCloseTo(0.7, 1);
    const steeper = value(plattScaling(f, y, { targets: 'labels' }));
    expect(steeper.a).toBeLessThan(fit.a);
  });

  it('stays finite on scores as large as they come', () => {
    expect(plattProbability({ a: -1, b: 0 }, 1e6)).toBe(1);
    expect(plattProbability({ a: -1, b: 0 }, -1e6)).toBe(0);
    const fit = value(plattScaling(Float64Array.of(-1e8, -1, 1, 1e8), Float64Array.of(0, 1, 0, 1)));
    expect(Number.isFinite(fit.logLoss)).toBe(true);
  });

  it('gives the same probabilities wherever the scores lie', () => {
    const f = Float64Array.of(-2, -1, 0, 1, 2, 3);
    const y = Float64Array.of(0, 1, 0, 1, 0, 1);
    const near = value(plattScaling(f, y));
    const far = value(
      plattScaling(
        f.map((score) => 1e6 + 1e-3 * score),
        y,
      ),
    );
    expect(plattProbability(far, 1e6 + 1e-3)).toBeCloseTo(plattProbability(near, 1), 5);
    expect(far.logLoss).toBeCloseTo(near.logLoss, 6);
  });

  it('keeps smoothed targets finite on separable classes and says that labels have no fit', () => {
    const f = Float64Array.of(-2, -1, 1, 2);
    const y = Float64Array.of(0, 0, 1, 1);
    expect(value(plattScaling(f, y)).a).toBeLessThan(0);
    expect(plattScaling(f, y, { targets: 'labels' })).toMatchObject({
      ok: false,
      error: { code: 'not-converged' },
    });
  });

  it('names what is wrong with its input', () => {
    const f = Float64Array.of(1, 2);
    expect(refusal(plattScaling(f, Float64Array.of(1, 1)))).toContain('every label is 1');
    expect(refusal(plattScaling(f, Float64Array.of(-1, 1)))).toContain('y[0] is -1');
    expect(refusal(plattScaling(Float64Array.of(5, 5), Float64Array.of(0, 1)))).toContain(
      'every score is 5',
    );
  });
});

describe('calibration by regime', () => {
  const settings = { method: 'platt', window: 400, refitEvery: 20, minimum: 50 } as const;

  function feed(calibration: RegimeCalibration, seed: number, count: number): void {
    const rng = seededRng(seed);
    for (let i = 0; i < count; i += 1) {
      const regime = rng.uniform() < 0.5 ? 'bull' : 'crisis';
      const score = standardNormal(rng);
      const truth = plattProbability({ a: regime === 'bull' ? -3 : 1, b: 0 }, score);
      value(calibration.observe(regime, score, rng.uniform() < truth ? 1 : 0));
    }
  }

  it('learns a curve of its own for each regime', () => {
    const calibration = value(RegimeCalibration.create(settings));
    expect(calibration.probability('bull', 1)).toBeNull();
    feed(calibration, 1, 3000);
    expect(calibration.probability('bull', 1)).toBeGreaterThan(0.85);
    expect(calibration.probability('crisis', 1)).toBeLessThan(0.45);
  });

  it('lends a regime without outcomes the curve over all', () => {
    const calibration = value(RegimeCalibration.create({ ...settings, method: 'isotonic' }));
    feed(calibration, 2, 500);
    const lent = calibration.probability('recovery', 2);
    expect(lent).toBeGreaterThan(0);
    expect(lent).not.toBe(calibration.probability('bull', 2));
    value(calibration.observe('recovery', 0, 1));
    expect(calibration.probability('recovery', 2)).not.toBeNull();
  });

  it('goes on exactly from its state as JSON', () => {
    for (const method of ['platt', 'isotonic'] as const) {
      const whole = value(RegimeCalibration.create({ ...settings, method }));
      feed(whole, 3, 333);
      const text = JSON.stringify(whole.state());
      const resumed = value(RegimeCalibration.fromState(JSON.parse(text)));
      feed(whole, 4, 777);
      feed(resumed, 4, 777);
      expect(resumed.state()).toEqual(whole.state());
      expect(resumed.state().pooled.scores.length).toBe(400);
    }
  });

  it('keeps its last curve while only one class arrives', () => {
    const calibration = value(RegimeCalibration.create({ ...settings, window: 60, minimum: 60 }));
    feed(calibration, 5, 300);
    for (let i = 0; i < 100; i += 1) value(calibration.observe('bull', i / 100, 1));
    expect(calibration.probability('bull', 0)).not.toBeNull();
  });

  it('names what is wrong with settings, states and outcomes', () => {
    expect(refusal(RegimeCalibration.create({ ...settings, minimum: 1 }))).toContain(
      'minimum is 1',
    );
    expect(refusal(RegimeCalibration.create({ ...settings, window: 9 }))).toContain('window is 9');
    expect(refusal(RegimeCalibration.create({ ...settings, refitEvery: 0 }))).toContain('is 0');
    const calibration = value(RegimeCalibration.create(settings));
    expect(refusal(calibration.observe('bull', Number.NaN, 1))).toContain('score is NaN');
    expect(refusal(calibration.observe('bull', 0, 2))).toContain('label is 2');
    const state = calibration.state();
    const broken = { ...state, pooled: { ...state.pooled, scores: [1] } };
    expect(refusal(RegimeCalibration.fromState(broken))).toContain('pooled holds outcomes');
  });
});
