import { describe, expect, it } from 'vitest';
import { fitHmm, HmmDecoder, type HmmModel } from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('hmm_gaussian');

const gaussian = (
  initial: readonly number[],
  transitions: readonly (readonly number[])[],
  means: readonly number[],
  sds: readonly number[],
): HmmModel => ({
  density: 'gaussian',
  covariance: 'diagonal',
  initial,
  transitions,
  means: means.map((mean) => [mean]),
  covariances: sds.map((sd) => [[sd * sd]]),
  degreesOfFreedom: null,
});

/** Printed probabilities sum to 1 only to their digits. */
const normalised = (p: readonly number[]): number[] => {
  const sum = p.reduce((a, b) => a + b, 0);
  return p.map((each) => each / sum);
};

const parametersOf = (model: HmmModel) => ({
  mean: model.means.map(([mean]) => mean),
  sd: model.covariances.map((rows) => Math.sqrt(rows[0]![0]!)),
  Pi: model.transitions,
  delta: model.initial,
});

describe.skipIf(fixture === null)('the Gaussian hidden Markov model', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('hmm_gaussian', fixture);
  const x = series(input.x);
  const model = gaussian(input.startprob, input.transmat, input.means, input.sds);
  const decoder = value(HmmDecoder.create(model));
  const states = model.initial.length;
  const rows = (p: Float64Array): number[][] =>
    Array.from({ length: x.length }, (_, t) => [...p.subarray(t * states, (t + 1) * states)]);

  it('agrees on likelihood, posteriors and path', () => {
    const smoothed = value(decoder.smooth(x));
    const posterior = rows(smoothed.probabilities);
    comparison.compare('/loglik_forward', smoothed.logLikelihood, { abs: tolerance.loglik_abs });
    const near = { abs: tolerance.posterior_abs };
    comparison.compare('/posterior_first3', posterior.slice(0, 3), near);
    comparison.compare('/posterior_last', posterior.at(-1), near);
    const sums = Array.from({ length: states }, (_, k) =>
      posterior.reduce((sum, row) => sum + row[k]!, 0),
    );
    // A sum of n numbers, each within the tolerance.
    comparison.compare('/posterior_colsum', sums, { abs: x.length * tolerance.posterior_abs });
    const { path, logProbability } = value(decoder.viterbi(x));
    comparison.compare('/viterbi_path', [...path]);
    comparison.compare('/viterbi_logprob', logProbability, { abs: tolerance.loglik_abs });
    const filtered = value(decoder.filter(x));
    expect(filtered.logLikelihood).toBeCloseTo(smoothed.logLikelihood, 8);
  });

  const { em_start: start } = expected;
  const from = gaussian(input.startprob, input.transmat, start.mean, start.sd);
  const climb = (maxIterations: number, tolerated: number) =>
    value(
      fitHmm(x, {
        states,
        covariance: 'diagonal',
        start: from,
        maxIterations,
        tolerance: tolerated,
      }),
    );

  it('takes the same first step of expectation and maximisation', () => {
    const near = { abs: tolerance.em_one_step_abs };
    const one = parametersOf(climb(1, 0).model);
    for (const key of ['mean', 'sd', 'Pi', 'delta'] as const) {
      comparison.compare(`/em_one_step/${key}`, one[key], near);
    }
    const { logLikelihood } = climb(0, 0);
    const exact = { abs: tolerance.loglik_abs };
    comparison.compare('/em_start/loglik', logLikelihood, exact);
    comparison.compare('/em_one_step/LL', logLikelihood, exact);
    comparison.leaveOut('/em_start', 'where the search starts: input');
  });

  it('converges to the same maximum', () => {
    const near = { abs: tolerance.em_converged_loglik_abs };
    const fitted = climb(20_000, 1e-11);
    expect(fitted.converged).toBe(true);
    comparison.compare('/em_converged/LL', fitted.logLikelihood, near);
    // The fixture states no tolerance for the parameters; that of the likelihood serves.
    const got: Record<string, Json> = parametersOf(fitted.model);
    for (const key of Object.keys(got)) {
      comparison.compare(`/em_converged/${key}`, got[key], near);
    }
    const theirs = expected.em_converged;
    const same = gaussian(
      normalised(theirs.delta),
      theirs.Pi.map(normalised),
      theirs.mean,
      theirs.sd,
    );
    const evaluated = value(value(HmmDecoder.create(same)).smooth(x)).logLikelihood;
    expect(Math.abs(evaluated - theirs.LL)).toBeLessThan(1e-5);
  });

  it('reaches the best known likelihood from its own starts', () => {
    const best = value(fitHmm(x, { states, restarts: 15, maxIterations: 2000, tolerance: 1e-8 }));
    const room = tolerance.em_converged_loglik_abs;
    // A search that finds more than the best known passes; one that finds less does not.
    const shown = Math.min(best.logLikelihood, expected.best_known_loglik + room);
    comparison.compare('/best_known_loglik', shown, { abs: room });
  });
});
