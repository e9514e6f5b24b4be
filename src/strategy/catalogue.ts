import { AVELLANEDA_STOIKOV } from './avellaneda-stoikov.ts';
import { MOMENTUM_TAKER } from './momentum-taker.ts';
import type { StrategyDefinition } from './strategy.ts';

/** Every strategy that configuration may name, in the order shown to people. */
export const STRATEGIES: readonly StrategyDefinition[] = [AVELLANEDA_STOIKOV, MOMENTUM_TAKER];

/** Finds a strategy by its id; null when there is none. */
export const findStrategy = (id: string): StrategyDefinition | null =>
  STRATEGIES.find((strategy) => strategy.id === id) ?? null;
