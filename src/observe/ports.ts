import type { EquitySeries } from './equity-curve.ts';
import type { HealthReport } from './health.ts';
import type { MetricFamily } from './metrics.ts';
import type { EpochMs, SystemView } from './system-view.ts';
import type { NotTradingReason } from './why-not-trading.ts';

export type { EquitySeries } from './equity-curve.ts';
export type { CheckStatus, HealthCheck, HealthReport } from './health.ts';
export type { MetricFamily, MetricReading, MetricType } from './metrics.ts';
export type * from './system-view.ts';
export type { NotTradingReason } from './why-not-trading.ts';

/** What one frame of the dashboard says: the view and what follows from it. */
export interface DashboardDocument {
  readonly view: SystemView;
  /** Why no new position is opened, the most important first; empty when nothing holds it back. */
  readonly whyNotTrading: readonly NotTradingReason[];
  readonly health: HealthReport;
}

/** Where an adapter that shows the system gets its facts. Reading changes nothing. */
export interface ReadModel {
  /** The latest view and what follows from it at `nowMs`. */
  document(nowMs: EpochMs): DashboardDocument;
  /** The equity curve since the data directory began. */
  equity(): EquitySeries;
  /** Every metric with its readings, in a stable order. */
  metrics(): readonly MetricFamily[];
}
