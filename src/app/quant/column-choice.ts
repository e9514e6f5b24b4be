import { err, ok, type Result } from '../../core/index.ts';
import { type Column, Columns, type QuantModel, type Roles } from './model.ts';
import { readColumn, type Table } from './table.ts';

/** How prices become returns. */
export type ReturnKind = 'none' | 'simple' | 'log';

const wanted = ({ fixed, rest }: Roles): string =>
  [...fixed, ...(rest === null ? [] : [`one or more ${rest}`])].join(', ');

/** Places of the columns to read; the error names what the table has. */
function places(
  roles: Roles,
  names: readonly string[],
  chosen: readonly string[] | null,
): Result<readonly number[], string> {
  const first = names.length === 0 ? 'no column' : names.slice(0, 20).join(', ');
  const has = `the input has ${first}${names.length > 20 ? ', …' : ''}`;
  const fits = (count: number): boolean =>
    roles.rest === null ? count === roles.fixed.length : count > roles.fixed.length;
  if (chosen !== null) {
    const at = chosen.map((name) => names.indexOf(name));
    const missing = at.indexOf(-1);
    if (missing >= 0) return err(`column ${chosen[missing]} is not there; ${has}`);
    if (new Set(at).size !== at.length)
      return err(`--columns ${chosen.join(',')} repeats a column`);
    return fits(at.length)
      ? ok(at)
      : err(`--columns names ${at.length} columns; this model takes ${wanted(roles)}`);
  }
  const named = roles.fixed.map((role) => names.indexOf(role));
  if (!named.includes(-1) && roles.fixed.length > 0) {
    if (roles.rest === null) return ok(named);
    const others = names.map((_, j) => j).filter((j) => !named.includes(j));
    if (others.length > 0) return ok([...named, ...others]);
  }
  return fits(names.length)
    ? ok(names.map((_, j) => j))
    : err(`this model takes ${wanted(roles)}; ${has}; say which with --columns`);
}

function returnsOf({ name, values }: Column, kind: ReturnKind): Result<Column, string> {
  if (kind === 'none') return ok({ name, values });
  const at = values.findIndex((price) => !(price > 0));
  if (at >= 0) return err(`column ${name}, value ${at} is ${values[at]}; prices are above 0`);
  if (values.length < 2) return err(`column ${name} has ${values.length} prices; 2 are needed`);
  const out = new Float64Array(values.length - 1);
  for (let i = 0; i < out.length; i += 1) {
    const ratio = values[i + 1]! / values[i]!;
    out[i] = kind === 'log' ? Math.log(ratio) : ratio - 1;
  }
  return ok({ name, values: out });
}

const padded = ({ name, values }: Column, rows: number): Column => {
  const out = new Float64Array(rows).fill(Number.NaN);
  out.set(values);
  return { name, values: out };
};

/** Chooses and reads the columns that a model takes, as returns where they are prices. */
export function chooseColumns(
  { roles }: QuantModel,
  table: Table,
  chosen: readonly string[] | null,
  kind: ReturnKind,
): Result<Columns, string> {
  const at = places(roles, table.names, chosen);
  if (!at.ok) return at;
  const columns: Column[] = [];
  for (const place of at.value) {
    const read = readColumn(table, place);
    if (!read.ok) return read;
    const made = returnsOf(read.value, kind);
    if (!made.ok) return made;
    columns.push(made.value);
  }
  if (roles.ragged === true) return ok(new Columns(columns));
  const rows = columns.reduce((most, { values }) => Math.max(most, values.length), 0);
  return ok(new Columns(columns.map((column) => padded(column, rows))));
}
