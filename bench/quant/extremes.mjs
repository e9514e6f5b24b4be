// The generalised Pareto fit against its peers in the same run, subject and peer in turn (A B B A).
// Usage: node bench/quant/extremes.mjs [rounds]   (after npm run build)
// Peers: Debian's r-cran-fextremes and python3-scipy; said when they are absent.
import { seededRng } from '../../dist/core/index.js';
import { gpdFit } from '../../dist/quant/index.js';
import { absent, alternate, figure, openPeer, quantile, report } from './report.mjs';

const rounds = Number(process.argv[2] ?? 21);
const threshold = 2;
const PART = 'GPD fit, 100 exceedances';

/** 100 exceedances over 2 of xi = 0.3, beta = 1.5, and 900 values below. */
const rng = seededRng(1);
const x = Float64Array.from({ length: 1000 }, (_, i) =>
  i < 100 ? 2 + (1.5 * Math.expm1(-0.3 * Math.log1p(-rng.uniform()))) / 0.3 : 2 * rng.uniform(),
);

const fit = gpdFit(x, { threshold });
if (!fit.ok) throw new Error(fit.error.detail);
const { exceedances, negativeLogLikelihood, xi, beta } = fit.value;
console.log(`subject: ${exceedances} exceedances; nllh, xi, beta`, negativeLogLikelihood, xi, beta);

/** Microseconds of one fit from the typed face: exceedances taken and sorted, fit, standard errors. */
function subject(repeats = 2000) {
  const begin = performance.now();
  for (let i = 0; i < repeats; i += 1) gpdFit(x, { threshold });
  return ((performance.now() - begin) / repeats) * 1000;
}

subject(5000);
for (const [name, command, script, atLeast] of [
  ['R fExtremes', 'Rscript', 'extremes_peer.R', 10],
  ['scipy', '/usr/bin/python3', 'extremes_peer.py', 90],
]) {
  const peer = openPeer(command, script);
  const found = await peer.ask(`${[...x].join(' ')}\n${threshold}`);
  if (found === null) {
    absent(PART, name);
    continue;
  }
  console.log(`${name}: nllh, xi, beta ${found}`);
  await peer.ask('20');
  const theirs = async () => Number(await peer.ask('50'));
  const { ratios, ours } = await alternate(rounds, () => subject(), theirs);
  await peer.stop();
  const time = `${figure(quantile(ours, 0.5))} us`;
  report({ part: PART, peer: name, values: ratios, unit: 'x', goal: { atLeast }, ours: time });
}
