import { readFileSync, readlinkSync } from 'node:fs';

/** One process, told apart from a later one with the same pid by when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot (`/proc/<pid>/stat`, field 22). */
  readonly startedAt: string;
}

/** The process that has a pid now; null when none has, or when it only waits to be reaped. */
export function processWithPid(pid: number): ProcessIdentity | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name stands in parentheses and may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === 'Z' || state === 'X') return null;
    return { pid, startedAt: fields[19] ?? '' };
  } catch {
    return null;
  }
}

/** Whether exactly this process still runs. */
export const isRunning = (process: ProcessIdentity): boolean =>
  processWithPid(process.pid)?.startedAt === process.startedAt;

/** The working directory of a process; null when it is gone or not ours to look at. */
export function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Waits `ms` milliseconds. */
export const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Ends exactly this process: each signal in turn, with its limit in ms, until it is gone. Gives
 * whether it is.
 */
export async function endProcess(
  target: ProcessIdentity,
  steps: readonly { readonly signal: NodeJS.Signals; readonly limitMs: number }[],
): Promise<boolean> {
  for (const { signal, limitMs } of steps) {
    const deadline = performance.now() + limitMs;
    if (!isRunning(target)) return true;
    try {
      process.kill(target.pid, signal);
    } catch {
      // It ended between the look and the signal, or it is not ours to end; the look below tells.
    }
    while (performance.now() < deadline) {
      if (!isRunning(target)) return true;
      await delay(10);
    }
  }
  return !isRunning(target);
}
