import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const addon = fileURLToPath(new URL('../../build/Release/bot4.node', import.meta.url));

/** Runs a script in a Node of its own, with the addon's path as ADDON, and returns what it prints. */
function run(script: string): { readonly status: number | null; readonly out: string } {
  const child = spawnSync(process.execPath, ['--expose-gc', '-e', script], {
    env: { ...process.env, ADDON: addon },
    encoding: 'utf8',
    timeout: 110_000,
  });
  return { status: child.status, out: child.stdout + child.stderr };
}

describe('the memory of matchers', { timeout: 120_000 }, () => {
  it('is given back when nobody holds them, and stays while their buffer or doorbell is held', () => {
    const { status, out } = run(`
      const bot4 = require(process.env.ADDON);
      const size = () => process.memoryUsage().rss / 2 ** 20;
      const round = () => {
        for (let i = 0; i < 50; i += 1) bot4.createMatchingEngine(4, 20000, 64).run();
      };
      const settle = async () => {
        for (let i = 0; i < 5; i += 1) {
          gc();
          await new Promise((done) => setTimeout(done, 5));
        }
      };
      (async () => {
        // The allocator keeps what was freed for the next round: the peak of two rounds is the base.
        for (let i = 0; i < 2; i += 1) {
          round();
          await settle();
        }
        round();
        const before = size();
        await settle();
        let held = bot4.createMatchingEngine(1, 16, 16);
        const { memory } = held;
        const { run } = bot4.createMatchingEngine(1, 16, 16);
        held = null;
        for (let i = 0; i < 10; i += 1) {
          round();
          await settle();
        }
        const after = size();
        run();
        new Float64Array(memory).fill(0);
        // A round takes about 600 MiB, so ten that leaked would stand out by far.
        console.log(after - before < 1000 ? 'bounded' : 'grew by ' + (after - before) + ' MiB');
      })();
    `);
    expect({ status, out }).toEqual({ status: 0, out: 'bounded\n' });
  });

  it('ends with its thread: workers make and leave engines without harm', () => {
    const { status, out } = run(`
      const { Worker } = require('node:worker_threads');
      const code = \`
        const bot4 = require(process.env.ADDON);
        const tick = { symbol: 'X', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-futures' };
        const size = { instruments: [tick], inboxBytes: 4096, intentCapacity: 1 };
        globalThis.kept = bot4.createMatchingEngine(2, 1000, 16);
        const engine = bot4.createEngine(size);
        globalThis.replay = bot4.createReplayMatcher(engine, 16, 16);
        globalThis.run = engine.run;
        globalThis.kept.run();
      \`;
      let left = 8;
      for (let i = 0; i < 8; i += 1) {
        new Worker(code, { eval: true }).once('exit', (exit) => {
          if (exit !== 0) process.exitCode = 1;
          left -= 1;
          if (left === 0) console.log('all gone');
        });
      }
    `);
    expect({ status, out }).toEqual({ status: 0, out: 'all gone\n' });
  });

  it('of a replay matcher outlives neither its engine nor its last holder in a harmful order', () => {
    const { status, out } = run(`
      const bot4 = require(process.env.ADDON);
      const tick = { symbol: 'X', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-futures' };
      const size = { instruments: [tick], inboxBytes: 4096, intentCapacity: 1 };
      const runs = [];
      for (let i = 0; i < 20; i += 1) {
        const engine = bot4.createEngine(size);
        const replay = bot4.createReplayMatcher(engine, 16, 16);
        runs.push(i % 2 === 0 ? engine.run : replay.run);
      }
      (async () => {
        for (let i = 0; i < 5; i += 1) {
          gc();
          await new Promise((done) => setTimeout(done, 5));
          for (const run of runs) run();
        }
        console.log('alive');
      })();
    `);
    expect({ status, out }).toEqual({ status: 0, out: 'alive\n' });
  });
});
