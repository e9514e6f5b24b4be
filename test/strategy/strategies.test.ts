import { describe, expect, it } from 'vitest';
import { FEATURES } from '../../src/features/index.ts';
import { DIRECTIONAL_FEATURES, findStrategy, STRATEGIES } from '../../src/strategy/index.ts';

describe('the strategies', () => {
  it('are found by their ids and nothing else', () => {
    for (const strategy of STRATEGIES) expect(findStrategy(strategy.id)).toBe(strategy);
    expect(findStrategy('hodl')).toBeNull();
  });

  it('declare unique parameters with defaults within their bounds', () => {
    for (const { id, parameters } of STRATEGIES) {
      const names = parameters.map((each) => each.name);
      expect(new Set(names).size, id).toBe(names.length);
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
