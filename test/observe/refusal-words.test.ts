import { expect, it } from 'vitest';
import { REFUSAL_WORDS } from '../../src/observe/index.ts';
import { RISK_CODES } from '../../src/risk/index.ts';

it('there are plain words for every code of risk, and for no other', () => {
  expect(Object.keys(REFUSAL_WORDS).sort()).toEqual(Object.keys(RISK_CODES).sort());
});

it('each code has its own words', () => {
  const words = Object.values(REFUSAL_WORDS);
  expect(new Set(words).size).toBe(words.length);
});

it('the words are the end of a sentence, and name no ticks, lots or times', () => {
  for (const words of Object.values(REFUSAL_WORDS)) {
    expect(words).toMatch(/^[a-z][a-z ,-]{10,80}[a-z]$/);
    expect(words).not.toMatch(/\b(ticks?|lots?|mark)\b/);
  }
});
