import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataDirLock } from '../../../src/adapters/journal/index.ts';
import { startProgram } from './child-program.ts';
import { scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();

const HOLDER = `
  import { DataDirLock } from './src/adapters/journal/index.ts';
  const lock = DataDirLock.acquire(process.argv[2]);
  console.log(lock.ok ? 'held' : lock.error.detail);
  setInterval(() => {}, 1000);`;

const acquire = (directory: string): string => {
  const lock = DataDirLock.acquire(directory);
  return lock.ok ? 'held' : `${lock.error.code}: ${lock.error.detail}`;
};

describe('the lock of a data directory', () => {
  it('is refused to a second process while the first one lives, naming its pid', async () => {
    const directory = scratch();
    const holder = startProgram(HOLDER, [directory]);
    expect(await holder.line()).toBe('held');
    expect(acquire(directory)).toBe(
      `locked: ${directory} is in use by the running process ${holder.pid}; stop it or use another --data-dir`,
    );
    await holder.kill();
  });

  it('is taken over from a killed process', async () => {
    const directory = scratch();
    const holder = startProgram(HOLDER, [directory]);
    expect(await holder.line()).toBe('held');
    await holder.kill();
    expect(existsSync(join(directory, 'lock'))).toBe(true);
    expect(acquire(directory)).toBe('held');
    expect(readdirSync(directory)).toEqual(['lock']);
  });

  it('is given to exactly one of many processes that want a stale one at the same time', async () => {
    const directory = scratch();
    const dead = startProgram(HOLDER, [directory]);
    await dead.line();
    await dead.kill();
    const rivals = Array.from({ length: 4 }, () => startProgram(HOLDER, [directory]));
    const said = await Promise.all(rivals.map((rival) => rival.line()));
    for (const rival of rivals) await rival.kill();
    expect(said.filter((line) => line === 'held').length).toBe(1);
  });

  it('is free again after its release', () => {
    const directory = scratch();
    const lock = DataDirLock.acquire(directory);
    expect(acquire(directory)).toContain(`running process ${process.pid}`);
    if (lock.ok) lock.value.release();
    expect(readdirSync(directory)).toEqual([]);
    expect(acquire(directory)).toBe('held');
  });

  it('is not released by one who lost it', () => {
    const directory = scratch();
    const lock = DataDirLock.acquire(directory);
    writeFileSync(join(directory, 'lock'), 'of somebody else');
    if (lock.ok) lock.value.release();
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe('of somebody else');
  });

  it('is taken over when a process of another boot or another program has the pid now', () => {
    const directory = scratch();
    acquire(directory);
    const mine = JSON.parse(readFileSync(join(directory, 'lock'), 'utf8')) as object;
    for (const change of [{ bootId: 'another boot' }, { startedAt: '1' }, { pid: 4_194_304 }]) {
      writeFileSync(join(directory, 'lock'), JSON.stringify({ ...mine, ...change }));
      expect(acquire(directory)).toBe('held');
    }
  });

  it.each(['', 'nonsense', '{}', '{"pid":"x"}', 'null'])(
    'is taken over when its file holds %j',
    (content) => {
      const directory = scratch();
      writeFileSync(join(directory, 'lock'), content);
      expect(acquire(directory)).toBe('held');
    },
  );

  it('names a directory that cannot be made', () => {
    expect(acquire('/proc/bot4')).toContain('cannot lock /proc/bot4');
  });
});
