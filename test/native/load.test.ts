import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { NativeError, toNativeError } from '../../src/native/error.ts';
import { loadAddon } from '../../src/native/index.ts';
import { requireArenaVersion } from '../../src/native/load.ts';

const ADDON = fileURLToPath(new URL('../../build/Release/bot4.node', import.meta.url));

/** Loads the addon in a process of its own and prints its target, or the error's code. */
const LOAD = `try { process.stdout.write(require(${JSON.stringify(ADDON)}).target); }
catch (error) { process.stdout.write(error.code + ' ' + error.message); process.exit(9); }`;

const loadWith = (target: string) =>
  spawnSync(process.execPath, ['-e', LOAD], {
    env: { ...process.env, BOT4_TARGET: target },
    encoding: 'utf8',
  });

describe('loading the addon', () => {
  it('says which target is in use and which ones the machine can run', () => {
    const addon = loadAddon();
    expect(addon.supportedTargets[0]).toBe('sse2');
    expect(addon.supportedTargets).toContain(addon.target);
    const forced = process.env['BOT4_TARGET'];
    expect(addon.target).toBe(forced ? forced : addon.supportedTargets.at(-1));
  });

  it('uses each supported target when BOT4_TARGET names it', () => {
    for (const target of loadAddon().supportedTargets) {
      const child = loadWith(target);
      expect([child.status, child.stdout]).toEqual([0, target]);
    }
  });

  it.each(['sse9', 'AVX2', 'avx512 '])(
    'fails with ERR_BOT4_CPU for the unknown name "%s"',
    (name) => {
      const child = loadWith(name);
      expect(child.status).toBe(9);
      expect(child.stdout).toContain('ERR_BOT4_CPU');
      expect(child.stdout).toContain(`'${name}'`);
      expect(child.stdout).toContain('sse2, avx2, avx512');
    },
  );

  it('takes an empty BOT4_TARGET as no wish', () => {
    expect(loadWith('').stdout).toBe(loadAddon().supportedTargets.at(-1));
  });

  it.skipIf(loadAddon().supportedTargets.includes('avx512'))(
    'fails with ERR_BOT4_CPU for a target that this machine lacks',
    () => {
      expect(loadWith('avx512').stdout).toContain('ERR_BOT4_CPU');
    },
  );

  it('refuses an addon whose arena has another version, and takes its own', () => {
    const { layout } = loadAddon().createEngine({
      instruments: [{ symbol: 'A', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' }],
      inboxBytes: 4096,
      intentCapacity: 1,
    });
    expect(() => requireArenaVersion(layout.version)).not.toThrow();
    const other = layout.version - 1;
    expect(() => requireArenaVersion(other)).toThrow(
      expect.objectContaining({ code: 'ERR_BOT4_ADDON_LOAD' }),
    );
    expect(() => requireArenaVersion(other)).toThrow('npm run build:addon');
  });

  it('names every status, reason and feature once', () => {
    const { statusNames, reasonNames, featureNames, syncStateNames } = loadAddon();
    for (const names of [statusNames, reasonNames, featureNames, syncStateNames]) {
      expect(new Set(names).size).toBe(names.length);
      expect(names).not.toContain('invalid');
    }
    expect(statusNames[0]).toBe('ok');
    expect(reasonNames).toHaveLength(26);
    expect(syncStateNames).toEqual(['waiting-snapshot', 'synchronised', 'broken']);
  });

  it('gives every thread its own engines, and ends them with the thread', async () => {
    const script = `
      const { parentPort } = require('node:worker_threads');
      const addon = require(${JSON.stringify(ADDON)});
      const made = Array.from({ length: 20 }, () => addon.createEngine({
        instruments: [{ symbol: 'A', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' }],
        inboxBytes: 4096, intentCapacity: 1 }));
      new Uint32Array(made[0].arena)[made[0].layout.control.fields.halt.offset / 4] = 7;
      parentPort.postMessage([addon.target, made.map((e) => e.run())]);`;
    const message = await new Promise((resolve, reject) => {
      const worker = new Worker(script, { eval: true });
      let answer: unknown;
      worker.on('message', (value) => {
        answer = value;
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve(answer));
    });
    expect(message).toEqual([loadAddon().target, Array.from({ length: 20 }, () => 0)]);
  });

  it('frees engines that nobody holds any more', () => {
    const script = `
      const addon = require(${JSON.stringify(ADDON)});
      const options = { instruments: [{ symbol: 'A', tickSizeE8: 1n, stepSizeE8: 1n,
        sequenceRule: 'binance-spot' }], inboxBytes: 1 << 22, intentCapacity: 1024 };
      const once = () => { const e = addon.createEngine(options); new Uint8Array(e.arena).fill(1, e.layout.inbox.offset); e.book(0, 1); };
      for (let i = 0; i < 20; i++) { once(); global.gc(); }
      setTimeout(() => {
        const before = process.memoryUsage().rss;
        let i = 0;
        const more = () => { once(); global.gc(); if (++i < 200) setImmediate(more); else process.stdout.write(String(process.memoryUsage().rss - before)); };
        more();
      }, 10);`;
    const grown = Number(
      execFileSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8' }),
    );
    // 200 engines of more than 8 MiB each: kept, they would be 1.6 GiB.
    expect(grown).toBeLessThan(200 * 2 ** 20);
  });
});

describe('the errors of the bridge', () => {
  const coded = (code: string) => Object.assign(new Error('because'), { code });

  it('keep their code and cause', () => {
    const cpu = toNativeError(coded('ERR_BOT4_CPU'));
    expect(cpu).toBeInstanceOf(NativeError);
    expect([cpu.code, cpu.message]).toEqual(['ERR_BOT4_CPU', 'because']);
    expect(cpu.cause).toBeInstanceOf(Error);
    expect(toNativeError(cpu)).toBe(cpu);
  });

  it('say what to do when the addon is not built, and why it did not load', () => {
    expect(toNativeError(coded('MODULE_NOT_FOUND'))).toMatchObject({
      code: 'ERR_BOT4_ADDON_MISSING',
      message: expect.stringContaining('npm run build:addon'),
    });
    expect(toNativeError(coded('ERR_DLOPEN_FAILED'))).toMatchObject({
      code: 'ERR_BOT4_ADDON_LOAD',
      message: expect.stringContaining('because'),
    });
    expect(toNativeError('text').code).toBe('ERR_BOT4_ADDON_LOAD');
  });
});
