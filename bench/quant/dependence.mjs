// DCC-GARCH with standard errors, 10 assets, n = 1000, against a numpy likelihood; a t copula, d = 5,
// n = 1000, against scipy (Debian: python3-numpy, python3-scipy; left out, aloud, when not installed).
// Usage: npm run build && node bench/quant/dependence.mjs         BOT4_TARGET forces the target.
// The peer's likelihood is compared with the subject's. Each process times itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filterDcc, fitDccGarch, fitTCopula } from '../../dist/quant/index.js';
import { absent, alternate, openPeer, report } from './report.mjs';

const LENGTH = 1000;
const ROUNDS = 31;
const FITS = 5;

let seed = 42;
const uniform = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed + 0.5) / 2 ** 32;
};
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

/** Returns of GARCH margins on one factor whose weight wanders. */
function returnsOf(n, d) {
  const data = new Float64Array(n * d);
  const h = new Float64Array(d).fill(1);
  let load = 0.55;
  for (let t = 0; t < n; t += 1) {
    load = 0.55 + 0.97 * (load - 0.55) + 0.05 * normal();
    const b = Math.min(0.9, Math.max(0.1, load));
    const common = normal();
    for (let i = 0; i < d; i += 1) {
      const e = Math.sqrt(h[i]) * (b * common + Math.sqrt(1 - b * b) * normal());
      data[t * d + i] = e;
      h[i] = 0.05 + 0.08 * e * e + 0.87 * h[i];
    }
  }
  return { data, rows: n, columns: d };
}

/** Rows of a multivariate t with 5 degrees of freedom and correlations 0.5. */
function tailedOf(n, d) {
  const data = new Float64Array(n * d);
  for (let t = 0; t < n; t += 1) {
    const common = normal();
    let chi = 0;
    for (let k = 0; k < 5; k += 1) chi += normal() ** 2;
    for (let i = 0; i < d; i += 1) {
      data[t * d + i] = Math.SQRT1_2 * (common + normal()) * Math.sqrt(5 / chi);
    }
  }
  return { data, rows: n, columns: d };
}

const returns = returnsOf(LENGTH, 10);
const tailed = tailedOf(LENGTH, 5);
const first = fitDccGarch(returns);
if (!first.ok) throw new Error(first.error.detail);
const { a, b } = first.value.correlation.coefficients;
const residuals = {
  data: Float64Array.from(
    returns.data,
    (_, at) => first.value.margins[at % 10].residuals[Math.floor(at / 10)],
  ),
  rows: LENGTH,
  columns: 10,
};

const folder = mkdtempSync(join(tmpdir(), 'bot4-dependence-'));
const write = (name, { data, rows, columns }) => {
  const lines = Array.from({ length: rows }, (_, t) =>
    data.subarray(t * columns, (t + 1) * columns).join(' '),
  );
  writeFileSync(join(folder, name), lines.join('\n'));
  return join(folder, name);
};
const files = [write('z.txt', residuals), write('x.txt', tailed)];

const peer = openPeer('/usr/bin/python3', 'peers/dependence.py', ...files);
const ask = async (job) => {
  const answer = await peer.ask(JSON.stringify(job));
  return answer === null ? null : JSON.parse(answer);
};

let own = null;
/** Milliseconds of a run. */
const timed = (run) => {
  const start = performance.now();
  for (let i = 0; i < FITS; i += 1) own = run();
  return (performance.now() - start) / FITS;
};

const tasks = [
  {
    part: 'DCC full fit, 10 assets, n = 1000',
    name: 'one numpy likelihood',
    run: () => fitDccGarch(returns),
    job: { name: 'dcc', a, b },
    // The peer evaluates at the subject's optimum: the same number must come out.
    gain: (theirs) => -Math.abs(theirs - filterDcc(residuals, { a, b }).value.logLikelihood),
    goals: { ms: { atMost: 5 }, ratio: null },
  },
  {
    part: 't-copula fit, d = 5, n = 1000',
    name: 'scipy fit',
    run: () => fitTCopula(tailed),
    job: { name: 'copula' },
    gain: (theirs) => own.value.logLikelihood - theirs,
    goals: { ms: { atMost: 12 }, ratio: { atLeast: 12 } },
  },
];
for (const { part, name, run, job, gain, goals } of tasks) {
  for (let i = 0; i < 10; i += 1) timed(run);
  const sound = (await ask(job)) !== null;
  let answer = null;
  const theirs = async () => {
    answer = sound ? await ask(job) : { us: Number.NaN };
    return answer.us / 1e3;
  };
  const { ratios, ours } = await alternate(ROUNDS, () => timed(run), theirs);
  report({ part, values: ours, unit: 'ms', goal: goals.ms });
  if (!sound) {
    absent(part, name);
    continue;
  }
  report({ part, peer: name, values: ratios, unit: 'x', goal: goals.ratio });
  const above = gain(answer.value);
  console.log(`  log-likelihood above the peer's by ${above.toExponential(2)}`);
  if (!(above > -1e-5)) {
    console.log('a peer found a higher likelihood');
    process.exitCode = 1;
  }
}
await peer.stop();
rmSync(folder, { recursive: true });
