// Every speed goal of the quantitative library in one table, peers in the same run.
// Usage: npm run build && npm run bench:quant [-- PART ...]     PART: indicators, volatility, …
// Peers that are not installed are named as left out; BOT4_BENCH_MODULES names a folder with tulind.
// The table comes as Markdown; a line ends with "met" when the median meets the goal, "always" when
// the worse of 5 and 95 % meets it too. Exit code 1 when a goal that was measured is missed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure, goalText } from './quant/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const every = ['volatility', 'dependence', 'regime', 'extremes', 'simulate', 'indicators'];
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !every.includes(name));
if (unknown !== undefined) {
  console.error(`no part is called ${unknown}; there are ${every.join(', ')}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'bot4-quant-'));
const file = join(folder, 'rows');
writeFileSync(file, '');
const load = loadavg()[0].toFixed(2);
let failed = false;
for (const name of asked.length > 0 ? asked : every) {
  console.error(`bench/quant/${name}.mjs`);
  const done = spawnSync(process.execPath, [join(root, 'bench/quant', `${name}.mjs`)], {
    cwd: root,
    env: { ...process.env, BOT4_BENCH_ROWS: file },
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) {
    console.error(`bench/quant/${name}.mjs ended with ${done.status ?? done.signal}`);
    failed = true;
  }
}
const rows = readFileSync(file, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
rmSync(folder, { recursive: true });

/** The GARCH filter against its chain of fused multiply-adds: a C++ bench, where it was built. */
function filterRows() {
  const program = join(root, 'build-cmake', 'pair_bench');
  if (!existsSync(program)) return [{ part: 'GARCH filter', peer: 'build-cmake/pair_bench' }];
  const run = (...names) => {
    const { stdout } = spawnSync(program, names, { cwd: root, encoding: 'utf8' });
    return stdout ?? '';
  };
  const chain = run('volatility.garch_filter', 'volatility.garch_filter/fma_chain');
  const lanes = run('volatility.garch_filter_lanes');
  const numbers = (text, pattern) => pattern.exec(text)?.slice(1).map(Number);
  const ratio = numbers(chain, /ratio +([\d.]+) \(5% ([\d.]+), 95% ([\d.]+)\)/);
  // It prints the chain's time over the filter's.
  const one = ratio && [1 / ratio[0], 1 / ratio[2], 1 / ratio[1]];
  const eight = numbers(lanes, /median ([\d.]+) ns, 5% ([\d.]+), 95% ([\d.]+)/);
  const row = (part, peer, found, unit, atMost) => {
    if (found === undefined) {
      console.error(`build-cmake/pair_bench gave no figure of: ${part}`);
      failed = true;
      return { part, peer, why: 'pair_bench gave no figure' };
    }
    const [median, low, high] = found;
    return { part, peer, unit, goal: { atMost }, ours: '', median, low, high };
  };
  return [
    row('GARCH filter, one series', 'chain of multiply-adds', one, 'x of its time', 1.3),
    row('GARCH filter, eight in lanes', '', eight, 'ns a step and series', 0.6),
  ];
}
if (asked.length === 0 || asked.includes('volatility')) rows.push(...filterRows());

const meets = ({ goal }, value) =>
  goal.atLeast === undefined ? value <= goal.atMost : value >= goal.atLeast;
const worse = ({ goal, low, high }) => (goal.atLeast === undefined ? high : low);
const verdict = (row) => {
  if (!meets(row, row.median)) return '**missed**';
  return meets(row, worse(row)) ? 'always' : 'met';
};
console.log(`${cpus()[0].model}, load ${load} before, Node ${process.version},`);
console.log(`target ${process.env.BOT4_TARGET ?? 'best'}\n`);
console.log('| part | peer | ours | median | 5-95 % | goal | |\n|---|---|---|---|---|---|---|');
for (const row of rows) {
  if (row.goal === undefined)
    console.log(`| ${row.part} | ${row.peer} | | left out: ${row.why ?? 'not here'} | | | |`);
  if (!row.goal) continue;
  const range = `${figure(row.low)}–${figure(row.high)}`;
  const cells = [row.part, row.peer, row.ours, `${figure(row.median)} ${row.unit}`, range];
  console.log(`| ${[...cells, goalText(row), verdict(row)].join(' | ')} |`);
  if (!meets(row, row.median)) failed = true;
}
if (failed) process.exitCode = 1;
