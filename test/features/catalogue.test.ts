import { readFileSync } from 'node:fs';
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

  it('stands in docs/features.md row by row, and the page counts right', () => {
    const page = readFileSync(new URL('../../docs/features.md', import.meta.url), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.replaceAll('\\|', '\u0000').split(' | '))
      .map((cells) =>
        cells.map((cell) => cell.replaceAll('\u0000', '|').replace(/^\| | \|$/g, '')),
      );
    expect(rows).toEqual(
      FEATURES.map(({ name, formula, unit, source }) => [
        `\`${name}\``,
        formula,
        unit === '' ? '–' : unit,
        source,
      ]),
    );
    expect(page).toContain(`computes ${FEATURES.length} features`);
  });
});
