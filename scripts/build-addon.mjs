// Builds build/Release/bot4.node with node-gyp. Run by `npm install` and `npm run build:addon`.
// Exit code 1 with a plain message when a tool is missing or the compiler fails.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Programs that the build runs, each with the Debian package that brings it. */
const tools = [
  { names: [process.env.CXX ?? 'g++'], package: 'g++' },
  { names: ['make'], package: 'make' },
  { names: [process.env.PYTHON, 'python3', 'python'].filter(Boolean), package: 'python3' },
];

const runs = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;

const missing = tools.filter((tool) => !tool.names.some(runs));
if (missing.length > 0) {
  const packages = missing.map((tool) => tool.package).join(' ');
  console.error(
    `bot4: cannot build the native engine: ${missing.map((t) => t.names[0]).join(', ')} not found.\n` +
      `On Debian or Ubuntu:  sudo apt-get install ${packages}`,
  );
  process.exit(1);
}

const require = createRequire(import.meta.url);
const args = [
  require.resolve('node-gyp/bin/node-gyp.js'),
  'configure',
  'build',
  '--jobs',
  '2',
  '--loglevel=warn',
];

// Headers that came with this very node need no download.
const prefix = dirname(dirname(process.execPath));
if (existsSync(join(prefix, 'include', 'node', 'node_api.h'))) args.push(`--nodedir=${prefix}`);
if (process.argv.includes('--debug')) args.push('--debug');

const built = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
if (built.status !== 0) {
  console.error('bot4: the native engine did not build; the messages above say where.');
  process.exit(1);
}
