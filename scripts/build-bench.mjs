// Builds .cache/bench-addon/build/Release/bot4_bench.node when it is missing or older than its
// sources. Run by `bot4 bench` and by `npm run build:bench`; progress goes to stderr.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whileLocked } from './build-lock.mjs';
import { inputsOf, isFresh, writeStamp } from './fingerprint.mjs';
import { findHeaders, missingPrograms, nodeGypEnvironment } from './toolchain.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, '.cache', 'bench-stamp.json');
const place = join(root, '.cache', 'bench-addon');
const say = (line) => process.stderr.write(`bot4 bench: ${line}\n`);

const step = {
  name: 'bench-addon',
  inputs: [
    'native',
    'bench/native',
    'bench/binding.gyp',
    'package-lock.json',
    'scripts/build-bench.mjs',
    'scripts/list-kernels.mjs',
    'scripts/toolchain.mjs',
  ],
  outputs: ['.cache/bench-addon/build/Release/bot4_bench.node'],
};

/** node-gyp builds beside a binding.gyp; this one has a place of its own, apart from the product's. */
function layOut() {
  mkdirSync(place, { recursive: true });
  const links = {
    'binding.gyp': 'bench/binding.gyp',
    ...{ native: 'native', bench: 'bench', scripts: 'scripts', node_modules: 'node_modules' },
  };
  for (const [name, target] of Object.entries(links)) {
    const link = join(place, name);
    if (!existsSync(link)) symlinkSync(join(root, target), link);
  }
}

function build() {
  if (isFresh(root, stampFile, step)) return true;
  const missing = missingPrograms(process.env);
  if (missing !== null) {
    say(`cannot build the workloads: ${missing}`);
    return false;
  }
  say('compiling the workloads and their peers (a minute or two)');
  const started = Date.now();
  layOut();
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const args = [nodeGyp, 'configure', 'build', '--jobs', '2', '--loglevel=warn'];
  args.push(`--directory=${place}`);
  const { nodedir } = findHeaders(process.env, process.execPath);
  if (nodedir !== null) args.push(`--nodedir=${nodedir}`);
  if (homedir() === '') args.push(`--devdir=${join(root, '.cache', 'node-gyp')}`);
  const built = spawnSync(process.execPath, args, {
    cwd: root,
    env: nodeGypEnvironment(process.env),
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) {
    say('the workloads did not build; the messages above say where');
    return false;
  }
  writeStamp(stampFile, step.name, inputsOf(root, step));
  say(`the workloads are compiled, ${((Date.now() - started) / 1000).toFixed(0)} s`);
  return true;
}

const built = isFresh(root, stampFile, step)
  ? true
  : await whileLocked(join(root, '.cache', 'bench.lock'), say, build);
process.exitCode = built ? 0 : 1;
