import { readFile } from 'node:fs/promises';
import {
  AppFailure,
  type QuantListing,
  type QuantModelFacts,
  type QuantReport,
  type QuantRequest,
} from './contracts.ts';
import { CATALOGUE, findModel, nearestModel } from './quant/catalogue.ts';
import { chooseColumns } from './quant/column-choice.ts';
import { Columns, type QuantModel } from './quant/model.ts';
import { readValues } from './quant/parameters.ts';
import { readTable } from './quant/table.ts';

/** Longest input, in bytes. */
const MAX_INPUT = 256 << 20;

const TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
};

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_INPUT) throw new AppFailure('failed', `input is above ${MAX_INPUT} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function inputText(file: string): Promise<string> {
  if (file === '-') return standardInput();
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    throw new AppFailure('failed', `cannot read ${file}: ${TROUBLE[code] ?? code}`);
  }
  if (bytes.length > MAX_INPUT) {
    throw new AppFailure('failed', `${file} has ${bytes.length} bytes; at most ${MAX_INPUT}`);
  }
  return bytes.toString('utf8');
}

/** Typed arrays as arrays, so that JSON shows them; numbers that JSON has no name for as null. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

function modelOf(name: string): QuantModel {
  const found = findModel(name);
  if (found !== null) return found;
  const near = nearestModel(name);
  const hint = near === null ? '' : `Did you mean ${near}? `;
  throw new AppFailure(
    'usage',
    `${name} is no model`,
    `${hint}"bot4 quant --list" names all of them.`,
  );
}

async function columnsOf(model: QuantModel, request: QuantRequest): Promise<Columns> {
  const { file, columns, returns } = request;
  const takesNone = model.roles.fixed.length === 0 && model.roles.rest === null;
  if (takesNone) {
    if (file === null) return new Columns([]);
    throw new AppFailure('usage', `${model.name} takes no input, only options; leave ${file} out`);
  }
  if (file === null) {
    throw new AppFailure('usage', `${model.name} needs a FILE, or - for standard input`);
  }
  const table = readTable(await inputText(file));
  const source = file === '-' ? 'standard input' : file;
  if (!table.ok) throw new AppFailure('failed', `${source}: ${table.error}`);
  const chosen = chooseColumns(model, table.value, columns, returns);
  if (!chosen.ok) throw new AppFailure('failed', `${source}: ${chosen.error}`);
  return chosen.value;
}

/**
 * Runs one model of the quantitative library on columns of a file.
 *
 * Errors: throws `AppFailure`: `usage` for an unknown model or option, `failed` for input that
 *         cannot be read and for what the model refuses.
 */
export async function runQuant(request: QuantRequest): Promise<QuantReport> {
  const model = modelOf(request.model);
  const values = readValues(model.parameters, request.settings);
  if (!values.ok) {
    const remedy = `"bot4 quant ${model.name} --list" explains its options.`;
    throw new AppFailure('usage', `${model.name}: ${values.error}`, remedy);
  }
  const columns = await columnsOf(model, request);
  const result = model.run(columns, values.value);
  if (!result.ok) {
    const { code, detail } = result.error;
    const kind = code === 'bad-input' ? '' : ` (${code})`;
    throw new AppFailure('failed', `${model.name}: ${detail}${kind}`);
  }
  return {
    model: model.name,
    source: request.file,
    columns: columns.all.map(({ name, values: { length } }) => ({ name, values: length })),
    options: plain(values.value) as QuantReport['options'],
    result: plain(result.value),
  };
}

const factsOf = (theme: string, { name, about, roles, parameters }: QuantModel) => ({
  name,
  theme,
  about,
  columns: roles.fixed,
  furtherColumns: roles.rest,
  options: Object.entries(parameters).map(([option, parameter]) => ({
    name: option,
    about: parameter.about,
    allowed: parameter.allowed,
    default: parameter.initial,
    needed: parameter.always && parameter.initial === null,
  })),
});

/**
 * Describes every model, or the one named.
 *
 * Errors: throws `AppFailure` (`usage`) for an unknown model.
 */
export function listQuant(name: string | null): QuantListing {
  const all: readonly QuantModelFacts[] = CATALOGUE.flatMap(({ theme, models }) =>
    models.map((model) => factsOf(theme, model)),
  );
  const only = name === null ? null : modelOf(name).name;
  return { models: all.filter((model) => only === null || model.name === only) };
}
