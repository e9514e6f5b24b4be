import { checkScalar, valueOfText } from './check-scalar.ts';
import type { ConfigIssue } from './config-issue.ts';
import { closestTo } from './edit-distance.ts';
import type { Setting } from './setting.ts';
import {
  choicesOf,
  describeAllowed,
  isObjectSchema,
  joinPath,
  keysOf,
  type SettingSchema,
} from './setting-schema.ts';

/** A plain object of checked settings; keys that were not given are missing. */
export type SettingValues = { [key: string]: unknown };

/** Collects what checking one layer finds. */
export interface LayerFindings {
  readonly issues: ConfigIssue[];
  /** Path of every accepted value with where it came from. */
  readonly origins: Map<string, string>;
}

/** What was found, never its value: a text in the place of an object may be a database URL. */
const kindOf = ({ content }: Setting): string => {
  switch (content.kind) {
    case 'object':
      return 'is an object';
    case 'array':
      return 'is a list';
    case 'text':
      return 'is a text';
    case 'scalar':
      if (content.value === null) return 'is null';
      return typeof content.value === 'string' ? 'is a text' : `is a ${typeof content.value}`;
  }
};

const mismatch = (schema: SettingSchema, setting: Setting, path: string): ConfigIssue => ({
  path,
  origin: setting.origin,
  problem:
    path === '' ? `the file must hold one object, but it ${kindOf(setting)}` : kindOf(setting),
  allowed: path === '' ? null : describeAllowed(schema),
  suggestion: null,
});

/** Everything below a secret is one. */
const inherited = (parent: SettingSchema, schema: SettingSchema): SettingSchema =>
  parent['x-secret'] === true ? { ...schema, 'x-secret': true } : schema;

class LayerReader {
  readonly #root: SettingSchema;
  readonly #findings: LayerFindings;

  constructor(root: SettingSchema, findings: LayerFindings) {
    this.#root = root;
    this.#findings = findings;
  }

  read(schema: SettingSchema, setting: Setting, path: string): unknown {
    if (isObjectSchema(schema)) return this.#object(schema, setting, path);
    if (schema.type === 'array') return this.#array(schema, setting, path);
    const { content } = setting;
    if (content.kind === 'array' || content.kind === 'object') {
      this.#findings.issues.push(mismatch(schema, setting, path));
      return undefined;
    }
    const value = content.kind === 'text' ? valueOfText(schema, content.text) : content.value;
    const checked = checkScalar(schema, value, path, setting.origin);
    if (checked.ok) {
      this.#findings.origins.set(path, setting.origin);
      return checked.value;
    }
    this.#findings.issues.push(checked.issue);
    return undefined;
  }

  #array(schema: SettingSchema, setting: Setting, path: string): unknown {
    const items = this.#itemsOf(setting);
    if (items === null) {
      this.#findings.issues.push(mismatch(schema, setting, path));
      return undefined;
    }
    const tooFew = items.length < (schema.minItems ?? 0);
    if (tooFew || items.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) {
      this.#findings.issues.push({
        path,
        origin: setting.origin,
        problem: `has ${items.length} items`,
        allowed: describeAllowed(schema),
        suggestion: null,
      });
    }
    this.#findings.origins.set(path, setting.origin);
    return items.map((item, index) =>
      this.read(inherited(schema, schema.items ?? {}), item, `${path}[${index}]`),
    );
  }

  #itemsOf(setting: Setting): readonly Setting[] | null {
    const { content, origin } = setting;
    if (content.kind === 'array') return content.items;
    if (content.kind !== 'text') return null;
    return content.text
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .map((text) => ({ origin, content: { kind: 'text', text } }));
  }

  #object(schema: SettingSchema, setting: Setting, path: string): unknown {
    if (setting.content.kind !== 'object') {
      this.#findings.issues.push(mismatch(schema, setting, path));
      return undefined;
    }
    const { members } = setting.content;
    const chosen = this.#choose(schema, setting);
    const values: SettingValues = {};
    for (const [key, member] of members) {
      const below = joinPath(path, key);
      if (Object.hasOwn(chosen.properties ?? {}, key)) {
        const value = this.read(inherited(schema, chosen.properties![key]!), member, below);
        if (value !== undefined) values[key] = value;
      } else if (key === '$schema' && path === '' && member.content.kind === 'scalar') {
        // Editors find the published schema through this key.
      } else if (key === schema['x-choice']) {
        const names = choicesOf(schema).map((choice) => choice.name);
        this.read(inherited(schema, { enum: names }), member, below);
      } else if (chosen.isKnown || !keysOf(schema).includes(key)) {
        this.#unknown(chosen.isKnown ? keysOf(chosen) : keysOf(schema), key, member, below);
      }
    }
    if (!this.#findings.origins.has(path)) this.#findings.origins.set(path, setting.origin);
    return values;
  }

  /** The kind of object that the choosing key names; without a valid name, what all kinds share. */
  #choose(schema: SettingSchema, setting: Setting): SettingSchema & { isKnown: boolean } {
    const key = schema['x-choice'];
    if (key === undefined || setting.content.kind !== 'object') return { ...schema, isKnown: true };
    const choices = choicesOf(schema);
    const named = setting.content.members.get(key)?.content;
    const name =
      named?.kind === 'scalar' ? named.value : named?.kind === 'text' ? named.text : null;
    const chosen = choices.find((choice) => choice.name === name);
    if (chosen !== undefined) return { ...chosen.schema, isKnown: true };
    const [first, ...others] = choices.map((choice) => choice.schema.properties ?? {});
    const shared = Object.entries(first ?? {}).filter(
      ([property, below]) =>
        property !== key &&
        others.every((other) => JSON.stringify(other[property]) === JSON.stringify(below)),
    );
    return { type: 'object', properties: Object.fromEntries(shared), isKnown: false };
  }

  #unknown(known: readonly string[], key: string, member: Setting, path: string): void {
    this.#findings.issues.push({
      path,
      origin: member.origin,
      problem: 'is not a known setting',
      allowed: null,
      suggestion: closestTo(key, known) ?? pathNamed(this.#root, key),
    });
  }
}

/** Path of the one setting of the whole schema that has this name, outside of lists. */
function pathNamed(root: SettingSchema, name: string): string | null {
  const found: string[] = [];
  const visit = (schema: SettingSchema, path: string): void => {
    for (const [key, below] of Object.entries(schema.properties ?? {})) {
      if (key === name) found.push(joinPath(path, key));
      visit(below, joinPath(path, key));
    }
  };
  visit(root, '');
  return found.length === 1 ? found[0]! : null;
}

/**
 * Checks the settings of one source against the schema, without asking for completeness. What is
 * wrong goes into `findings.issues`; what is right is returned.
 */
export function readLayer(
  schema: SettingSchema,
  setting: Setting,
  findings: LayerFindings,
): SettingValues {
  const values = new LayerReader(schema, findings).read(schema, setting, '');
  return (values ?? {}) as SettingValues;
}
