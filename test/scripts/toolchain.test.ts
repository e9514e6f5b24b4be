import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Environment = Readonly<Record<string, string | undefined>>;

const module = new URL('../../scripts/toolchain.mjs', import.meta.url).href;
const { findHeaders, missingPrograms, nodeGypEnvironment } = (await import(module)) as {
  findHeaders(
    env: Environment,
    execPath: string,
    debian?: string,
  ): { readonly nodedir: string | null; readonly ignored: string | null };
  missingPrograms(env: Environment): string | null;
  nodeGypEnvironment(env: Environment): Environment;
};

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bot4-toolchain-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string): string => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '#!/bin/sh\nexit 0\n');
  return join(root, path);
};

describe('the programs that compile the engine', () => {
  it('are here without any variable, as this machine has built the engine', () => {
    expect(missingPrograms({})).toBeNull();
  });

  it.each(['', '  '])('are the usual ones where CXX is empty (%j)', (CXX) => {
    expect(missingPrograms({ CXX })).toBeNull();
    expect(missingPrograms({ PYTHON: CXX })).toBeNull();
  });

  it('may be a command of several words', () => {
    const ccache = write('ccache');
    chmodSync(ccache, 0o755);
    expect(missingPrograms({ CXX: `${ccache} g++` })).toBeNull();
    expect(missingPrograms({ CXX: 'env LC_ALL=C g++' })).toBeNull();
  });

  it('that are missing are named with the Debian package that brings them', () => {
    expect(missingPrograms({ CXX: 'absent-g++ -m64' })).toBe(
      'absent-g++ -m64 not found; on Debian or Ubuntu: sudo apt-get install g++',
    );
  });
});

describe('the environment of node-gyp', () => {
  it('holds no empty CXX, which make would take for the name of the compiler', () => {
    expect(nodeGypEnvironment({ CXX: '', HOME: '/h' })).toEqual({ HOME: '/h' });
    expect(nodeGypEnvironment({ CXX: 'clang++' })).toEqual({ CXX: 'clang++' });
  });

  it('holds no npm_config_nodedir, which would outweigh the headers that were found', () => {
    expect(nodeGypEnvironment({ npm_config_nodedir: '/a', NPM_CONFIG_NODEDIR: '/b' })).toEqual({});
  });
});

describe("the search for Node's headers", () => {
  const node = (): string => join(root, 'node/bin/node');
  const debian = (): string => join(root, 'nodejs');
  const search = (env: Environment) => findHeaders(env, node(), debian());

  it('prefers what npm_config_nodedir names, then what came with node, then Debian', () => {
    write('named/include/node/node_api.h');
    write('node/include/node/node_api.h');
    write('nodejs/common.gypi');
    write('nodejs/src/node_api.h');
    const named = { npm_config_nodedir: join(root, 'named') };
    expect(search(named)).toEqual({ nodedir: join(root, 'named'), ignored: null });
    expect(search({})).toEqual({ nodedir: join(root, 'node'), ignored: null });
    rmSync(join(root, 'node'), { recursive: true });
    expect(search({})).toEqual({ nodedir: debian(), ignored: null });
  });

  it('takes a source tree of Node too', () => {
    write('tree/common.gypi');
    write('tree/src/node_api.h');
    expect(search({ NPM_CONFIG_NODEDIR: join(root, 'tree') }).nodedir).toBe(join(root, 'tree'));
  });

  it('goes on where npm_config_nodedir holds no headers, and says so', () => {
    write('node/include/node/node_api.h');
    const env = { npm_config_nodedir: '/absent' };
    expect(search(env)).toEqual({ nodedir: join(root, 'node'), ignored: '/absent' });
  });

  it('finds nothing where nothing is', () => {
    expect(search({})).toEqual({ nodedir: null, ignored: null });
  });

  const prefix = dirname(dirname(process.execPath));
  it.skipIf(!existsSync(join(prefix, 'include/node/node_api.h')))(
    'needs neither npm_config_nodedir nor a home (skipped where node came without headers)',
    () => {
      const { npm_config_nodedir: _, ...env } = process.env;
      const code = `import { findHeaders } from ${JSON.stringify(module)};
        console.log(findHeaders(process.env, process.execPath).nodedir);`;
      const done = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        env: { ...env, HOME: '' },
        encoding: 'utf8',
      });
      expect(done.stdout.trim()).toBe(prefix);
    },
  );

  it('does not take half of a source tree', () => {
    write('nodejs/common.gypi');
    expect(search({}).nodedir).toBeNull();
  });
});

describe('building the engine', () => {
  it('starts node-gyp also with an empty home, an empty CXX and a wrong npm_config_nodedir', () => {
    for (const name of ['build-addon.mjs', 'toolchain.mjs']) {
      mkdirSync(join(root, 'scripts'), { recursive: true });
      copyFileSync(new URL(`../../scripts/${name}`, import.meta.url), join(root, 'scripts', name));
    }
    mkdirSync(join(root, 'node_modules/node-gyp/bin'), { recursive: true });
    writeFileSync(
      join(root, 'node_modules/node-gyp/bin/node-gyp.js'),
      `const { CXX, npm_config_nodedir: nodedir } = process.env;
       console.log(JSON.stringify({ args: process.argv.slice(2), CXX, nodedir }));`,
    );
    const done = spawnSync(process.execPath, [join(root, 'scripts/build-addon.mjs')], {
      env: { PATH: process.env['PATH'], HOME: '', CXX: '', npm_config_nodedir: '/absent' },
      encoding: 'utf8',
    });
    expect(done.stderr).toContain('npm_config_nodedir names /absent, which holds no node_api.h');
    const { args, ...variables } = JSON.parse(done.stdout);
    expect(variables).toEqual({});
    expect(args).toContain(`--devdir=${join(root, '.cache', 'node-gyp')}`);
    expect(done.status).toBe(0);
  });
});
