// Indicators through TypedArrays against npm tulind, alternating, median and 5-95 % of nanoseconds a bar.
//   npm run build; node bench/quant/indicators.mjs [bars] [rounds]
// Where one call gives what several of tulind's do, all of those are timed, and named. The outputs are new
// arrays on both sides.
// tulind is no dependency: BOT4_BENCH_MODULES names a folder where `npm install tulind` was run.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as quant from '../../dist/quant/index.js';
import { absent, figure, quantile, report } from './report.mjs';

const bars = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 101);

let tulind = null;
try {
  const from = process.env.BOT4_BENCH_MODULES ?? process.cwd();
  tulind = createRequire(join(from, 'package.json'))('tulind');
} catch {
  absent('indicators', 'tulind');
}

/** A random walk from a fixed seed. */
function walk(n) {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const [close, high, low, volume] = [0, 0, 0, 0].map(() => new Float64Array(n));
  let price = 100;
  for (let i = 0; i < n; i += 1) {
    price *= 1 + (next() - 0.5) / 50;
    close[i] = price;
    high[i] = price * (1 + next() / 100);
    low[i] = price * (1 - next() / 100);
    volume[i] = 1 + next() * 1000;
  }
  return { high, low, close, volume };
}

const data = walk(bars);
const { high, low, close, volume } = data;
/** Name, ours, tulind's indicators, their inputs and options. */
const cases = [
  ['sma', () => quant.sma(close, 20), 'sma', [close], [20]],
  ['ema', () => quant.ema(close, 20), 'ema', [close], [20]],
  ['wma', () => quant.wma(close, 20), 'wma', [close], [20]],
  ['dema', () => quant.dema(close, 20), 'dema', [close], [20]],
  ['hma', () => quant.hma(close, 20), 'hma', [close], [20]],
  ['zlema', () => quant.zlema(close, 20), 'zlema', [close], [20]],
  ['kama', () => quant.kama(close, 10), 'kama', [close], [10]],
  ['rsi', () => quant.rsi(close, 14), 'rsi', [close], [14]],
  ['macd', () => quant.macd(close), 'macd', [close], [12, 26, 9]],
  ['trix', () => quant.trix(close, 20), 'trix', [close], [20]],
  ['cmo', () => quant.cmo(close, 14), 'cmo', [close], [14]],
  ['bollinger', () => quant.bollingerBands(close, 20), 'bbands', [close], [20, 2]],
  ['moments', () => quant.rollingMoments(close, 20), 'sma var stddev', [close], [20]],
  ['extremes', () => quant.rollingExtremes(close, 20), 'max min', [close], [20]],
  ['atr', () => quant.averageTrueRange(data, 14), 'atr', [high, low, close], [14]],
  ['adx', () => quant.adx(data, 14), 'di dx adx', [high, low, close], [14]],
  ['cci', () => quant.cci(data, 20), 'cci', [high, low, close], [20]],
  ['stochastic', () => quant.stochastic(data), 'stoch', [high, low, close], [14, 3, 3]],
  ['williams', () => quant.williamsR(data, 14), 'willr', [high, low, close], [14]],
  ['mfi', () => quant.mfi(data, 14), 'mfi', [high, low, close, volume], [14]],
  ['ultimate', () => quant.ultimateOscillator(data), 'ultosc', [high, low, close], [7, 14, 28]],
  ['aroon', () => quant.aroon(data, 20), 'aroon aroonosc', [high, low], [20]],
  ['parabolic', () => quant.parabolicSar(data), 'psar', [high, low], [0.02, 0.2]],
  ['mass', () => quant.massIndex(data), 'mass', [high, low], [25]],
  ['obv', () => quant.onBalanceVolume(close, volume), 'obv', [close, volume], []],
  ['ad', () => quant.accumulationDistribution(data), 'ad', [high, low, close, volume], []],
];

const nanoseconds = (run) => {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / bars;
};
console.log(`ns a bar, ${bars} bars, ${rounds} rounds`);
const medians = [];
for (const [name, ours, peer, inputs, options] of cases) {
  const check = ours();
  if (!check.ok) throw new Error(`${name}: ${check.error.detail}`);
  // tulind takes plain arrays only.
  const plain = inputs.map((x) => Array.from(x));
  const calls = peer.split(' ').map((call) => tulind?.indicators[call].indicator);
  const all = () => {
    for (const call of calls) call(plain, options, () => {});
  };
  const theirs = tulind && all;
  const [mine, ratios] = [[], []];
  for (let round = 0; round < rounds + 20; round += 1) {
    const a = nanoseconds(ours);
    const b = theirs === null ? 0 : nanoseconds(theirs);
    // The first rounds warm both up.
    if (round < 20) continue;
    mine.push(a);
    ratios.push(b / a);
  }
  const part = `indicator ${name}`;
  const time = `${figure(quantile(mine, 0.5))} ns a bar`;
  if (theirs === null) report({ part, values: mine, unit: 'ns a bar' });
  else {
    const goal = { atLeast: 20 };
    report({ part, peer: `tulind ${peer}`, values: ratios, unit: 'x', goal, ours: time });
    medians.push(quantile(ratios, 0.5));
  }
}
if (medians.length > 0) {
  const met = medians.filter((ratio) => ratio >= 20).length;
  console.log(`${met} of ${medians.length} at least 20 times as fast as tulind by their median`);
}
