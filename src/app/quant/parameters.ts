import { err, ok, type Result } from '../../core/index.ts';

/** One option of a model on the command line; `Set` says whether it always has a value. */
export interface Parameter<T, Set extends boolean> {
  /** What may be given, in words. */
  readonly allowed: string;
  readonly about: string;
  /** Null where it has to be given (`always`), or where the model itself decides. */
  readonly initial: T | null;
  readonly always: Set;
  /** Reads a text; the error says what is allowed. */
  read(text: string): Result<T, string>;
}

/** The options of a model by name. */
export type Parameters = Readonly<Record<string, Parameter<unknown, boolean>>>;

type ValueOf<P> = P extends Parameter<infer T, boolean> ? T : never;

/** The values that a model is run with: those with a default always, the others where given. */
export type Values<P> = {
  readonly [K in keyof P as P[K] extends Parameter<unknown, true> ? K : never]: ValueOf<P[K]>;
} & {
  readonly [K in keyof P as P[K] extends Parameter<unknown, true> ? never : K]?: ValueOf<P[K]>;
};

type Reader<T> = Pick<Parameter<T, boolean>, 'allowed' | 'read'>;

const readNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

const numberReader: Reader<number> = {
  allowed: 'a number',
  read: (text) => {
    const value = readNumber(text);
    return Number.isFinite(value) ? ok(value) : err('a number');
  },
};

const integerReader: Reader<number> = {
  allowed: 'a whole number',
  read: (text) => {
    const value = readNumber(text);
    return Number.isSafeInteger(value) ? ok(value) : err('a whole number');
  },
};

const booleanReader: Reader<boolean> = {
  allowed: 'true or false',
  read: (text) =>
    text === 'true' || text === 'false' ? ok(text === 'true') : err('true or false'),
};

const numbersReader: Reader<readonly number[]> = {
  allowed: 'numbers with commas between',
  read: (text) => {
    const values = text.split(',').map(readNumber);
    return values.every((value) => Number.isFinite(value))
      ? ok(values)
      : err('numbers with commas between');
  },
};

function choiceReader<T extends string>(choices: readonly T[]): Reader<T> {
  const allowed = choices.join(', ');
  return {
    allowed,
    read: (text) => {
      const found = choices.find((choice) => choice === text);
      return found === undefined ? err(allowed) : ok(found);
    },
  };
}

function numberOrReader<T extends string>(words: readonly T[]): Reader<number | T> {
  const allowed = `a number, ${words.join(', ')}`;
  return {
    allowed,
    read: (text) => {
      const word = words.find((each) => each === text);
      if (word !== undefined) return ok(word);
      const value = readNumber(text);
      return Number.isFinite(value) ? ok(value) : err(allowed);
    },
  };
}

const given = <T>(reader: Reader<T>, about: string): Parameter<T, false> => ({
  ...reader,
  about,
  initial: null,
  always: false,
});

/** Gives a parameter the value that it has when nothing is said. */
export const or = <T>(parameter: Parameter<T, false>, initial: NoInfer<T>): Parameter<T, true> => ({
  ...parameter,
  initial,
  always: true,
});

/** Makes a parameter one that has to be given. */
export const needed = <T>(parameter: Parameter<T, false>): Parameter<T, true> => ({
  ...parameter,
  always: true,
});

/** A number. */
export const number = (about: string) => given(numberReader, about);

/** A whole number. */
export const integer = (about: string) => given(integerReader, about);

/** True or false. */
export const boolean = (about: string) => given(booleanReader, about);

/** Numbers with commas between. */
export const numbers = (about: string) => given(numbersReader, about);

/** One of several words. */
export const choice = <const T extends string>(about: string, choices: readonly T[]) =>
  given(choiceReader(choices), about);

/** A number or one of several words. */
export const numberOr = <const T extends string>(about: string, words: readonly T[]) =>
  given(numberOrReader(words), about);

/** Reads `name=value` texts; the error names the option, the value and what is allowed. */
export function readValues(
  parameters: Parameters,
  settings: readonly string[],
): Result<Readonly<Record<string, unknown>>, string> {
  const values: Record<string, unknown> = {};
  for (const [name, { initial, always }] of Object.entries(parameters)) {
    if (always && initial !== null) values[name] = initial;
  }
  const seen = new Set<string>();
  for (const setting of settings) {
    const at = setting.indexOf('=');
    if (at < 1) return err(`--set ${setting} is not of the form name=value`);
    const [name, text] = [setting.slice(0, at), setting.slice(at + 1)];
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      const names = Object.keys(parameters);
      const known = names.length === 0 ? 'it has none' : `allowed: ${names.join(', ')}`;
      return err(`${name} is not an option of this model; ${known}`);
    }
    if (seen.has(name)) return err(`${name} is set twice`);
    seen.add(name);
    const read = parameter.read(text);
    if (!read.ok) return err(`${name} is ${JSON.stringify(text)}; allowed: ${read.error}`);
    values[name] = read.value;
  }
  for (const [name, { always, allowed }] of Object.entries(parameters)) {
    if (always && values[name] === undefined) {
      return err(`${name} is missing; give --set ${name}=VALUE with ${allowed}`);
    }
  }
  return ok(values);
}
