// DCC-GARCH with standard errors, 10 assets, n = 1000, against a numpy likelihood; a t copula, d = 5,
// n = 1000, against scipy (Debian: python3-numpy, python3-scipy; left out, aloud, when not installed).
// Usage: npm run build && node bench/quant/dependence.mjs         BOT4_TARGET forces the target.
// Method: rounds of subject, peer, peer, subject on one sample; the median ratio of the rounds with its
// 5-95 % range. The peer's likelihood is compared with the subject's. Each process times itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { filterDcc, fitDccGarch, fitTCopula } from '../../dist/quant/index.js';

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

const script = fileURLToPath(new URL('peers/dependence.py', import.meta.url));
const child = spawn('python3', [script, ...files], { stdio: ['pipe', 'pipe', 'ignore'] });
child.on('error', () => {});
child.stdin.on('error', () => {});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
async function ask(job) {
  child.stdin.write(`${JSON.stringify(job)}\n`);
  const { value, done } = await lines.next();
  return done ? null : JSON.parse(value);
}

const timed = (run) => {
  const start = performance.now();
  let value = null;
  for (let i = 0; i < FITS; i += 1) value = run();
  return { us: ((performance.now() - start) * 1e3) / FITS, value };
};
const quantile = (values, q) =>
  [...values].sort((x, y) => x - y)[Math.round(q * (values.length - 1))];
const range = (values, digits) =>
  `${quantile(values, 0.5).toFixed(digits)} (5% ${quantile(values, 0.05).toFixed(digits)}, ` +
  `95% ${quantile(values, 0.95).toFixed(digits)})`;

console.log(
  `# ${cpus()[0].model}, load ${loadavg()[0].toFixed(2)}, Node ${process.version}, ` +
    `target ${process.env.BOT4_TARGET ?? 'best'}, n = ${LENGTH}, ${ROUNDS} rounds`,
);
let failed = false;
const tasks = [
  {
    title: 'DCC-GARCH full fit, 10 assets',
    peerTitle: 'one numpy likelihood',
    run: () => fitDccGarch(returns),
    job: { name: 'dcc', a, b },
    // The peer evaluates at the subject's optimum: the same number must come out.
    gain: (_, theirs) => -Math.abs(theirs - filterDcc(residuals, { a, b }).value.logLikelihood),
    goal: 'at most 5 ms',
  },
  {
    title: 't copula fit, d = 5',
    peerTitle: 'scipy fit',
    run: () => fitTCopula(tailed),
    job: { name: 'copula' },
    gain: (own, theirs) => own.value.logLikelihood - theirs,
    goal: 'at most 12 ms, 12 times scipy',
  },
];
for (const { title, peerTitle, run, job, gain, goal } of tasks) {
  for (let i = 0; i < 10; i += 1) timed(run);
  const sound = (await ask(job)) !== null;
  if (!sound) console.log(`${peerTitle}: python3 with numpy and scipy not installed, left out`);
  const [ratios, ours, theirs] = [[], [], []];
  let answer = null;
  let own = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = timed(run);
    const peers = sound ? [await ask(job), await ask(job)] : [];
    own = timed(run);
    ours.push((before.us + own.us) / 2e3);
    if (!sound) continue;
    answer = peers[1];
    theirs.push((peers[0].us + peers[1].us) / 2e3);
    ratios.push(theirs.at(-1) / ours.at(-1));
  }
  console.log(`${title}: ${range(ours, 2)} ms; goal ${goal}`);
  if (!sound) continue;
  const above = gain(own.value, answer.value);
  console.log(
    `  ${peerTitle} ${range(theirs, 1)} ms, ratio ${range(ratios, 1)}; ` +
      `log-likelihood above the peer's by ${above.toExponential(2)}`,
  );
  if (!(above > -1e-5)) failed = true;
}
child.stdin.end();
if (child.exitCode === null && child.pid !== undefined) await once(child, 'exit');
rmSync(folder, { recursive: true });
if (failed) {
  console.log('a peer found a higher likelihood');
  process.exitCode = 1;
}
