import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

function campaign(...args: string[]): Record<string, number> {
  const run = spawnSync(process.execPath, ['scripts/campaign-kill.mjs', ...args, '--json'], {
    encoding: 'utf8',
    timeout: 420_000,
  });
  expect(run.stdout, run.stderr).toMatch(/^\{/);
  console.log(run.stdout.trim());
  return JSON.parse(run.stdout) as Record<string, number>;
}

const KEPT = { lost: 0, duplicates: 0, idConflicts: 0, auditBroken: 0 };

it('loses and doubles no order and no fill over 20 kills at random moments', () => {
  const result = campaign('--cycles', '20', '--seed', '20261122');
  expect(result).toMatchObject({ cycles: 20, ...KEPT });
  expect(result['orders']).toBeGreaterThan(80);
  expect(result['fills']).toBeGreaterThan(5);
}, 430_000);

it('gives no id twice and proves its books after 10 kills that lose the unsynced end', () => {
  const result = campaign('tail', '--cycles', '10', '--seed', '20261122');
  expect(result).toMatchObject({ cycles: 10, ...KEPT });
  expect(result['cuts']).toBeGreaterThan(2);
}, 430_000);
