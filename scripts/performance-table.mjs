// The tables of goals and stages as README.md and docs/performance.md show them.
const BEGIN = '<!-- bench: begin, written by scripts/write-performance-table.mjs -->';
const END = '<!-- bench: end -->';

const figure = (value) => {
  if (value === null) return '–';
  return Math.abs(value) >= 1_000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));
};

const SIGNS = { 'at-least': '≥', 'at-most': '≤' };

function row({ name, peer, unit, goal, bound, median, low5, high95, met, note }) {
  const unitText = unit === 'x' ? '×' : ` ${unit}`;
  const found =
    median === null
      ? (note ?? 'not measured')
      : `${figure(median)} (${figure(low5)}–${figure(high95)})`;
  const verdict = median === null ? '–' : met ? 'met' : 'missed';
  return `| ${name} | ${peer ?? '–'} | ${SIGNS[bound]} ${figure(goal)}${unitText} | ${found} | ${verdict} |`;
}

const cell = (value) => (value === null ? '–' : figure(value));

function stageRow({
  stage,
  load,
  method,
  messagesPerBlock,
  p50,
  p90,
  p95,
  p99,
  p999,
  p9999,
  max,
  n,
}) {
  const over = method === 'message' ? 'each' : `means of ${figure(messagesPerBlock)}`;
  const percentiles = [p50, p90, p95, p99, p999, p9999, max].map(cell);
  return `| ${stage} | ${load} | ${over} | ${percentiles.join(' | ')} | ${figure(n)} |`;
}

const stallRow = ({ load, gaps, longestUs, lostFraction, watchedMs }) =>
  `| ${load} | ${gaps.map(({ count }) => figure(count)).join(' | ')} | ${figure(longestUs)} | ` +
  `${figure(lostFraction * 100)} | ${figure(watchedMs / 1_000)} |`;

const cacheRow = ({ trace, requests, capacity, arc, lru, optimum }) =>
  `| ${trace} | ${figure(requests)} | ${capacity} | ` +
  `${[arc, lru, optimum].map((rate) => (rate * 100).toFixed(1)).join(' | ')} |`;

const ruled = (headings) => [`| ${headings.join(' | ')} |`, `|${'---|'.repeat(headings.length)}`];

/** The table of goals, with what it was measured on above it. */
export function performanceTable({ goals, machine, quick }) {
  const day = machine.measuredAt.slice(0, 10);
  const ghz =
    machine.effectiveGhz === null ? '' : `, ${machine.effectiveGhz.toFixed(2)} GHz effective`;
  return [
    `\`bot4 bench${quick ? ' --quick' : ''} --save\` on ${day}: ${machine.cpuModel} (${machine.cpuFamily}), ${machine.cores} cores${ghz},`,
    `Node ${machine.nodeVersion}, kernel target ${machine.kernelTarget}, commit ${machine.commit ?? 'unknown'}.`,
    '',
    ...ruled(['what', 'peer', 'goal', 'median (5–95 %)', '']),
    ...goals.map(row),
  ].join('\n');
}

/** The same with the notes of the goals, the stages, the stalls of each load and the caches. */
export function performancePage(manifest) {
  const { goals, stages, stalls, caches, elapsedS } = manifest;
  const notes = goals.filter(({ median, note }) => median !== null && note !== null);
  const bounds = (stalls[0]?.gaps ?? []).map(({ fromUs }) => `≥ ${figure(fromUs)} µs`);
  return [
    performanceTable(manifest),
    '',
    ...notes.map(({ name, note }) => `- ${name}: ${note}.`),
    `- The whole run took ${figure(elapsedS)} s.`,
    '',
    'Stages, ns per message; a dash where too few values carry the percentile:',
    '',
    ...ruled([
      'stage',
      'load',
      'messages',
      'p50',
      'p90',
      'p95',
      'p99',
      'p99.9',
      'p99.99',
      'max',
      'n',
    ]),
    ...stages.map(stageRow),
    '',
    'Stalls, gaps in the loop that waited:',
    '',
    ...ruled(['load', ...bounds, 'longest µs', 'lost %', 'waited s']),
    ...stalls.map(stallRow),
    '',
    'Caches, % of requests answered:',
    '',
    ...ruled(['trace', 'requests', 'keys', 'ARC', 'LRU', 'optimum']),
    ...caches.map(cacheRow),
  ].join('\n');
}

/** The text with the table between its marks. Errors: throws when the marks are missing. */
export function withTable(text, table) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the text has no lines "${BEGIN}" and "${END}"`);
  return `${text.slice(0, begin + BEGIN.length)}\n${table}\n${text.slice(end)}`;
}
