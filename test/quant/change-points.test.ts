import { describe, expect, it } from 'vitest';
import { seededRng, standardNormal } from '../../src/core/index.ts';
import {
  BayesianChangeDetector,
  baiPerron,
  binarySegmentation,
  bocpd,
  olsCusumTest,
  optimalPartition,
  PageCusum,
  pageCusum,
  pelt,
  type QuantResult,
  recursiveCusumTest,
  type SegmentCost,
  segmentNeighbourhood,
  supFTest,
} from '../../src/quant/index.ts';
import { lgamma } from '../../src/quant/special-functions.ts';
import { value } from './results.ts';

const refusal = (result: QuantResult<unknown>): string =>
  result.ok ? 'no error' : `${result.error.code}: ${result.error.detail}`;

/** Normal noise whose mean and deviation change where `levels` says. */
function noise(n: number, seed: number, levels: (t: number) => readonly [number, number]) {
  const rng = seededRng(seed);
  return Float64Array.from({ length: n }, (_, t) => {
    const [mean, sd] = levels(t);
    return mean + sd * standardNormal(rng);
  });
}

const kCosts: readonly SegmentCost[] = ['mean', 'variance', 'mean-variance'];

/** The cost of a segmentation by its definition. */
function costOf(x: Float64Array, kind: SegmentCost, cuts: readonly number[]): number {
  const bounds = [0, ...cuts, x.length];
  const meanOf = (y: Float64Array) => y.reduce((a, b) => a + b, 0) / y.length;
  const whole = meanOf(x);
  let total = 0;
  for (let i = 1; i < bounds.length; i += 1) {
    const y = x.subarray(bounds[i - 1], bounds[i]);
    const centre = kind === 'variance' ? whole : meanOf(y);
    const squares = y.reduce((sum, v) => sum + (v - centre) ** 2, 0);
    const variance = Math.max(squares / y.length, 1e-11);
    const likelihood = y.length * (Math.log(2 * Math.PI * variance) + 1);
    total += kind === 'mean' ? squares : likelihood;
  }
  return total;
}

/** All ways to cut n points into segments of at least `minimum`. */
function* segmentations(n: number, minimum: number): Generator<number[]> {
  yield [];
  for (let first = minimum; first <= n - minimum; first += 1) {
    for (const rest of segmentations(n - first, minimum)) {
      yield [first, ...rest.map((at) => at + first)];
    }
  }
}

