import { expect, it } from 'vitest';
import { benford } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';

const fixture = load('benford');

it.skipIf(fixture === null)('digits and statistics equal scipy', () => {
  const { input, tolerance } = fixture!;
  // The fixture's digits are those of Python's '%.15e'.
  const result = benford(series(input.values), { notation: 15 });
  if (!result.ok) return expect.fail(result.error.detail);
  const found = result.value;
  const named = {
    expected_first: found.firstExpected,
    expected_second: found.secondExpected,
    counts_first: found.firstCounts,
    counts_second: found.secondCounts,
    chi2: found.chiSquared,
    p: found.pValue,
    MAD: found.meanDeviation,
    z: found.z,
    ks: found.kolmogorovSmirnov,
  };
  comparison!.compare('', named, tolerance);
});

const comparison = fixture && new Comparison('benford', fixture);
