import { err, ok, type Result } from '../result.ts';
import { type LayerFindings, readLayer, type SettingValues } from './check-settings.ts';
import type { ConfigIssue } from './config-issue.ts';
import type { Setting } from './setting.ts';
import {
  choicesOf,
  describeAllowed,
  isObjectSchema,
  joinPath,
  type SettingSchema,
} from './setting-schema.ts';

/** Complete, checked settings, and for each given one where it came from. */
export interface EffectiveSettings {
  readonly values: SettingValues;
  /** Origin by path; a path that is missing took its default. */
  readonly origins: ReadonlyMap<string, string>;
}

const isPlainObject = (value: unknown): value is SettingValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lays `upper` over `lower`: objects are merged key by key, everything else is replaced whole. */
function overlay(lower: SettingValues, upper: SettingValues): SettingValues {
  const merged: SettingValues = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key];
    merged[key] = isPlainObject(below) && isPlainObject(value) ? overlay(below, value) : value;
  }
  return merged;
}

class Completer {
  readonly issues: ConfigIssue[] = [];
  readonly #origins: ReadonlyMap<string, string>;

  constructor(origins: ReadonlyMap<string, string>) {
    this.#origins = origins;
  }

  complete(schema: SettingSchema, value: unknown, path: string): unknown {
    if (isObjectSchema(schema)) return this.#object(schema, value, path);
    if (value === undefined && schema.default !== undefined) {
      return this.complete(
        { ...schema, default: undefined },
        structuredClone(schema.default),
        path,
      );
    }
    if (schema.type === 'array' && Array.isArray(value)) {
      return value.map((item, index) =>
        this.complete(schema.items ?? {}, item, `${path}[${index}]`),
      );
    }
    return value;
  }

  #object(schema: SettingSchema, value: unknown, path: string): SettingValues {
    const given = isPlainObject(value) ? value : {};
    const key = schema['x-choice'];
    const chosen =
      key === undefined
        ? schema
        : choicesOf(schema).find((choice) => choice.name === given[key])?.schema;
    if (chosen === undefined) {
      this.#missing(
        { enum: choicesOf(schema).map(({ name }) => name) },
        joinPath(path, key!),
        path,
      );
      return given;
    }
    const values: SettingValues = {};
    for (const [name, below] of Object.entries(chosen.properties ?? {})) {
      const belowPath = joinPath(path, name);
      const completed = this.complete(below, given[name], belowPath);
      if (completed !== undefined) values[name] = completed;
      else if (chosen.required?.includes(name) === true) this.#missing(below, belowPath, path);
    }
    return values;
  }

  /** Where the nearest object around the path was given. */
  #originOf(path: string): string {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const origin = this.#origins.get(at);
      if (origin !== undefined) return origin;
    }
    return this.#origins.get('') ?? 'configuration';
  }

  #missing(schema: SettingSchema, path: string, parent: string): void {
    this.issues.push({
      path,
      origin: this.#originOf(parent),
      problem: 'is missing',
      allowed: describeAllowed(schema),
      suggestion: null,
    });
  }
}

/**
 * Puts the sources of settings together, the weakest first, and fills in the defaults. Every source
 * is checked by itself, so a wrong value is reported even where a stronger source hides it.
 *
 * Errors:  all issues of all sources at once; a refused value is not reported as missing too.
 */
export function effectiveSettings(
  schema: SettingSchema,
  layers: readonly Setting[],
): Result<EffectiveSettings, readonly ConfigIssue[]> {
  const findings: LayerFindings = { issues: [], origins: new Map() };
  let merged: SettingValues = {};
  for (const layer of layers) merged = overlay(merged, readLayer(schema, layer, findings));
  const completer = new Completer(findings.origins);
  const values = completer.complete(schema, merged, '') as SettingValues;
  const isRefused = (path: string): boolean =>
    findings.issues.some(
      (issue) => issue.path === path || (issue.path !== '' && path.startsWith(`${issue.path}.`)),
    );
  const missing = completer.issues.filter((issue) => !isRefused(issue.path));
  const issues = [...findings.issues, ...missing];
  return issues.length > 0 ? err(issues) : ok({ values, origins: findings.origins });
}
