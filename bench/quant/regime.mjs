// Regime models against their peers in the same run, subject and peer in turn (A B B A).
// Usage: node bench/quant/regime.mjs [rounds]   (after npm run build)
// Needs Debian's python3-numpy and python3-statsmodels for the peers; says so when they are absent.
import { seededRng, standardNormal } from '../../dist/core/index.js';
import { loadAddon } from '../../dist/native/index.js';
import {
  BayesianChangeDetector,
  fitHmm,
  HmmDecoder,
  pelt,
  segmentNeighbourhood,
} from '../../dist/quant/index.js';
import { absent, openPeer, report } from './report.mjs';

const rounds = Number(process.argv[2] ?? 11);
const value = (result) => {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};

/** A model of `states` states, each more volatile and lower than the one before. */
function marketModel(states) {
  const k = Array.from({ length: states }, (_, i) => i);
  return {
    density: 'gaussian',
    covariance: 'diagonal',
    initial: k.map(() => 1 / states),
    transitions: k.map((i) => k.map((j) => (i === j ? 0.95 : 0.05 / (states - 1)))),
    means: k.map((i) => [0.4 - 0.3 * i]),
    covariances: k.map((i) => [[(0.4 * 1.8 ** i) ** 2]]),
    degreesOfFreedom: null,
  };
}

function draw(model, n, seed) {
  const rng = seededRng(seed);
  const states = model.initial.length;
  let state = 0;
  return Float64Array.from({ length: n }, () => {
    const sd = Math.sqrt(model.covariances[state][0][0]);
    const x = model.means[state][0] + sd * standardNormal(rng);
    if (rng.uniform() > 0.95)
      state = (state + 1 + Math.floor(rng.uniform() * (states - 1))) % states;
    return x;
  });
}

/** The peers, or null. */
async function startPeers() {
  const peer = openPeer('/usr/bin/python3', 'regime_peer.py');
  const ask = async (request) => JSON.parse((await peer.ask(JSON.stringify(request))) ?? 'null');
  const versions = await ask({ what: 'versions' });
  if (versions === null) return null;
  console.log(`peers: numpy ${versions.numpy}, statsmodels ${versions.statsmodels}`);
  return { ask, stop: peer.stop };
}

/** Mean nanoseconds of `work`, repeated for about a tenth of a second. */
function time(work) {
  let repeats = 1;
  for (;;) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < repeats; i += 1) work();
    const spent = Number(process.hrtime.bigint() - begin);
    if (spent > 1e8 || repeats > 1e6) return spent / repeats;
    repeats *= spent > 1e7 ? Math.ceil(1.2e8 / spent) : 10;
  }
}

/** Alternates subject and peer and reports times and the ratio of each pair. */
async function pair(part, subject, peer, goals = {}) {
  time(subject);
  const [own, ratios] = [[], []];
  for (let i = 0; i < rounds; i += 1) {
    const first = i % 2 === 0 ? time(subject) : null;
    const theirs = peer === null ? Number.NaN : await peer.run();
    const mine = first ?? time(subject);
    own.push(mine / 1000);
    ratios.push(theirs / mine);
  }
  report({ part, values: own, unit: 'us', goal: goals.us ?? null });
  if (peer === null) return;
  if (peers === null) absent(part, peer.name);
  else report({ part, peer: peer.name, values: ratios, unit: 'x', goal: goals.ratio ?? null });
}

console.log(`target ${loadAddon().target}, ${rounds} rounds, median (5-95 %)`);
const peers = await startPeers();

const six = marketModel(6);
const x6 = draw(six, 1000, 1);
const decoder = value(HmmDecoder.create(six));
const request = {
  what: 'viterbi',
  x: [...x6],
  initial: six.initial,
  transitions: six.transitions,
  means: six.means.map(([m]) => m),
  variances: six.covariances.map(([[v]]) => v),
};
if (peers !== null) {
  const own = value(decoder.viterbi(x6));
  const theirs = await peers.ask(request);
  const equal = own.path.every((k, t) => k === theirs.path[t]);
  const gap = Math.abs(own.logProbability - theirs.logProbability);
  console.log(`viterbi: ${equal ? 'equal' : 'DIFFERENT'} paths, gap ${gap.toExponential(1)}`);
}
const numpy = { name: 'numpy', run: async () => (await peers?.ask(request))?.ns };
await pair('HMM Viterbi, K = 6, n = 1000', () => decoder.viterbi(x6), numpy, {
  us: { atMost: 50 },
});
await pair('HMM smoothing, K = 6, n = 1000', () => decoder.smooth(x6), null);
const point = x6.slice(0, 1);
await pair('HMM filter, one point, K = 6', () => decoder.filter(point), null);

const x3 = draw(marketModel(3), 1000, 2);
const fitting = { what: 'fit', x: [...x3], states: 3 };
const one = () => fitHmm(x3, { states: 3, restarts: 1 });
const ten = () => fitHmm(x3, { states: 3, restarts: 10 });
const fitted = [value(one()), value(ten())];
const reached = peers && (await peers.ask(fitting)).logLikelihood;
console.log(
  `log-likelihood: one start ${fitted[0].logLikelihood.toFixed(4)} (${fitted[0].iterations} steps), ` +
    `ten ${fitted[1].logLikelihood.toFixed(4)}, statsmodels ${reached?.toFixed(4)}`,
);
const regime = { name: 'statsmodels', run: async () => (await peers?.ask(fitting))?.ns };
await pair('HMM Baum-Welch, K = 3, n = 1000', one, regime, { ratio: { atLeast: 100 } });
await pair('HMM Baum-Welch of ten starts, K = 3, n = 1000', ten, regime);
const heavy = () => fitHmm(x3, { states: 3, restarts: 1, density: 'student-t' });
await pair('Student-t HMM fit, K = 3, n = 1000', heavy, null);

await pair('PELT, n = 1000', () => pelt(x3, { penalty: 20 }), null);
const count = () => segmentNeighbourhood(x3, { count: 3 });
await pair('segment neighbourhood, n = 1000, 3 changes', count, null);
const online = value(BayesianChangeDetector.create({ longestRun: 500 }));
let at = 0;
const step = () => {
  at = (at + 1) % x3.length;
  online.update(x3[at]);
};
await pair('BOCPD, one point, runs to 500', step, null);
await peers?.stop();
