// The table of goals as the README shows it.
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

/** The lines of the table, with what they were measured on above it. */
export function performanceTable({ goals, machine, quick }) {
  const day = machine.measuredAt.slice(0, 10);
  const ghz =
    machine.effectiveGhz === null ? '' : `, ${machine.effectiveGhz.toFixed(2)} GHz effective`;
  return [
    `\`bot4 bench${quick ? ' --quick' : ''} --save\` on ${day}: ${machine.cpuModel} (${machine.cpuFamily}), ${machine.cores} cores${ghz},`,
    `Node ${machine.nodeVersion}, kernel target ${machine.kernelTarget}, commit ${machine.commit ?? 'unknown'}.`,
    '',
    '| what | peer | goal | median (5–95 %) | |',
    '|---|---|---|---|---|',
    ...goals.map(row),
  ].join('\n');
}

/** The text with the table between its marks. Errors: throws when the marks are missing. */
export function withTable(text, table) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the text has no lines "${BEGIN}" and "${END}"`);
  return `${text.slice(0, begin + BEGIN.length)}\n${table}\n${text.slice(end)}`;
}
