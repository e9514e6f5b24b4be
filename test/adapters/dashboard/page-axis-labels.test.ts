import { describe, expect, it } from 'vitest';
import { axisLabels, decimalsOf } from '../../../src/adapters/dashboard/page/axis-labels.ts';

describe('decimalsOf', () => {
  it.each([
    [2_000, 0],
    [5, 0],
    [1, 0],
    [2.5, 1],
    [0.5, 1],
    [0.3, 1],
    [0.25, 2],
    [0.1 + 0.2, 1],
    [0.025, 3],
    [0.002_5, 4],
    [0.000_25, 4],
    [0.000_01, 4],
    [-2.5, 1],
    [0, 0],
  ])('of a step of %d are %d', (step, decimals) => {
    expect(decimalsOf(step)).toBe(decimals);
  });
});

describe('axisLabels', () => {
  it('write an equity between whole numbers as it is', () => {
    expect(axisLabels([99_995, 99_997.5, 100_000, 100_002.5], 2.5)).toEqual([
      '99,995.0',
      '99,997.5',
      '100,000.0',
      '100,002.5',
    ]);
  });

  it('write a drawdown of a fraction of a hundredth per cent as it is', () => {
    const falls = [-0.000_5, -0.000_25, 0];
    expect(
      axisLabels(
        falls.map((fall) => fall * 100),
        0.000_25 * 100,
        ' %',
      ),
    ).toEqual(['−0.050 %', '−0.025 %', '0.000 %']);
  });

  it('take the decimals from the step, also for one label alone', () => {
    expect(axisLabels([99_997.5], 2.5)).toEqual(['99,997.5']);
    expect(axisLabels([], 2.5)).toEqual([]);
  });

  it('never write two lines alike while the step has at most four decimals', () => {
    for (const step of [5_000, 2.5, 1, 0.25, 0.1, 0.025, 0.002_5, 0.000_1]) {
      const values = Array.from({ length: 9 }, (_, index) => 100_000 + index * step);
      expect(new Set(axisLabels(values, step)).size, `step ${step}`).toBe(9);
      axisLabels(values, step).forEach((label, index) => {
        expect(Number(label.replaceAll(',', ''))).toBeCloseTo(values[index]!, 6);
      });
    }
  });
});
