import { describe, expect, it } from 'vitest';
import { formatDuration, MAX_DURATION_MS, parseDuration } from '../../src/cli/duration.ts';
import { grouped, percent } from '../../src/cli/render/money-lines.ts';
import { plainStyle, styleFor } from '../../src/cli/style.ts';
import { listLines, tableLines } from '../../src/cli/table.ts';
import fc from '../fast-check.ts';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['0.5h', 1_800_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  it.each([
    ['30', 'needs a unit: 30s'],
    ['', 'it is not a duration'],
    ['s', 'it is not a duration'],
    ['-5s', 'it is not a duration'],
    ['5 s', 'it is not a duration'],
    ['5sec', 'it is not a duration'],
    ['5S', 'it is not a duration'],
    ['1e3s', 'it is not a duration'],
    ['Infinity', 'it is not a duration'],
    ['0s', 'at least 1ms'],
    ['0.1ms', 'at least 1ms'],
    ['25d', 'at most 24d'],
    ['99999999999999999999h', 'at most 24d'],
  ])('is not %j', (text, message) => {
    const parsed = parseDuration(text);
    if (parsed.ok) throw new Error('was accepted');
    expect(parsed.error).toContain(message);
  });

  it('is what was written, for any sum of units a timer can wait', () => {
    const part = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom('ms', 's', 'm', 'h'));
    const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.map(([count, name]) => `${count}${name}`).join('');
        const ms = parts.reduce((sum, [count, name]) => sum + count * unit[name], 0);
        expect(ms).toBeLessThanOrEqual(MAX_DURATION_MS);
        expect(parseDuration(text)).toEqual({ ok: true, value: ms });
      }),
    );
  });

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [12_440, '12.4 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [90_000_000, '1 d 1 h'],
  ])('of %i ms is shown as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('a table', () => {
  it('aligns numbers on their decimal point and leaves no blanks at line ends', () => {
    const lines = tableLines(
      [
        { heading: 'name', align: 'left' },
        { heading: 'USDT', align: 'decimal' },
        { heading: 'n', align: 'right' },
      ],
      [
        ['a', '-12.5', '7'],
        ['long', '3', '1000'],
        ['b', '100.125', ''],
      ],
    );
    expect(lines).toEqual([
      'name     USDT     n',
      'a     -12.5       7',
      'long    3      1000',
      'b     100.125',
    ]);
  });

  it('without rows is its headings', () => {
    expect(tableLines([{ heading: 'x', align: 'decimal' }], [])).toEqual(['x']);
    expect(listLines([])).toEqual([]);
  });

  it('pads the names of a list', () => {
    expect(
      listLines([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toEqual(['a     1', 'long  2']);
  });
});

describe('numbers for people', () => {
  it('have their digits in groups', () => {
    expect([0, 999, 1000, 1234567.4, -12345].map(grouped)).toEqual([
      '0',
      '999',
      '1 000',
      '1 234 567',
      '-12 345',
    ]);
  });

  it('show a fraction as per cent', () => {
    expect(percent(0.0123)).toBe('1.230 %');
  });
});

describe('colour', () => {
  it('is used on a terminal', () => {
    expect(styleFor(true, {}, true)('bad', 'x')).toBe('\u001b[31mx\u001b[39m');
  });

  it.each([
    ['the output is no terminal', false, {}, true],
    ['NO_COLOR is set', true, { NO_COLOR: '1' }, true],
    ['NO_COLOR is set to 0, which counts too', true, { NO_COLOR: '0' }, true],
    ['the terminal is dumb', true, { TERM: 'dumb' }, true],
    ['--no-color was given', true, {}, false],
  ])('is not used when %s', (_why, isTerminal, environment, allowed) => {
    expect(styleFor(isTerminal, environment, allowed)).toBe(plainStyle);
  });

  it('is used when NO_COLOR is empty', () => {
    expect(styleFor(true, { NO_COLOR: '' }, true)).not.toBe(plainStyle);
  });
});
