import { describe, expect, it } from 'vitest';
import {
  backtestOverfitting,
  deflatedSharpe,
  drawdowns,
  expectedMaximumSharpe,
  minimumTrackRecord,
  performance,
  probabilisticSharpe,
  relativePerformance,
  returnTails,
  sharpeSample,
} from '../../src/quant/index.ts';
import { must } from '../oracle/statistics-result.ts';

const refusal = (result: { readonly ok: boolean; readonly error?: { readonly detail: string } }) =>
  result.ok ? 'no refusal' : (result.error?.detail ?? '');

const wave = Float64Array.from(
  { length: 200 },
  (_, i) => 0.001 + 0.02 * Math.sin(i * 2.3) * Math.cos(i * 0.7),
);

describe('drawdowns', () => {
  it('follow wealth from its peak', () => {
    const falls = must(drawdowns(Float64Array.of(0.1, -0.5, 0.5, 1, -0.1)));
    expect([...falls.series].map((d) => Number(d.toFixed(12)))).toEqual([0, -0.5, -0.25, 0, -0.1]);
    expect(falls).toMatchObject({ count: 2, longest: 2 });
    expect(falls.maximum).toBeCloseTo(0.5, 14);
    expect(falls.average).toBeCloseTo(0.3, 14);
    expect(falls.current).toBeCloseTo(0.1, 14);
    expect(falls.pain).toBeCloseTo(0.17, 14);
    expect(falls.ulcer).toBeCloseTo(Math.sqrt((0.25 + 0.0625 + 0.01) / 5), 14);
  });

  it('are 0 while wealth rises, and 1 once all is lost', () => {
    const rising = must(drawdowns(Float64Array.of(0.1, 0, 0.2)));
    expect(rising).toMatchObject({
      maximum: 0,
      average: 0,
      count: 0,
      current: 0,
      ulcer: 0,
      pain: 0,
    });
    expect(must(drawdowns(Float64Array.of(0.1, -1, 0.5)))).toMatchObject({
      maximum: 1,
      current: 1,
    });
  });
});

describe('performance', () => {
  it('scales with leverage: Sharpe stays, deviation doubles', () => {
    const once = must(performance(wave));
    const twice = must(performance(wave.map((r) => 2 * r)));
    expect(twice.sharpe).toBeCloseTo(once.sharpe!, 12);
    expect(twice.annualDeviation).toBeCloseTo(2 * once.annualDeviation, 12);
    expect(twice.omega).toBeCloseTo(once.omega!, 10);
  });

  it('leaves out what would divide by 0, instead of infinities', () => {
    const constant = must(performance(new Float64Array(10).fill(0.1)));
    expect(constant).toMatchObject({
      sharpe: null,
      sharpeAnnual: null,
      sortino: null,
      calmar: null,
      omega: null,
      martin: null,
      skewness: null,
      excessKurtosis: null,
      annualDeviation: 0,
      hitRate: 1,
    });
    for (const value of Object.values(constant)) expect(value).not.toBeNaN();
  });

  it('against itself has beta 1, no alpha and no tracking error', () => {
    const own = must(relativePerformance(wave, wave));
    expect(own.beta).toBeCloseTo(1, 12);
    expect(own.alpha).toBeCloseTo(0, 15);
    expect(own).toMatchObject({ trackingError: 0, informationRatio: null });
    expect(own.correlation).toBeCloseTo(1, 12);
    const flat = must(relativePerformance(wave, new Float64Array(200)));
    expect(flat).toMatchObject({ beta: null, alpha: null, treynor: null, correlation: null });
  });

  it.each([
    [performance(Float64Array.of(0.1)), 'returns has 1 values; at least 2'],
    [performance(Float64Array.of(0.1, Number.NaN)), 'returns[1] is NaN'],
    [performance(Float64Array.of(0.1, -1.2)), 'returns[1] is -1.2; a simple return is at least -1'],
    [performance(new Float64Array(200).fill(10)), 'are they fractions'],
    [performance(wave, { periodsPerYear: 0 }), 'periodsPerYear is 0'],
    [performance(wave, { riskFree: 2 }), 'riskFree is 2'],
    [performance(Float64Array.of(50, 60), { periodsPerYear: 1e6 }), 'overflow a year'],
    [relativePerformance(wave, wave.slice(1)), 'returns have 200 values, benchmark 199'],
    [returnTails(wave, 1), 'level is 1'],
    [returnTails(new Float64Array(10).fill(0.1)), 'they must vary'],
  ])('is refused for what no returns are (%#)', (result, message) => {
    expect(refusal(result)).toContain(message);
  });
});

describe('tails of returns', () => {
  it('order expected shortfall beyond value at risk, whatever the estimator', () => {
    const { historical, gaussian, modified } = must(returnTails(wave, 0.9));
    for (const tail of [historical, gaussian, modified]) {
      expect(tail.expectedShortfall!).toBeLessThanOrEqual(tail.valueAtRisk);
    }
  });

  it('are those of the normal distribution where skewness and excess kurtosis vanish', () => {
    // Two points of weight and a wide pair: kurtosis 3 without skewness.
    const x = Float64Array.from({ length: 60 }, (_, i) =>
      i % 6 === 0 ? Math.sqrt(3) : i % 6 === 1 ? -Math.sqrt(3) : 0,
    );
    const { gaussian, modified } = must(returnTails(x, 0.95));
    expect(modified.valueAtRisk).toBeCloseTo(gaussian.valueAtRisk, 12);
    expect(modified.expectedShortfall!).toBeCloseTo(gaussian.expectedShortfall!, 12);
  });
});

