// Simulated paths and implied volatilities against their peers in the same run, in turn (A B B A).
// Usage: node bench/quant/simulate.mjs [rounds]   (after npm run build)
// Peers: Debian's python3-numpy and quantlib-python; said when they are absent.
// The subject gives end, extremes and drawdown of every path; numpy is asked for the end alone, then
// for the drawdown; QuantLib's path generator for the end alone. QuantLib inverts prices in two ways:
// blackFormulaImpliedStdDev (a formula, the faster) and VanillaOption.impliedVolatility (a solver).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { blackScholesPrice } from '../../dist/quant/black-scholes.js';
import { impliedVolatilities, pathMean, simulate } from '../../dist/quant/index.js';

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

function implied() {
  const begin = performance.now();
  const found = impliedVolatilities(chain);
  const seconds = (performance.now() - begin) / 1000;
  if (!found.ok) throw new Error(found.error.detail);
  const deviations = found.value.volatility.map((v, i) => v * Math.sqrt(chain.years[i]));
  return { seconds: seconds / listed.length, result: mean(deviations) };
}

const script = fileURLToPath(new URL('./simulate_peer.py', import.meta.url));
const child = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] });
child.on('error', () => {});
child.stdin.on('error', () => {});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const ask = async (line) => {
  child.stdin.write(`${line}\n`);
  const { value, done } = await lines.next();
  return done ? 'absent' : value;
};

const quantile = (values, p) =>
  values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))];
const shown = (seconds) => {
  const [middle, low, high] = [0.5, 0.05, 0.95].map((p) => (quantile(seconds, p) * 1e9).toFixed(0));
  return `${middle} ns, 5-95 % ${low} to ${high} ns`;
};

/** Compares per-unit times; `count` units a call of the peer. */
async function compare(what, subject, task, count, goal) {
  const first = await ask(`${task} ${count}`);
  if (first === 'absent') return console.log(`${what}: ${task} absent`);
  const [ours, theirs, ratios] = [[], [], []];
  let results = [0, 0];
  const peer = async () => {
    const [seconds, result] = (await ask(`${task} ${count}`)).split(' ').map(Number);
    return { seconds: seconds / count, result };
  };
  for (let round = 0; round < rounds; round += 1) {
    const a = subject();
    const b = await peer();
    const c = await peer();
    const d = subject();
    ours.push(a.seconds, d.seconds);
    theirs.push(b.seconds, c.seconds);
    ratios.push((b.seconds + c.seconds) / (a.seconds + d.seconds));
    results = [results[0] + (a.result + d.result) / 2, results[1] + (b.result + c.result) / 2];
  }
  const [middle, low, high] = [0.5, 0.05, 0.95].map((p) => quantile(ratios, p).toFixed(1));
  console.log(`${what}: subject ${shown(ours)}; ${task} ${shown(theirs)}`);
  console.log(`  results ${results[0] / rounds} and ${results[1] / rounds}`);
  console.log(`  ${middle} times as fast (5-95 % ${low} to ${high}); goal ${goal}`);
}

const check = simulate(model, { paths, steps, years: 1, seed: 1 });
if (!check.ok) throw new Error(check.error.detail);
const end = pathMean(check.value.terminal);
const away = (end.value.mean - 100 * Math.exp(0.05)) / end.value.standardError;
console.log(`mean of ${paths} ends: ${away.toFixed(2)} standard errors from the exact one`);
simulated(() => 0);
implied();
const terminal = () => simulated((run) => mean(run.terminal));
await compare('a path of 252 steps', terminal, 'numpy_terminal', 20_000, '7');
const fall = () => simulated((run) => mean(run.maxDrawdown));
await compare('a path of 252 steps', fall, 'numpy_drawdown', 10_000, '7');
await compare('a path of 252 steps', terminal, 'quantlib_terminal', 20_000, '9');
const text = listed.map((o) => `${o.sign} ${o.strike} ${o.price}`).join(' ');
if ((await ask(`options ${text}`)) !== 'absent') {
  await compare('an implied volatility', implied, 'quantlib_implied', listed.length, '20');
  await compare('an implied volatility', implied, 'quantlib_solver', listed.length, '20');
}
child.stdin.end();
