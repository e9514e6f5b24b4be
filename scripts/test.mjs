// Runs everything that belongs to a change and ends with the names of what failed and one line:
// N passed, N failed, N skipped. Both come from the reports of vitest (JSON) and ctest (JUnit).
// Usage: npm test [-- FILTER…]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ratioCheck } from './ratio-check.mjs';
import { countCtest, countVitest } from './test-counts.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = join(root, 'build', 'reports');
const filters = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const notes = [];
/** What failed outside the tests, and the tests that failed; they stand last, just above the count. */
const faults = [];
const failures = [];

/** Only the end of a long log is kept; further names are in build/reports. */
const MOST_NAMES = 20;
const DOCTOR_LIMIT_MS = 60_000;
const BENCH_LIMIT_MS = 600_000;

const say = (text) => process.stderr.write(`\n== ${text}\n`);
const has = (...commands) =>
  commands.some((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0);
const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    .status ?? 1;

function fail(why) {
  totals.failed += 1;
  faults.push(why);
}

function skip(what, why) {
  totals.skipped += 1;
  notes.push(`skipped ${what}: ${why}`);
}

/** Adds the counts of a report; one that is missing or cannot be read is a failure. */
function addReport(name, file, status, started, count) {
  if (!existsSync(file)) return fail(`${name} wrote no report (exit ${status})`);
  let counts;
  try {
    counts = count(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`the report of ${name} cannot be read: ${error.message}`);
  }
  for (const key of ['passed', 'failed', 'skipped']) totals[key] += counts[key];
  for (const fault of counts.faults) faults.push(`${name}: ${fault}`);
  for (const failure of counts.failures) failures.push(`${name}: ${failure}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  notes.push(
    `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`,
  );
}

/** Runs vitest and adds the counts of its own report. */
function vitest(name, args, { env = {}, node = process.execPath } = {}) {
  const file = join(reports, `${name}.json`);
  const started = Date.now();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const status = run(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], env);
  addReport(name, file, status, started, (text) => countVitest(JSON.parse(text), status, root));
}

/** A directory that CMake configured for another generator or place refuses every later run. */
function dropForeignCache(dir, generator) {
  const cache = join(dir, 'CMakeCache.txt');
  if (!existsSync(cache)) return;
  const text = readFileSync(cache, 'utf8');
  const cached = (key) => new RegExp(`^${key}:INTERNAL=(.*)$`, 'm').exec(text)?.[1];
  if (cached('CMAKE_GENERATOR') === generator && cached('CMAKE_CACHEFILE_DIR') === dir) return;
  rmSync(cache);
  rmSync(join(dir, 'CMakeFiles'), { recursive: true, force: true });
}

/** Builds with CMake and adds the counts of ctest's JUnit report. */
function ctest(name, options) {
  const dir = join(root, `build-${name}`);
  const file = join(reports, `${name}.xml`);
  const started = Date.now();
  const generator = has('ninja') ? 'Ninja' : 'Unix Makefiles';
  dropForeignCache(dir, generator);
  if (
    run('cmake', ['-S', '.', '-B', dir, '-G', generator, ...options]) !== 0 ||
    run('cmake', ['--build', dir, '--parallel', '2']) !== 0
  ) {
    fail(`the CMake build "${name}" failed`);
    return;
  }
  const limits = ['--output-on-failure', '--timeout', '300', '--parallel', '2'];
  const status = run('ctest', ['--test-dir', dir, ...limits, '--output-junit', file]);
  addReport(`ctest ${name}`, file, status, started, (text) => countCtest(text, status));
}

/** The instruction sets that this machine can run beside the one in use, asked from the product. */
function otherTargets() {
  const doctor = spawnSync(process.execPath, ['scripts/bot4.mjs', 'doctor', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: DOCTOR_LIMIT_MS,
  });
  let report = null;
  try {
    report = JSON.parse(doctor.stdout);
  } catch {
    // Said below.
  }
  const { active, supported } = report?.kernelTargets ?? {};
  if (typeof active === 'string' && Array.isArray(supported) && supported.includes(active)) {
    // An unhealthy machine (a port in use, a slow disk) is the doctor's finding, not a failed test.
    if (doctor.status !== 0) notes.push('bot4 doctor calls this machine unhealthy');
    return supported.filter((target) => target !== active);
  }
  const ended = doctor.error?.message ?? `exit ${doctor.status ?? doctor.signal}`;
  fail(`bot4 doctor --json named no kernelTargets (${ended}); no target was tested beside the own`);
  process.stderr.write(doctor.stderr ?? '');
  return [];
}

/** What calls the addon, in the shortest tests of it. */
const PER_TARGET = [
  ...['test/native', 'test/features', 'test/match', 'test/app/backtest.test.ts'],
  // Of the quantitative library, kernels with a fast test: the rest of it takes half a minute.
  ...['change-points', 'dcc', 'garch', 'gpd', 'indicators', 'moments'].map(
    (name) => `test/quant/${name}.test.ts`,
  ),
];

/**
 * What calls the addon or Node itself; the other contexts are plain computation. The seeded runs of
 * whole services start from the same adapters, and so does the service of test/cli.
 */
const PER_NODE = [
  ...PER_TARGET,
  ...['audit-log', 'capture', 'control', 'dashboard/server', 'journal', 'simulator/restart'].map(
    (name) => `test/adapters/${name}`,
  ),
  ...['test/adapters/postgres/projector', 'test/cli', 'test/app/restart.sim.ts'],
];

function vitestElsewhere() {
  for (const target of otherTargets()) {
    say(`vitest on ${target}`);
    vitest(`vitest-${target}`, PER_TARGET, { env: { BOT4_TARGET: target } });
  }
  if (process.env.BOT4_OTHER_NODE) {
    say('vitest under another Node with the same addon');
    vitest('vitest-other-node', PER_NODE, { node: process.env.BOT4_OTHER_NODE });
  } else {
    skip('the run under another Node', 'BOT4_OTHER_NODE names none');
  }
}

function nativeTests() {
  if (has('cmake')) {
    say('ctest');
    ctest('cmake', ['-DCMAKE_BUILD_TYPE=Release', '-DBOT4_ADDON=OFF', '-DBOT4_BENCHES=ON']);
    say('ctest with sanitizers');
    ctest('sanitize', ['-DCMAKE_BUILD_TYPE=Release', '-DBOT4_ADDON=OFF', '-DBOT4_SANITIZE=ON']);
    say('ctest of threads with the thread sanitizer');
    ctest('threads', ['-DCMAKE_BUILD_TYPE=Release', '-DBOT4_ADDON=OFF', '-DBOT4_TSAN=ON']);
  } else {
    skip('the C++ tests', 'cmake is not installed (apt-get install cmake ninja-build)');
  }
  if (!has('qemu-x86_64', 'qemu-x86_64-static'))
    skip('the dispatch tests on older CPUs', 'apt-get install qemu-user');
}

/** One quick run of the bench's pairs; null where it gave no report. */
function quickBench() {
  const args = ['scripts/bot4.mjs', 'bench', '--quick', '--only', 'peers', '--json'];
  const bench = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: BENCH_LIMIT_MS,
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return JSON.parse(bench.stdout);
  } catch {
    return null;
  }
}

/** Ratios alone: absolute times belong to a machine. */
function ratios() {
  const baseline = JSON.parse(readFileSync(join(root, 'bench', 'baseline.json'), 'utf8'));
  const { faults: found, note } = ratioCheck(baseline, quickBench);
  if (found.length === 0) totals.passed += 1;
  for (const fault of found) fail(`bench: ${fault}`);
  notes.push(note);
}

function everything() {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });

  say('build');
  if (run(process.execPath, ['scripts/build.mjs']) !== 0) return fail('the build failed');

  say('types and lint');
  for (const script of ['typecheck', 'lint']) {
    if (run('npm', ['run', '--silent', script]) === 0) totals.passed += 1;
    else fail(`npm run ${script} failed`);
  }

  say('vitest');
  vitest('vitest', filters);
  if (filters.length > 0) return;
  vitestElsewhere();
  nativeTests();
  say('ratios of the bench');
  ratios();
  // Counted by vitest, which skips them itself.
  if (!has('chromium')) notes.push('browser tests were skipped: apt-get install chromium');
}

try {
  everything();
} catch (error) {
  fail(`the test script itself failed: ${error?.stack ?? error}`);
}
for (const note of notes) console.log(note);
for (const fault of faults) console.log(`FAILED ${fault}`);
for (const failure of failures.slice(0, MOST_NAMES)) console.log(`FAILED ${failure}`);
if (failures.length > MOST_NAMES) {
  console.log(`${failures.length - MOST_NAMES} more failures are named in build/reports`);
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
