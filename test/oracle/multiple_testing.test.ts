import { describe, it } from 'vitest';
import { adjustPValues, type MultipleTestingMethod } from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('multiple_testing');

describe.skipIf(fixture === null)('adjusted p-values, as R p.adjust', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('multiple_testing', fixture);
  const p = series(input.p);
  const methodOf = (name: string) => name.toLowerCase() as MultipleTestingMethod;

  it('agrees on every correction and what it rejects', () => {
    for (const key of Object.keys(expected)) {
      if (!key.startsWith('rejected_at_')) {
        const { adjusted } = must(adjustPValues(p, methodOf(key)));
        comparison.compare(`/${key}`, adjusted, { abs: tolerance.abs });
        continue;
      }
      const alpha = Number(key.slice('rejected_at_'.length));
      for (const name of Object.keys(expected[key])) {
        const { rejected } = must(adjustPValues(p, methodOf(name), alpha));
        comparison.compare(`/${key}/${name}`, rejected);
      }
    }
  });
});
