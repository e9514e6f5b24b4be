import { assert, canonicalJson, type JsonBytes } from '../core/index.ts';

/** A value whose shape is not the declared one. Thrown by `Shape.read` and caught by its callers. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/**
 * One declared shape with both of its directions, so that they cannot drift apart.
 *
 * `write` gives canonical JSON and refuses (InvariantError) a value of another shape, since a bug
 * must not reach the disk. `read` restores bigints and refuses (ShapeError, naming path, value and
 * what was allowed) anything else, unknown members included.
 */
export interface Shape<T> {
  /** Whether a struct may lack this member. */
  readonly optional?: boolean;
  write(value: T): string;
  /** The same bytes as `write`, without making text; absent where it would gain nothing. */
  put?(value: T, out: JsonBytes): void;
  read(json: unknown, path: string): T;
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const refuse = (path: string, value: unknown, allowed: string): never => {
  throw new ShapeError(`${path} is ${shown(value)}, must be ${allowed}`);
};

/** Any string. */
export const text = <T extends string>(): Shape<T> => ({
  write: (value) => {
    assert(typeof value === 'string', () => `a text field is a string, got ${typeof value}`);
    return JSON.stringify(value);
  },
  put: (value, out) => {
    assert(typeof value === 'string', () => `a text field is a string, got ${typeof value}`);
    out.string(value);
  },
  read: (json, path) => (typeof json === 'string' ? (json as T) : refuse(path, json, 'a string')),
});

/** One of the listed strings. */
export function oneOf<T extends string>(...allowed: readonly T[]): Shape<T> {
  const literals = new Map<string, string>(allowed.map((word) => [word, JSON.stringify(word)]));
  const bytes = new Map([...literals].map(([word, quoted]) => [word, Buffer.from(quoted)]));
  const mustHold = (value: unknown) => `${shown(value)} is one of ${allowed.join(', ')}`;
  return {
    write: (value) => {
      const literal = literals.get(value);
      assert(literal !== undefined, () => mustHold(value));
      return literal;
    },
    put: (value, out) => {
      const literal = bytes.get(value);
      assert(literal !== undefined, () => mustHold(value));
      out.raw(literal);
    },
    read: (json, path) =>
      typeof json === 'string' && literals.has(json)
        ? (json as T)
        : refuse(path, json, `one of ${allowed.join(', ')}`),
  };
}

/** A safe integer. */
export const integer = <T extends number>(): Shape<T> => ({
  write: (value) => {
    assert(Number.isSafeInteger(value), () => `an integer field is a safe integer, got ${value}`);
    return value === 0 ? '0' : `${value}`;
  },
  put: (value, out) => {
    assert(Number.isSafeInteger(value), () => `an integer field is a safe integer, got ${value}`);
    out.integer(value);
  },
  read: (json, path) =>
    Number.isSafeInteger(json) ? (json as T) : refuse(path, json, 'a safe integer'),
});

/** A finite float. */
export const finite: Shape<number> = {
  write: (value) => {
    assert(Number.isFinite(value), `a number field is finite, got ${value}`);
    return JSON.stringify(value);
  },
  read: (json, path) =>
    typeof json === 'number' && Number.isFinite(json)
      ? json
      : refuse(path, json, 'a finite number'),
};

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** A boolean. */
export const flag: Shape<boolean> = {
  write: (value) => {
    assert(typeof value === 'boolean', () => `a flag is true or false, got ${shown(value)}`);
    return value ? 'true' : 'false';
  },
  put: (value, out) => {
    assert(typeof value === 'boolean', () => `a flag is true or false, got ${shown(value)}`);
    out.raw(value ? TRUE : FALSE);
  },
  read: (json, path) => (typeof json === 'boolean' ? json : refuse(path, json, 'true or false')),
};

const DECIMAL_INTEGER = /^(?:0|-?[1-9]\d{0,38})$/;

/** A bigint, written as a string of decimal digits (at most 39). */
export const big = <T extends bigint>(): Shape<T> => ({
  write: (value) => {
    assert(typeof value === 'bigint', () => `a bigint field is a bigint, got ${typeof value}`);
    return `"${value}"`;
  },
  put: (value, out) => {
    assert(typeof value === 'bigint', () => `a bigint field is a bigint, got ${typeof value}`);
    out.bigint(value);
  },
  read: (json, path) =>
    typeof json === 'string' && DECIMAL_INTEGER.test(json)
      ? (BigInt(json) as T)
      : refuse(path, json, 'a string of decimal digits'),
});

/** A list of equal shapes. */
export const listOf = <T>(item: Shape<T>): Shape<readonly T[]> => ({
  write: (values) => {
    assert(Array.isArray(values), `a list field is an array, got ${shown(values)}`);
    return `[${values.map((value) => item.write(value)).join(',')}]`;
  },
  read: (json, path) =>
    Array.isArray(json)
      ? json.map((value, index) => item.read(value, `${path}[${index}]`))
      : refuse(path, json, 'a list'),
});

/** The same fixed word always: the discriminator of a union. */
export const literal = <T extends string>(word: T): Shape<T> => oneOf(word);

/** The shape, or null. */
export const nullOr = <T>(shape: Shape<T>): Shape<T | null> => ({
  write: (value) => (value === null ? 'null' : shape.write(value)),
  read: (json, path) => (json === null ? null : shape.read(json, path)),
});

/** An object of plain JSON: no bigint, no `undefined`, nothing that would come back otherwise. */
export const plainRecord = <T extends object>(): Shape<T> => ({
  write: (value) => {
    assert(isPlainRecord(value), 'a plain record holds null, flags, finite numbers and texts');
    return canonicalJson(value);
  },
  read: (json, path) => (isPlainRecord(json) ? (json as T) : refuse(path, json, 'an object')),
});

const isPlain = (value: unknown): boolean =>
  value === null ||
  typeof value === 'boolean' ||
  typeof value === 'string' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (Array.isArray(value) ? value.every(isPlain) : isPlainRecord(value));

const isPlainRecord = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(isPlain);

/** A member that may be absent; present, it has this shape and is never null. */
export const optional = <T>(shape: Shape<T>): Shape<T> => ({ ...shape, optional: true });

const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** An object with exactly these members; only those marked `optional` may be absent. */
export function struct<T extends object>(
  members: {
    readonly [K in keyof T]-?: Shape<Exclude<T[K], undefined>>;
  },
): Shape<T> {
  const names = Object.keys(members).sort() as (keyof T & string)[];
  const fields = names.map((name) => ({
    name,
    shape: members[name] as Shape<unknown>,
    key: `${JSON.stringify(name)}:`,
    bytes: Buffer.from(`,${JSON.stringify(name)}:`),
  }));
  return {
    write: (value) => {
      let out = '';
      for (const { name, shape, key } of fields) {
        const member = value[name];
        if (member === undefined && shape.optional === true) continue;
        out += (out === '' ? '{' : ',') + key + shape.write(member);
      }
      return out === '' ? '{}' : `${out}}`;
    },
    put: (value, out) => {
      const start = out.length;
      for (const { name, shape, bytes } of fields) {
        const member = value[name];
        if (member === undefined && shape.optional === true) continue;
        out.raw(bytes);
        if (shape.put === undefined) out.json(shape.write(member));
        else shape.put(member, out);
      }
      if (out.length === start) out.byte(COMMA);
      // What stands before the first member is a comma, like before all others.
      out.bytes[start] = OPENING_BRACE;
      out.byte(CLOSING_BRACE);
    },
    read: (json, path) => {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        return refuse(path, json, 'an object');
      }
      const source = json as Record<string, unknown>;
      const value: Partial<T> = {};
      for (const { name, shape } of fields) {
        if (!Object.hasOwn(source, name)) {
          if (shape.optional === true) continue;
          throw new ShapeError(`${path}.${name} is missing`);
        }
        value[name] = shape.read(source[name], `${path}.${name}`) as T[typeof name];
      }
      const unknown = Object.keys(source).find((key) => !Object.hasOwn(members, key));
      if (unknown !== undefined) {
        throw new ShapeError(`${path}.${unknown} is unknown; known are ${names.join(', ')}`);
      }
      return value as T;
    },
  };
}
