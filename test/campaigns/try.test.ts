import { it } from 'vitest';
import { describeSeed, simulate } from './simulation.ts';

it('x', () => {
  const t0 = performance.now();
  let bad = 0,
    orders = 0,
    fills = 0,
    doubted = 0;
  const N = Number(process.env['N'] ?? 40),
    S = Number(process.env['S'] ?? 1);
  for (let n = S; n < S + N; n++) {
    let r;
    try {
      r = simulate(n);
    } catch (e) {
      console.log('seed', n, (e as Error).stack, describeSeed(n));
      bad++;
      continue;
    }
    orders += r.orders;
    fills += r.fills;
    doubted += r.doubted;
    if (r.broken.length) {
      bad++;
      console.log(n, r.broken.slice(0, 6), describeSeed(n));
    }
  }
  console.log({ N, bad, orders, fills, doubted, perSeed: (performance.now() - t0) / N });
}, 600000);
