import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('loses and doubles no order and no fill over 50 kills at random moments', () => {
  const run = spawnSync(
    process.execPath,
    ['scripts/campaign-kill.mjs', '--cycles', '50', '--seed', '20261122', '--json'],
    { encoding: 'utf8', timeout: 420_000 },
  );
  expect(run.stdout, run.stderr).toMatch(/^\{/);
  const result = JSON.parse(run.stdout);
  console.log(run.stdout.trim());
  expect(result).toMatchObject({ cycles: 50, lost: 0, duplicates: 0, idConflicts: 0 });
  expect(result.orders).toBeGreaterThan(200);
  expect(result.fills).toBeGreaterThan(10);
}, 430_000);
