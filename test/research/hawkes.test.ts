import { describe, expect, it } from 'vitest';
import { seededRng } from '../../src/core/index.ts';
import { kolmogorovSmirnovTest } from '../../src/quant/index.ts';
import {
  fitHawkes,
  type Hawkes,
  hawkesLogLikelihood,
  hawkesResiduals,
} from '../../src/research/index.ts';

/** Draws a process by Ogata's thinning. */
function drawn(process: Hawkes, seconds: number, seed: number): Float64Array {
  const { backgroundPerSecond: m, branchingRatio: n, decayPerSecond: k } = process;
  const rng = seededRng(seed);
  const times: number[] = [];
  let excited = 0;
  for (let t = 0; ; ) {
    const bound = m + excited;
    const wait = -Math.log(1 - rng.uniform()) / bound;
    t += wait;
    if (t > seconds) return Float64Array.from(times);
    excited *= Math.exp(-k * wait);
    if (rng.uniform() * bound <= m + excited) {
      times.push(t);
      excited += n * k;
    }
  }
}

const TRUE: Hawkes = { backgroundPerSecond: 2, branchingRatio: 0.6, decayPerSecond: 5 };
const times = drawn(TRUE, 1_000, 11);
const fitted = fitHawkes(times, 1_000);
if (!fitted.ok) throw new Error(fitted.error.detail);
const fit = fitted.value;

describe('a fitted Hawkes process', () => {
  it('recovers the process that drew the events, within three of its standard errors', () => {
    for (const name of ['backgroundPerSecond', 'branchingRatio', 'decayPerSecond'] as const) {
      const error = fit.standardErrors![name];
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(fit[name] - TRUE[name]), name).toBeLessThan(3 * error);
    }
    expect(fit.standardErrors!.branchingRatio).toBeLessThan(0.05);
  });

  it('is likelier than the process that drew them, and than a Poisson process', () => {
    expect(fit.logLikelihood).toBeGreaterThanOrEqual(hawkesLogLikelihood(times, 1_000, TRUE));
    expect(fit.logLikelihood).toBeGreaterThan(fit.poissonLogLikelihood + 100);
  });

  it('has the likelihood that the definition gives, term by term', () => {
    const few = Float64Array.of(0.5, 0.75, 2);
    const { backgroundPerSecond: m, branchingRatio: n, decayPerSecond: k } = TRUE;
    let direct = -m * 3;
    few.forEach((t, i) => {
      let rate = m;
      for (const s of few.slice(0, i)) rate += n * k * Math.exp(-k * (t - s));
      direct += Math.log(rate) - n * (1 - Math.exp(-k * (3 - t)));
    });
    expect(hawkesLogLikelihood(few, 3, TRUE)).toBeCloseTo(direct, 12);
  });

  it('rescales events it was not fitted to into unit exponentials, which a Poisson process does not', () => {
    const other = drawn(TRUE, 500, 12);
    const ks = (residuals: Float64Array): number => {
      const found = kolmogorovSmirnovTest(residuals, (x) => -Math.expm1(-x));
      if (!found.ok) throw new Error(found.error.detail);
      return found.value.pValue;
    };
    expect(ks(hawkesResiduals(other, 1, fit))).toBeGreaterThan(0.01);
    const poisson = { ...fit, backgroundPerSecond: other.length / 500, branchingRatio: 0 };
    expect(ks(hawkesResiduals(other, 1, poisson))).toBeLessThan(1e-6);
  });

  it('is refused for too few events, with their number', () => {
    const refused = fitHawkes(times.slice(0, 10), 5);
    expect(refused.ok ? null : refused.error.detail).toContain('there are 10 events');
  });
});
