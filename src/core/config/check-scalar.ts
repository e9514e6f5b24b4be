import { type ConfigIssue, showValue } from './config-issue.ts';
import { compareDecimals, isDecimal } from './decimal-text.ts';
import { closestTo } from './edit-distance.ts';
import { describeAllowed, type SettingSchema } from './setting-schema.ts';

type Scalar = null | boolean | number | string;

/** What checking one value gave: the value to use, or the reason to refuse it. */
export type ScalarCheck =
  | { readonly ok: true; readonly value: Scalar }
  | { readonly ok: false; readonly issue: ConfigIssue };

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The value a text stands for under a schema; the text itself when it stands for none. */
export function valueOfText(schema: SettingSchema, text: string): boolean | number | string {
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  const numeric = schema.type === 'number' || schema.type === 'integer';
  return numeric && JSON_NUMBER.test(text) ? Number(text) : text;
}

const withinNumber = (schema: SettingSchema, value: number): boolean =>
  (schema.minimum === undefined || value >= schema.minimum) &&
  (schema.maximum === undefined || value <= schema.maximum);

const withinText = (schema: SettingSchema, value: string): boolean => {
  const decimal = schema['x-decimal'];
  if (decimal !== undefined) {
    return (
      isDecimal(value) &&
      compareDecimals(value, decimal.minimum) >= 0 &&
      compareDecimals(value, decimal.maximum) <= 0
    );
  }
  return (
    [...value].length >= (schema.minLength ?? 0) &&
    [...value].length <= (schema.maxLength ?? Number.POSITIVE_INFINITY) &&
    (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value))
  );
};

const accepts = (schema: SettingSchema, value: Scalar): boolean => {
  if (schema.enum !== undefined) return typeof value === 'string' && schema.enum.includes(value);
  if (schema.const !== undefined) return value === schema.const;
  switch (schema.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && withinNumber(schema, value);
    case 'integer':
      return Number.isSafeInteger(value) && withinNumber(schema, value as number);
    case 'string':
      return typeof value === 'string' && withinText(schema, value);
    default:
      return false;
  }
};

/** Another way to write the value that the schema accepts; null when there is none at hand. */
const suggestionFor = (schema: SettingSchema, value: Scalar): string | null => {
  if (typeof value === 'string') {
    if (schema.enum !== undefined) {
      const closest = closestTo(value, schema.enum);
      return closest === null ? null : showValue(closest);
    }
    const trimmed = value.trim();
    const bare = schema['x-decimal'] === undefined ? trimmed : trimmed.replace(/[,_ ]/g, '');
    const typed = valueOfText(schema, bare.toLowerCase() === 'true' ? 'true' : bare);
    return typed !== value && accepts(schema, typed) ? showValue(typed) : null;
  }
  if (typeof value === 'number' && schema['x-decimal'] !== undefined) {
    return accepts(schema, String(value)) ? showValue(String(value)) : null;
  }
  if (typeof value === 'number' && schema.type === 'string') return null;
  if (typeof value === 'number' && schema.type === 'integer' && !Number.isInteger(value)) {
    return accepts(schema, Math.round(value)) ? String(Math.round(value)) : null;
  }
  return null;
};

/** Checks one value that is not a list or an object against its schema. */
export function checkScalar(
  schema: SettingSchema,
  value: Scalar,
  path: string,
  origin: string,
): ScalarCheck {
  if (accepts(schema, value)) return { ok: true, value };
  const secret = schema['x-secret'] === true;
  return {
    ok: false,
    issue: {
      path,
      origin,
      problem: secret ? 'has a value that is not shown' : `is ${showValue(value)}`,
      allowed: describeAllowed(schema),
      suggestion: secret ? null : suggestionFor(schema, value),
    },
  };
}
