// The generalised Pareto fit against its peers in the same run, subject and peer in turn (A B B A).
// Usage: node bench/quant/extremes.mjs [rounds]   (after npm run build)
// Peers: Debian's r-cran-fextremes and python3-scipy; said when they are absent.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRng } from '../../dist/core/index.js';
import { gpdFit } from '../../dist/quant/index.js';

const rounds = Number(process.argv[2] ?? 21);
const threshold = 2;

/** 100 exceedances over 2 of xi = 0.3, beta = 1.5, and 900 values below. */
const rng = seededRng(1);
const x = Float64Array.from({ length: 1000 }, (_, i) =>
  i < 100 ? 2 + (1.5 * Math.expm1(-0.3 * Math.log1p(-rng.uniform()))) / 0.3 : 2 * rng.uniform(),
);

const fit = gpdFit(x, { threshold });
if (!fit.ok) throw new Error(fit.error.detail);
console.log(
  `subject: ${fit.value.exceedances} exceedances, nllh ${fit.value.negativeLogLikelihood}, ` +
    `xi ${fit.value.xi}, beta ${fit.value.beta}`,
);

/**
 * Microseconds of one fit from the typed face: exceedances taken and sorted, fit, standard errors.
 */
function subject(repeats) {
  const begin = performance.now();
  for (let i = 0; i < repeats; i += 1) gpdFit(x, { threshold });
  return ((performance.now() - begin) / repeats) * 1000;
}

async function start(name, program, script) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(program, [path], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${[...x].join(' ')}\n${threshold}\n`);
  const { value, done } = await lines.next();
  if (done) {
    console.log(`${name}: absent`);
    return null;
  }
  console.log(`${name}: nllh, xi, beta ${value}`);
  return {
    time: async (repeats) => {
      child.stdin.write(`${repeats}\n`);
      return Number((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}

const quantile = (values, p) =>
  values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))];
const shown = (values) =>
  [0.5, 0.05, 0.95]
    .map((p) => quantile(values, p).toFixed(1))
    .join(' us, 5-95 % ')
    .replace(/ us, 5-95 % (\S+)$/, ' to $1 us');

subject(5000);
for (const [name, program, script] of [
  ['R fExtremes', 'Rscript', './extremes_peer.R'],
  ['scipy', '/usr/bin/python3', './extremes_peer.py'],
]) {
  const peer = await start(name, program, script);
  if (peer === null) continue;
  await peer.time(20);
  const ours = [];
  const theirs = [];
  const ratios = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = subject(2000);
    const one = await peer.time(50);
    const two = await peer.time(50);
    const second = subject(2000);
    ours.push(first, second);
    theirs.push(one, two);
    ratios.push((one + two) / (first + second));
  }
  peer.end();
  console.log(`${name}: ${shown(theirs)}; subject: ${shown(ours)}`);
  const [middle, low, high] = [0.5, 0.05, 0.95].map((p) => quantile(ratios, p).toFixed(1));
  console.log(`subject is ${middle} times as fast as ${name} (5-95 % ${low} to ${high})`);
}
