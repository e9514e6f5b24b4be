import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RETAINED_FINISHED_ORDERS, transitionTable } from '../../src/execution/index.ts';
import { FILL_WINDOW } from '../../src/portfolio/index.ts';

const page = readFileSync(new URL('../../docs/orders.md', import.meta.url), 'utf8');

describe('docs/orders.md', () => {
  it('prints the state machine as the code has it', () => {
    expect(page).toContain(transitionTable());
  });

  it('names how much is kept', () => {
    expect(page).toContain(`latest ${RETAINED_FINISHED_ORDERS.toLocaleString('en')} finished`);
    expect(page).toContain(`latest ${FILL_WINDOW.toLocaleString('en')} fills`);
  });
});
