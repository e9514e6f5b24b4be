import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/app/config.ts';
import { configSchema, VARIABLE_PREFIX } from '../../src/app/config-schema.ts';
import {
  describeAllowed,
  environmentNames,
  renderIssue,
  type SettingSchema,
} from '../../src/core/config/index.ts';
import { STRATEGIES } from '../../src/strategy/index.ts';
import { MALFORMED_FILES, type MalformedFile } from './malformed-files.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-malformed-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Values that a setting must refuse, made from its schema: wrong kinds, and just out of bounds. */
function wrongValues(schema: SettingSchema): readonly unknown[] {
  const wrong: unknown[] = [null, {}];
  if (schema.type !== 'array') wrong.push([]);
  if (schema.type !== 'boolean') wrong.push(true);
  if (schema.type !== 'number' && schema.type !== 'integer') wrong.push(1.5);
  if (schema.type === 'integer') wrong.push(schema.minimum! + 0.5);
  if (schema.minimum !== undefined) wrong.push(schema.minimum - 1);
  if (schema.maximum !== undefined) wrong.push(schema.maximum + 1);
  if (schema['x-decimal'] !== undefined) wrong.push('', '1e5', '99999999999', '-1.5');
  if (schema.enum !== undefined) wrong.push('', `${schema.enum[0]} `);
  return wrong;
}

const nested = (path: string, value: unknown): unknown =>
  path.split('.').reduceRight((inner, key) => ({ [key]: inner }), value);

/** One file for each setting and each wrong value of it. */
const GENERATED: readonly MalformedFile[] = environmentNames(
  configSchema(STRATEGIES),
  VARIABLE_PREFIX,
).flatMap(({ path, schema }) =>
  wrongValues(schema).map((value) => ({
    name: `${path} = ${JSON.stringify(value)}`,
    content: JSON.stringify(nested(path, value)),
    says: [`${path} `, 'allowed: ', describeAllowed(schema)],
  })),
);

function refusal(file: MalformedFile): string {
  const path = join(home, 'bot4.json');
  writeFileSync(path, file.content);
  const loaded = loadConfig({
    file: path,
    flags: [],
    environment: {},
    workingDirectory: home,
    homeDirectory: home,
  });
  if (loaded.ok) throw new Error('was accepted');
  const text = loaded.error.map(renderIssue).join('\n');
  expect(text).toContain(path);
  return text;
}

describe('malformed configuration files', () => {
  it('are more than 200 in this test', () => {
    expect(MALFORMED_FILES.length).toBeGreaterThan(100);
    expect(MALFORMED_FILES.length + GENERATED.length).toBeGreaterThan(250);
    const names = [...MALFORMED_FILES, ...GENERATED].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(MALFORMED_FILES)('are refused with place and reason: $name', (file) => {
    const text = refusal(file);
    for (const said of file.says) expect(text).toContain(said);
  });

  it.each(GENERATED)('are refused with path and what is allowed: $name', (file) => {
    const text = refusal(file);
    for (const said of file.says) expect(text).toContain(said);
  });

  it('with several faults have all of them reported at once', () => {
    const text = refusal({
      name: 'many',
      content: JSON.stringify({
        dashbord: {},
        logLevel: 'loud',
        risk: { maxLeverage: 99, priceCollarBps: 'far' },
        instruments: [{ strategy: 'momentum-taker', symbol: 'x' }],
      }),
      says: [],
    });
    for (const path of [
      'dashbord',
      'logLevel',
      'risk.maxLeverage',
      'risk.priceCollarBps',
      'instruments[0].symbol',
      'instruments[0].tickSize',
      'instruments[0].stepSize',
      'instruments[0].market.startPrice',
    ]) {
      expect(text).toContain(path);
    }
  });
});
