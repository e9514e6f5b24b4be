import type { ConfigIssue } from './config-issue.ts';
import { closestTo } from './edit-distance.ts';
import { type PathSetting, type Setting, settingFromPaths } from './setting.ts';
import { isObjectSchema, joinPath, type SettingSchema } from './setting-schema.ts';

/** An environment variable that sets one setting. */
export interface EnvironmentName {
  readonly name: string;
  readonly path: string;
  readonly schema: SettingSchema;
}

/** The variable of a path: `risk.maxOrderNotional` is `BOT4_RISK_MAX_ORDER_NOTIONAL`. */
export const environmentNameOf = (path: string, prefix: string): string =>
  prefix +
  path
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase();

/** All variables that a schema has: one for each setting that is not a list of objects. */
export function environmentNames(
  schema: SettingSchema,
  prefix: string,
): readonly EnvironmentName[] {
  const names: EnvironmentName[] = [];
  const visit = (below: SettingSchema, path: string): void => {
    if (isObjectSchema(below)) {
      for (const [key, property] of Object.entries(below.properties ?? {})) {
        visit(property, joinPath(path, key));
      }
    } else if (
      below.type !== 'array' ||
      (below.items !== undefined && !isObjectSchema(below.items))
    ) {
      names.push({ name: below['x-env'] ?? environmentNameOf(path, prefix), path, schema: below });
    }
  };
  visit(schema, '');
  return names;
}

/** The settings that the environment gives, and its variables with the prefix that mean nothing. */
export interface EnvironmentLayer {
  readonly setting: Setting;
  readonly issues: readonly ConfigIssue[];
}

/**
 * Reads settings from environment variables. An empty variable counts as not set.
 *
 * Errors:  a variable that has the prefix but is neither a setting nor in `reserved`.
 */
export function settingsFromEnvironment(
  schema: SettingSchema,
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
  reserved: readonly string[],
): EnvironmentLayer {
  const names = environmentNames(schema, prefix);
  const settings: PathSetting[] = [];
  for (const { name, path } of names) {
    const text = environment[name];
    if (text === undefined || text === '') continue;
    const origin = `environment variable ${name}`;
    settings.push({ path, setting: { origin, content: { kind: 'text', text } } });
  }
  const known = [...names.map(({ name }) => name), ...reserved];
  const issues = Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && environment[name] !== '')
    .sort()
    .map((name) => ({
      path: '',
      origin: `environment variable ${name}`,
      problem: 'is not a known setting',
      allowed: null,
      suggestion: closestTo(name, known),
    }));
  return { setting: settingFromPaths(settings, 'environment'), issues };
}
