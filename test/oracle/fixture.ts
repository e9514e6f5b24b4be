import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

/** A value of a fixture as JSON gives it; `null` stands for not available or NaN. */
// biome-ignore lint/suspicious/noExplicitAny: fixtures differ in shape, and each suite knows its own.
export type Json = any;

/** One file of the folder of reference results. */
export interface Fixture {
  readonly component: string;
  readonly input: Json;
  readonly expected: Json;
  readonly tolerance: Json;
}

/** How near a number must be: within `abs`, or within `rel` times the expected size. */
export interface Tolerance {
  readonly abs?: number;
  readonly rel?: number;
}

const folder =
  process.env['BOT4_ORACLE_DIR'] ??
  fileURLToPath(new URL('../../../shared/oracle', import.meta.url));

/** Reads `<name>.json` of BOT4_ORACLE_DIR (default ../shared/oracle); null, said aloud, when absent. */
export function load(name: string): Fixture | null {
  const path = join(folder, `${name}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Fixture;
  console.info(`oracle ${name}: skipped, ${path} is not there`);
  return null;
}

/** A Float64Array of an array of numbers; null becomes NaN. */
export const series = (values: Json): Float64Array =>
  Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN);

/** The paths of all leaves (numbers, strings, booleans, nulls) below a value. */
function leaves(value: Json, path: string, into: string[]): void {
  if (value !== null && typeof value === 'object') {
    for (const [key, child] of Object.entries(value)) leaves(child, `${path}/${key}`, into);
  } else into.push(path);
}

/** Expects arrays to be as long as those of the fixture, so that nothing more was computed. */
function expectLengths(where: string, wanted: Json, actual: Json): void {
  if (wanted === null || typeof wanted !== 'object') return;
  if (Array.isArray(wanted)) expect(actual?.length, `${where}: values`).toBe(wanted.length);
  for (const [key, child] of Object.entries(wanted)) {
    expectLengths(`${where}/${key}`, child, actual?.[key]);
  }
}

const at = (root: Json, path: string): Json =>
  path
    .split('/')
    .slice(1)
    .reduce((value: Json, key) => value?.[key], root);

/**
 * Accounts for every leaf of `expected` of one fixture: each is compared or left out with a reason.
 * Paths are JSON paths with slashes, such as `/ml/se/0`. After the last test of the file it prints one
 * line and fails if a leaf was neither compared nor left out.
 */
export class Comparison {
  readonly #name: string;
  readonly #expected: Json;
  readonly #open: Set<string>;
  readonly #leftOut = new Map<string, number>();
  #compared = 0;

  constructor(name: string, fixture: Fixture) {
    this.#name = name;
    this.#expected = fixture.expected;
    const paths: string[] = [];
    leaves(fixture.expected, '', paths);
    this.#open = new Set(paths);
    afterAll(() => this.#report());
  }

  /** Compares the leaf, or every leaf below `path`, with what was computed, shape by shape. */
  compare(path: string, actual: Json, tolerance: Tolerance = { abs: 0 }): void {
    const wanted = at(this.#expected, path);
    expect(wanted, `${this.#name}: the fixture has ${path}`).not.toBe(undefined);
    const below: string[] = [];
    leaves(wanted, '', below);
    expectLengths(`${this.#name} ${path}`, wanted, actual);
    for (const leaf of below) this.#one(path + leaf, at(wanted, leaf), at(actual, leaf), tolerance);
  }

  #one(path: string, wanted: Json, got: Json, tolerance: Tolerance): void {
    if (this.#open.delete(path)) this.#compared += 1;
    const where = `${this.#name} ${path}`;
    if (typeof wanted !== 'number') {
      const missing = got === undefined || got === null || Number.isNaN(got);
      if (wanted === null) expect(missing, `${where}: null expected, got ${got}`).toBe(true);
      else expect(got, where).toBe(wanted);
      return;
    }
    expect(typeof got, `${where}: a number expected, got ${got}`).toBe('number');
    const room = Math.max(tolerance.abs ?? 0, (tolerance.rel ?? 0) * Math.abs(wanted));
    const off = Math.abs(got - wanted);
    expect(
      off <= room,
      `${where}: expected ${wanted}, got ${got}, off by ${off}, allowed ${room}`,
    ).toBe(true);
  }

  /** Counts every leaf below `path` that was not compared as left out, for this reason. */
  leaveOut(path: string, reason: string): void {
    for (const open of [...this.#open]) {
      if (open !== path && !open.startsWith(`${path}/`)) continue;
      this.#open.delete(open);
      this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + 1);
    }
  }

  #report(): void {
    const left = [...this.#leftOut.values()].reduce((sum, count) => sum + count, 0);
    const reasons = [...this.#leftOut].map(([reason, count]) => `${count}: ${reason}`).join('; ');
    const tail = reasons === '' ? '' : ` (${reasons})`;
    console.info(
      `oracle ${this.#name}: ${this.#compared} fields compared, ${left} left out${tail}`,
    );
    expect([...this.#open], `${this.#name}: fields neither compared nor left out`).toEqual([]);
  }
}
