export {
  EquityCurve,
  type EquityPoint,
  type EquitySeries,
  MAX_EQUITY_POINTS,
} from './equity-curve.ts';
export {
  type CheckStatus,
  evaluateHealth,
  type HealthCheck,
  type HealthReport,
} from './health.ts';
export {
  METRICS,
  type MetricDefinition,
  type MetricFamily,
  type MetricReading,
  type MetricType,
  readMetrics,
} from './metrics.ts';
export type { DashboardDocument, ReadModel } from './ports.ts';
export { readModel } from './read-model.ts';
export { REFUSAL_WORDS } from './refusal-words.ts';
export {
  bookView,
  causeView,
  chargeView,
  closingFeeView,
  epochMs,
  fillView,
  moneyText,
  orderView,
  positionView,
  priceText,
  quantityText,
} from './rows.ts';
export * from './system-view.ts';
export { type NotTradingReason, whyNotTrading } from './why-not-trading.ts';
