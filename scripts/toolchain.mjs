// What compiling the native engine needs from the machine: programs, and the headers of Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where Debian's libnode-dev puts headers, laid out like Node's own source tree. */
const DEBIAN_HEADERS = '/usr/include/nodejs';

/** node-gyp reads the variable in either case. */
const NODEDIR = /^npm_config_nodedir$/i;

const runs = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** CXX may be a command with arguments (`ccache g++`), which make hands to a shell. */
const compiles = (command) => runs('sh', ['-c', `${command} --version`]);

const hasVersion = (program) => runs(program, ['--version']);

const asked = (env, name) => env[name]?.trim() || null;

/**
 * The environment for node-gyp. An empty CXX is left out, since make would take it for the name of
 * the compiler; so is npm_config_nodedir, which would outweigh the directory that was found.
 */
export function nodeGypEnvironment(env) {
  const left = (name) => NODEDIR.test(name) || (name === 'CXX' && asked(env, name) === null);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !left(name)));
}

/** Says which programs are missing and which Debian packages bring them; null when all are here. */
export function missingPrograms(env) {
  const programs = [
    { names: [asked(env, 'CXX') ?? 'g++'], found: compiles, debian: 'g++' },
    { names: ['make'], found: hasVersion, debian: 'make' },
    {
      names: [asked(env, 'PYTHON'), 'python3', 'python'].filter((name) => name !== null),
      found: hasVersion,
      debian: 'python3',
    },
  ];
  const missing = programs.filter(({ names, found }) => !names.some(found));
  if (missing.length === 0) return null;
  const names = missing.map(({ names: [first] }) => first).join(', ');
  const packages = missing.map(({ debian }) => debian).join(' ');
  return `${names} not found; on Debian or Ubuntu: sudo apt-get install ${packages}`;
}

/** Both layouts that node-gyp takes for --nodedir: an installed Node, or a source tree. */
const holdsHeaders = (directory) =>
  existsSync(join(directory, 'include', 'node', 'node_api.h')) ||
  (existsSync(join(directory, 'common.gypi')) && existsSync(join(directory, 'src', 'node_api.h')));

/**
 * The directory for node-gyp's --nodedir, so that nothing is downloaded: what npm_config_nodedir
 * names, else what came with this node, else Debian's. Null when there is none. `ignored` is an
 * npm_config_nodedir without headers.
 */
export function findHeaders(env, execPath, debian = DEBIAN_HEADERS) {
  const named = asked(
    env,
    Object.keys(env).find((name) => NODEDIR.test(name)),
  );
  const places = [named, dirname(dirname(execPath)), debian].filter((place) => place !== null);
  const nodedir = places.find(holdsHeaders) ?? null;
  return { nodedir, ignored: named === null || named === nodedir ? null : named };
}
