import { describe, expect, it } from 'vitest';
import {
  type ConfigIssue,
  effectiveSettings,
  type PathSetting,
  readJson,
  renderIssue,
  type Setting,
  type SettingSchema,
  settingFromJson,
  settingFromPaths,
} from '../../../src/core/config/index.ts';

const SCHEMA: SettingSchema = {
  type: 'object',
  required: ['name', 'server', 'shapes'],
  properties: {
    name: { type: 'string', minLength: 2, maxLength: 5 },
    token: { type: 'string', maxLength: 3, 'x-secret': true },
    vault: {
      type: 'object',
      'x-secret': true,
      properties: {
        pin: { type: 'integer', maximum: 9 },
        keys: { type: 'array', items: { type: 'object', properties: { id: { enum: ['k1'] } } } },
      },
    },
    server: {
      type: 'object',
      required: ['port', 'secure', 'fee', 'ratio', 'level', 'hosts'],
      properties: {
        port: { type: 'integer', minimum: 1, maximum: 9, default: 5, 'x-unit': 'doors' },
        secure: { type: 'boolean', default: true },
        fee: { type: 'string', 'x-decimal': { minimum: '-0.5', maximum: '10' }, default: '0.1' },
        ratio: { type: 'number', minimum: 0, maximum: 1, default: 0.5 },
        level: { enum: ['low', 'high'], default: 'low' },
        hosts: { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 2, default: [] },
      },
    },
    shapes: {
      type: 'array',
      minItems: 1,
      default: [{ kind: 'circle', radius: 1 }],
      items: {
        'x-choice': 'kind',
        anyOf: [
          {
            type: 'object',
            required: ['kind', 'label', 'radius'],
            properties: {
              kind: { type: 'string', const: 'circle' },
              label: { type: 'string', default: 'none' },
              radius: { type: 'number', minimum: 0 },
            },
          },
          {
            type: 'object',
            required: ['kind', 'label', 'side'],
            properties: {
              kind: { type: 'string', const: 'square' },
              label: { type: 'string', default: 'none' },
              side: { type: 'integer', minimum: 1, default: 4 },
            },
          },
        ],
      },
    },
  },
};

const file = (value: unknown): Setting => {
  const node = readJson(typeof value === 'string' ? value : JSON.stringify(value));
  if (!node.ok) throw new Error('not JSON');
  return settingFromJson(node.value, 'f.json');
};

const texts = (origin: string, values: Record<string, string>): Setting => {
  const settings: PathSetting[] = Object.entries(values).map(([path, text]) => ({
    path,
    setting: { origin: `${origin} ${path}`, content: { kind: 'text', text } },
  }));
  return settingFromPaths(settings, origin);
};

const effective = (...layers: Setting[]) => {
  const result = effectiveSettings(SCHEMA, layers);
  if (!result.ok) throw new Error(result.error.map(renderIssue).join('\n'));
  return result.value;
};

const issuesOf = (...layers: Setting[]): readonly ConfigIssue[] => {
  const result = effectiveSettings(SCHEMA, layers);
  if (result.ok) throw new Error('was accepted');
  return result.error;
};

