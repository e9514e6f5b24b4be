import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HUMAN_CAUSES } from '../../src/safety/index.ts';
import { causeTable, thresholdTable } from './tables.ts';

const page = readFileSync(new URL('../../docs/safety.md', import.meta.url), 'utf8');

describe('docs/safety.md', () => {
  it('names every cause that people raise', () => {
    for (const id of Object.values(HUMAN_CAUSES)) expect(page).toContain(`\`${id}\``);
  });

  it('documents every automatic cause and how it ends', () => {
    expect(page).toContain(causeTable());
  });

  it('documents every threshold with bounds and default', () => {
    expect(page).toContain(thresholdTable());
  });
});
