import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BENCH } from '../cli/sample-bench.ts';

const url = new URL('../../scripts/performance-table.mjs', import.meta.url).href;
const { performancePage, performanceTable, withTable } = (await import(url)) as {
  performancePage(manifest: object): string;
  performanceTable(manifest: object): string;
  withTable(text: string, table: string): string;
};

describe('the table of the manifest', () => {
  it('shows each goal with its figures and whether it was met', () => {
    const table = performanceTable(BENCH);
    expect(table).toContain(
      '| L2 update with best bid and ask | std::map | ≥ 5× | 6.25 (5.5–7) | met |',
    );
    expect(table).toContain('| gate check | – | ≤ 10 ns | 12.5 (12–13) | missed |');
    expect(table).toContain('| SPSC, C++ | boost | ≥ 3× | peer not installed: boost | – |');
    expect(table).toContain('commit abcdef012345');
  });

  it('is longer in the docs: notes, stages, stalls and caches, with a dash for what none carries', () => {
    const [first] = BENCH.stages;
    const goals = BENCH.goals.map((goal) => ({ ...goal, note: `about ${goal.name}` }));
    const stages = [{ ...first!, p999: null, p9999: null }];
    const page = performancePage({ ...BENCH, goals, stages });
    expect(page.startsWith(performanceTable({ ...BENCH, goals }))).toBe(true);
    expect(page).toContain('- gate check: about gate check.');
    expect(page).toMatch(/\| decode \| 5x \| means of 2,500 \|.* – \| – \|/);
    expect(page).toContain('| 1x | 12 | 0 | 4.5 | 0.12 | 1.5 |');
    expect(page).toContain('| zipf | 100,000 | 100 | 31.0 | 25.0 | 44.0 |');
  });

  it.each(['README.md', 'docs/performance.md'])(
    'replaces what stood between its marks in %s, and nothing else',
    (name) => {
      const readme = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
      const once = withTable(readme, 'TABLE');
      expect(once).toContain('\nTABLE\n');
      expect(withTable(once, 'TABLE')).toBe(once);
      expect(once.startsWith(readme.slice(0, readme.indexOf('<!-- bench')))).toBe(true);
    },
  );

  it('refuses a text without marks', () => {
    expect(() => withTable('nothing', 'TABLE')).toThrow('the text has no lines');
  });
});
