import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { schemaDocument, settingsDocument } from '../../src/app/config-documents.ts';
import { configSchema } from '../../src/app/config-schema.ts';
import {
  effectiveSettings,
  environmentNames,
  readJson,
  settingFromJson,
} from '../../src/core/config/index.ts';
import { STRATEGIES } from '../../src/strategy/index.ts';
import fc from '../fast-check.ts';

const docs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

const published = JSON.parse(schemaDocument()) as object;
const validator = Compile(published);

const instrument = {
  symbol: 'BTCUSDT',
  tickSize: '0.10',
  stepSize: '0.001',
  minNotional: '5',
  strategy: 'avellaneda-stoikov',
  parameters: { riskAversion: 0.1 },
  market: { startPrice: '60000', dailyVolatility: 0.02 },
};
const sample = {
  logLevel: 'warn',
  dashboard: { port: 9000, allowedHosts: ['a.example'] },
  database: { mode: 'none' },
  simulator: { seed: 7, makerFee: '-0.0001' },
  instruments: [instrument, { ...instrument, strategy: 'momentum-taker', parameters: {} }],
  risk: { maxLeverage: 1.5 },
  staleAfterMs: 400,
};

/** Changes one place of the sample: another value, a key more or a key less. */
function mutated(place: number, value: unknown, kind: 'replace' | 'add' | 'remove'): unknown {
  const copy = structuredClone(sample) as unknown;
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, below] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit(below);
    }
  };
  visit(copy);
  const [parent, key] = places[place % places.length]!;
  if (kind === 'replace') parent[key] = value;
  else if (kind === 'remove' && !Array.isArray(parent)) delete parent[key];
  else if (!Array.isArray(parent)) parent[`${key}X`] = value;
  return copy;
}

const schema = configSchema(STRATEGIES);

const accepts = (value: unknown): boolean => {
  const node = readJson(JSON.stringify(value));
  if (!node.ok) throw new Error('not JSON');
  return effectiveSettings(schema, [settingFromJson(node.value, 'f')]).ok;
};

const values = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, 1, -1, 0.5, 1e9, '', '5', '0.1', '-1', 'info', 'none'),
  fc.constantFrom<unknown>([], {}, ['a'], 'momentum-taker', 'BTCUSDT', 'x y', '99999999999'),
);

describe('the published schema', () => {
  it('is the one in docs/bot4.schema.json (scripts/write-config-docs.mjs writes it)', () => {
    expect(docs('bot4.schema.json')).toBe(schemaDocument());
  });

  it('accepts the sample, as the program does', () => {
    expect(validator.Check(sample)).toBe(true);
    expect(accepts(sample)).toBe(true);
  });

  it('accepts every file that the program accepts', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.nat(200),
        values,
        fc.constantFrom<'replace' | 'add' | 'remove'>('replace', 'add', 'remove'),
        (place, value, kind) => {
          const changed = mutated(place, value, kind);
          if (!accepts(changed)) {
            refused += 1;
            return;
          }
          accepted += 1;
          expect(validator.Check(changed)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(100);
  });

  it('refuses what the program refuses, but for bounds of decimals', () => {
    fc.assert(
      fc.property(fc.nat(200), values, fc.boolean(), (place, value, add) => {
        const isDecimal = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
        const changed = mutated(place, value, add ? 'add' : 'replace');
        if (!isDecimal) expect(validator.Check(changed)).toBe(accepts(changed));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('docs/configuration.md', () => {
  it('lists every setting as the schema has it (scripts/write-config-docs.mjs writes it)', () => {
    expect(docs('configuration.md')).toContain(settingsDocument());
  });

  it('names every environment variable', () => {
    const names = environmentNames(configSchema(STRATEGIES), 'BOT4_').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(docs('configuration.md')).toContain(`\`${name}\``);
  });

  it('shows an example that is accepted', () => {
    const example = /```json\n([\s\S]*?)```/.exec(docs('configuration.md'))![1]!;
    expect(accepts(JSON.parse(example))).toBe(true);
  });
});