describe('searches for change points', () => {
  it('are refused where the search would take hours', () => {
    const long = noise(200_000, 1, () => [0, 1]);
    expect(refusal(segmentNeighbourhood(long, { count: 1000 }))).toContain('1000 change points');
    expect(refusal(baiPerron(long, { minSegment: 20, most: 500 }))).toContain('500 change points');
  });

  it('are the same in every unit of returns', () => {
    const x = noise(300, 21, (t) => [0, t < 150 ? 1 : 4]);
    for (const cost of ['variance', 'mean-variance'] as const) {
      const cuts = value(pelt(x, { cost, penalty: 'mbic' })).changePoints;
      expect(cuts.length).toBeGreaterThan(0);
      for (const unit of [1e-3, 1e-6, 1e-9]) {
        const scaled = x.map((each) => each * unit);
        expect(value(pelt(scaled, { cost, penalty: 'mbic' })).changePoints).toEqual(cuts);
      }
    }
  });

  it.each(kCosts)('find the cheapest of all segmentations: %s', (cost) => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const x = noise(12, seed, (t) => [t < 5 ? 0 : 2, t < 8 ? 1 : 3]);
      const minSegment = 2 + (seed % 2);
      for (const penalty of [0.5, 3, 10]) {
        let best = Number.POSITIVE_INFINITY;
        const byCount = new Map<number, number>();
        for (const cuts of segmentations(12, minSegment)) {
          const total = costOf(x, cost, cuts);
          best = Math.min(best, total + penalty * cuts.length);
          byCount.set(cuts.length, Math.min(byCount.get(cuts.length) ?? 1 / 0, total));
        }
        const got = value(pelt(x, { cost, penalty, minSegment }));
        expect(got.cost).toBeCloseTo(costOf(x, cost, got.changePoints), 9);
        expect(got.cost + penalty * got.changePoints.length).toBeCloseTo(best, 9);
        const two = value(segmentNeighbourhood(x, { cost, count: 2, minSegment }));
        expect(two.cost).toBeCloseTo(byCount.get(2)!, 9);
        expect(two.changePoints).toHaveLength(2);
      }
    }
  });

  it('prune nothing that the full search would choose', () => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const x = noise(150, seed, (t) => [Math.floor(t / 30) % 2, 0.5 + (Math.floor(t / 50) % 2)]);
      for (const cost of kCosts) {
        for (const penalty of [1, 6, 'mbic'] as const) {
          for (const minSegment of [2, 5, 11]) {
            const options = { cost, penalty, minSegment };
            expect(value(pelt(x, options))).toEqual(value(optimalPartition(x, options)));
          }
        }
      }
    }
  });

  it('find planted changes in four thousand points', () => {
    const x = noise(4000, 3, (t) => [t < 1000 ? 0 : t < 2800 ? 1.5 : -0.5, 1]);
    const found = value(pelt(x, { penalty: 30 })).changePoints;
    expect(found).toHaveLength(2);
    expect(Math.abs(found[0]! - 1000)).toBeLessThan(10);
    expect(Math.abs(found[1]! - 2800)).toBeLessThan(10);
    const greedy = value(binarySegmentation(x, { penalty: 30 }));
    expect(greedy.changePoints).toHaveLength(2);
    expect(greedy.cost).toBeGreaterThanOrEqual(value(pelt(x, { penalty: 30 })).cost);
    expect(Math.abs(greedy.changePoints[1]! - 2800)).toBeLessThan(15);
  });

  it('do not depend on the level of the series', () => {
    const x = noise(200, 4, (t) => [t < 90 ? 0 : 2, 1]);
    const high = x.map((v) => v + 1e6);
    const options = { cost: 'mean-variance', penalty: 12 } as const;
    const found = value(pelt(x, options)).changePoints;
    expect(value(pelt(high, options)).changePoints).toEqual(found);
    expect(found.length).toBeGreaterThan(0);
  });

  it('leave a constant series in one piece', () => {
    const x = new Float64Array(50).fill(0.3);
    expect(value(pelt(x, { penalty: 1 })).changePoints).toEqual([]);
    expect(value(binarySegmentation(x, { penalty: 1 })).changePoints).toEqual([]);
    expect(value(pelt(x, { cost: 'mean-variance', penalty: 5 })).changePoints).toEqual([]);
  });

  it('give up where more segments would be priced than allowed, and say so', () => {
    const quiet = Float64Array.from({ length: 2000 }, (_, i) => Math.sin(i));
    for (const search of [pelt, optimalPartition]) {
      const found = search(quiet, { penalty: 1e6, maxSegments: 1e5 });
      expect(found.ok ? '' : found.error.code).toBe('not-converged');
      expect(found.ok ? '' : found.error.detail).toContain('more than 100000 segments priced');
      expect(search(quiet, { penalty: 1e6, maxSegments: 1e7 }).ok).toBe(true);
    }
  });

  it('refuse series and options that make no sense', () => {
    const x = noise(10, 5, () => [0, 1]);
    expect(refusal(pelt(x, { penalty: -1 }))).toContain('penalty is -1');
    expect(refusal(pelt(x.with(2, Number.NaN), { penalty: 1 }))).toContain('x[2] is NaN');
    expect(refusal(pelt(new Float64Array(0), { penalty: 1 }))).toContain('x has 0 values');
    expect(refusal(pelt(x, { cost: 'variance', penalty: 1, minSegment: 1 }))).toContain(
      'minSegment is 1',
    );
    expect(refusal(segmentNeighbourhood(x, { count: 5, minSegment: 2 }))).toContain('need 12');
    expect(refusal(segmentNeighbourhood(x, { count: 0.5 }))).toContain('count is 0.5');
    expect(refusal(binarySegmentation(x, { penalty: 0 }))).toContain('penalty is 0');
    // Three segments of three fit into ten points, but not after a first cut in the middle.
    const step = Float64Array.from({ length: 10 }, (_, t) => (t < 5 ? 0 : 9));
    expect(refusal(binarySegmentation(step, { count: 2, minSegment: 3 }))).toContain('only 1 cuts');
  });
});

