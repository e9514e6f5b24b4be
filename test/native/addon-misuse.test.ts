import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadAddon, type NativeAddon } from '../../src/native/index.ts';

const ADDON = fileURLToPath(new URL('../../build/Release/bot4.node', import.meta.url));

const OPTIONS = {
  instruments: [
    { symbol: 'A', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' },
    { symbol: 'B', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' },
  ],
  inboxBytes: 4096,
  intentCapacity: 1,
};

const argument = expect.objectContaining({ code: 'ERR_BOT4_ARGUMENT' });

/** Runs a script in a Node of its own, where an abort ends only that, with the addon as `bot4`. */
function run(script: string): { readonly status: number | null; readonly out: string } {
  const child = spawnSync(
    process.execPath,
    ['-e', `const bot4 = require(${JSON.stringify(ADDON)});\n${script}`],
    { encoding: 'utf8', timeout: 110_000 },
  );
  return { status: child.status, out: child.stdout + child.stderr };
}

describe('the addon called by a program that does not keep to its types', {
  timeout: 120_000,
}, () => {
  it('throws on what a getter of the options threw, whichever it is', () => {
    const { status, out } = run(`
      const good = () =>
        ({ symbol: 'A', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' });
      const options = () => ({ instruments: [good()], inboxBytes: 4096, intentCapacity: 1 });
      const trap = (object, name) =>
        Object.defineProperty(object, name, { get() { throw new Error('getter of ' + name); } });
      const attempts = [
        ...['instruments', 'inboxBytes', 'intentCapacity'].map((name) => trap(options(), name)),
        ...['symbol', 'tickSizeE8', 'stepSizeE8', 'sequenceRule'].map((name) => ({
          ...options(), instruments: [trap(good(), name)] })),
        { ...options(), instruments: trap([good()], '0') },
      ];
      for (const attempt of attempts) {
        try { bot4.createEngine(attempt); console.log('made'); }
        catch (error) { console.log(error.message); }
      }
    `);
    const names = ['instruments', 'inboxBytes', 'intentCapacity', 'symbol', 'tickSizeE8'];
    names.push('stepSizeE8', 'sequenceRule', '0');
    expect({ status, out }).toEqual({
      status: 0,
      out: names.map((name) => `getter of ${name}\n`).join(''),
    });
  });

  it('takes a length for the workspace at the end of a kernel, and for nothing else', () => {
    const { taHma } = loadAddon().quant;
    const x = Float64Array.from({ length: 64 }, (_, i) => Math.sin(i));
    const parameters = Float64Array.of(9, 4, 3);
    const run = (workspace: Float64Array | number): Float64Array => {
      const out = new Float64Array(64);
      expect(taHma!(parameters, x, out, workspace)).toBe(0);
      return out;
    };
    expect(run(128)).toEqual(run(new Float64Array(128).fill(Number.NaN)));
    for (const wrong of [-1, Number.NaN, 2 ** 31, '128', undefined, null, 128n]) {
      expect(() => run(wrong as number), String(wrong)).toThrow(argument);
    }
    expect(() => taHma!(parameters, 64, new Float64Array(64), 128)).toThrow(argument);
    expect(() => taHma!(parameters, x, 64, 128)).toThrow(argument);
  });

  it.each([2 ** 32, 2, -1, 0.9, Number.NaN, Number.POSITIVE_INFINITY, '0', undefined, null])(
    'refuses %s as the index of a symbol',
    (index) => {
      const engine = loadAddon().createEngine(OPTIONS);
      expect(() => engine.applyPolicy(index as number)).toThrow(argument);
      expect(() => engine.book(index as number, 5)).toThrow(argument);
    },
  );

  it.each([2 ** 32, -1, 0.5, Number.NaN])('refuses %s as the depth of a book', (depth) => {
    const engine = loadAddon().createEngine(OPTIONS);
    expect(() => engine.book(0, depth)).toThrow(argument);
    expect([...engine.book(1, 2 ** 31 - 1)]).toEqual([0, 0]);
  });

  it('allows one replay matcher, whatever was done to the engine object', () => {
    type Matching = NativeAddon & {
      createReplayMatcher(engine: object, maxOrders: number, maxCommands: number): object;
    };
    const addon = loadAddon<Matching>();
    const engine = addon.createEngine(OPTIONS) as object & { replayMatcher?: object };
    const first = addon.createReplayMatcher(engine, 1, 1);
    delete engine.replayMatcher;
    expect(() => addon.createReplayMatcher(engine, 1, 1)).toThrow(argument);
    expect(first).toHaveProperty('run');
    const named = Object.assign(addon.createEngine(OPTIONS), { replayMatcher: 1 });
    expect(addon.createReplayMatcher(named, 1, 1)).toHaveProperty('run');
  });

  it('takes a second replay matcher when the first is gone', () => {
    const { status, out } = run(`
      const tick = { symbol: 'A', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' };
      const engine = bot4.createEngine({ instruments: [tick], inboxBytes: 4096, intentCapacity: 1 });
      require('node:v8').setFlagsFromString('--expose-gc');
      const gc = require('node:vm').runInNewContext('gc');
      (async () => {
        bot4.createReplayMatcher(engine, 1, 1);
        delete engine.replayMatcher;
        for (let i = 0; i < 5; i += 1) {
          gc();
          await new Promise((done) => setTimeout(done, 5));
        }
        console.log(typeof bot4.createReplayMatcher(engine, 1, 1).run, engine.run());
      })();
    `);
    expect({ status, out }).toEqual({ status: 0, out: 'function 0\n' });
  });

  // Creation goes through node-addon-api, which on Node 22 may abort the process when the thread is
  // ended in that very moment; the entries that a running engine uses do not.
  it('ends only the thread when a worker is terminated inside its hot entries', () => {
    const { status, out } = run(`
      const { Worker } = require('node:worker_threads');
      const code = \`
        const bot4 = require(\${JSON.stringify(${JSON.stringify(ADDON)})});
        const tick = { symbol: 'A', tickSizeE8: 1n, stepSizeE8: 1n, sequenceRule: 'binance-spot' };
        const engine = bot4.createEngine({ instruments: [tick], inboxBytes: 4096, intentCapacity: 1 });
        const replay = bot4.createReplayMatcher(engine, 1, 1);
        const matching = bot4.createMatchingEngine(1, 4, 4);
        const kernel = bot4.createDecisionKernel(8, true);
        require('node:worker_threads').parentPort.postMessage('ready');
        for (;;) {
          engine.run();
          replay.run();
          matching.run();
          kernel.decide();
          kernel.decideBatch();
        }\`;
      (async () => {
        for (let i = 0; i < 40; i += 1) {
          const worker = new Worker(code, { eval: true });
          await new Promise((done) => worker.once('message', done));
          await new Promise((done) => setTimeout(done, (i * 7) % 30));
          await worker.terminate();
        }
        console.log('terminated');
      })();
    `);
    expect({ status, out }).toEqual({ status: 0, out: 'terminated\n' });
  });
});
