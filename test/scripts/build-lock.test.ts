import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const module = new URL('../../scripts/build-lock.mjs', import.meta.url).href;
const { whileLocked } = (await import(module)) as {
  whileLocked<T>(
    file: string,
    say: (line: string) => void,
    build: () => T | Promise<T>,
    options?: { readonly longestWaitMs?: number },
  ): Promise<T>;
};

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bot4-lock-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const file = (): string => join(root, '.cache', 'build.lock');
const silent = (): undefined => undefined;
const leave = (content: string): void => {
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), content);
};
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const startOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[19]!;
const ownLock = (): string => `${process.pid} ${startOf(process.pid)} ${bootId}`;

/** The content of the lock while it was held, or why it was not to be had within the limit. */
const tryFor = (longestWaitMs = 20_000): Promise<string> =>
  whileLocked(file(), silent, () => readFileSync(file(), 'utf8'), { longestWaitMs }).catch(
    (error: NodeJS.ErrnoException) => String(error.code),
  );

describe('the build lock', () => {
  it('lets one build run at a time', async () => {
    let running = 0;
    let most = 0;
    const build = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
    };
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    await Promise.all([1, 2, 3].map(() => whileLocked(file(), say, build)));
    expect(most).toBe(1);
    expect(said).toContain(`waiting for the build of process ${process.pid}`);
    expect(existsSync(file())).toBe(false);
  });

  it('is given back when the build fails', async () => {
    const failing = whileLocked(file(), silent, () => Promise.reject(new Error('no g++')));
    await expect(failing).rejects.toThrow('no g++');
    expect(existsSync(file())).toBe(false);
  });

  it('names process, its start and the boot of the machine', async () => {
    expect(await tryFor()).toBe(ownLock());
  });

  it.each(['', ' 1 boot'])('is taken over from a process that has gone (pid%s)', async (rest) => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('close', resolve));
    leave(`${child.pid}${rest}`);
    expect(await tryFor()).toBe(ownLock());
  });

  it('is taken over where our own pid stands in it and we did not take it', async () => {
    leave(String(process.pid));
    expect(await tryFor()).toBe(ownLock());
    leave(ownLock());
    expect(await tryFor()).toBe(ownLock());
  });

  it('is taken over where its pid now belongs to a later process, or to one after a reboot', async () => {
    leave(`1 ${Number(startOf(1)) + 7} ${bootId}`);
    expect(await tryFor()).toBe(ownLock());
    leave(`1 ${startOf(1)} 00000000-0000-0000-0000-000000000000`);
    expect(await tryFor()).toBe(ownLock());
  });

  it('is taken over from a process that ended and was not waited for', async () => {
    // A shell that has become `sleep` never waits for the child it had; a shell would.
    const parent = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300']);
    const pid = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (data) => resolve(String(data).trim())),
    );
    const stateOf = (id: number | string | undefined) => readFileSync(`/proc/${id}/stat`, 'utf8');
    try {
      await expect.poll(() => stateOf(parent.pid)).toContain('(sleep)');
      process.kill(Number(pid), 'SIGKILL');
      await expect.poll(() => stateOf(pid)).toContain(') Z ');
      leave(`${pid} ${startOf(Number(pid))} ${bootId}`);
      expect(await tryFor()).toBe(ownLock());
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('is respected while its process lives', async () => {
    leave(`1 ${startOf(1)} ${bootId}`);
    expect(await tryFor(300)).toBe('ERR_BUILD_LOCKED');
    leave('1');
    expect(await tryFor(300)).toBe('ERR_BUILD_LOCKED');
    expect(readFileSync(file(), 'utf8')).toBe('1');
  });

  it('is respected while its process may still be writing it, and not for longer', async () => {
    leave('');
    const fresh = Date.now() / 1000 + 60;
    utimesSync(file(), fresh, fresh);
    expect(await tryFor(300)).toBe('ERR_BUILD_LOCKED');
    const old = Date.now() / 1000 - 3;
    utimesSync(file(), old, old);
    expect(await tryFor()).toBe(ownLock());
  });

  it('that is not to be had is explained in one sentence', async () => {
    leave(`1 ${startOf(1)} ${bootId}`);
    const waiting = whileLocked(file(), silent, silent, { longestWaitMs: 1 });
    await expect(waiting).rejects.toThrow(
      `waited 0 minutes for the build of process 1, which holds ${file()}; end it, or try again when it is done`,
    );
  });

  it('left by a killed build goes to one of many waiters at a time', async () => {
    leave(`1 ${Number(startOf(1)) + 7} ${bootId}`);
    const log = join(root, 'log');
    const code = `import { appendFileSync } from 'node:fs';
      const { whileLocked } = await import(${JSON.stringify(module)});
      await whileLocked(${JSON.stringify(file())}, () => {}, async () => {
        appendFileSync(${JSON.stringify(log)}, 'begin\\n');
        await new Promise((resolve) => setTimeout(resolve, 30));
        appendFileSync(${JSON.stringify(log)}, 'end\\n');
      });`;
    const exits = await Promise.all(
      Array.from({ length: 8 }, () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
        return new Promise((resolve) => child.once('close', resolve));
      }),
    );
    expect(exits).toEqual(Array(8).fill(0));
    expect(readFileSync(log, 'utf8')).toBe('begin\nend\n'.repeat(8));
    expect(readdirSync(dirname(file()))).toEqual([]);
  });
});
