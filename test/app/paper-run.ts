import type { Bot4Config } from '../../src/app/config.ts';
import type { RunSummary } from '../../src/app/contracts.ts';
import { runPaper } from '../../src/app/paper.ts';
import { configFor } from './virtual-world.ts';

/** A signal that is never raised. */
export const unstopped = (): AbortSignal => new AbortController().signal;

/** The configuration of a paper service without database and page on a fresh directory. */
export const paperConfig = (settings: Readonly<Record<string, string>> = {}): Bot4Config =>
  configFor({ 'database.mode': 'none', 'dashboard.enabled': 'false', ...settings });

/** A paper run in this process, on real time. */
export const paperRun = (
  config: Bot4Config,
  durationMs: number,
  onLine: (line: string) => void = () => {},
): Promise<RunSummary> => runPaper(config, { durationMs, onLine, signal: unstopped() });

/** A paper run that ends by itself once it has sent so many orders, or after half a minute. */
export function paperRunUntil(config: Bot4Config, orders: number): Promise<RunSummary> {
  const stop = new AbortController();
  let sent = 0;
  const onLine = (line: string): void => {
    if (line.startsWith('order b4-')) sent += 1;
    if (sent >= orders) stop.abort();
  };
  const loud = { ...config, logLevel: 'debug' } as const;
  return runPaper(loud, { durationMs: 30_000, onLine, signal: stop.signal });
}
