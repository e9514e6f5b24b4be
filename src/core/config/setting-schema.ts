/**
 * The part of JSON Schema that settings are described with, plus annotations (`x-…`) that editors
 * ignore and this program reads. TypeBox schemas have this shape.
 */
export interface SettingSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
  readonly items?: SettingSchema;
  readonly anyOf?: readonly SettingSchema[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** Unit of a number or decimal, as shown to people: `ms`, `USDT`, `basis points`. */
  readonly 'x-unit'?: string;
  /** Marks a text that is an exact decimal, with its inclusive bounds. */
  readonly 'x-decimal'?: { readonly minimum: string; readonly maximum: string };
  /** What a text must look like, in words, where `pattern` alone would not tell a person. */
  readonly 'x-form'?: string;
  /** Name of the environment variable, where it does not follow from the path. */
  readonly 'x-env'?: string;
  /** The value may hold a password, so it is never shown. */
  readonly 'x-secret'?: boolean;
  /** For `anyOf` of objects: the key whose constant tells them apart. */
  readonly 'x-choice'?: string;
}

/** Joins a path and a key: `risk.maxLeverage`. */
export const joinPath = (path: string, key: string): string =>
  path === '' ? key : `${path}.${key}`;

/** True for a schema whose value is an object, also one of several kinds of object. */
export const isObjectSchema = (schema: SettingSchema): boolean =>
  schema.type === 'object' || schema['x-choice'] !== undefined;

/** The kinds that a choice allows: constant of the choosing key, and schema. */
export function choicesOf(
  schema: SettingSchema,
): readonly { readonly name: string; readonly schema: SettingSchema }[] {
  const key = schema['x-choice'];
  if (key === undefined) return [];
  return (schema.anyOf ?? []).map((choice) => ({
    name: choice.properties?.[key]?.const ?? '',
    schema: choice,
  }));
}

const range = (low: number | string | undefined, high: number | string | undefined): string => {
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return ` of at least ${low}`;
  return high === undefined ? '' : ` of at most ${high}`;
};

const listed = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');

/** Says in words what a schema allows, with range and unit. */
export function describeAllowed(schema: SettingSchema): string {
  const unit = schema['x-unit'] ? ` ${schema['x-unit']}` : '';
  if (schema.enum !== undefined) return `one of ${listed(schema.enum)}`;
  if (schema.const !== undefined) return `"${schema.const}"`;
  const decimal = schema['x-decimal'];
  if (decimal !== undefined) {
    return `a decimal in quotes${range(decimal.minimum, decimal.maximum)}${unit}`;
  }
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number${range(schema.minimum, schema.maximum)}${unit}`;
    case 'number':
      return `a number${range(schema.minimum, schema.maximum)}${unit}`;
    case 'string':
      return (
        schema['x-form'] ?? `a text${range(schema.minLength, schema.maxLength)} characters long`
      );
    case 'array': {
      const item = schema.items;
      const what = item === undefined || isObjectSchema(item) ? 'an object' : describeAllowed(item);
      return `a list${range(schema.minItems, schema.maxItems)} items, each ${what}`;
    }
    default:
      return `an object with the keys ${listed(keysOf(schema))}`;
  }
}

/** Keys that an object schema knows, over all its kinds. */
export function keysOf(schema: SettingSchema): readonly string[] {
  const own = Object.keys(schema.properties ?? {});
  const chosen = choicesOf(schema).flatMap((choice) => Object.keys(choice.schema.properties ?? {}));
  return [...new Set([...own, ...chosen])];
}
