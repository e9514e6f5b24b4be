import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS } from '../../src/observe/index.ts';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

it('docs/metrics.md lists every metric as it is, and no other', () => {
  const rows = METRICS.map(
    ({ name, type, unit, labelNames, help }) =>
      `| \`${name}\` | ${type} | ${unit} | ${labelNames.join(', ')} | ${help} |`,
  );
  const written = page.split('\n').filter((line) => /^\| `bot4_\w+` \| (gauge|counter)/.test(line));
  expect(written).toEqual(rows);
});

it('docs/metrics.md names no metric that does not exist', () => {
  const known = new Set(METRICS.map((metric) => metric.name));
  const named = page.match(/bot4_\w+/g)!;
  expect(named.length).toBeGreaterThan(METRICS.length);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
