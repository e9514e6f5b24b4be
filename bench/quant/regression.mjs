// Times the models of regression and calibration beside R and Python on the same numbers, alternating.
// Usage, after npm run build: node bench/quant/regression.mjs [rounds] [model ...]
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { seededRng, standardNormal } from '../../dist/core/index.js';
import * as quant from '../../dist/quant/index.js';

const ROUNDS = Number(process.argv[2] ?? 15);
const only = process.argv.slice(3);
const rng = seededRng(7);
const normals = (length) => Float64Array.from({ length }, () => standardNormal(rng));
const value = (result) => {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};

const x = { data: normals(1000 * 50), rows: 1000, columns: 50 };
const noise = normals(1000);
const y = noise.map(
  (e, i) => e + x.data[i * 50] - 0.5 * x.data[i * 50 + 1] + 0.2 * x.data[i * 50 + 2],
);
const shocks = normals(1001);
const series = new Float64Array(1000);
for (let t = 0; t < 1000; t += 1) {
  series[t] = (t === 0 ? 0 : 0.6 * series[t - 1]) + shocks[t + 1] + 0.4 * shocks[t];
}
const sources = Float64Array.from({ length: 6000 }, (_, k) =>
  k % 3 === 0 ? Math.sign(Math.sin(k / 40)) : k % 3 === 1 ? rng.uniform() : Math.sin(k / 11),
);
const mixing = [1, 0.5, 0.2, 0.3, 1, 0.6, 0.7, 0.1, 1];
const mixed = {
  data: Float64Array.from({ length: 6000 }, (_, k) => {
    const row = k - (k % 3);
    return [0, 1, 2].reduce((sum, j) => sum + mixing[(k % 3) * 3 + j] * sources[row + j], 0);
  }),
  rows: 2000,
  columns: 3,
};
const scores = normals(5000);
const labels = scores.map((s) => (rng.uniform() < 1 / (1 + Math.exp(-1.5 * s)) ? 1 : 0));
const levelShocks = normals(1000);
let at = 0;
const level = normals(1000).map((e, t) => {
  at += 0.3 * levelShocks[t];
  return at + e;
});
const pair = { data: new Float64Array(3000), rows: 1000, columns: 3 };
const pairShocks = normals(3000);
for (let k = 0; k < 3000; k += 1)
  pair.data[k] = (k < 3 ? 0 : 0.5 * pair.data[k - 3]) + pairShocks[k];
// R's USAccDeaths, in the order of its help page.
const accidents = Float64Array.from(
  `9007 8106 8928 9137 10017 10826 11317 10744 9713 9938 9161 8927 7750 6981 8038 8422 8714 9512 10120
  9823 8743 9129 8710 8680 8162 7306 8124 7870 9387 9556 10093 9620 8285 8466 8160 8034 7717 7461 7767
  7925 8623 8945 10078 9179 8037 8488 7874 8647 7792 6957 7726 8106 8890 9299 10625 9302 8314 8850 8265
  8796 7836 6892 7791 8192 9115 9434 10484 9827 9110 9070 8633 9240`.split(/\s+/),
  Number,
);
const trend = {
  states: 2,
  observed: 1,
  design: Float64Array.of(1, 0),
  transition: Float64Array.of(1, 1, 0, 1),
  observationCovariance: Float64Array.of(1),
  stateCovariance: Float64Array.of(0.1, 0, 0, 0.01),
};
const diffuse = {
  mean: new Float64Array(2),
  covariance: new Float64Array(4),
  diffuse: Float64Array.of(1, 0, 0, 1),
};
const airline = { order: [0, 1, 1], seasonal: { order: [0, 1, 1], period: 12 } };
const squares = (values) => values.reduce((sum, v) => sum + v * v, 0);

