// What the benches of this folder share: quantiles, a peer that answers lines, rows of results.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The value below which a share `p` of the values lies. */
export const quantile = (values, p) =>
  values.toSorted((a, b) => a - b)[Math.round(p * (values.length - 1))];

/** Median, 5 % and 95 % of values. */
export const spread = (values) => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.05),
  high: quantile(values, 0.95),
});

/** Three significant digits, and no fewer than the whole number. */
export const figure = (v) => (v >= 100 ? v.toFixed(0) : v.toPrecision(3));

/**
 * Says a result, `values` of a run each; with BOT4_BENCH_ROWS, for bench/quant.mjs, as a row of that
 * file too. `goal`: {atLeast} or {atMost}, in `unit`; `ours`: times of the subject beside a ratio.
 */
export function report({ part, peer = '', values, unit, goal = null, ours = null }) {
  const { median, low, high } = spread(values);
  const row = { part, peer, unit, goal, median, low, high, runs: values.length, ours: ours ?? '' };
  const bound = goal === null ? '' : `; goal ${goalText(row)}`;
  const time = ours === null ? '' : `, ours ${ours}`;
  const shown = `${figure(median)} ${unit} (5-95 %: ${figure(low)} to ${figure(high)})`;
  console.log(`${part}${peer === '' ? '' : ` / ${peer}`}: ${shown}${bound}${time}`);
  const file = process.env.BOT4_BENCH_ROWS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** A peer that is not here, said and written down. */
export function absent(part, peer) {
  console.log(`${part} / ${peer}: not installed here, left out`);
  const file = process.env.BOT4_BENCH_ROWS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ part, peer })}\n`);
}

/** The goal of a row in words. */
export const goalText = ({ goal, unit }) =>
  goal.atLeast === undefined ? `at most ${goal.atMost} ${unit}` : `at least ${goal.atLeast}${unit}`;

/** Starts a script of this folder that answers lines; `ask` gives null when it has ended. */
export function openPeer(command, script, ...rest) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(command, [path, ...rest], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done ? null : value;
  };
  const ask = (line) => {
    child.stdin.write(`${line}\n`);
    return next();
  };
  const stop = async () => {
    child.stdin.end();
    if (child.exitCode === null && child.pid !== undefined) await once(child, 'exit');
  };
  return { ask, next, stop };
}

/**
 * Ratios peer / subject of rounds of subject, peer, peer, subject; both give the time of one unit in
 * the same unit. Gives the subject's times too.
 */
export async function alternate(rounds, subject, peer) {
  const [ratios, ours] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const first = await subject();
    const theirs = (await peer()) + (await peer());
    const mine = first + (await subject());
    ours.push(mine / 2);
    ratios.push(theirs / mine);
  }
  return { ratios, ours };
}
