import type { EquitySeries } from './equity-curve.ts';
import { evaluateHealth } from './health.ts';
import { readMetrics } from './metrics.ts';
import type { ReadModel } from './ports.ts';
import type { SystemView } from './system-view.ts';
import { whyNotTrading } from './why-not-trading.ts';

/**
 * Makes what the dashboard reads from the latest view and the equity curve.
 *
 * `view` returns the latest finished view and is cheap; it is called several times a second.
 */
export function readModel(sources: {
  readonly view: () => SystemView;
  readonly equity: () => EquitySeries;
}): ReadModel {
  return {
    document(nowMs) {
      const view = sources.view();
      return {
        view,
        whyNotTrading: whyNotTrading(view),
        health: evaluateHealth(view, nowMs),
      };
    },
    equity: () => sources.equity(),
    metrics: () => readMetrics(sources.view()),
  };
}