const tasks = {
  net: () => {
    const path = value(quant.elasticNet(x, y, { alpha: 0.5, tolerance: 1e-12 }));
    return squares(path.coefficients.subarray(39 * 50, 40 * 50));
  },
  arima: () => value(quant.fitArima(series, { order: [1, 0, 1] })).logLikelihood,
  airline: () => value(quant.fitArima(accidents, airline)).logLikelihood,
  smoother: () => value(quant.kalmanSmoother(level, trend, diffuse)).smoothed[10],
  level: () => value(quant.fitLocalLevel(level)).levelVariance,
  var: () => quant.impulseResponses(value(quant.vectorAutoregression(pair, 2)), 10)[10][0],
  isotonic: () => squares(value(quant.isotonicRegression(scores, labels)).fitted),
  platt: () => -value(quant.plattScaling(scores, labels, { targets: 'labels' })).a,
  pca: () => value(quant.principalComponents(x)).eigenvalues[0],
  ica: () => value(quant.fastIca(mixed, { tolerance: 1e-8 })).sources.length / 3,
};

const folder = mkdtempSync(join(tmpdir(), 'bot4-bench-'));
const put = (name, values) => writeFileSync(join(folder, name), [...values].join('\n'));
for (const [name, values] of Object.entries({
  x: x.data,
  y,
  series,
  mixed: mixed.data,
  scores,
  labels,
  level,
  pair: pair.data,
})) {
  put(name, values);
}

/** A peer that answers a line with a line; null where its program or packages are missing. */
async function openPeer(name, command, script) {
  if (spawnSync(command, ['--version']).error) return null;
  const path = join(import.meta.dirname, 'peers', script);
  const child = spawn(command, [path, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = (await lines.next()).value ?? '';
  if (!first.startsWith('ready')) return null;
  const ask = async (what, repeats) => {
    child.stdin.write(`${what} ${repeats}\n`);
    const [seconds, check] = (await lines.next()).value.trim().split(/\s+/).map(Number);
    return { seconds, check };
  };
  return { name, models: first.trim().split(' ').slice(1), ask, close: () => child.stdin.end() };
}

function subject(what, repeats) {
  const begin = process.hrtime.bigint();
  let check = 0;
  for (let k = 0; k < repeats; k += 1) check = tasks[what]();
  return { seconds: Number(process.hrtime.bigint() - begin) / 1e9 / repeats, check };
}

const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];

async function compare(what, peer) {
  // Both warm, and each batch long enough for the clock.
  for (let k = 0; k < 3; k += 1) subject(what, 1);
  const own = Math.max(1, Math.ceil(0.05 / subject(what, 3).seconds));
  const theirs = Math.max(1, Math.ceil(0.05 / (await peer.ask(what, 1)).seconds));
  const ratios = [];
  const times = [];
  let checks = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // A/B and B/A in turn.
    let ours = round % 2 === 0 ? subject(what, own) : null;
    const other = await peer.ask(what, theirs);
    ours ??= subject(what, own);
    ratios.push(other.seconds / ours.seconds);
    times.push(ours.seconds);
    checks = [ours.check, other.check];
  }
  ratios.sort((a, b) => a - b);
  times.sort((a, b) => a - b);
  const round = (v) => Number(v.toPrecision(3));
  console.log(
    `${what.padEnd(9)} ${peer.name.padEnd(7)} ours ${round(quantile(times, 0.5) * 1e3)} ms, ` +
      `peer/ours median ${round(quantile(ratios, 0.5))} ` +
      `(5-95 %: ${round(quantile(ratios, 0.05))}-${round(quantile(ratios, 0.95))}), ` +
      `check ${checks.map((v) => v.toPrecision(8)).join(' / ')}`,
  );
}

const peers = [
  await openPeer('R', 'Rscript', 'regression.R'),
  await openPeer('Python', '/usr/bin/python3', 'regression.py'),
].filter((peer) => peer !== null);
console.log(
  `peers: ${peers.map((p) => `${p.name} (${p.models.join(', ')})`).join('; ') || 'none'}`,
);
for (const what of Object.keys(tasks)) {
  if (only.length > 0 && !only.includes(what)) continue;
  for (const peer of peers) if (peer.models.includes(what)) await compare(what, peer);
}
for (const peer of peers) peer.close();
rmSync(folder, { recursive: true });
