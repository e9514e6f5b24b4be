// Simulated paths and implied volatilities against their peers in the same run, in turn (A B B A).
// Usage: node bench/quant/simulate.mjs [rounds]   (after npm run build)
// Peers: Debian's python3-numpy and quantlib-python; said when they are absent.
// The subject gives end, extremes and drawdown of every path; numpy is asked for the end alone, then
// for the drawdown; QuantLib's path generator for the end alone. QuantLib inverts prices in two ways:
// blackFormulaImpliedStdDev (a formula, the faster) and VanillaOption.impliedVolatility (a solver).
import { blackScholesPrice } from '../../dist/quant/black-scholes.js';
import { impliedVolatilities, pathMean, simulate } from '../../dist/quant/index.js';
import { absent, alternate, figure, openPeer, quantile, report } from './report.mjs';

const rounds = Number(process.argv[2] ?? 31);
const steps = 252;
const paths = 65_536;
const model = { kind: 'gbm', spot: 100, drift: 0.05, volatility: 0.3 };
let seed = 0;

const mean = (x) => x.reduce((sum, v) => sum + v, 0) / x.length;

function simulated(result) {
  seed += 1;
  const begin = performance.now();
  const run = simulate(model, { paths, steps, years: 1, seed });
  const seconds = (performance.now() - begin) / 1000;
  if (!run.ok) throw new Error(run.error.detail);
  return { seconds: seconds / paths, result: result(run.value) };
}

/** 10,000 options around the money, a day to two years, at 20 to 120 % volatility. */
const n = 10_000;
const listed = Array.from({ length: n }, (_, i) => {
  const strike = 60 + (i % 101);
  const kind = strike >= 100 ? 'call' : 'put';
  const years = [1 / 365, 7 / 365, 30 / 365, 0.25, 1, 2][i % 6];
  const volatility = 0.2 + (i % 97) / 97;
  const price = blackScholesPrice({ kind, spot: 100, strike, rate: 0, volatility, years });
  return { sign: kind === 'call' ? 1 : -1, strike, years, price };
}).filter(({ price }) => price > 1e-6);
const column = (f) => Float64Array.from(listed, f);
const chain = {
  price: column((o) => o.price),
  forward: column(() => 100),
  strike: column((o) => o.strike),
  sign: column((o) => o.sign),
  years: column((o) => o.years),
};

/** Calls of one reading: as long as one of the peer's formula, for one call is soon over. */
const CALLS = 16;

function implied() {
  const begin = performance.now();
  for (let call = 1; call < CALLS; call += 1) impliedVolatilities(chain);
  const found = impliedVolatilities(chain);
  const seconds = (performance.now() - begin) / 1000 / CALLS;
  if (!found.ok) throw new Error(found.error.detail);
  const deviations = found.value.volatility.map((v, i) => v * Math.sqrt(chain.years[i]));
  return { seconds: seconds / listed.length, result: mean(deviations) };
}

const { ask, stop } = openPeer('/usr/bin/python3', 'simulate_peer.py');

/** Compares times of one unit; `count` units a call of the peer. */
async function compare(part, subject, name, task, count, atLeast) {
  const first = await ask(`${task} ${count}`);
  if (first === null || first === 'absent') return absent(part, name);
  const results = [0, 0];
  const own = () => {
    const { seconds, result } = subject();
    results[0] += result / (2 * rounds);
    return seconds;
  };
  const peer = async () => {
    const [seconds, result] = (await ask(`${task} ${count}`)).split(' ').map(Number);
    results[1] += result / (2 * rounds);
    return seconds / count;
  };
  const { ratios, ours } = await alternate(rounds, own, peer);
  const time = `${figure(quantile(ours, 0.5) * 1e9)} ns`;
  report({ part, peer: name, values: ratios, unit: 'x', goal: { atLeast }, ours: time });
  console.log(`  results ${results[0]} and ${results[1]}`);
}

const check = simulate(model, { paths, steps, years: 1, seed: 1 });
if (!check.ok) throw new Error(check.error.detail);
const end = pathMean(check.value.terminal);
const away = (end.value.mean - 100 * Math.exp(0.05)) / end.value.standardError;
console.log(`mean of ${paths} ends: ${away.toFixed(2)} standard errors from the exact one`);
simulated(() => 0);
implied();
const ends = 'GBM path of 252 steps: end';
const falls = 'GBM path of 252 steps: drawdown';
const terminal = () => simulated((run) => mean(run.terminal));
const fall = () => simulated((run) => mean(run.maxDrawdown));
await compare(ends, terminal, 'numpy', 'numpy_terminal', 20_000, 7);
await compare(falls, fall, 'numpy', 'numpy_drawdown', 10_000, 7);
await compare(ends, terminal, 'QuantLib', 'quantlib_terminal', 20_000, 9);
const text = listed.map((o) => `${o.sign} ${o.strike} ${o.price}`).join(' ');
const part = 'implied volatility';
if ((await ask(`options ${text}`)) === null) absent(part, 'QuantLib');
else {
  await compare(part, implied, 'QuantLib formula', 'quantlib_implied', listed.length, 20);
  await compare(part, implied, 'QuantLib solver', 'quantlib_solver', listed.length, 20);
}
await stop();
