import { describe, expect, it } from 'vitest';
import { FEATURES } from '../../src/features/index.ts';
import { loadAddon } from '../../src/native/index.ts';

describe('the feature catalogue', () => {
  it('names the engine’s features in the order of their slots', () => {
    expect(FEATURES.map((feature) => feature.name)).toEqual(loadAddon().featureNames);
  });

  it('gives each feature its own name, a formula and a source', () => {
    expect(new Set(FEATURES.map((feature) => feature.name)).size).toBe(FEATURES.length);
    for (const feature of FEATURES) {
      expect(feature.formula.length).toBeGreaterThan(3);
      expect(feature.source.length).toBeGreaterThan(3);
    }
  });
});
