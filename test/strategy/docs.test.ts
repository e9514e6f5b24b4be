import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { priceTicks } from '../../src/model/index.ts';
import { MOMENTUM_TAKER, STRATEGIES, type TakePolicy } from '../../src/strategy/index.ts';
import { usdt } from '../portfolio/sample-account.ts';
import { strategyOf } from './sample-intents.ts';
import { parameterTable } from './tables.ts';

const page = readFileSync(new URL('../../docs/strategies.md', import.meta.url), 'utf8');

describe('docs/strategies.md', () => {
  it.each(STRATEGIES.map((strategy) => [strategy.id, strategy] as const))(
    'documents every parameter of %s with bounds and default',
    (id, strategy) => {
      expect(page).toContain(`## ${id}`);
      expect(page).toContain(parameterTable(strategy));
    },
  );

  it('names the probability at which the momentum taker begins to pay', () => {
    const context = { referencePrice: priceTicks(600_000), equity: usdt('100000') };
    const { payoff, cost } = strategyOf(MOMENTUM_TAKER).policy(context) as TakePolicy;
    expect(page).toContain(`pays only with p of ${(1 + cost) / (1 + payoff)} or more`);
  });
});
