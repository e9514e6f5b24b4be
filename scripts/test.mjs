// Runs everything that belongs to a change and ends with one line: N passed, N failed, N skipped.
// The counts come from the reports of vitest (JSON) and ctest (JUnit). Usage: npm test [-- FILTER…]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = join(root, 'build', 'reports');
const filters = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const notes = [];

const say = (text) => process.stderr.write(`\n== ${text}\n`);
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    .status ?? 1;

function skip(what, why) {
  totals.skipped += 1;
  notes.push(`skipped ${what}: ${why}`);
}

/** Runs vitest and adds the counts of its own report; a run without a report is one failure. */
function vitest(name, args, { env = {}, node = process.execPath } = {}) {
  const file = join(reports, `${name}.json`);
  const started = Date.now();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const status = run(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], env);
  if (!existsSync(file)) {
    totals.failed += 1;
    notes.push(`vitest wrote no report for "${name}" (exit ${status})`);
    return;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
  if (status !== 0 && report.numFailedTests === 0) {
    totals.failed += 1;
    notes.push(`vitest "${name}" failed outside its tests (exit ${status})`);
  }
  notes.push(
    `vitest ${name}: ${report.numPassedTests} passed in ${Math.round((Date.now() - started) / 1000)} s`,
  );
}

/** Builds with CMake and adds the counts of ctest's JUnit report. */
function ctest(name, options) {
  const dir = join(root, `build-${name}`);
  const file = join(reports, `${name}.xml`);
  const started = Date.now();
  const generator = has('ninja') ? ['-G', 'Ninja'] : [];
  if (
    run('cmake', ['-S', '.', '-B', dir, ...generator, ...options]) !== 0 ||
    run('cmake', ['--build', dir, '--parallel', '2']) !== 0
  ) {
    totals.failed += 1;
    notes.push(`the CMake build "${name}" failed`);
    return;
  }
  run('ctest', [
    '--test-dir',
    dir,
    '--output-on-failure',
    '--timeout',
    '300',
    '--output-junit',
    file,
  ]);
  if (!existsSync(file)) {
    totals.failed += 1;
    notes.push(`ctest wrote no report for "${name}"`);
    return;
  }
  const head = /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  const count = (key) => Number(new RegExp(`\\b${key}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const skipped = count('skipped') + count('disabled');
  totals.passed += count('tests') - count('failures') - skipped;
  totals.failed += count('failures');
  totals.skipped += skipped;
  notes.push(
    `ctest ${name}: ${count('tests')} tests in ${Math.round((Date.now() - started) / 1000)} s`,
  );
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

say('build');
if (run(process.execPath, ['scripts/build.mjs']) !== 0) {
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}

say('types and lint');
for (const script of ['typecheck', 'lint']) {
  if (run('npm', ['run', '--silent', script]) === 0) totals.passed += 1;
  else {
    totals.failed += 1;
    notes.push(`npm run ${script} failed`);
  }
}

say('vitest');
vitest('vitest', filters);

if (filters.length === 0) {
  const perTarget = ['test/native', 'test/features', 'test/match', 'test/app/backtest.test.ts'];
  const info = spawnSync(process.execPath, ['scripts/bot4.mjs', 'doctor', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const supported = JSON.parse(info.stdout || '{}').kernelTargets ?? { active: '', supported: [] };
  for (const target of supported.supported.filter((t) => t !== supported.active)) {
    say(`vitest on ${target}`);
    vitest(`vitest-${target}`, perTarget, { env: { BOT4_TARGET: target } });
  }
  if (process.env.BOT4_OTHER_NODE) {
    say('vitest under another Node with the same addon');
    vitest('vitest-other-node', ['--exclude', '**/*.sim.ts'], {
      node: process.env.BOT4_OTHER_NODE,
    });
  }
  if (has('cmake')) {
    say('ctest');
    ctest('cmake', ['-DCMAKE_BUILD_TYPE=Release', '-DBOT4_ADDON=OFF']);
    say('ctest with sanitizers');
    ctest('sanitize', ['-DCMAKE_BUILD_TYPE=Release', '-DBOT4_ADDON=OFF', '-DBOT4_SANITIZE=ON']);
  } else {
    skip('the C++ tests', 'cmake is not installed (apt-get install cmake ninja-build)');
  }
  if (!has('qemu-x86_64')) skip('the dispatch tests on older CPUs', 'apt-get install qemu-user');
  if (!existsSync('/usr/bin/chromium'))
    notes.push('browser tests were skipped: apt-get install chromium');
}

for (const note of notes) console.log(note);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