describe('Bayesian online detection', () => {
  const prior = { priorMean: 0.2, priorWeight: 0.5, priorShape: 2, priorScale: 1.5 };

  /** ln marginal likelihood of a segment under the normal, inverse gamma prior, in closed form. */
  function logEvidence(y: Float64Array): number {
    const n = y.length;
    const { priorMean: m, priorWeight: k, priorShape: a, priorScale: b } = prior;
    const mean = y.reduce((s, v) => s + v, 0) / n;
    const squares = y.reduce((s, v) => s + (v - mean) ** 2, 0);
    const kn = k + n;
    const an = a + n / 2;
    const bn = b + squares / 2 + (k * n * (mean - m) ** 2) / (2 * kn);
    const gammas = lgamma(an) - lgamma(a) + a * Math.log(b) - an * Math.log(bn);
    return gammas + 0.5 * Math.log(k / kn) - (n / 2) * Math.log(2 * Math.PI);
  }

  it('equals the sum over all segmentations', () => {
    const x = noise(9, 8, (t) => [t < 4 ? 0 : 4, 1]);
    const h = 1 / 5;
    let total = 0;
    let best = { weight: -1 / 0, cuts: [] as number[] };
    const lastStart = new Float64Array(9);
    for (const cuts of segmentations(9, 1)) {
      const bounds = [0, ...cuts, 9];
      let log = cuts.length * Math.log(h) + (8 - cuts.length) * Math.log(1 - h);
      for (let i = 1; i < bounds.length; i += 1) {
        log += logEvidence(x.subarray(bounds[i - 1], bounds[i]));
      }
      total += Math.exp(log);
      const start = bounds.at(-2)!;
      lastStart[start] = lastStart[start]! + Math.exp(log);
      if (log > best.weight) best = { weight: log, cuts };
    }
    const got = value(bocpd(x, { ...prior, expectedRunLength: 5 }));
    expect(got.logLikelihood).toBeCloseTo(Math.log(total), 10);
    expect(got.changeProbabilities[8]).toBeCloseTo(lastStart[8]! / total, 10);
    expect(got.changePoints).toEqual(best.cuts);
    const likeliest = lastStart.indexOf(Math.max(...lastStart));
    expect(got.runLengths[8]).toBe(8 - likeliest);
  });

  it('forgets only what is older than the longest run', () => {
    const x = noise(400, 9, (t) => [t < 200 ? 0 : 3, 1]);
    const whole = value(bocpd(x));
    const short = value(bocpd(x, { longestRun: 250 }));
    expect(short.changePoints).toEqual(whole.changePoints);
    expect(whole.changePoints).toHaveLength(1);
    expect(Math.abs(whole.changePoints[0]! - 200)).toBeLessThan(4);
    expect(value(bocpd(x, { longestRun: 50 })).runLengths.every((run) => run < 50)).toBe(true);
  });

  it('keeps a history of a stated length, and tells the changes within', () => {
    const x = Float64Array.from(
      { length: 600 },
      (_, i) => 8 * (Math.floor(i / 100) % 2) + Math.sin(i),
    );
    const whole = bocpd(x);
    const short = BayesianChangeDetector.create({}, 250);
    if (!whole.ok || !short.ok) throw new Error('refused');
    for (const value of x) short.value.update(value);
    expect(whole.value.changePoints).toEqual([100, 200, 300, 400, 500]);
    expect(short.value.changePoints()).toEqual([300, 400, 500]);
    expect(BayesianChangeDetector.create({}, 0).ok).toBe(false);
  });

  it('gives point by point what it gives for the series', () => {
    const x = noise(120, 10, (t) => [t < 60 ? 0 : 5, 1]);
    const detector = value(BayesianChangeDetector.create());
    const states = Array.from(x, (v) => value(detector.update(v)));
    const whole = value(bocpd(x));
    expect(states.map((state) => state.runLength)).toEqual([...whole.runLengths]);
    expect(detector.changePoints()).toEqual(whole.changePoints);
  });

  it('refuses options and points that make no sense', () => {
    const x = Float64Array.of(1, 2);
    expect(refusal(bocpd(x, { priorScale: 0 }))).toContain('priorScale is 0');
    expect(refusal(bocpd(x, { priorMean: 1e300 }))).toContain('priorMean is 1e+300');
    expect(refusal(bocpd(x, { expectedRunLength: 1 }))).toContain('expectedRunLength is 1');
    expect(refusal(bocpd(x, { longestRun: 1 }))).toContain('longestRun is 1');
    expect(refusal(bocpd(new Float64Array(0)))).toContain('x has 0 values');
    const detector = value(BayesianChangeDetector.create());
    expect(refusal(detector.update(Number.POSITIVE_INFINITY))).toContain('x is Infinity');
  });
});

