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

/** The longest that a run is waited for to do what the test is about. */
const LIMIT_MS = 50_000;

/** A paper run that ends by itself once it has sent so many orders. Errors: not within 50 s. */
export async function paperRunUntil(config: Bot4Config, orders: number): Promise<RunSummary> {
  const stop = new AbortController();
  let sent = 0;
  const onLine = (line: string): void => {
    if (line.startsWith('order b4-')) sent += 1;
    if (sent >= orders) stop.abort();
  };
  const loud = { ...config, logLevel: 'debug' } as const;
  const summary = await runPaper(loud, { durationMs: LIMIT_MS, onLine, signal: stop.signal });
  if (sent < orders) throw new Error(`${sent} orders, not ${orders}, in ${LIMIT_MS} ms`);
  return summary;
}

/**
 * A paper run that is stopped half a second after it first said something of a kind.
 *
 * Errors: it said nothing of the kind within 50 s.
 */
export async function paperRunUntilSaid(config: Bot4Config, pattern: RegExp): Promise<RunSummary> {
  const stop = new AbortController();
  const said: string[] = [];
  let timer: NodeJS.Timeout | null = null;
  const onLine = (line: string): void => {
    said.push(line);
    if (timer === null && pattern.test(line)) timer = setTimeout(() => stop.abort(), 500);
  };
  const summary = await runPaper(config, { durationMs: LIMIT_MS, onLine, signal: stop.signal });
  if (timer === null) throw new Error(`never said ${pattern}:\n${said.join('\n')}`);
  return summary;
}
