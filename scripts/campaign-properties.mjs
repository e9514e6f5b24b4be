// Runs the property tests with one seed after the other and prints one JSON object at the end.
// Usage: npm run campaign:properties -- --cycles N --seed S --json. Exit code 1 when one failed;
// `BOT4_PROPERTY_SEED=<seed> npx vitest run <file>` shows a failure again.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { campaignOptions, report } from './campaign-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs every property test with a seed; gives how vitest ended and its report, null for none. */
function runAll(seed, file) {
  // That of the seed before would pass for this one's.
  rmSync(file, { force: true });
  return new Promise((resolve, reject) => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const child = spawn(
      process.execPath,
      [vitest, 'run', '.prop.ts', '--reporter=json', `--outputFile=${file}`],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, BOT4_PROPERTY_SEED: String(seed) },
      },
    );
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const found = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
      resolve({ end: code ?? signal, found });
    });
  });
}

/** What went wrong in a run, one text each. */
function failuresOf({ end, found }) {
  if (found === null) return [`no report, vitest ended with ${end}`];
  const failures = [];
  for (const { name, message, assertionResults } of found.testResults) {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const where = relative(root, name);
    if (failed.length === 0 && message) failures.push(`${where}: ${message}`);
    for (const { fullName } of failed) failures.push(`${where}: ${fullName}`);
  }
  if (failures.length === 0 && end !== 0) failures.push(`no test failed, vitest ended with ${end}`);
  return failures;
}

const options = campaignOptions('properties', { cycles: 20 }, 'seeds');
const directory = mkdtempSync(join(tmpdir(), 'bot4-properties-'));
const startedAt = performance.now();
const failures = [];
let tests = 0;
try {
  for (let i = 0; i < options.cycles; i += 1) {
    const seed = options.seed + i;
    const run = await runAll(seed, join(directory, 'report.json'));
    tests += (run.found?.numPassedTests ?? 0) + (run.found?.numFailedTests ?? 0);
    for (const what of failuresOf(run)) failures.push({ seed, what });
    console.error(`properties: ${i + 1} of ${options.cycles} seeds, ${failures.length} failed`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
for (const { seed, what } of failures.slice(0, 20)) {
  console.error(`broken with BOT4_PROPERTY_SEED=${seed}: ${what}`);
}
const { cycles, seed } = options;
const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
const result = { cycles, seed, tests, failed: failures.length, seconds, failures };
process.exit(
  report(
    { ...result, failures: failures.slice(0, 20) },
    options,
    failures.length > 0 || tests === 0,
  ),
);
