import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeTable, limitTable } from './tables.ts';

const page = readFileSync(new URL('../../docs/risk.md', import.meta.url), 'utf8');

describe('docs/risk.md', () => {
  it('documents every code with its meaning', () => {
    expect(page).toContain(codeTable());
  });

  it('documents every limit with bounds and default', () => {
    expect(page).toContain(limitTable());
  });
});
