import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BENCH } from '../cli/sample-reports.ts';

const url = new URL('../../scripts/performance-table.mjs', import.meta.url).href;
const { performanceTable, withTable } = (await import(url)) as {
  performanceTable(manifest: object): string;
  withTable(text: string, table: string): string;
};

describe('the table of the README', () => {
  it('shows each goal with its figures and whether it was met', () => {
    const table = performanceTable(BENCH);
    expect(table).toContain(
      '| L2 update with best bid and ask | std::map | ≥ 5× | 6.25 (5.5–7) | met |',
    );
    expect(table).toContain('| gate check | – | ≤ 10 ns | 12.5 (12–13) | missed |');
    expect(table).toContain('| SPSC, C++ | boost | ≥ 3× | peer not installed: boost | – |');
    expect(table).toContain('commit abcdef012345');
  });

  it('replaces what stood between its marks, and nothing else', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const once = withTable(readme, 'TABLE');
    expect(once).toContain('\nTABLE\n');
    expect(withTable(once, 'TABLE')).toBe(once);
    expect(once.startsWith(readme.slice(0, readme.indexOf('<!-- bench')))).toBe(true);
  });

  it('refuses a text without marks', () => {
    expect(() => withTable('nothing', 'TABLE')).toThrow('the text has no lines');
  });
});
