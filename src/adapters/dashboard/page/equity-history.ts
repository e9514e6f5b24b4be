import { useEffect, useState } from 'preact/hooks';
import type { EquitySeries, EquityView } from '../../../observe/ports.ts';

/** How often the whole curve is read again; in between, points come with the views, ms. */
const REFRESH_MS = 60_000;

/** The curve as numbers to draw, oldest first, with times in seconds as the chart wants them. */
export interface EquityHistory {
  readonly atS: readonly number[];
  readonly equity: readonly number[];
  readonly drawdown: readonly number[];
}

const EMPTY: EquityHistory = { atS: [], equity: [], drawdown: [] };

/** Adds the equity of a view behind a curve; the same curve when it is not newer. */
export function extended(history: EquityHistory, latest: EquityView): EquityHistory {
  const atS = latest.atMs / 1_000;
  const last = history.atS.at(-1);
  if (last !== undefined && atS <= last) return history;
  return {
    atS: [...history.atS, atS],
    equity: [...history.equity, Number(latest.equity)],
    drawdown: [...history.drawdown, latest.drawdown],
  };
}

/** The last `spanS` seconds of a curve; all of it for `null`. */
export function lastSpan(history: EquityHistory, spanS: number | null): EquityHistory {
  const end = history.atS.at(-1);
  if (spanS === null || end === undefined) return history;
  const from = history.atS.findIndex((at) => at >= end - spanS);
  return {
    atS: history.atS.slice(from),
    equity: history.equity.slice(from),
    drawdown: history.drawdown.slice(from),
  };
}

/** The curve since the data directory began, kept up to date with the views. */
export function useEquityHistory(latest: EquityView | null): EquityHistory {
  const [history, setHistory] = useState(EMPTY);

  useEffect(() => {
    const read = async (): Promise<void> => {
      const response = await fetch('/api/equity').catch(() => null);
      if (!response?.ok) return;
      const series = (await response.json()) as EquitySeries;
      setHistory({
        atS: series.atMs.map((at) => at / 1_000),
        equity: series.equity.map(Number),
        drawdown: series.drawdown,
      });
    };
    void read();
    const timer = setInterval(() => void read(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);

  const atMs = latest?.atMs;
  useEffect(() => {
    if (latest !== null) setHistory((before) => extended(before, latest));
  }, [atMs]);
  return history;
}