describe('tests of a constant mean', () => {
  it('reject about as often as they say when nothing changes', () => {
    const rejected = { ols: 0, recursive: 0, supF: 0 };
    for (let seed = 1; seed <= 1000; seed += 1) {
      const x = noise(200, seed, () => [5, 2]);
      rejected.ols += value(olsCusumTest(x)).pValue < 0.05 ? 1 : 0;
      rejected.recursive += value(recursiveCusumTest(x)).pValue < 0.05 ? 1 : 0;
      rejected.supF += value(supFTest(x)).pValue < 0.05 ? 1 : 0;
    }
    // 50 are due; four standard errors are 28, and the CUSUM tests are known to reject less.
    for (const count of Object.values(rejected)) {
      expect(count).toBeGreaterThan(15);
      expect(count).toBeLessThan(78);
    }
  });

  it('find a planted change and its place', () => {
    const x = noise(200, 21, (t) => [t < 120 ? 0 : 1.5, 1]);
    expect(value(olsCusumTest(x)).pValue).toBeLessThan(1e-6);
    expect(value(recursiveCusumTest(x)).pValue).toBeLessThan(0.01);
    const supF = value(supFTest(x));
    expect(supF.pValue).toBeLessThan(1e-6);
    expect(Math.abs(supF.changePoint - 120)).toBeLessThan(6);
    const breaks = value(baiPerron(x));
    expect(breaks.changePoints).toEqual([supF.changePoint]);
    expect(breaks.byCount[1]).toEqual([supF.changePoint]);
    expect(breaks.bic.indexOf(Math.min(...breaks.bic))).toBe(1);
    for (const [count, rss] of breaks.rss.entries()) {
      expect(rss).toBeCloseTo(costOf(x, 'mean', breaks.byCount[count]!), 9);
    }
  });

  it('refuse constant and short series', () => {
    const flat = new Float64Array(30).fill(0.1);
    for (const test of [olsCusumTest, recursiveCusumTest, supFTest, baiPerron]) {
      expect(refusal((test as (x: Float64Array) => QuantResult<unknown>)(flat))).toContain(
        'constant',
      );
      expect(
        refusal((test as (x: Float64Array) => QuantResult<unknown>)(flat.slice(0, 2))),
      ).toContain('x has 2 values');
    }
    expect(
      refusal(
        supFTest(
          noise(20, 1, () => [0, 1]),
          0.5,
        ),
      ),
    ).toContain('trimming is 0.5');
    expect(
      refusal(
        baiPerron(
          noise(20, 1, () => [0, 1]),
          { minSegment: 11 },
        ),
      ),
    ).toContain('minSegment is 11');
    expect(
      refusal(
        baiPerron(
          noise(20, 1, () => [0, 1]),
          { most: 6 },
        ),
      ),
    ).toContain('most is 6');
  });
});

describe("Page's chart", () => {
  const options = { target: 0, allowance: 0.5, threshold: 4 };

  it('raises an alarm for either direction and starts again', () => {
    const x = Float64Array.of(0, 3, 2.5, 0, -3, -3, 0);
    const { alarms, high, low } = value(pageCusum(x, options));
    expect(alarms).toEqual([2, 5]);
    expect([...high]).toEqual([0, 2.5, 4.5, 0, 0, 0, 0]);
    expect([...low]).toEqual([0, 0, 0, 0, 2.5, 5, 0]);
    const chart = value(PageCusum.create(options));
    expect(Array.from(x, (v) => value(chart.update(v)).alarm)).toEqual([
      ...[null, null, 'up', null, null, 'down', null],
    ]);
  });

  it('refuses options and points that make no sense', () => {
    const x = Float64Array.of(1);
    expect(refusal(pageCusum(x, { ...options, threshold: 0 }))).toContain('threshold is 0');
    expect(refusal(pageCusum(x, { ...options, allowance: -1 }))).toContain('allowance is -1');
    expect(refusal(pageCusum(x, { ...options, target: Number.NaN }))).toContain('target is NaN');
    const chart = value(PageCusum.create(options));
    expect(refusal(chart.update(Number.NaN))).toContain('x is NaN');
  });
});