describe('settings from several sources', () => {
  it('take defaults for what is left out, also inside of objects and lists', () => {
    expect(effective(file({ name: 'abc', shapes: [{ kind: 'square' }] })).values).toEqual({
      vault: {},
      name: 'abc',
      server: { port: 5, secure: true, fee: '0.1', ratio: 0.5, level: 'low', hosts: [] },
      shapes: [{ kind: 'square', label: 'none', side: 4 }],
    });
  });

  it('take the value of the strongest source, leaf by leaf', () => {
    const { values, origins } = effective(
      file({ name: 'abc', server: { port: 2, secure: false, ratio: 0.1 } }),
      texts('variable', { 'server.port': '3', 'server.level': 'high' }),
      texts('option', { 'server.port': '4' }),
    );
    expect(values['server']).toMatchObject({ port: 4, secure: false, ratio: 0.1, level: 'high' });
    expect(origins.get('server.port')).toBe('option server.port');
    expect(origins.get('server.level')).toBe('variable server.level');
    expect(origins.get('server.secure')).toBe('f.json:1:43');
    expect(origins.get('server.fee')).toBeUndefined();
  });

  it('replace a list whole', () => {
    const { values } = effective(
      file({ name: 'abc', server: { hosts: ['a', 'b'] } }),
      texts('variable', { 'server.hosts': 'c' }),
    );
    expect(values['server']).toMatchObject({ hosts: ['c'] });
  });

  it('never hand out the default object itself', () => {
    const first = effective(file({ name: 'abc' })).values['shapes'] as { label: string }[];
    first[0]!.label = 'changed';
    expect(effective(file({ name: 'abc' })).values['shapes']).toEqual([
      { kind: 'circle', label: 'none', radius: 1 },
    ]);
  });

  it('read texts of the environment as the type that the schema asks for', () => {
    const { values } = effective(
      file({ name: 'abc' }),
      texts('variable', {
        'server.port': '7',
        'server.secure': 'false',
        'server.fee': '2.50',
        'server.ratio': '1e-3',
        'server.hosts': 'a, b,',
      }),
    );
    expect(values['server']).toMatchObject({
      port: 7,
      secure: false,
      fee: '2.50',
      ratio: 0.001,
      hosts: ['a', 'b'],
    });
  });

  it('report the faults of all sources at once, also those that a stronger source hides', () => {
    const issues = issuesOf(
      file({ nmae: 'abc', server: { port: 70, sceure: true } }),
      texts('variable', { 'server.port': '3', 'server.level': 'hihg' }),
    );
    expect(issues.map(({ path, origin }) => [path, origin])).toEqual([
      ['nmae', 'f.json:1:9'],
      ['server.port', 'f.json:1:32'],
      ['server.sceure', 'f.json:1:44'],
      ['server.level', 'variable server.level'],
      ['name', 'f.json:1:1'],
    ]);
  });
});

