import { describe, expect, it } from 'vitest';
import { seededRng, standardNormal } from '../../src/core/index.ts';
import type { QuantResult } from '../../src/quant/errors.ts';
import * as quant from '../../src/quant/index.ts';

/** The path of the first number that is NaN or infinite, or of a p-value outside [0, 1]. */
function leak(value: unknown, path: string): string | null {
  if (typeof value === 'number') {
    const probability = path.endsWith('pValue');
    const sound = Number.isFinite(value) && !(probability && (value < 0 || value > 1));
    return sound ? null : `${path} = ${value}`;
  }
  if (value === null || typeof value !== 'object') return null;
  for (const [key, child] of Object.entries(value)) {
    const found = leak(child, `${path}/${key}`);
    if (found !== null) return found;
  }
  return null;
}

const rng = seededRng(77);
const z = () => standardNormal(rng);
const SHAPES: Record<string, (i: number, n: number) => number> = {
  normal: z,
  huge: () => z() * 1e300,
  tiny: () => z() * 1e-300,
  subnormal: () => z() * 1e-318,
  'any size': () => 10 ** (600 * (rng.uniform() - 0.5)),
  'few values': () => Math.floor(rng.uniform() * 3),
  constant: () => 5,
  'nearly constant': (i) => (i === 3 ? 5.000000001 : 5),
  zeros: () => 0,
  step: (i, n) => (i < n / 2 ? 0 : 1),
  line: (i) => i,
  alternating: (i) => i % 2,
  'with an outlier': (i) => (i === 7 ? 1e12 : z()),
  'far from zero': () => 1e15 + z(),
  doubling: (i) => 2 ** i,
};

type Models = Record<string, () => QuantResult<unknown>>;

const single = (x: Float64Array): Models => ({
  adf: () => quant.adfTest(x),
  'adf without lags': () => quant.adfTest(x, { lags: 0, regression: 'ctt' }),
  'adf by criterion': () => quant.adfTest(x, { lags: 1, autolag: 'bic' }),
  'kpss level': () => quant.kpssTest(x),
  'kpss trend': () => quant.kpssTest(x, { null: 'trend' }),
  'perron t': () => quant.phillipsPerronTest(x),
  'perron alpha': () => quant.phillipsPerronTest(x, { statistic: 'z-alpha' }),
  autocorrelation: () => quant.autocorrelation(x, 3),
  'partial autocorrelation': () => quant.partialAutocorrelation(x, 3),
  portmanteau: () => quant.portmanteau(x, { lag: 3 }),
  'jarque-bera': () => quant.jarqueBeraTest(x),
  'variance ratio': () => quant.varianceRatioTest(x, 2),
  hill: () => quant.hill(x, 3),
  'student t': () => quant.fitStudentT(x),
  'gpd ml': () => quant.gpdFit(x, { threshold: 0 }),
  'gpd pwm': () => quant.gpdFit(x, { threshold: 0, method: 'pwm' }),
  'mean excess': () => quant.meanExcess(x, [0]),
  'goodness of fit': () => quant.chiSquareGoodnessOfFitTest([...x], [...x]),
  ...Object.fromEntries(
    quant.VAR_METHODS.map((method) => [
      method,
      () => quant.valueAtRisk(x, { method, level: 0.95, thresholdQuantile: 0.5 }),
    ]),
  ),
});

function pair(x: Float64Array, y: Float64Array): Models {
  const both = Float64Array.from(
    { length: 2 * x.length },
    (_, i) => (i % 2 === 0 ? x : y)[i >> 1]!,
  );
  return {
    welch: () => quant.tTest(x, y),
    pooled: () => quant.tTest(x, y, 'pooled'),
    paired: () => quant.pairedTTest(x, y),
    levene: () => quant.leveneTest([x, y]),
    'mann-whitney': () => quant.mannWhitneyTest(x, y),
    'mann-whitney exact': () => quant.mannWhitneyTest(x, y, { method: 'exact' }),
    wilcoxon: () => quant.wilcoxonTest(x, y),
    pearson: () => quant.pearsonTest(x, y),
    spearman: () => quant.spearmanTest(x, y),
    kendall: () => quant.kendallTest(x, y),
    'kolmogorov exact': () => quant.kolmogorovSmirnovTwoSampleTest(x, y),
    'kolmogorov asymptotic': () => quant.kolmogorovSmirnovTwoSampleTest(x, y, 'asymptotic'),
    granger: () => quant.grangerTest(x, y, 1),
    'johansen none': () => quant.johansenTest(both, 2),
    'johansen const': () => quant.johansenTest(both, 2, { deterministic: 'const', lags: 1 }),
    backtest: () => quant.varBacktest(x, y, 0.05),
    independence: () => quant.chiSquareIndependenceTest([[...x], [...y]]),
  };
}

describe('every model, on finite input of any shape', () => {
  it.each(Object.keys(SHAPES))('gives finite numbers or a named error: %s', (shape) => {
    let answered = 0;
    for (const n of [5, 8, 12, 21, 60]) {
      const draw = (name: string) =>
        Float64Array.from({ length: n }, (_, i) => SHAPES[name]!(i, n));
      const x = draw(shape);
      const runs: [string, Models][] = [['', single(x)]];
      for (const other of Object.keys(SHAPES)) runs.push([other, pair(x, draw(other))]);
      for (const [other, models] of runs) {
        for (const [name, model] of Object.entries(models)) {
          const result = model();
          const where = `${name} on ${n} of ${shape} ${other}`;
          if (result.ok) {
            answered += 1;
            expect(leak(result.value, where)).toBeNull();
          } else expect(result.error.detail, where).not.toBe('');
        }
      }
    }
    expect(answered).toBeGreaterThan(50);
  });
});
