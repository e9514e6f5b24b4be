// D64 from JavaScript: the native kernel over bound memory against the same in plain JavaScript.
// Usage: npm run build:addon && node bench/native/decision.mjs        BOT4_TARGET forces the target.
// Method: 31 rounds of paired batches in A B B A order on the same input, equal checksums, the median
// ratio with its 5-95 % range. Ratios gate, absolute times inform.
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';

const addon = createRequire(import.meta.url)('../../build/Release/bot4.node');
const OPERATIONS = 20_000;
const ROUNDS = 31;
const SLOTS = 64;

const kernel = addon.createDecisionKernel(8, true);
const f64 = new Float64Array(kernel.arena);
const at = (part, region, name) =>
  (kernel.offsets[part] + kernel.layout[region].fields[name].offset) / 8;
const features = kernel.offsets.features / 8;
const [weights, inverseSds, negativeMeans] = ['weights', 'inverseSds', 'negativeMeans'].map(
  (name) => at('model', 'model', name),
);

let seed = 42;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const inputs = Float64Array.from({ length: SLOTS * 16 }, () => random() * 8 - 4);
for (let i = 0; i < SLOTS; i++) {
  f64[weights + i] = random() - 0.5;
  f64[inverseSds + i] = 0.5 + random();
  f64[negativeMeans + i] = random() - 0.5;
}
const model = { bias: 0.1, plattA: 1, plattB: 0, payoff: 1, cost: 0.02, kellyFraction: 0.5 };
Object.assign(model, { kellyCap: 0.25, buyThreshold: 0.55, sellThreshold: 0.45, minimum: 1 });
for (const [name, value] of Object.entries(model)) f64[at('model', 'model', name)] = value;
const context = { budget: 1000, inverseVolatility: 1, step: 1, halted: 0 };
for (const [name, value] of Object.entries(context)) f64[at('context', 'context', name)] = value;
const [side, quantity] = ['side', 'quantity'].map((name) => at('result', 'result', name));

function native() {
  f64.fill(0, features, features + SLOTS);
  let sum = 0;
  for (let n = 0; n < OPERATIONS; n++) {
    f64[features + (n & 63)] = inputs[n & 1023];
    kernel.decide();
    sum += f64[side] * f64[quantity] * (1 + (n & 7));
  }
  return sum;
}

const [w, isd, nm] = [weights, inverseSds, negativeMeans].map((start) =>
  f64.slice(start, start + SLOTS),
);
const x = new Float64Array(SLOTS);
function plain() {
  x.fill(0);
  const { bias, plattA, plattB, payoff, cost, kellyFraction, kellyCap } = model;
  const { buyThreshold, sellThreshold, minimum } = model;
  const { budget, inverseVolatility, step, halted } = context;
  let sum = 0;
  for (let n = 0; n < OPERATIONS; n++) {
    x[n & 63] = inputs[n & 1023];
    let score = bias;
    for (let i = 0; i < SLOTS; i++) {
      const z = x[i] * isd[i] + nm[i];
      score += w[i] * (z < -4 ? -4 : z > 4 ? 4 : z);
    }
    const p = 1 / (1 + Math.exp(-(plattA * score + plattB)));
    const q = p > 1 - p ? p : 1 - p;
    const edge = q * payoff - (1 - q) - cost;
    const kelly = (kellyFraction * edge) / payoff;
    const k = kelly < 0 ? 0 : kelly > kellyCap ? kellyCap : kelly;
    const size = Math.floor((k * budget * inverseVolatility) / step) * step;
    const direction = p >= buyThreshold ? 1 : p <= sellThreshold ? -1 : 0;
    const active = edge > 0 && size >= minimum && halted === 0;
    sum += (active ? direction * size : 0) * (1 + (n & 7));
  }
  return sum;
}

function time(run, sums) {
  const start = process.hrtime.bigint();
  sums.add(run());
  return Number(process.hrtime.bigint() - start) / OPERATIONS;
}
const quantile = (values, q) =>
  values.toSorted((x, y) => x - y)[Math.round(q * (values.length - 1))];

const sums = new Set();
for (let i = 0; i < 5; i++) [time(native, sums), time(plain, sums)];
const rows = [];
for (let i = 0; i < ROUNDS; i++) {
  const [a1, b1, b2, a2] = [native, plain, plain, native].map((run) => time(run, sums));
  rows.push({ native: (a1 + a2) / 2, plain: (b1 + b2) / 2, ratio: (b1 + b2) / (a1 + a2) });
}
if (sums.size !== 1) {
  console.error(`the results differ: ${[...sums].join(', ')}`);
  process.exit(1);
}
const column = (name) => rows.map((row) => row[name]);
console.log(
  `# ${cpus()[0].model}, load ${loadavg()[0].toFixed(2)}, node ${process.version}, target ${addon.target}`,
);
console.log(
  `D64 single from JavaScript, one feature written each time: native ${quantile(column('native'), 0.5).toFixed(1)} ns, ` +
    `plain JavaScript ${quantile(column('plain'), 0.5).toFixed(1)} ns, ratio ${quantile(column('ratio'), 0.5).toFixed(2)} ` +
    `(5% ${quantile(column('ratio'), 0.05).toFixed(2)}, 95% ${quantile(column('ratio'), 0.95).toFixed(2)}), checksum ${[...sums][0]}`,
);
