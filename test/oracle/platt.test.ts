import { describe, it } from 'vitest';
import { type PlattOptions, plattProbability, plattScaling } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('platt');

describe.skipIf(fixture === null)('Platt scaling against R and scikit-learn', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('platt', fixture);
  const coefficient = { abs: tolerance.AB_abs };
  const probability = { abs: tolerance.prob_abs };
  const f = series(input.f);
  const fitted = (options: PlattOptions) => {
    const result = plattScaling(f, series(input.y), options);
    if (!result.ok) throw new Error(result.error.detail);
    return result.value;
  };

  it('has the sigmoid of the smoothed targets', () => {
    const platt = fitted({});
    comparison.compare('/A', platt.a, coefficient);
    comparison.compare('/B', platt.b, coefficient);
    comparison.compare('/sklearn_A', platt.a, coefficient);
    comparison.compare('/sklearn_B', platt.b, coefficient);
    const first = [...f.subarray(0, expected.prob_first5.length)];
    comparison.compare(
      '/prob_first5',
      first.map((score) => plattProbability(platt, score)),
      probability,
    );
    comparison.compare('/brier', platt.brier, probability);
    comparison.compare('/logloss', platt.logLoss, probability);
  });

  it('is logistic regression on the plain labels', () => {
    const plain = fitted({ targets: 'labels' });
    comparison.compare('/plain_logistic/intercept', -plain.b, coefficient);
    comparison.compare('/plain_logistic/slope', -plain.a, coefficient);
  });
});
