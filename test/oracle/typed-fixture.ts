import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';

/** Where the reference fixtures lie: BOT4_ORACLE_DIR, or beside the repository. */
export const ORACLE_DIR =
  process.env['BOT4_ORACLE_DIR'] ?? resolve(import.meta.dirname, '../../../shared/oracle');

/** A fixture with its own shape of input, expectation and tolerance. */
export interface Fixture<Input, Expected, Tolerance> {
  readonly component: string;
  readonly input: Input;
  readonly expected: Expected;
  readonly tolerance: Tolerance;
}

/** Whether a fixture is at hand; a clone on its own has none. */
export const hasFixture = (name: string): boolean => existsSync(join(ORACLE_DIR, name));

/** Reads a fixture. */
export function readFixture<I, E, T>(name: string): Fixture<I, E, T> {
  return JSON.parse(readFileSync(join(ORACLE_DIR, name), 'utf8')) as Fixture<I, E, T>;
}

/** Fields of a fixture that are not compared, each with its reason. */
export type LeftOut = Readonly<Record<string, string>>;

/** How far apart two numbers may be, by the path of the field ("a.b.3"). */
export type Allowed = (path: string, expected: number) => number;

interface Tally {
  compared: number;
  readonly leftOut: string[];
  readonly faults: string[];
}

function compare(
  path: string,
  actual: unknown,
  expected: unknown,
  allowed: Allowed,
  leftOut: LeftOut,
  tally: Tally,
): void {
  if (path in leftOut) {
    tally.leftOut.push(`${path}: ${leftOut[path]}`);
  } else if (typeof expected === 'object' && expected !== null) {
    const length = Array.isArray(expected) ? Reflect.get(Object(actual), 'length') : undefined;
    if (length !== undefined && length !== Object.keys(expected).length) {
      tally.faults.push(`${path} has ${length} values, expected ${Object.keys(expected).length}`);
    }
    for (const [key, value] of Object.entries(expected)) {
      const inner = typeof actual === 'object' && actual !== null ? Reflect.get(actual, key) : null;
      compare(path === '' ? key : `${path}.${key}`, inner, value, allowed, leftOut, tally);
    }
  } else {
    tally.compared += 1;
    const equal =
      typeof expected === 'number' && typeof actual === 'number'
        ? Math.abs(actual - expected) <= allowed(path, expected)
        : actual === expected;
    if (!equal) tally.faults.push(`${path} is ${String(actual)}, expected ${String(expected)}`);
  }
}

/** Expects every field of `expected` within its tolerance, and prints how many were compared. */
export function expectAllFields(
  name: string,
  actual: unknown,
  expected: unknown,
  allowed: Allowed,
  leftOut: LeftOut = {},
): void {
  const tally: Tally = { compared: 0, leftOut: [], faults: [] };
  compare('', actual, expected, allowed, leftOut, tally);
  const reasons = tally.leftOut.length === 0 ? '' : ` (${tally.leftOut.join('; ')})`;
  console.info(
    `${name}: ${tally.compared} fields compared, ${tally.leftOut.length} left out${reasons}`,
  );
  expect(tally.faults.slice(0, 20)).toEqual([]);
  expect(tally.compared).toBeGreaterThan(0);
}
