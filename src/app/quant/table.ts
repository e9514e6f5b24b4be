import { err, ok, type Result } from '../../core/index.ts';
import type { Column } from './model.ts';

/** Columns as texts or numbers, not yet read. */
export interface Table {
  readonly names: readonly string[];
  /** Cells of a column, in order; null where a value is missing. */
  cells(column: number): readonly (string | number | null)[];
  /** What a row is called in errors, from 0. */
  place(row: number): string;
}

/** Cells that stand for a missing value. */
const MISSING = new Set(['', 'na', 'nan', 'null', 'none']);

const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

const isNumber = (cell: string): boolean => !isMissing(cell) && Number.isFinite(Number(cell));

const isNumberText = (cell: string): boolean => isMissing(cell) || isNumber(cell);

/** Commas, semicolons, tabs or spaces: what the first line has, in this order. */
function splitter(line: string): (text: string) => string[] {
  const mark = [',', ';', '\t'].find((each) => line.includes(each));
  return mark === undefined ? wordsOf : (text) => cellsOf(text, mark);
}

/** Cells with white space between; quotes keep theirs. */
const wordsOf = (line: string): string[] =>
  (line.match(/"(?:[^"]|"")*"|\S+/g) ?? []).map((word) =>
    /^".*"$/.test(word) ? word.slice(1, -1).replaceAll('""', '"') : word,
  );

function cellsOf(line: string, mark: string): string[] {
  if (!line.includes('"')) return line.split(mark).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const letter = line[i]!;
    if (letter === '"') {
      if (quoted && line[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = !quoted;
    } else if (letter === mark && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}

const numbered = (count: number): string[] =>
  count === 1 ? ['x'] : Array.from({ length: count }, (_, j) => `${j + 1}`);

function duplicate(names: readonly string[]): string | null {
  return names.find((name, j) => names.indexOf(name) !== j) ?? null;
}

/** Reads text with a line a row; a first line of words, without any number, names the columns. */
function csvTable(text: string): Result<Table, string> {
  const lines = text.split(/\r?\n/);
  const kept = lines
    .map((line, at) => ({ line, at: at + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'));
  if (kept.length === 0) return err('it is empty');
  const split = splitter(kept[0]!.line);
  const first = split(kept[0]!.line);
  const named = first.some((cell) => !isNumberText(cell)) && !first.some(isNumber);
  const rows = (named ? kept.slice(1) : kept).map(({ line, at }) => ({ cells: split(line), at }));
  const uneven = rows.find(({ cells }) => cells.length !== first.length);
  if (uneven !== undefined) {
    const cells = uneven.cells.length === 1 ? 'cell' : 'cells';
    return err(`line ${uneven.at} has ${uneven.cells.length} ${cells}, the first ${first.length}`);
  }
  const names = named ? first.map((cell, j) => (cell === '' ? `${j + 1}` : cell)) : null;
  const twice = duplicate(names ?? []);
  if (twice !== null) return err(`column ${twice} is there twice`);
  return ok({
    names: names ?? numbered(first.length),
    cells: (column) => rows.map(({ cells }) => cells[column]!),
    place: (row) => `line ${rows[row]!.at}`,
  });
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

const isRecord = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !isArray(value);

/** A value of JSON as a cell: what is neither number, text nor null shows as its JSON. */
const cellOf = (value: Json | undefined): string | number | null =>
  value === undefined || value === null || typeof value === 'number' || typeof value === 'string'
    ? (value ?? null)
    : JSON.stringify(value).slice(0, 40);

const columnTable = (names: readonly string[], columns: readonly (readonly Json[])[]): Table => ({
  names,
  cells: (column) => columns[column]!.map(cellOf),
  place: (row) => `value ${row}`,
});

/** Numbers; rows of numbers; rows with names; or columns with names. */
function jsonTable(text: string): Result<Table, string> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return err(`it is no JSON: ${(error as Error).message}`);
  }
  if (isRecord(value)) {
    const entries = Object.entries(value);
    const wrong = entries.find(([, column]) => !isArray(column));
    if (wrong !== undefined) return err(`${wrong[0]} is no array of numbers`);
    return entries.length === 0
      ? err('it is empty')
      : ok(columnTable(Object.keys(value), Object.values(value) as (readonly Json[])[]));
  }
  if (!isArray(value)) return err('it is neither an array nor an object of arrays');
  const [first] = value;
  if (first === undefined) return err('it is empty');
  if (isArray(first)) {
    const rows = value;
    const uneven = rows.findIndex((row) => !isArray(row) || row.length !== first.length);
    if (uneven >= 0) return err(`row ${uneven} is no array of ${first.length} values`);
    const columns = first.map((_, j) => rows.map((row) => (row as readonly Json[])[j]!));
    return ok(columnTable(numbered(first.length), columns));
  }
  if (isRecord(first)) {
    const rows = value;
    const wrong = rows.findIndex((row) => !isRecord(row));
    if (wrong >= 0) return err(`row ${wrong} is no object`);
    const names = [...new Set(rows.flatMap((row) => Object.keys(row as object)))];
    const columns = names.map((name) =>
      rows.map((row) => (row as { readonly [key: string]: Json })[name] ?? null),
    );
    return ok(columnTable(names, columns));
  }
  return ok(columnTable(['x'], [value]));
}

/** Reads CSV (commas, semicolons, tabs or spaces) or JSON, told by the first character. */
export function readTable(text: string): Result<Table, string> {
  const clean = text.replace(/^\uFEFF/, '');
  return /^\s*[[{]/.test(clean) ? jsonTable(clean) : csvTable(clean);
}

/** Longest part of a cell in an error. */
const MAX_SHOWN = 60;

const shown = (cell: string | number | null): string =>
  typeof cell === 'string' && cell.length > MAX_SHOWN
    ? `${JSON.stringify(cell.slice(0, MAX_SHOWN))}…`
    : JSON.stringify(cell);

/** Reads a column as numbers; missing values become NaN, and are left out at its end. */
export function readColumn(table: Table, index: number): Result<Column, string> {
  const cells = table.cells(index);
  const name = table.names[index]!;
  const values = new Float64Array(cells.length);
  for (const [row, cell] of cells.entries()) {
    const missing = cell === null || (typeof cell === 'string' && isMissing(cell));
    values[row] = missing ? Number.NaN : Number(cell);
    if (!missing && !Number.isFinite(values[row]!)) {
      return err(`column ${name}, ${table.place(row)} is ${shown(cell)}, no number`);
    }
  }
  let end = values.length;
  while (end > 0 && Number.isNaN(values[end - 1]!)) end -= 1;
  return ok({ name, values: values.subarray(0, end).slice() });
}
