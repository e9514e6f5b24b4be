// Builds what is missing or out of date: packages, native engine, JavaScript, page.
// Progress goes to stderr. Usage: npm run build [-- --force]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whileLocked } from './build-lock.mjs';
import { inputsOf, isFresh, writeStamp } from './fingerprint.mjs';
import { packagesInstalled } from './packages-installed.mjs';
import { missingPrograms } from './toolchain.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, '.cache', 'build-stamp.json');
const lockFile = join(root, '.cache', 'build.lock');

const say = (line) => process.stderr.write(`bot4 build: ${line}\n`);

/** A build that cannot go on, explained in plain words. */
class BuildFailure extends Error {}

function requireCompilers() {
  const missing = missingPrograms(process.env);
  if (missing !== null) throw new BuildFailure(missing);
}

/** Runs a program whose output is all progress. */
function run(what, command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.error !== undefined)
    throw new BuildFailure(`${what}: ${command}: ${done.error.message}`);
  if (done.signal !== null) process.exit(130);
  if (done.status !== 0) throw new BuildFailure(`${what} failed; the lines above say why`);
}

const script = (name) => [join(root, 'scripts', name)];

function compileTypeScript() {
  const dist = join(root, 'dist');
  for (const name of existsSync(dist) ? readdirSync(dist) : []) {
    if (name !== 'page') rmSync(join(dist, name), { recursive: true });
  }
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run('compiling TypeScript', process.execPath, [compiler, '-p', 'tsconfig.build.json']);
}

/** The steps of a build in their order; one without `inputs` decides itself whether it is done. */
export const steps = [
  {
    name: 'packages',
    label: 'installing packages',
    fresh: () => packagesInstalled(root),
    build() {
      requireCompilers();
      run('installing packages', 'npm', ['ci', '--no-audit', '--no-fund']);
    },
  },
  {
    name: 'addon',
    label: 'compiling the native engine',
    inputs: [
      'native',
      'binding.gyp',
      'package-lock.json',
      'scripts/build-addon.mjs',
      'scripts/list-kernels.mjs',
      'scripts/toolchain.mjs',
    ],
    outputs: ['build/Release/bot4.node'],
    build() {
      requireCompilers();
      run('compiling the native engine', process.execPath, script('build-addon.mjs'));
    },
  },
  {
    name: 'javascript',
    label: 'compiling TypeScript',
    inputs: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json'],
    skip: ['src/adapters/dashboard/page'],
    outputs: ['dist/cli/index.js'],
    build: compileTypeScript,
  },
  {
    name: 'page',
    label: 'building the page',
    inputs: [
      'src/adapters/dashboard/page',
      'src/observe',
      'package-lock.json',
      'scripts/build-page.mjs',
    ],
    outputs: ['dist/page/index.html'],
    build() {
      run('building the page', process.execPath, script('build-page.mjs'));
    },
  },
];

const isNodeTooOld = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major < 20 || (major === 20 && minor < 19);
};

const isStepFresh = (step) => step.fresh?.() ?? isFresh(root, stampFile, step);

function buildStale(force) {
  for (const step of steps) {
    // Force means compiling again, not downloading again.
    if ((!force || step.fresh !== undefined) && isStepFresh(step)) continue;
    const started = Date.now();
    say(step.label);
    step.build();
    if (step.inputs !== undefined) writeStamp(stampFile, step.name, inputsOf(root, step));
    say(`${step.label}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
}

/**
 * Builds what is out of date; returns at once when all is fresh. Where that is impossible, says why
 * on stderr and returns false.
 */
export async function ensureBuilt({ force = false } = {}) {
  try {
    if (isNodeTooOld()) {
      throw new BuildFailure(`Node ${process.versions.node} is too old; 20.19 or later is needed`);
    }
    if (force || !steps.every(isStepFresh)) {
      await whileLocked(lockFile, say, () => buildStale(force));
    }
    return true;
  } catch (error) {
    if (!(error instanceof BuildFailure) && error.code === undefined) throw error;
    say(`error: ${error.message}`);
    return false;
  }
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) {
  const built = await ensureBuilt({ force: process.argv.includes('--force') });
  process.exitCode = built ? 0 : 1;
}