describe('a refused setting', () => {
  const one = (value: unknown): string => {
    const issues = issuesOf(file(value));
    expect(issues).toHaveLength(1);
    return renderIssue(issues[0]!);
  };

  it.each([
    [{ server: { port: 10 } }, 'server.port is 10; allowed: a whole number from 1 to 9 doors'],
    [{ server: { port: 0 } }, 'server.port is 0; allowed: a whole number from 1 to 9 doors'],
    [{ server: { port: 2.6 } }, 'did you mean 3?'],
    [{ server: { port: '7' } }, 'did you mean 7?'],
    [{ server: { port: null } }, 'server.port is null'],
    [{ server: { port: [5] } }, 'server.port is a list; allowed: a whole number'],
    [{ server: { port: { a: 1 } } }, 'server.port is an object; allowed: a whole number'],
    [{ server: { secure: 'yes' } }, 'server.secure is "yes"; allowed: true or false'],
    [{ server: { secure: 'True' } }, 'did you mean true?'],
    [{ server: { secure: 1 } }, 'server.secure is 1; allowed: true or false'],
    [{ server: { fee: 0.25 } }, 'did you mean "0.25"?'],
    [{ server: { fee: '1,5' } }, 'a decimal in quotes from -0.5 to 10'],
    [{ server: { fee: '10.00000001' } }, 'server.fee is "10.00000001"'],
    [{ server: { fee: '-0.50000001' } }, 'server.fee is "-0.50000001"'],
    [{ server: { fee: '1e1' } }, 'server.fee is "1e1"'],
    [{ server: { fee: '0.123456789' } }, 'server.fee is "0.123456789"'],
    [{ server: { fee: '' } }, 'server.fee is ""'],
    [{ server: { ratio: 1.01 } }, 'server.ratio is 1.01; allowed: a number from 0 to 1'],
    [{ server: { level: 'High' } }, 'one of "low", "high"\n    did you mean "high"?'],
    [{ server: { level: 'medium' } }, 'server.level is "medium"; allowed: one of "low", "high"'],
    [
      { server: { hosts: ['a', 'b', 'c'] } },
      'server.hosts has 3 items; allowed: a list of at most 2',
    ],
    [{ server: { hosts: ['a', 7] } }, 'server.hosts[1] is 7'],
    [{ server: { hosts: 'a' } }, 'server.hosts is a text; allowed: a list'],
    [{ server: { prot: 5 } }, 'server.prot is not a known setting\n    did you mean port?'],
    [{ server: { zzz: 5 } }, 'f.json:1:31: server.zzz is not a known setting'],
    [{ port: 5 }, 'port is not a known setting\n    did you mean server.port?'],
    [{ server: 5 }, 'server is a number; allowed: an object with the keys "port", "secure"'],
    [{ server: [] }, 'server is a list; allowed: an object'],
    [{ shapes: [] }, 'shapes has 0 items; allowed: a list of at least 1 items'],
    [
      { shapes: [{ kind: 'cirle', radius: 1 }] },
      'shapes[0].kind is "cirle"; allowed: one of "circle", "square"\n    did you mean "circle"?',
    ],
    [{ shapes: [{ radius: 1 }] }, 'shapes[0].kind is missing; allowed: one of "circle", "square"'],
    [
      { shapes: [{ kind: 'circle' }] },
      'shapes[0].radius is missing; allowed: a number of at least 0',
    ],
    [{ shapes: [{ kind: 'circle', radius: 1, side: 1 }] }, 'shapes[0].side is not a known setting'],
    [{ shapes: [{ kind: 'square', label: 5 }] }, 'shapes[0].label is 5'],
    [{ server: null }, 'server is null; allowed: an object'],
    [{ server: true }, 'server is a boolean; allowed: an object'],
    [{ shapes: [3] }, 'shapes[0] is a number; allowed: an object'],
    [{ toString: 1 }, 'toString is not a known setting'],
    [{ server: { constructor: 1 } }, 'server.constructor is not a known setting'],
    [{ server: JSON.parse('{"__proto__": 1}') }, 'server.__proto__ is not a known setting'],
  ])('%j is explained', (value, message) => {
    expect(one({ name: 'abc', ...(value as object) })).toContain(message);
  });

  it.each(['[]', '5', '"text"', 'null', 'true'])('as a whole file %s is explained', (text) => {
    const [issue] = issuesOf(file(text));
    expect(renderIssue(issue!)).toContain('f.json:1:1: the file must hold one object, but it is');
  });

  it('that may hold a password is named, but not shown', () => {
    const text = one({ name: 'abc', token: 'hunter2' });
    expect(text).toContain('token has a value that is not shown');
    expect(text).not.toContain('hunter2');
  });

  it.each([
    { server: 'postgres://me:hunter2@db/x' },
    { shapes: 'hunter2' },
    { shapes: ['hunter2'] },
    { server: { hosts: 'hunter2' } },
    { vault: 'hunter2' },
    { vault: { pin: 'hunter2' } },
    { vault: { keys: [{ id: 'hunter2' }] } },
    { server: { level: 'postgres://me:hunter2@db/x' } },
    { server: { level: 'postgres://hunter2@db/x' } },
  ])('that holds a password in the wrong place keeps it to itself: %j', (value) => {
    const text = one({ name: 'abc', ...value });
    expect(text).toMatch(/allowed: /);
    expect(text).not.toContain('hunter2');
  });

  it('from the environment in the place of an object is called a text', () => {
    const text = issuesOf(file({ name: 'abc' }), texts('variable', { server: 'hunter2' }));
    expect(text.map(renderIssue)).toEqual([
      expect.stringMatching(/^variable server: server is a text; allowed: an object/),
    ]);
  });

  it('is shown on one line and cut where it is long', () => {
    const text = one({ name: `${'x'.repeat(100)}\n` });
    expect(text.split('\n')).toHaveLength(1);
    expect(text).toContain('…');
    expect(text.length).toBeLessThan(200);
  });

  it('is not also reported as missing', () => {
    expect(issuesOf(file({ name: 'a' })).map(({ path }) => path)).toEqual(['name']);
  });
});
