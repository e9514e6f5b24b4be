// Builds build/Release/bot4.node with node-gyp. Run by `npm install` and `npm run build:addon`.
// Exit code 1 with a plain message when a tool is missing or the compiler fails.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHeaders, missingPrograms, nodeGypEnvironment } from './toolchain.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const require = createRequire(import.meta.url);

// npx runs this before any package is installed; the build of the first real command comes again.
const nodeGyp = (() => {
  try {
    return require.resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return null;
  }
})();
if (nodeGyp === null) {
  console.error('bot4: packages are not installed yet; the native engine is built after them');
  process.exit(0);
}

const missing = missingPrograms(process.env);
if (missing !== null) {
  console.error(`bot4: cannot build the native engine: ${missing}`);
  process.exit(1);
}

const args = [nodeGyp, 'configure', 'build', '--jobs', '2', '--loglevel=warn'];

const { nodedir, ignored } = findHeaders(process.env, process.execPath);
if (ignored !== null) {
  console.error(`bot4: npm_config_nodedir names ${ignored}, which holds no node_api.h; not used`);
}
if (nodedir !== null) args.push(`--nodedir=${nodedir}`);
else {
  console.error(
    'bot4: no headers of Node found beside it; node-gyp will download them.\n' +
      'Without a network, on Debian or Ubuntu: sudo apt-get install libnode-dev',
  );
}
// node-gyp refuses to start without a home, although it puts nothing there.
if (homedir() === '') args.push(`--devdir=${join(root, '.cache', 'node-gyp')}`);
if (process.argv.includes('--debug')) args.push('--debug');

const built = spawnSync(process.execPath, args, {
  cwd: root,
  env: nodeGypEnvironment(process.env),
  stdio: 'inherit',
});
if (built.status !== 0) {
  console.error('bot4: the native engine did not build; the messages above say where.');
  process.exit(1);
}
