import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ambiguityCampaign } from './ambiguity.ts';
import { discrepancyTable } from './discrepancies.ts';
import { reconciliationCampaign } from './reconciliation.ts';
import { record, replay } from './replay.ts';
import { describeSeed, simulate } from './simulation.ts';
import { simulationCampaign } from './simulations.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bot4-replay-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const quiet = (): void => {};

describe('the simulation of the whole system', () => {
  it('keeps every promise over 40 seeds of faults, standstills and restarts', () => {
    const { counts, failures } = simulationCampaign({ seed: 1_000, count: 40, progress: quiet });
    expect(failures).toEqual([]);
    expect(counts['seeds']).toBe(40);
    expect(counts['orders']).toBeGreaterThan(500);
    expect(counts['fills']).toBeGreaterThan(50);
    expect(counts['inDoubt']).toBeGreaterThan(20);
    expect(counts['restarts']).toBeGreaterThan(3);
  }, 120_000);

  it('lives through the same again for the same seed, and through something else for another', () => {
    const [one, again, other] = [7, 7, 8].map((seed) => simulate(seed));
    expect(again).toEqual(one);
    expect(other?.stateHash).not.toBe(one?.stateHash);
    expect(describeSeed(7)).toBe(describeSeed(7));
  });
});

describe('reconciliation', () => {
  it('resolves or refuses every kind of discrepancy, with its reason, on five random accounts', () => {
    const { counts, failures } = reconciliationCampaign({ seed: 1, count: 5, progress: quiet });
    expect(failures).toEqual([]);
    expect(counts['kinds']).toBeGreaterThanOrEqual(25);
    expect(counts['cases']).toBe(5 * (counts['kinds']! - 1) + 1);
  });

  it('stands in docs/orders.md with every kind and what is said of it', () => {
    const page = readFileSync(new URL('../../docs/orders.md', import.meta.url), 'utf8');
    expect(page).toContain(discrepancyTable());
  });
});

it('300 orders of which 5 % get no answer: none twice, all reserved while unknown, all resolved', () => {
  const { counts, failures } = ambiguityCampaign({ seed: 3, count: 300, progress: quiet });
  expect(failures).toEqual([]);
  expect(counts).toMatchObject({ duplicates: 0, unresolved: 0 });
  expect(counts['inDoubt']).toBeGreaterThan(5);
});

it('20,000 recorded inputs lead to the same state, events and orders when they are replayed', () => {
  const path = join(scratch, 'inputs');
  const run = record(path, 11, 20_000);
  expect(run.inputs).toBe(20_000);
  expect(run.events).toBeGreaterThan(1_000);
  expect(replay(path)).toEqual(run);
});
