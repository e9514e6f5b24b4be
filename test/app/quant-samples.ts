/** Columns and settings with which a model of the command line runs. */
export interface QuantSample {
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly settings?: readonly string[];
}

/** A stream of numbers in [0, 1) that is the same at every run. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

function normal(n: number, seed: number): number[] {
  const next = uniform(seed);
  return Array.from({ length: n }, () => {
    let sum = -6;
    for (let k = 0; k < 12; k += 1) sum += next();
    return sum;
  });
}

const n = 400;
const noise = normal(n, 7);
const other = normal(n, 11);
const returns = noise.map((z, t) => 0.0004 + (t % 100 < 30 ? 0.02 : 0.008) * z);
const benchmark = returns.map((r, t) => 0.5 * r + 0.005 * other[t]!);

/** Sums so far. */
const cumulated = (x: readonly number[]): number[] => {
  let sum = 0;
  return x.map((value) => {
    sum += value;
    return sum;
  });
};

const walk = cumulated(noise);
const reverting: number[] = [];
for (const z of other) reverting.push(0.8 * (reverting.at(-1) ?? 0) + z);
const shifted = noise.map((z, t) => z + (t < n / 2 ? 0 : 4));
const losses = returns.map((r) => -r);
const positive = noise.map((z) => Math.exp(z));
const labels = noise.map((z, t) => (z + other[t]! > 0 ? 1 : 0));

const close = cumulated(returns).map((x) => 100 * Math.exp(x));
const bars = {
  open: close.map((price) => price * 0.999),
  high: close.map((price, t) => price * (1.002 + 0.003 * Math.abs(other[t]!))),
  low: close.map((price, t) => price * (0.997 - 0.002 * Math.abs(noise[t]!))),
  close,
};

const strategies = Object.fromEntries(
  Array.from({ length: 6 }, (_, k) => [`s${k}`, normal(n, 100 + k).map((z) => 0.01 * z)]),
);

const one = (x: readonly number[], ...settings: string[]): QuantSample => ({
  columns: { value: x },
  settings,
});

const two = (a: readonly number[], b: readonly number[], ...settings: string[]): QuantSample => ({
  columns: { left: a, right: b },
  settings,
});

/** An input for every model, by its name. */
export const QUANT_SAMPLES: Readonly<Record<string, QuantSample>> = {
  garch: one(returns),
  'garch-filter': one(returns, 'omega=1e-6', 'alpha=0.05', 'beta=0.9'),
  ewma: one(returns),
  har: one(positive),
  'range-volatility': { columns: bars },
  'jump-test': one(returns),
  jumps: one(returns),
  'jump-garch': one(returns),
  hmm: one(returns, 'restarts=2'),
  regimes: one(returns, 'states=3', 'restarts=2'),
  pelt: one(shifted),
  'optimal-partition': one(shifted),
  'segment-neighbourhood': one(shifted, 'count=1'),
  'binary-segmentation': one(shifted, 'count=1'),
  bocpd: one(shifted),
  'page-cusum': one(shifted, 'target=0', 'allowance=0.5', 'threshold=5'),
  'ols-cusum': one(shifted),
  'recursive-cusum': one(shifted),
  'sup-f': one(shifted),
  'bai-perron': one(shifted),
  gpd: one(losses, 'threshold=0.01'),
  'value-at-risk': one(returns),
  'var-backtest': two(
    returns,
    returns.map(() => -0.02),
    'alpha=0.05',
  ),
  'mean-excess': one(losses, 'thresholds=0.005,0.01'),
  'threshold-stability': one(losses, 'thresholds=0.005,0.01'),
  hill: one(losses, 'k=40'),
  'student-t-fit': one(returns),
  adf: one(reverting, 'autolag=aic'),
  kpss: one(reverting),
  'phillips-perron': one(reverting),
  'variance-ratio': one(walk),
  acf: one(returns),
  pacf: one(returns),
  'ljung-box': one(returns),
  granger: two(noise, reverting),
  johansen: { columns: { a: walk, b: walk.map((x, t) => x + reverting[t]!) } },
  'jarque-bera': one(returns),
  'ks-normal': one(noise),
  'ks-two-sample': two(noise, other.slice(0, 300)),
  't-test': two(noise, other.slice(0, 300)),
  'paired-t-test': two(noise, other),
  levene: two(noise, other.slice(0, 300)),
  'mann-whitney': two(noise, other.slice(0, 300)),
  wilcoxon: two(noise, other),
  correlation: two(returns, benchmark),
  'chi-square-independence': two([10, 20, 30], [15, 18, 22]),
  'chi-square-fit': two([10, 20, 30], [15, 20, 25]),
  'adjust-p-values': one([0.01, 0.02, 0.5]),
  'elastic-net': { columns: { y: walk, a: noise, b: other } },
  'elastic-net-cv': { columns: { y: labels, a: noise, b: other }, settings: ['family=binomial'] },
  isotonic: two(
    noise,
    noise.map((z, t) => z + other[t]!),
  ),
  platt: two(noise, labels),
  pca: { columns: { a: noise, b: other, c: returns } },
  ica: { columns: { a: noise, b: noise.map((z, t) => z + positive[t]!) } },
  arima: one(reverting, 'order=1,0,1', 'horizon=3'),
  'var-model': two(reverting, noise),
  ou: one(reverting),
  'local-level': one(walk),
  kalman: one(
    walk,
    'states=1',
    'design=1',
    'transition=1',
    'observationCovariance=0.5',
    'stateCovariance=1',
  ),
  moments: one(returns),
  performance: one(returns),
  'relative-performance': two(returns, benchmark),
  drawdowns: one(returns),
  'return-tails': one(returns),
  sharpe: one(returns),
  'deflated-sharpe': { columns: strategies },
  pbo: { columns: strategies, settings: ['blocks=8'] },
  'kelly-binary': { columns: {}, settings: ['probability=0.53', 'odds=1'] },
  'kelly-continuous': { columns: {}, settings: ['mean=0.11', 'deviation=0.15', 'rate=0.06'] },
  'kelly-portfolio': { columns: strategies },
  'kelly-empirical': one(returns),
};
