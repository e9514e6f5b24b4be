import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const addon = fileURLToPath(new URL('../../build/Release/bot4.node', import.meta.url));

/** Runs every kernel of simulation and options once and prints a digest of all bits. */
const program = `
const { createHash } = require('node:crypto');
const quant = require(process.argv[1]).quant;
const hash = createHash('sha256');
const paths = 333, steps = 21;
const run = [7, 9, steps, 1000];
const poisson = [-0.05, 0.1, 4, 0.9, 0.98, 0.999, 0.9999];
const variance = [0.09, 0.16, 0.9, 0.04, 0.002, -0.9, 0.8, 0.01, 0.01, -0.01, 0.001];
const models = [
  ['simulateLinear', 1, 4.6, [0.001, 1, 0.02]],
  ['simulateLinear', 0, 1.5, [0.02, 0.95, 0.1]],
  ['simulateMerton', 1, 4.6, [0.001, 0.02, ...poisson]],
  ['simulateHeston', 1, 4.6, [...variance, ...poisson]],
  ['simulateSquareRoot', 0, 0.09, variance],
];
for (const [name, price, start, model] of models) {
  for (const antithetic of [0, 1]) {
    const out = [0, 1, 2, 3].map(() => new Float64Array(paths));
    const values = new Float64Array(paths * (steps + 1));
    const parameters = Float64Array.of(...run, antithetic, price, start, ...model);
    quant[name](parameters, ...out, values);
    for (const x of [...out, values]) {
      if (!x.every(Number.isFinite)) throw new Error(name + ' left the numbers');
      hash.update(Buffer.from(x.buffer));
    }
  }
}
const z = new Float64Array(1001);
quant.philoxNormals(Float64Array.of(1, 2, 3, 0), z);
hash.update(Buffer.from(z.buffer));
const n = 2000;
const column = (f) => Float64Array.from({ length: n }, (_, i) => f(i));
const result = [new Float64Array(n), new Float64Array(n)];
quant.impliedVolatility(column((i) => Math.exp(-i / 4) * 90), column(() => 100),
  column((i) => 20 + (i % 200)), column((i) => (i % 2 ? 1 : -1)), column((i) => 0.01 + i / 500), ...result);
for (const x of result) hash.update(Buffer.from(x.buffer));
console.log(hash.digest('hex'));
`;

it('simulation and implied volatility give the same bits on every target of this machine', () => {
  const digests = ['sse2', 'avx2', 'avx512'].flatMap((target) => {
    const child = spawnSync(process.execPath, ['-e', program, addon], {
      env: { ...process.env, BOT4_TARGET: target },
      encoding: 'utf8',
    });
    if (child.stderr.includes('ERR_BOT4_CPU')) return [];
    expect(child.stderr).toBe('');
    return [child.stdout.trim()];
  });
  expect(digests.length).toBeGreaterThan(0);
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(digests).size).toBe(1);
});
