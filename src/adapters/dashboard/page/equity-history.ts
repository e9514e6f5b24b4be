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

/** A pause of so many usual intervals is a stop, but none shorter than `SHORTEST_STOP_S`. */
const STOP_INTERVALS = 10;
const SHORTEST_STOP_S = 10;

/** A pause longer than this is a stop, unless the curve is thinned to intervals of that size. */
const LONG_PAUSE_S = 120;
const LONG_PAUSE_INTERVALS = 4;

/** How many intervals before and behind a pause say what is usual there. */
const NEIGHBOURS = 6;

/**
 * The indexes of the points behind which the samples stop for a while, so that no line is drawn to
 * the next point. What is usual is the median interval nearby: old parts of the curve are thinned.
 */
export function stopsIn(atS: ArrayLike<number>): number[] {
  const pauses = Array.from({ length: Math.max(0, atS.length - 1) }, (_, index) => {
    return atS[index + 1]! - atS[index]!;
  });
  const stops: number[] = [];
  pauses.forEach((pause, index) => {
    if (pause <= SHORTEST_STOP_S) return;
    const nearby = pauses
      .slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1)
      .sort((a, b) => a - b);
    const usual = nearby[(nearby.length - 1) >> 1]!;
    const allowed = Math.min(
      usual * STOP_INTERVALS,
      Math.max(LONG_PAUSE_S, usual * LONG_PAUSE_INTERVALS),
    );
    if (pause > Math.max(SHORTEST_STOP_S, allowed)) stops.push(index);
  });
  return stops;
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
