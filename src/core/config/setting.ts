import type { JsonNode } from './json-reader.ts';

/** A value as someone gave it, with where it came from. */
export interface Setting {
  /** For people: `bot4.json:3:14`, `environment variable BOT4_DASHBOARD_PORT`, `option --port`. */
  readonly origin: string;
  readonly content:
    | { readonly kind: 'scalar'; readonly value: null | boolean | number | string }
    /** From the environment or a command line: typed only by the schema it is read against. */
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'array'; readonly items: readonly Setting[] }
    | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Setting> };
}

/** The settings of a JSON document; `file` is its name in origins. */
export function settingFromJson(node: JsonNode, file: string): Setting {
  const origin = `${file}:${node.line}:${node.column}`;
  const { content } = node;
  switch (content.kind) {
    case 'scalar':
      return { origin, content };
    case 'array':
      return {
        origin,
        content: { kind: 'array', items: content.items.map((item) => settingFromJson(item, file)) },
      };
    case 'object': {
      const members = new Map<string, Setting>();
      for (const [key, member] of content.members) members.set(key, settingFromJson(member, file));
      return { origin, content: { kind: 'object', members } };
    }
  }
}

/** One setting given by its dotted path. */
export interface PathSetting {
  readonly path: string;
  readonly setting: Setting;
}

/** Nests settings given by dotted paths into one object. A path given twice keeps the last. */
export function settingFromPaths(settings: readonly PathSetting[], origin: string): Setting {
  const members = new Map<string, Setting>();
  const nested = new Map<string, PathSetting[]>();
  for (const { path, setting } of settings) {
    const dot = path.indexOf('.');
    if (dot < 0) {
      members.set(path, setting);
      continue;
    }
    const key = path.slice(0, dot);
    const below = nested.get(key) ?? [];
    below.push({ path: path.slice(dot + 1), setting });
    nested.set(key, below);
  }
  for (const [key, below] of nested) members.set(key, settingFromPaths(below, origin));
  return { origin, content: { kind: 'object', members } };
}
