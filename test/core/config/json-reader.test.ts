import { describe, expect, it } from 'vitest';
import { type JsonNode, MAX_JSON_DEPTH, readJson } from '../../../src/core/config/index.ts';
import fc from '../../fast-check.ts';

/** The plain value of a node, for comparison with JSON.parse. */
function plain(node: JsonNode): unknown {
  const { content } = node;
  if (content.kind === 'scalar') return content.value;
  if (content.kind === 'array') return content.items.map(plain);
  return Object.fromEntries([...content.members].map(([key, member]) => [key, plain(member)]));
}

const read = (text: string): unknown => {
  const result = readJson(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return plain(result.value);
};

describe('the reader of JSON', () => {
  it('reads what JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what JSON.parse refuses, and more only for keys twice and numbers beyond 1e308', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json));
    const edit = fc.record({ at: fc.nat(), char: fc.constantFrom(...'{}[]",:\\0.eE+-tfn u\n') });
    fc.assert(
      fc.property(value, edit, fc.boolean(), (text, { at, char }, insert) => {
        const i = at % (text.length + 1);
        const broken = text.slice(0, i) + char + text.slice(insert ? i : i + 1);
        const result = readJson(broken);
        const isStricter =
          !result.ok && result.error.every(({ message }) => /twice|too large/.test(message));
        let accepted = true;
        try {
          JSON.parse(broken);
        } catch {
          accepted = false;
        }
        if (!isStricter) expect(result.ok).toBe(accepted);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps the place of every value', () => {
    const result = readJson('{\n  "a": 1,\n  "b": [true,\n    "x"]\n}');
    if (!result.ok || result.value.content.kind !== 'object') throw new Error('not read');
    const { members } = result.value.content;
    expect(members.get('a')).toMatchObject({ line: 2, column: 8 });
    const list = members.get('b')!;
    expect(list).toMatchObject({ line: 3, column: 8 });
    if (list.content.kind !== 'array') throw new Error('not a list');
    expect(list.content.items.map(({ line, column }) => [line, column])).toEqual([
      [3, 9],
      [4, 5],
    ]);
  });

  it.each([
    ['', 1, 1, 'empty'],
    ['  \n ', 2, 2, 'empty'],
    ['{', 1, 2, 'a key in double quotes is missing before the end'],
    ['{"a" 1}', 1, 6, '":" is missing before "1"'],
    ['{"a": }', 1, 7, 'a value is missing before "}"'],
    ['{"a": 1,}', 1, 9, 'a comma may not stand before the "}" that ends the object'],
    ['[1, ]', 1, 5, 'a comma may not stand before the "]" that ends the array'],
    ['{"a": 1 "b": 2}', 1, 9, '"," or "}" is missing before "\\""'],
    ['{a: 1}', 1, 2, 'a key in double quotes is missing before "a"'],
    ["{'a': 1}", 1, 2, 'a key in double quotes'],
    ['{"a": \'x\'}', 1, 7, 'double quotes, not single ones'],
    ['{"a": yes}', 1, 7, 'yes is not JSON'],
    ['{"a": NaN}', 1, 7, 'NaN is not JSON'],
    ['{"a": undefined}', 1, 7, 'undefined is not JSON'],
    ['{"a": 01}', 1, 8, 'a number may not be written like "01"'],
    ['{"a": 1.}', 1, 8, 'a number may not be written like "1."'],
    ['{"a": .5}', 1, 7, 'a value is missing before "."'],
    ['{"a": +5}', 1, 7, 'a value is missing before "+"'],
    ['{"a": 0x10}', 1, 8, 'a number may not be written like "0x"'],
    ['{"a": 1_000}', 1, 8, 'a number may not be written like "1_"'],
    ['{"a": 1e999}', 1, 12, 'the number 1e999 is too large'],
    ['{"a": "x}', 1, 10, 'the closing double quote is missing'],
    ['{"a": "x\n"}', 1, 9, 'the closing double quote is missing'],
    ['{"a": "\t"}', 1, 8, 'a control character stands in a text'],
    ['{"a": "\\x"}', 1, 8, '"\\x" is not an escape sequence'],
    ['{"a": "\\u12"}', 1, 8, '"\\u" is not an escape sequence'],
    ['// hello\n{}', 1, 1, 'JSON has no comments'],
    ['{ /* a */ }', 1, 3, 'JSON has no comments'],
    ['{\n# a\n}', 2, 1, 'JSON has no comments'],
    ['{} {}', 1, 4, '"{" follows the end of the value'],
    ['{}}', 1, 3, '"}" follows the end of the value'],
  ])('refuses %j at line %i, column %i', (text, line, column, message) => {
    const result = readJson(text);
    if (result.ok) throw new Error('was accepted');
    expect(result.error).toHaveLength(1);
    expect(result.error[0]).toMatchObject({ line, column });
    expect(result.error[0]!.message).toContain(message);
  });

  it('reports every key that stands twice, with the line of the first', () => {
    const result = readJson('{"a": 1,\n "b": {"c": 1, "c": 2},\n "a": 2}');
    if (result.ok) throw new Error('was accepted');
    expect(result.error.map(({ line, message }) => [line, message])).toEqual([
      [2, 'the key "c" stands twice; first in line 2'],
      [3, 'the key "a" stands twice; first in line 1'],
    ]);
  });

  it('reads a key named __proto__ as any other', () => {
    const result = readJson('{"__proto__": {"polluted": true}}');
    if (!result.ok || result.value.content.kind !== 'object') throw new Error('not read');
    expect([...result.value.content.members.keys()]).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses nesting beyond its limit instead of exhausting the stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(MAX_JSON_DEPTH)).ok).toBe(true);
    const result = readJson(nested(200_000));
    if (result.ok) throw new Error('was accepted');
    expect(result.error[0]!.message).toBe(`nested deeper than ${MAX_JSON_DEPTH} levels`);
  });
});
