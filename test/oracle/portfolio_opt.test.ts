import { describe, it } from 'vitest';
import { shrinkCovariance } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('portfolio_opt');

describe.skipIf(fixture === null)('covariance shrinkage', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const to = new Comparison('portfolio_opt', fixture);
  const rows = input.X_for_shrinkage;
  const x = { data: series(rows.flat()), rows: rows.length, columns: rows[0].length };
  const near = { abs: tolerance.shrinkage_abs };

  it('meets Ledoit and Wolf, and OAS, of scikit-learn', () => {
    const lw = shrinkCovariance(x);
    const oas = shrinkCovariance(x, { method: 'oas' });
    if (!lw.ok || !oas.ok) throw new Error('refused');
    const d = x.columns;
    const { shrinkage, covariance } = lw.value;
    const square = Array.from({ length: d }, (_, i) => [...covariance.subarray(i * d, i * d + d)]);
    to.compare('/ledoit_wolf/shrinkage', shrinkage, near);
    to.compare('/ledoit_wolf/cov', square, near);
    to.compare('/oas/shrinkage', oas.value.shrinkage, near);
  });

  it('leaves the portfolios to the optimisers of portfolios', () => {
    for (const key of Object.keys(expected)) {
      if (key === 'ledoit_wolf' || key === 'oas') continue;
      to.leaveOut(`/${key}`, 'weights of portfolio optimisers, which src/quant does not have');
    }
  });
});
