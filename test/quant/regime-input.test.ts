import { describe, expect, it } from 'vitest';
import { seededRng, standardNormal } from '../../src/core/index.ts';
import {
  baiPerron,
  binarySegmentation,
  bocpd,
  fitHmm,
  HmmDecoder,
  labelRegimes,
  olsCusumTest,
  pageCusum,
  pelt,
  type QuantResult,
  recursiveCusumTest,
  segmentNeighbourhood,
  supFTest,
} from '../../src/quant/index.ts';

const rng = seededRng(20261122);
const normal = (): number => standardNormal(rng);

/** Series that break careless arithmetic, by what is hard about them. */
const kSeries: Readonly<Record<string, (t: number) => number>> = {
  'huge values': () => normal() * 1e95,
  'tiny values': () => normal() * 1e-135,
  'a high level': () => 1e6 + 1e-9 * normal(),
  'wild outliers': () => (rng.uniform() < 0.05 ? 1e60 : 1) * normal(),
  'two values': () => Math.floor(rng.uniform() * 2),
  'one step': (t) => (t < 30 ? 0 : 1),
  'a constant': () => 5,
  'rare ones': () => (rng.uniform() < 0.03 ? 1 : 0),
  'all scales': () => Math.exp(30 * normal()),
  'missing values': () => (rng.uniform() < 0.1 ? Number.NaN : 1),
};

/** Path of the first number below a value that is not finite; else null. */
function notFinite(value: unknown, path: string): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${path} = ${value}`;
  if (value === null || typeof value !== 'object') return null;
  for (const [key, child] of Object.entries(value)) {
    const found = notFinite(child, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function fitAndUse(x: Float64Array, dimensions: number, density: 'gaussian' | 'student-t') {
  const even = x.slice(0, x.length - (x.length % dimensions));
  const fit = fitHmm(even, { states: 3, dimensions, density, restarts: 3, maxIterations: 40 });
  if (!fit.ok) return fit;
  const decoder = HmmDecoder.create(fit.value.model);
  if (!decoder.ok) throw new Error(`a fitted model is refused: ${decoder.error.detail}`);
  const used = [
    decoder.value.viterbi(even),
    decoder.value.smooth(even),
    decoder.value.filter(even),
    labelRegimes(fit.value.model),
  ];
  for (const each of used)
    if (!each.ok) throw new Error(`a fitted model fails: ${each.error.detail}`);
  return { ok: true, value: [fit.value, used] } as const;
}

const kModels: Readonly<Record<string, (x: Float64Array) => QuantResult<unknown>>> = {
  'hmm normal': (x) => fitAndUse(x, 1, 'gaussian'),
  'hmm of two dimensions': (x) => fitAndUse(x, 2, 'gaussian'),
  'hmm Student-t': (x) => fitAndUse(x, 1, 'student-t'),
  'pelt mean': (x) => pelt(x, { penalty: 10 }),
  'pelt variance': (x) => pelt(x, { cost: 'variance', penalty: 'mbic' }),
  'pelt both': (x) => pelt(x, { cost: 'mean-variance', penalty: 3 }),
  neighbourhood: (x) => segmentNeighbourhood(x, { count: 2 }),
  binary: (x) => binarySegmentation(x, { cost: 'mean-variance', penalty: 5 }),
  bocpd: (x) => bocpd(x),
  'ols cusum': olsCusumTest,
  'recursive cusum': recursiveCusumTest,
  supF: (x) => supFTest(x),
  'Bai-Perron': (x) => baiPerron(x),
  Page: (x) => pageCusum(x, { target: 0, allowance: 0.5, threshold: 4 }),
};

describe.each(Object.keys(kSeries))('with %s', (hard) => {
  it.each(Object.keys(kModels))('%s gives finite numbers or a named error', (name) => {
    for (const n of [0, 1, 2, 3, 5, 9, 20, 21, 60, 100]) {
      const result = kModels[name]!(Float64Array.from({ length: n }, (_, t) => kSeries[hard]!(t)));
      if (result.ok) expect(notFinite(result.value, name)).toBe(null);
      else expect(result.error.detail).toMatch(/^(x|dimension|trimming) .*need|x\[\d+\] is NaN/);
    }
  });
});
