import { describe, expect, it } from 'vitest';
import { closestTo, editDistance } from '../../../src/core/config/index.ts';
import fc from '../../fast-check.ts';

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['port', 'prot', 1],
    ['port', 'ports', 1],
    ['dashbord', 'dashboard', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is zero for equal words alone, symmetric, and at most the longer length', () => {
    const words = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(words, words, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('counts one edit for one insertion, deletion, change or swap of neighbours', () => {
    const word = fc.string({ minLength: 3, maxLength: 10, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, fc.nat(), (text, at) => {
        const i = at % (text.length - 1);
        const swapped = `${text.slice(0, i)}${text[i + 1]}${text[i]}${text.slice(i + 2)}`;
        expect(editDistance(text, swapped)).toBe(swapped === text ? 0 : 1);
        expect(editDistance(text, `${text.slice(0, i)}x${text.slice(i)}`)).toBe(1);
        expect(editDistance(text, text.slice(0, i) + text.slice(i + 1))).toBe(1);
      }),
    );
  });
});

describe('the likely intention', () => {
  const settings = ['port', 'host', 'enabled', 'maxOrderNotional', 'maxPositionNotional'];

  it.each([
    ['prot', 'port'],
    ['PORT', 'port'],
    ['hsot', 'host'],
    ['enabeld', 'enabled'],
    ['maxOrdrNotional', 'maxOrderNotional'],
    ['max_order_notional', 'maxOrderNotional'],
  ])('behind %s is %s', (typed, meant) => {
    expect(closestTo(typed, settings)).toBe(meant);
  });

  it('is not guessed where nothing is near', () => {
    expect(closestTo('leverage', settings)).toBeNull();
    expect(closestTo('x', settings)).toBeNull();
    expect(closestTo('', settings)).toBeNull();
  });

  it('is not looked for behind words above 100 characters, which keeps its cost bounded', () => {
    const long = 'a'.repeat(101);
    expect(closestTo(long, [long])).toBeNull();
  });
});
