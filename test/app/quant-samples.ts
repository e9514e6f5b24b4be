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

const volumeBars = {
  high: bars.high,
  low: bars.low,
  close,
  volume: positive,
};
const chain = {
  sign: [1, 1, 1, -1, -1, -1],
  strike: [90, 100, 110, 90, 100, 110],
  open_interest: [5, 20, 30, 25, 10, 5],
};
const smile = [0.62, 0.55, 0.5, 0.49, 0.52, 0.58];
const moneyness = [-0.3, -0.15, -0.05, 0.05, 0.15, 0.3];
const uniforms = {
  a: noise.map((_, t) => (t + 0.5) / n),
  b: noise.map((_, t) => (((t * 7) % n) + 0.5) / n),
};

const options = (...settings: string[]): QuantSample => ({ columns: {}, settings });
const pick = (names: readonly (keyof typeof volumeBars)[], ...settings: string[]): QuantSample => ({
  columns: Object.fromEntries(names.map((name) => [name, volumeBars[name]])),
  settings,
});
const few = ['paths=200', 'steps=12'];
const contract = ['spot=100', 'strike=110', 'years=0.5'];
const range = ['high', 'low'] as const;
const rangeClose = ['high', 'low', 'close'] as const;
const withVolume = ['high', 'low', 'close', 'volume'] as const;

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
  'dcc-garch': { columns: { a: returns, b: benchmark } },
  dcc: { columns: { a: noise, b: noise.map((z, t) => 0.6 * z + 0.8 * other[t]!) } },
  'dcc-filter': { columns: { a: noise, b: other }, settings: ['a=0.05', 'b=0.9'] },
  'correlation-breakdown': { columns: { a: returns, b: benchmark, c: noise } },
  contagion: two(returns, benchmark, 'crisisFrom=300'),
  'systemic-risk': {
    columns: { a: returns, b: benchmark, c: noise },
    settings: ['window=60', 'shortMean=5', 'longMean=50'],
  },
  shrinkage: { columns: strategies },
  't-copula': { columns: { a: returns, b: benchmark } },
  'gaussian-copula': { columns: { a: returns, b: benchmark } },
  'regime-copula': { columns: { regime: labels, a: returns, b: benchmark } },
  'copula-sample': { columns: { a: returns, b: benchmark }, settings: ['samples=20'] },
  'copula-stress': { columns: { a: returns, b: benchmark }, settings: ['scenarios=500'] },
  'copula-density': { columns: uniforms, settings: ['correlation=1,0.3,0.3,1', 'nu=5'] },
  'tail-dependence': options('rho=0.5', 'nu=4'),
  'kendall-matrix': { columns: { a: returns, b: benchmark, c: noise } },
  'permutation-entropy': one(noise),
  'sample-entropy': one(noise),
  'approximate-entropy': one(noise),
  'spectral-entropy': one(noise),
  'svd-entropy': one(noise),
  'fractal-dimension': one(walk),
  hjorth: one(noise),
  'lempel-ziv': one(noise),
  recurrence: one(noise, 'radius=0.3'),
  benford: one(positive),
  'shannon-entropy': one(positive),
  divergence: two(positive, positive.toReversed()),
  'mutual-information': two(noise, reverting, 'bins=8'),
  'transfer-entropy': two(noise, reverting, 'shuffles=5', 'bootstraps=5'),
  'gaussian-transfer-entropy': two(noise, reverting),
  fft: one(noise),
  periodogram: one(noise),
  welch: one(noise, 'segment=64'),
  wavelet: one(noise),
  'wavelet-denoise': one(walk),
  hurst: one(noise),
  'hurst-variants': one(noise),
  dfa: one(noise),
  whittle: one(noise),
  gph: one(noise),
  sma: one(close, 'period=10'),
  ema: one(close, 'period=10', 'smoothing=wilder'),
  wma: one(close, 'period=10'),
  dema: one(close, 'period=10'),
  hma: one(close, 'period=10'),
  zlema: one(close, 'period=10'),
  vwap: two(close, positive, 'period=10'),
  kama: one(close),
  'rolling-moments': one(close, 'period=10', 'ddof=1'),
  'rolling-extremes': one(close, 'period=10'),
  rsi: one(close),
  macd: one(close),
  cmo: one(close),
  trix: one(close),
  momentum: one(close),
  'rate-of-change': one(close),
  'know-sure-thing': one(close),
  'true-strength': one(close),
  'schaff-trend-cycle': one(close),
  bollinger: one(close),
  'rolling-ulcer': one(close),
  stochastic: pick(rangeClose),
  cci: pick(rangeClose),
  'williams-r': pick(rangeClose),
  'ultimate-oscillator': pick(rangeClose),
  adx: pick(rangeClose),
  aroon: pick(range),
  'parabolic-sar': pick(range),
  ichimoku: pick(range),
  vortex: pick(rangeClose),
  'true-range': pick(rangeClose),
  donchian: pick(range),
  'chaikin-volatility': pick(range),
  keltner: pick(rangeClose),
  'mass-index': pick(range),
  'money-flow-index': pick(withVolume),
  'on-balance-volume': two(close, positive),
  'accumulation-distribution': pick(withVolume),
  'chaikin-money-flow': pick(withVolume),
  'simulate-gbm': options('volatility=0.5', ...few),
  'simulate-merton': options('volatility=0.5', 'intensity=5', 'jumpDeviation=0.05', ...few),
  'simulate-heston': options(...few),
  'simulate-bates': options('intensity=5', 'jumpDeviation=0.05', ...few),
  'simulate-brownian': options('volatility=0.5', 'keepPaths=true', ...few),
  'simulate-ou': options('reversion=3', 'volatility=0.5', ...few),
  'simulate-cir': options('reversion=3', 'mean=0.1', 'start=0.1', 'volatility=0.5', ...few),
  'fractional-brownian': options('hurst=0.7', 'steps=16'),
  sobol: options('points=16', 'dimensions=3'),
  'quasi-gbm': options('volatility=0.5', 'paths=16', 'steps=4'),
  'gbm-moments': options('volatility=0.5'),
  'reversion-moments': options('kind=cir', 'reversion=3', 'mean=0.1', 'volatility=0.5'),
  'ruin-probability': options('volatility=0.5', 'barrier=50'),
  'control-variate': two(noise, reverting, 'expectation=0'),
  'black-scholes': options('volatility=0.5', ...contract),
  'black-76': options('forward=100', 'strike=110', 'years=0.5', 'volatility=0.5'),
  'american-option': options('kind=put', 'volatility=0.5', 'steps=100', ...contract),
  'merton-option': options('volatility=0.5', 'intensity=5', 'jumpDeviation=0.05', ...contract),
  'heston-option': options(
    'variance=0.25',
    'reversion=2',
    'longRun=0.3',
    'volOfVol=0.6',
    'correlation=-0.4',
    ...contract,
  ),
  'implied-volatility': options('price=10', ...contract),
  'chain-volatility': {
    columns: {
      price: [12, 15, 9],
      forward: [100, 100, 100],
      strike: [100, 95, 90],
      sign: [1, 1, -1],
      years: [0.5, 0.5, 0.5],
    },
  },
  svi: { columns: { log_moneyness: moneyness, volatility: smile }, settings: ['years=0.1'] },
  'volatility-surface': {
    columns: {
      years: [...moneyness.map(() => 0.1), ...moneyness.map(() => 0.5)],
      log_moneyness: [...moneyness, ...moneyness],
      volatility: [...smile, ...smile.map((v) => v + 0.02)],
    },
  },
  'max-pain': { columns: chain },
  'gamma-exposure': {
    columns: {
      ...chain,
      forward: chain.sign.map(() => 101),
      volatility: chain.sign.map(() => 0.5),
      years: chain.sign.map(() => 0.1),
    },
    settings: ['spot=100'],
  },
};
