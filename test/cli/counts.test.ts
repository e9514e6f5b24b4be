import { expect, it } from 'vitest';
import { countOf } from '../../src/cli/render/money-lines.ts';

it('counts have their noun in the right number', () => {
  expect([0, 1, 2, 1_204].map((n) => countOf(n, 'entry', 'entries'))).toEqual([
    '0 entries',
    '1 entry',
    '2 entries',
    '1 204 entries',
  ]);
  expect(countOf(1, 'message')).toBe('1 message');
});
