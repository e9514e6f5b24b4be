import { describe, expect, it } from 'vitest';
import { FEATURES } from '../../src/features/index.ts';
import {
  DIRECTIONAL_FEATURES,
  findStrategy,
  resolveParameters,
  STRATEGIES,
} from '../../src/strategy/index.ts';

const declarations = [
  {
    name: 'gain',
    unit: 'bps',
    min: 0.5,
    max: 10,
    default: 2,
    integer: false,
    description: 'A gain.',
  },
  {
    name: 'count',
    unit: 'orders',
    min: 1,
    max: 9,
    default: 3,
    integer: true,
    description: 'A count.',
  },
];

describe('parameters', () => {
  it('take their defaults when they are not given', () => {
    expect(resolveParameters(declarations, { gain: 4 })).toEqual({
      ok: true,
      value: { gain: 4, count: 3 },
    });
  });

  it('accept their bounds and refuse what lies beyond', () => {
    expect(resolveParameters(declarations, { gain: 0.5, count: 9 }).ok).toBe(true);
    expect(resolveParameters(declarations, { gain: 0.49 }).ok).toBe(false);
    expect(resolveParameters(declarations, { count: 10 }).ok).toBe(false);
  });

  it('report every fault at once with value and allowed range', () => {
    const result = resolveParameters(declarations, {
      gain: 11,
      count: 2.5,
      gian: 1,
    });
    expect(!result.ok && result.error).toEqual([
      {
        name: 'gain',
        problem: 'out-of-range',
        message: 'gain = 11 is out of range; allowed: 0.5 to 10 bps',
      },
      {
        name: 'count',
        problem: 'not-whole',
        message: 'count = 2.5 is not whole; allowed: 1 to 9 orders, whole numbers',
      },
      {
        name: 'gian',
        problem: 'unknown',
        message: 'gian is no parameter of this strategy; allowed: gain, count',
      },
    ]);
  });

  it.each(['4', null, Number.NaN, Number.POSITIVE_INFINITY, [4]])(
    'refuse %j as no number',
    (gain) => {
      const result = resolveParameters(declarations, { gain });
      expect(!result.ok && result.error[0]?.problem).toBe('not-a-number');
    },
  );
});

describe('the strategies', () => {
  it('are found by their ids and nothing else', () => {
    for (const strategy of STRATEGIES) expect(findStrategy(strategy.id)).toBe(strategy);
    expect(findStrategy('hodl')).toBeNull();
  });

  it('declare unique parameters with defaults within their bounds', () => {
    for (const { id, parameters } of STRATEGIES) {
      const names = parameters.map((each) => each.name);
      expect(new Set(names).size, id).toBe(names.length);
      expect(resolveParameters(parameters, {}).ok).toBe(true);
      for (const { name, min, max, default: standard, integer } of parameters) {
        expect(min < max && min <= standard && standard <= max, `${id} ${name}`).toBe(true);
        expect(!integer || Number.isInteger(standard), `${id} ${name}`).toBe(true);
      }
    }
  });

  it('weigh only features that the catalogue has', () => {
    const known = FEATURES.map((feature) => feature.name);
    for (const { feature } of DIRECTIONAL_FEATURES) expect(known).toContain(feature);
  });
});
