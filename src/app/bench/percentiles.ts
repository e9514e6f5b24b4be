import type { NativePercentiles } from './addon.ts';
import { quantile } from './paired.ts';
import type { PercentilesNs } from './report.ts';

/** A percentile beyond 95 %, or null where fewer than one of `n` values would lie beyond it. */
export const carried = (value: number, part: number, n: number): number | null =>
  n * (1 - part) >= 1 - 1e-9 ? value : null;

/** Without the percentiles that so few values cannot carry. */
export const carriedPercentiles = (found: NativePercentiles): PercentilesNs => ({
  ...found,
  p99: carried(found.p99, 0.99, found.n),
  p999: carried(found.p999, 0.999, found.n),
  p9999: carried(found.p9999, 0.9999, found.n),
});

/** Percentiles of values, by nearest rank. */
export const percentilesOf = (values: readonly number[]): PercentilesNs =>
  carriedPercentiles({
    p50: quantile(values, 0.5),
    p90: quantile(values, 0.9),
    p95: quantile(values, 0.95),
    p99: quantile(values, 0.99),
    p999: quantile(values, 0.999),
    p9999: quantile(values, 0.9999),
    max: Math.max(...values),
    n: values.length,
  });
