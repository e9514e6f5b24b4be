// D64 from JavaScript: the native kernels over bound memory against the same in plain JavaScript on
// typed arrays. Both sides take in the same new features, and write every output.
const SLOTS = 64;
const LANES = 8;
const MODEL = {
  bias: 0.1,
  plattA: 1,
  plattB: 0,
  payoff: 1,
  cost: 0.02,
  kellyFraction: 0.5,
  kellyCap: 0.25,
  buyThreshold: 0.55,
  sellThreshold: 0.45,
  minimum: 1,
};
const CONTEXT = { budget: 1000, inverseVolatility: 1, step: 1, halted: 0 };

/** Numbers between 0 and 1, the same at every call. */
function generator() {
  let seed = 42;
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** The input of both sides: one model over all symbols, and features to come. */
function input(symbols) {
  const random = generator();
  const weights = Float64Array.from({ length: SLOTS }, () => random() - 0.5);
  const inverseSds = Float64Array.from({ length: SLOTS }, () => 0.5 + random());
  const negativeMeans = Float64Array.from({ length: SLOTS }, () => random() - 0.5);
  const features = Float64Array.from({ length: SLOTS * symbols }, () => random() * 8 - 4);
  const news = Float64Array.from({ length: 1024 }, () => random() * 8 - 4);
  return { weights, inverseSds, negativeMeans, features, news };
}

/** Decides in plain JavaScript for the features of `x` from `from` on. */
function makePlain({ weights, inverseSds, negativeMeans }) {
  const { bias, plattA, plattB, payoff, cost, kellyFraction, kellyCap } = MODEL;
  const { buyThreshold, sellThreshold, minimum } = MODEL;
  const { budget, inverseVolatility, step, halted } = CONTEXT;
  return function decide(x, from, side, quantity, probability, edges, at) {
    let score = bias;
    for (let i = 0; i < SLOTS; i++) {
      const z = x[from + i] * inverseSds[i] + negativeMeans[i];
      score += weights[i] * (z < -4 ? -4 : z > 4 ? 4 : z);
    }
    const p = 1 / (1 + Math.exp(-(plattA * score + plattB)));
    const q = p > 1 - p ? p : 1 - p;
    const edge = q * payoff - (1 - q) - cost;
    const kelly = (kellyFraction * edge) / payoff;
    const k = kelly < 0 ? 0 : kelly > kellyCap ? kellyCap : kelly;
    const size = Math.floor((k * budget * inverseVolatility) / step) * step;
    const direction = p >= buyThreshold ? 1 : p <= sellThreshold ? -1 : 0;
    const active = edge > 0 && size >= minimum && halted === 0;
    side[at] = active ? direction : 0;
    quantity[at] = active ? size : 0;
    probability[at] = p;
    edges[at] = edge;
  };
}

/** Index of a field in the f64 view of a kernel's memory. */
const placeIn = (kernel, f64) => (part, region, name) => {
  const place = (kernel.offsets[part] + kernel.layout[region].fields[name].offset) / 8;
  if (!(place >= 0 && place < f64.length)) throw new Error(`no field ${name} in ${region}`);
  return place;
};

function writeModel(f64, at, { weights, inverseSds, negativeMeans }) {
  f64.set(weights, at('model', 'model', 'weights'));
  f64.set(inverseSds, at('model', 'model', 'inverseSds'));
  f64.set(negativeMeans, at('model', 'model', 'negativeMeans'));
  for (const [name, value] of Object.entries(MODEL)) f64[at('model', 'model', name)] = value;
}

/** One decision after the other, one new feature before each. */
export function single(addon) {
  const operations = 20_000;
  const given = input(1);
  const kernel = addon.createDecisionKernel(LANES, true);
  const f64 = new Float64Array(kernel.arena);
  const at = placeIn(kernel, f64);
  writeModel(f64, at, given);
  for (const [name, value] of Object.entries(CONTEXT)) f64[at('context', 'context', name)] = value;
  const features = kernel.offsets.features / 8;
  const side = at('result', 'result', 'side');
  const quantity = at('result', 'result', 'quantity');
  const { news } = given;
  const { decide } = kernel;
  const x = new Float64Array(SLOTS);
  const out = [0, 1, 2, 3].map(() => new Float64Array(1));
  const plain = makePlain(given);

  return {
    operations,
    subject() {
      f64.set(given.features, features);
      let sum = 0;
      for (let n = 0; n < operations; n++) {
        f64[features + (n & 63)] = news[n & 1023];
        decide();
        sum += f64[side] * f64[quantity] * (1 + (n & 7));
      }
      return String(sum);
    },
    peer() {
      x.set(given.features);
      const [sides, quantities, probabilities, edges] = out;
      let sum = 0;
      for (let n = 0; n < operations; n++) {
        x[n & 63] = news[n & 1023];
        plain(x, 0, sides, quantities, probabilities, edges, 0);
        sum += sides[0] * quantities[0] * (1 + (n & 7));
      }
      return String(sum);
    },
  };
}

/** All symbols at once; before each batch one symbol has a whole new feature vector. */
export function batch(addon, symbols = 64) {
  const repeats = 400;
  const given = input(symbols);
  const kernel = addon.createDecisionKernel(symbols, true);
  const f64 = new Float64Array(kernel.arena);
  const at = placeIn(kernel, f64);
  const blockStride = kernel.layout.block.stride / 8;
  const resultStride = kernel.layout.blockResult.stride / 8;
  const model = kernel.layout.modelBlock.fields;
  // Where all blocks share a block of the model, it stands before them and is written first.
  for (const name of ['weights', 'inverseSds', 'negativeMeans']) {
    const from = (kernel.offsets.modelBlock + model[name].offset) / 8;
    for (let i = 0; i < SLOTS * LANES; i++) f64[from + i] = given[name][(i / LANES) | 0];
  }
  for (const [name, value] of Object.entries(MODEL)) {
    const from = (kernel.offsets.modelBlock + model[name].offset) / 8;
    f64.fill(value, from, from + LANES);
  }
  writeModel(f64, at, given);
  const places = Object.fromEntries(
    ['features', ...Object.keys(CONTEXT)].map((name) => [name, at('block', 'block', name)]),
  );
  const side = at('blockResult', 'blockResult', 'side');
  const quantity = at('blockResult', 'blockResult', 'quantity');
  const laneOf = (symbol) => [(symbol / LANES) | 0, symbol % LANES];
  const load = () => {
    for (let s = 0; s < symbols; s++) {
      const [block, lane] = laneOf(s);
      const start = block * blockStride + lane;
      for (let i = 0; i < SLOTS; i++) {
        f64[places.features + start + i * LANES] = given.features[s * SLOTS + i];
      }
      for (const [name, value] of Object.entries(CONTEXT)) f64[places[name] + start] = value;
    }
  };
  load();
  // Each run begins with the same features: one copy, as on the other side.
  const blocks = kernel.offsets.block / 8;
  const loaded = f64.slice(blocks, kernel.offsets.blockResult / 8);
  const { news } = given;
  const { decideBatch } = kernel;
  const x = Float64Array.from(given.features);
  const [sides, quantities, probabilities, edges] = [0, 1, 2, 3].map(
    () => new Float64Array(symbols),
  );
  const plain = makePlain(given);
  const sumOf = (side_, quantity_) => {
    let sum = 0;
    for (let s = 0; s < symbols; s++) sum += side_(s) * quantity_(s) * (1 + (s & 7));
    return sum;
  };

  return {
    operations: repeats * symbols,
    subject() {
      f64.set(loaded, blocks);
      let sum = 0;
      for (let n = 0; n < repeats; n++) {
        const s = n % symbols;
        const block = (s / LANES) | 0;
        const start = places.features + block * blockStride + (s % LANES);
        for (let i = 0; i < SLOTS; i++) f64[start + i * LANES] = news[(n + i) & 1023];
        decideBatch();
        const result = block * resultStride + (s % LANES);
        sum += f64[side + result] * f64[quantity + result];
      }
      const at_ = (s) => ((s / LANES) | 0) * resultStride + (s % LANES);
      return String(
        sum +
          sumOf(
            (s) => f64[side + at_(s)],
            (s) => f64[quantity + at_(s)],
          ),
      );
    },
    peer() {
      x.set(given.features);
      let sum = 0;
      for (let n = 0; n < repeats; n++) {
        const s = n % symbols;
        for (let i = 0; i < SLOTS; i++) x[s * SLOTS + i] = news[(n + i) & 1023];
        for (let each = 0; each < symbols; each++) {
          plain(x, each * SLOTS, sides, quantities, probabilities, edges, each);
        }
        sum += sides[s] * quantities[s];
      }
      return String(
        sum +
          sumOf(
            (s_) => sides[s_],
            (s_) => quantities[s_],
          ),
      );
    },
  };
}
