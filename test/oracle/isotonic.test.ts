import { describe, it } from 'vitest';
import { type IsotonicFit, isotonicRegression, isotonicValue } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('isotonic');

describe.skipIf(fixture === null)('isotonic regression against scikit-learn and R', () => {
  if (fixture === null) return;
  const { input, tolerance } = fixture;
  const comparison = new Comparison('isotonic', fixture);
  const room = { abs: tolerance.abs };
  const regression = (x: Float64Array, y: Float64Array, weights?: Float64Array): IsotonicFit => {
    const result = isotonicRegression(x, y, weights === undefined ? {} : { weights });
    if (!result.ok) throw new Error(result.error.detail);
    return result.value;
  };
  const at = ({ map }: IsotonicFit): number[] =>
    (input.query as number[]).map((x) => isotonicValue(map, x));

  it('has the fit, the knots and the values between', () => {
    const plain = regression(series(input.x), series(input.y));
    comparison.compare('/fit_unweighted', [...plain.fitted], room);
    comparison.compare('/query_unweighted', at(plain), room);
    comparison.compare('/thresholds_x', plain.map.x, room);
    comparison.compare('/thresholds_y', plain.map.y, room);
  });

  it('weighs', () => {
    const weighted = regression(series(input.x), series(input.y), series(input.weights));
    comparison.compare('/fit_weighted', [...weighted.fitted], room);
    comparison.compare('/query_weighted', at(weighted), room);
  });

  it('orders by index as isoreg does', () => {
    const y = series(input.y_index);
    const ordered = regression(Float64Array.from(y.keys()), y);
    comparison.compare('/isoreg_yf', [...ordered.fitted], room);
  });
});
