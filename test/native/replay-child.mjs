// Replays one capture through the addon of this process's BOT4_TARGET, without any TypeScript, and
// prints {target, hash, frames, intents}. Arguments: capture path, symbol, tick, step, rule.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

const addon = createRequire(import.meta.url)('../../build/Release/bot4.node');
const [path, symbol, tick, step, sequenceRule, kind] = process.argv.slice(2);
const engine = addon.createEngine({
  instruments: [{ symbol, tickSizeE8: BigInt(tick), stepSizeE8: BigInt(step), sequenceRule }],
  inboxBytes: 1 << 20,
  intentCapacity: 1024,
});
const { control, policy, steering, inbox } = engine.layout;
const [u8, u32, i32, i64, f64] = [
  Uint8Array,
  Uint32Array,
  Int32Array,
  BigInt64Array,
  Float64Array,
].map((View) => new View(engine.arena));
const place = (region, name, size) => (region.offset + region.fields[name].offset) / size;
const set = (region, values) => {
  for (const [name, value] of Object.entries(values)) f64[place(region, name, 8)] = value;
};
const weights = place(policy, 'weights', 8);
const inverseSds = place(policy, 'inverseSds', 8);
addon.featureNames.forEach((_, slot) => {
  f64[weights + slot] = ((slot % 5) - 2) * 0.3;
  f64[inverseSds + slot] = 0.7;
});
u32[place(policy, 'kind', 4)] = kind === 'quote' ? 2 : 1;
set(policy, { plattA: 0.5, payoff: 1, cost: 0.02, kellyFraction: 0.5, kellyCap: 0.4 });
set(policy, { buyThreshold: 0.6, sellThreshold: 0.4, minimum: 1, maxSpreadTicks: 500 });
set(policy, { staleAfterNs: 1e9, minIntervalNs: 2e7, maxIntentsPerS: 50, intentBurst: 10 });
set(policy, { volatilityTargetBps: 1, volatilityScaleCap: 2, gamma: 0.01, horizonS: 1 });
set(policy, {
  halfSpreadTicks: 3,
  inventoryUnitLots: 10,
  skewTicks: 4,
  quoteLots: 20,
});
set(policy, { requoteTicks: 1, refreshIntervalNs: 1e9, collarTicks: 1 });
set(steering, { maxPositionLots: 1e6, maxOrderLots: 1e3, budgetLots: 1e4 });
const refused = engine.applyPolicy(0);
if (refused !== null) throw new Error(`policy field ${refused} was refused`);

const [read, write] = ['inboxRead', 'inboxWrite'].map((name) => place(control, name, 4));
const [head, tail] = ['intentHead', 'intentTail'].map((name) => place(control, name, 4));
const [tradeHead, tradeTail] = ['tradeHead', 'tradeTail'].map((name) => place(control, name, 4));
let [frames, intents] = [0, 0];
const drain = () => {
  while (engine.run() === 2) {
    intents += u32[head] - u32[tail];
    u32[tail] = u32[head];
  }
  u32[tradeTail] = u32[tradeHead];
  u32[read] = 0;
  u32[write] = 0;
};
const data = gunzipSync(readFileSync(path));
for (let start = 0; start < data.length; ) {
  const newline = data.indexOf(10, start);
  const end = newline < 0 ? data.length : newline;
  const space = data.indexOf(32, start);
  const length = end - space - 1;
  const need = inbox.stride + ((length + 7) & ~7);
  if (u32[write] + need > inbox.count) drain();
  const at = inbox.offset + u32[write];
  u32[at >>> 2] = length;
  i32[(at >>> 2) + 1] = 0;
  i64[(at >>> 3) + 1] = BigInt(data.toString('latin1', start, space));
  u8.set(data.subarray(space + 1, end), at + inbox.stride);
  u32[write] += need;
  frames += 1;
  start = end + 1;
}
drain();
const hash = engine.stateHash().toString(16);
process.stdout.write(JSON.stringify({ target: addon.target, hash, frames, intents }));