describe('inference on Sharpe ratios', () => {
  const sample = must(sharpeSample(wave));

  it('is even odds at the observed ratio and rises with the observations', () => {
    expect(must(probabilisticSharpe(sample, sample.sharpe))).toBeCloseTo(0.5, 14);
    const longer = must(probabilisticSharpe({ ...sample, observations: 1000 }));
    expect(longer).toBeGreaterThan(must(probabilisticSharpe(sample)));
  });

  it('needs just as many observations as make the probability the level', () => {
    const observations = must(minimumTrackRecord(sample, 0, 0.95))!;
    expect(must(probabilisticSharpe({ ...sample, observations }))).toBeCloseTo(0.95, 12);
    expect(must(minimumTrackRecord(sample, sample.sharpe))).toBeNull();
  });

  it('expects more of the best the more were tried, nothing of one', () => {
    const expected = [1, 2, 10, 100, 1e6].map((trials) => expectedMaximumSharpe(trials, 0.01));
    expect(expected[0]).toBe(0);
    for (let i = 1; i < expected.length; i += 1)
      expect(expected[i]).toBeGreaterThan(expected[i - 1]!);
    const one = must(deflatedSharpe(sample, 1, 0.01));
    expect(one.probability).toBe(must(probabilisticSharpe(sample)));
  });

  it.each([
    [sharpeSample(new Float64Array(5).fill(0.1)), 'they must vary'],
    [probabilisticSharpe({ ...sample, observations: 1 }), 'observations is 1'],
    [probabilisticSharpe({ ...sample, sharpe: 1, skewness: 5, kurtosis: 3 }), 'must be above 0'],
    [probabilisticSharpe(sample, Number.NaN), 'reference is NaN'],
    [minimumTrackRecord(sample, 0, 0.4), 'level is 0.4'],
    [deflatedSharpe(sample, 0, 1), 'trials is 0'],
    [deflatedSharpe(sample, 10, -1), 'trialVariance is -1'],
  ])('is refused for samples that there are not (%#)', (result, message) => {
    expect(refusal(result)).toContain(message);
  });
});

describe('probability of backtest overfitting', () => {
  const table = (rows: number, columns: number, at: (t: number, j: number) => number) => ({
    data: Float64Array.from({ length: rows * columns }, (_, i) =>
      at(Math.floor(i / columns), i % columns),
    ),
    rows,
    columns,
  });
  const noisy = (t: number, j: number) => Math.sin(t * (1.7 + j * 0.37) + j);

  it('is 0 where one strategy is best everywhere', () => {
    const found = must(
      backtestOverfitting(
        table(64, 5, (t, j) => noisy(t, j) * 0.01 + j),
        { blocks: 8, metric: 'mean' },
      ),
    );
    expect(found).toMatchObject({ probability: 0, lossProbability: 0, rows: 64 });
    expect(found.logits.length).toBe(70);
    expect(new Set(found.best)).toEqual(new Set([4]));
    for (const logit of found.logits) expect(logit).toBeCloseTo(Math.log(5), 12);
  });

  it('is 1 where what wins in one half loses in the other', () => {
    // Each strategy wins in its own block alone, and loses as much in all others together.
    const found = must(
      backtestOverfitting(
        table(40, 4, (t, j) => (Math.floor(t / 10) === j ? 3 : -1) + 0.01 * noisy(t, j)),
        { blocks: 4, metric: 'mean' },
      ),
    );
    expect(found.probability).toBe(1);
    expect(found.slope).not.toBeNaN();
  });

  it('equals a plain evaluation of every split', () => {
    const x = table(50, 3, noisy);
    const found = must(backtestOverfitting(x, { blocks: 4 }));
    expect(found.rows).toBe(48);
    const column = (j: number, from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => x.data[(from + i + 2) * 3 + j]!);
    const sharpe = (values: readonly number[]) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const square = values.reduce((a, b) => a + (b - mean) ** 2, 0);
      return mean / Math.sqrt(square / (values.length - 1));
    };
    // The first split holds the two oldest blocks.
    const inside = [0, 1, 2].map((j) => sharpe(column(j, 0, 24)));
    const best = inside.indexOf(Math.max(...inside));
    expect(found.best[0]).toBe(best);
    expect(found.inSample[0]).toBeCloseTo(inside[best]!, 10);
    expect(found.outOfSample[0]).toBeCloseTo(sharpe(column(best, 24, 48)), 10);
  });

  it('takes a strategy that never trades for one without performance', () => {
    const found = must(
      backtestOverfitting(
        table(40, 3, (t, j) => (j === 0 ? 0 : noisy(t, j))),
        { blocks: 4 },
      ),
    );
    for (const logit of found.logits) expect(Number.isFinite(logit)).toBe(true);
  });

  it.each([
    [backtestOverfitting(table(64, 1, noisy)), 'at least 2 strategies'],
    [backtestOverfitting(table(64, 3, noisy), { blocks: 7 }), 'blocks is 7; an even number'],
    [backtestOverfitting(table(64, 3, noisy), { blocks: 22 }), 'blocks is 22'],
    [backtestOverfitting(table(20, 3, noisy)), 'returns'],
    [
      backtestOverfitting(
        table(64, 3, (t, j) => (j === 1 ? 0.5 : noisy(t, j))),
        { blocks: 4 },
      ),
      'column 1 is 0.5 throughout',
    ],
    [
      backtestOverfitting(
        table(64, 3, (t) => (t === 9 ? Number.NaN : t)),
        { blocks: 4 },
      ),
      'returns[9][0] is NaN',
    ],
  ])('is refused where nothing can be compared (%#)', (result, message) => {
    expect(refusal(result)).toContain(message);
  });
});
