// GARCH(1,1) fits with standard errors, n = 2000, against R tseries, R fGarch and scipy (Debian:
// r-cran-tseries, r-cran-fgarch, python3-scipy; one that is not installed is left out, aloud).
// Usage: npm run build && node bench/quant/volatility.mjs          BOT4_TARGET forces the target.
// Every peer's coefficients are put into one likelihood (FCP), the subject's must not be lower. Each
// process times its own fit, so that no pipe is in the figures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateGarch, fitGarch } from '../../dist/quant/index.js';
import { absent, alternate, figure, openPeer, quantile, report } from './report.mjs';

const LENGTH = 2000;
const ROUNDS = 31;
const FITS = 20; // One fit is too short for the clock.
const PART = 'GARCH(1,1) fit with standard errors, n = 2000';

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

let last = null;
function subject() {
  const start = performance.now();
  for (let i = 0; i < FITS; i += 1) last = fitGarch(y);
  return ((performance.now() - start) * 1e3) / FITS;
}

const likelihood = ([mu, omega, alpha, beta]) => {
  const at = evaluateGarch(y, { mu, omega, alpha, gamma: 0, beta, nu: null });
  return at.ok ? at.value.logLikelihood : Number.NEGATIVE_INFINITY;
};

for (let i = 0; i < 30; i += 1) subject();
for (const [name, command, script, atLeast] of [
  ['tseries', 'Rscript', 'peers/garch.R', 10],
  ['fGarch', 'Rscript', 'peers/garch.R', 200],
  ['scipy', '/usr/bin/python3', 'peers/garch.py', 15],
]) {
  const peer = openPeer(command, script, file);
  if ((await peer.ask(name)) === null) absent(PART, name);
  else {
    let answer = null;
    const theirs = async () => {
      answer = JSON.parse(await peer.ask(name));
      return answer.us;
    };
    const { ratios, ours } = await alternate(ROUNDS, subject, theirs);
    const time = `${figure(quantile(ours, 0.5))} us`;
    report({ part: PART, peer: name, values: ratios, unit: 'x', goal: { atLeast }, ours: time });
    const gain = last.value.logLikelihood - likelihood(answer.c);
    console.log(`  log-likelihood above ${name}'s by ${gain.toExponential(2)}`);
    if (!(gain > -1e-6)) {
      console.log('a peer found a higher likelihood');
      process.exitCode = 1;
    }
  }
  await peer.stop();
}
rmSync(folder, { recursive: true });
