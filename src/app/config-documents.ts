import {
  describeAllowed,
  editorSchema,
  environmentNames,
  type SettingSchema,
} from '../core/config/index.ts';
import { STRATEGIES } from '../strategy/index.ts';
import { configSchema, VARIABLE_PREFIX } from './config-schema.ts';

/** The published schema of the configuration file (docs/bot4.schema.json), as text. */
export function schemaDocument(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Bot4 configuration',
    ...editorSchema(withSchemaKey(configSchema(STRATEGIES))),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Lets a file name its schema, which is how editors find it. */
const withSchemaKey = (schema: SettingSchema): SettingSchema => ({
  ...schema,
  properties: {
    $schema: { type: 'string', description: 'Where editors find this schema.', default: '' },
    ...schema.properties,
  },
});

const shownDefault = (schema: SettingSchema): string => {
  if (schema['x-env'] === 'BOT4_DATA') return '`~/.bot4`';
  return schema.default === undefined ? '-' : `\`${JSON.stringify(schema.default)}\``;
};

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const table = (headings: readonly string[], rows: readonly string[]): readonly string[] => [
  row(headings),
  row(headings.map(() => '---')),
  ...rows,
];

const settingRow = (name: string, schema: SettingSchema): readonly string[] => [
  `\`${name}\``,
  schema.description ?? '',
  describeAllowed(schema),
  shownDefault(schema),
];

/** The settings that have an environment variable, as a Markdown table. */
function settingsTable(schema: SettingSchema): readonly string[] {
  const rows = environmentNames(schema, VARIABLE_PREFIX).map(({ name, path, schema: below }) =>
    row([...settingRow(path, below), `\`${name}\``]),
  );
  return table(['Setting', 'Meaning', 'Allowed', 'Default', 'Variable'], rows);
}

const leavesOf = (
  schema: SettingSchema,
  prefix: string,
): readonly (readonly [string, SettingSchema])[] =>
  Object.entries(schema.properties ?? {}).flatMap(([key, below]) =>
    below.type === 'object' ? leavesOf(below, `${prefix}${key}.`) : [[`${prefix}${key}`, below]],
  );

/** What an instrument is made of, apart from the parameters of its strategy. */
function instrumentTable(schema: SettingSchema): readonly string[] {
  const kinds = schema.properties?.['instruments']?.items?.anyOf ?? [];
  const strategies = kinds.map((kind) => kind.properties?.['strategy']?.const ?? '');
  const keys = new Map<string, { readonly below: SettingSchema; readonly of: string[] }>();
  kinds.forEach((kind, index) => {
    for (const [name, below] of leavesOf(kind, '')) {
      if (name.startsWith('parameters.')) continue;
      const key = keys.get(name) ?? { below, of: [] };
      key.of.push(`\`${strategies[index]}\``);
      keys.set(name, key);
    }
  });
  const rows = [...keys].map(([name, { below, of }]) => {
    const only = of.length === kinds.length ? '' : ` Only with ${of.join(', ')}.`;
    const shown = { ...below, description: `${below.description ?? ''}${only}` };
    return row(settingRow(name, name === 'strategy' ? { ...shown, enum: strategies } : shown));
  });
  return table(['Key of an instrument', 'Meaning', 'Allowed', 'Default'], rows);
}

function strategyTables(): readonly string[] {
  return STRATEGIES.flatMap((strategy) => {
    const rows = strategy.parameters.map((parameter) => {
      const { name, description, min, max, unit, integer } = parameter;
      const kind = integer ? 'a whole number' : 'a number';
      const allowed = `${kind} from ${min} to ${max} ${unit}`.trimEnd();
      return row([`\`${name}\``, description, allowed, `\`${parameter.default}\``]);
    });
    const heading = `### Parameters of \`${strategy.id}\``;
    const headings = ['Parameter', 'Meaning', 'Allowed', 'Default'];
    return ['', heading, '', ...table(headings, rows)];
  });
}

/** Every setting as Markdown: the part of docs/configuration.md below its marker. */
export function settingsDocument(): string {
  const schema = configSchema(STRATEGIES);
  return [
    ...settingsTable(schema),
    '',
    '### Instruments',
    '',
    ...instrumentTable(schema),
    ...strategyTables(),
    '',
  ].join('\n');
}
