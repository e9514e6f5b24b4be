import { err, ok } from '../../core/index.ts';
import type { Matrix, QuantResult } from '../../quant/index.ts';
import type { Parameters, Values } from './parameters.ts';

/** A column of the input. NaN stands where a value is missing. */
export interface Column {
  readonly name: string;
  readonly values: Float64Array;
}

/** Which columns a model takes. */
export interface Roles {
  /** Names of the first columns, in order. */
  readonly fixed: readonly string[];
  /** What the columns after them are, one at least; null where there are none. */
  readonly rest: string | null;
  /** True where columns may differ in length. */
  readonly ragged?: boolean;
}

/** The columns that a model was given, in the order of its roles. */
export class Columns {
  readonly all: readonly Column[];

  constructor(all: readonly Column[]) {
    this.all = all;
  }

  /** The column at a place of the roles. */
  at(index: number): Float64Array {
    const column = this.all[index];
    return column === undefined ? new Float64Array(0) : column.values;
  }

  /** Columns from a place on side by side, row-major. */
  matrix(from = 0): Matrix {
    const columns = this.all.slice(from);
    const rows = columns[0]?.values.length ?? 0;
    const data = new Float64Array(rows * columns.length);
    for (const [j, { values }] of columns.entries()) {
      for (let i = 0; i < rows; i += 1) data[i * columns.length + j] = values[i]!;
    }
    return { data, rows, columns: columns.length };
  }
}

/** A model of the library as the command line runs it. */
export interface QuantModel {
  readonly name: string;
  readonly about: string;
  readonly roles: Roles;
  readonly parameters: Parameters;
  run(columns: Columns, values: Readonly<Record<string, unknown>>): QuantResult<unknown>;
}

/** Makes an entry of the table of models; `run` sees the options with their types. */
export function model<const P extends Parameters>(spec: {
  readonly name: string;
  readonly about: string;
  readonly roles: Roles;
  readonly parameters: P;
  run(columns: Columns, values: Values<P>): QuantResult<unknown>;
}): QuantModel {
  return { ...spec, run: (columns, values) => spec.run(columns, values as Values<P>) };
}

/** Columns with these names. */
export const columns = (...fixed: string[]): Roles => ({ fixed, rest: null });

/** Columns with these names whose lengths may differ. */
export const samples = (...fixed: string[]): Roles => ({ fixed, rest: null, ragged: true });

/** One column or more of one kind, behind those with names. */
export const several = (rest: string, ...fixed: string[]): Roles => ({ fixed, rest });

/** No input but options. */
export const NO_COLUMNS: Roles = { fixed: [], rest: null };

/** A result of one number or series under a name. */
export const named = <T>(key: string, result: QuantResult<T>): QuantResult<Record<string, T>> =>
  result.ok ? ok({ [key]: result.value }) : result;

/** Refuses input, saying why. */
export const refused = (detail: string): QuantResult<never> => err({ code: 'bad-input', detail });
