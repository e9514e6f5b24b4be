import type { QuantListing, QuantModelFacts, QuantReport } from '../../app/contracts.ts';
import type { Style } from '../style.ts';
import { listLines, tableLines } from '../table.ts';

/** Arrays up to this length are shown whole. */
const SHORT = 8;

/** Rows of a table of results that are shown. */
const MAX_ROWS = 40;

type Entry = readonly [name: string, value: string];

/** Eight significant digits without trailing zeros. */
function cell(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(8)));
  return value === null || value === undefined ? '-' : String(value);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function arrayText(values: readonly unknown[]): string {
  if (values.length <= SHORT) return values.map(cell).join(', ');
  const [first, second] = values;
  const last = values[values.length - 1];
  return `${values.length} values: ${cell(first)}, ${cell(second)} … ${cell(last)}`;
}

/** Rows of records as a table; nested values are left to JSON. */
function tableOf(name: string, rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const headings = Object.entries(rows[0]!)
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .map(([heading]) => heading);
  const lines = tableLines(
    headings.map((heading) => ({
      heading,
      align: typeof rows[0]![heading] === 'number' ? ('right' as const) : ('left' as const),
    })),
    rows.slice(0, MAX_ROWS).map((row) => headings.map((heading) => cell(row[heading]))),
  );
  const more = rows.length > MAX_ROWS ? [`  ${rows.length - MAX_ROWS} more with --json`] : [];
  return ['', name, ...lines.map((line) => `  ${line}`), ...more];
}

function flatten(
  value: unknown,
  name: string,
  into: { readonly entries: Entry[]; readonly tables: string[] },
): void {
  if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      flatten(member, name === '' ? key : `${name}.${key}`, into);
    }
  } else if (!Array.isArray(value)) into.entries.push([name === '' ? 'result' : name, cell(value)]);
  else if (value.length > 0 && value.every(isRecord)) {
    into.tables.push(...tableOf(name === '' ? 'result' : name, value));
  } else if (value.some(Array.isArray)) {
    const rows = value.slice(0, SHORT);
    for (const [index, row] of rows.entries()) flatten(row, `${name}[${index}]`, into);
    if (value.length > SHORT) into.entries.push([name, `${value.length} rows; all with --json`]);
  } else into.entries.push([name === '' ? 'result' : name, arrayText(value)]);
}

/** What a model found, for people. */
export function quantLines(report: QuantReport, style: Style): readonly string[] {
  const gathered = { entries: [] as Entry[], tables: [] as string[] };
  flatten(report.result, '', gathered);
  const columns = report.columns.map(({ name, values }) => `${name} (${values})`).join(', ');
  return [
    style('strong', columns === '' ? report.model : `${report.model} of ${columns}`),
    ...listLines(gathered.entries),
    ...gathered.tables,
  ];
}

const inputOf = ({ columns, furtherColumns }: QuantModelFacts): string => {
  const all = [...columns, ...(furtherColumns === null ? [] : [`${furtherColumns}…`])];
  return all.length === 0 ? 'no input' : all.join(', ');
};

function optionLines(model: QuantModelFacts): readonly string[] {
  if (model.options.length === 0) return ['It has no options.'];
  return tableLines(
    [
      { heading: 'Option', align: 'left' },
      { heading: 'Default', align: 'left' },
      { heading: 'About', align: 'left' },
      { heading: 'Allowed', align: 'left' },
    ],
    model.options.map((option) => [
      option.name,
      option.needed ? 'needed' : cell(option.default),
      option.about,
      option.allowed,
    ]),
  );
}

/** Every model in a table by theme, or one model with its options. */
export function listingLines({ models }: QuantListing, style: Style): readonly string[] {
  const [only] = models;
  if (only !== undefined && models.length === 1) {
    return [
      `${style('strong', only.name)}: ${only.about}`,
      `columns: ${inputOf(only)}`,
      '',
      ...optionLines(only),
    ];
  }
  const [heading, ...rows] = tableLines(
    [
      { heading: 'Theme', align: 'left' },
      { heading: 'Model', align: 'left' },
      { heading: 'Columns', align: 'left' },
      { heading: 'About', align: 'left' },
    ],
    models.map((model) => [model.theme, model.name, inputOf(model), model.about]),
  );
  return [
    style('strong', heading ?? ''),
    ...rows,
    '',
    '"bot4 quant MODEL --list" explains the options of one.',
  ];
}
