// GARCH(1,1) fits with standard errors, n = 2000, against R tseries, R fGarch and scipy (Debian:
// r-cran-tseries, r-cran-fgarch, python3-scipy; one that is not installed is left out, aloud).
// Usage: npm run build && node bench/quant/volatility.mjs          BOT4_TARGET forces the target.
// Method: rounds of subject, peer, peer, subject on one series; the median ratio of the rounds with
// its 5-95 % range. Every peer's coefficients are put into one likelihood (FCP), the subject's must
// not be lower. Each process times its own fit, so that no pipe is in the figures.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { evaluateGarch, fitGarch } from '../../dist/quant/index.js';

const LENGTH = 2000;
const ROUNDS = 31;
const FITS = 20; // One fit is too short for the clock.

let seed = 42;
const uniform = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed + 0.5) / 2 ** 32;
};
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const y = new Float64Array(LENGTH);
let h = 1;
for (let t = 0; t < LENGTH; t += 1) {
  const e = Math.sqrt(h) * normal();
  y[t] = 0.05 + e;
  h = 0.05 + 0.08 * e * e + 0.87 * h;
}

const folder = mkdtempSync(join(tmpdir(), 'bot4-garch-'));
const file = join(folder, 'y.txt');
writeFileSync(file, [...y].join('\n'));

const here = fileURLToPath(new URL('peers/', import.meta.url));

/** A process that fits once per line; null when it cannot run. */
async function peer(name, command, script) {
  const child = spawn(command, [join(here, script), file], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async () => {
    child.stdin.write(`${name}\n`);
    const { value, done } = await lines.next();
    return done ? null : JSON.parse(value);
  };
  const first = await ask();
  if (first === null) console.log(`${name}: not installed here, left out`);
  const stop = async () => {
    child.stdin.end();
    if (child.exitCode === null && child.pid !== undefined) await once(child, 'exit');
  };
  return { ask, stop, sound: first !== null };
}

let last = null;
function subject() {
  const start = performance.now();
  for (let i = 0; i < FITS; i += 1) last = fitGarch(y);
  return ((performance.now() - start) * 1e3) / FITS;
}

const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.round(q * (values.length - 1))];
const likelihood = ([mu, omega, alpha, beta]) => {
  const at = evaluateGarch(y, { mu, omega, alpha, gamma: 0, beta, nu: null });
  return at.ok ? at.value.logLikelihood : Number.NEGATIVE_INFINITY;
};

for (let i = 0; i < 30; i += 1) subject();
console.log(
  `# ${cpus()[0].model}, load ${loadavg()[0].toFixed(2)}, Node ${process.version}, ` +
    `target ${process.env.BOT4_TARGET ?? 'best'}, n = ${LENGTH}, ${ROUNDS} rounds`,
);
const goals = { tseries: 10, fGarch: 200, scipy: 15 };
let failed = false;
for (const [name, command, script] of [
  ['tseries', 'Rscript', 'garch.R'],
  ['fGarch', 'Rscript', 'garch.R'],
  ['scipy', 'python3', 'garch.py'],
]) {
  const other = await peer(name, command, script);
  if (other.sound) {
    const [ratios, ours, theirs] = [[], [], []];
    let answer = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      const a = subject();
      const b = await other.ask();
      answer = await other.ask();
      const c = subject();
      ours.push(0.5 * (a + c));
      theirs.push(0.5 * (b.us + answer.us));
      ratios.push(theirs.at(-1) / ours.at(-1));
    }
    const gain = last.value.logLikelihood - likelihood(answer.c);
    const [low, middle, high] = [0.05, 0.5, 0.95].map((q) => quantile(ratios, q).toFixed(1));
    console.log(
      `garch fit ${quantile(ours, 0.5).toFixed(0)} us, ${name} ${quantile(theirs, 0.5).toFixed(0)} us, ` +
        `ratio ${middle} (5% ${low}, 95% ${high}), goal ${goals[name]}; ` +
        `log-likelihood ${last.value.logLikelihood.toFixed(6)}, above ${name}'s by ${gain.toExponential(2)}`,
    );
    if (!(gain > -1e-6)) failed = true;
  }
  await other.stop();
}
rmSync(folder, { recursive: true });
if (failed) {
  console.log('a peer found a higher likelihood');
  process.exitCode = 1;
}
