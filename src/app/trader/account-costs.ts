import type { CostTerms } from '../../execution/index.ts';
import type { Bot4Config } from '../config.ts';

/**
 * What the simulated account pays, for the cost model. The impact is the square-root law over what is
 * displayed at the touch, with a coefficient that nothing was fitted to.
 */
export const accountCosts = ({ simulator }: Pick<Bot4Config, 'simulator'>): CostTerms => ({
  makerFee: Number(simulator.makerFeeE8) / 1e8,
  takerFee: Number(simulator.takerFeeE8) / 1e8,
  latencyMs: simulator.latency.orderMs,
  impact: { kind: 'square-root', coefficient: 1 },
});
