import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Passes with every seed, but ends without a report with 2 and with an error of no test with 3. */
const VITEST = `
import { writeFileSync } from 'node:fs';
const seed = process.env.BOT4_PROPERTY_SEED;
const file = process.argv.find((word) => word.startsWith('--outputFile=')).slice(13);
const report = { numPassedTests: 7, numFailedTests: 0, testResults: [] };
if (seed !== '2') writeFileSync(file, JSON.stringify(report));
process.exitCode = seed === '1' ? 0 : 1;
`;

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'bot4-campaign-'));
  mkdirSync(join(root, 'node_modules/vitest'), { recursive: true });
  writeFileSync(join(root, 'node_modules/vitest/vitest.mjs'), VITEST);
  for (const name of ['campaign-properties.mjs', 'campaign-options.mjs']) {
    cpSync(join('scripts', name), join(root, 'scripts', name));
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const campaign = (...options: string[]) => {
  const script = join(root, 'scripts/campaign-properties.mjs');
  const done = spawnSync(process.execPath, [script, ...options, '--json'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { code: done.status, result: done.stdout === '' ? null : JSON.parse(done.stdout) };
};

it('takes a seed for kept only when the tests were run and said so', () => {
  expect(campaign('--cycles', '1')).toMatchObject({ code: 0, result: { tests: 7, failed: 0 } });
  const { code, result } = campaign('--cycles', '3');
  expect(code).toBe(1);
  expect(result.tests).toBe(14);
  expect(result.failures.map(({ seed }: { seed: number }) => seed)).toEqual([2, 3]);
  expect(result.failures[0].what).toContain('no report');
});

it('refuses an option that no campaign has', () => {
  for (const wrong of ['--toString', '--constructor', '--workers', '--cycle']) {
    expect(campaign(wrong, '1'), wrong).toEqual({ code: 2, result: null });
  }
});
