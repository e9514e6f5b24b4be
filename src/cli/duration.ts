import { err, ok, type Result } from '../core/index.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Longest duration that a timer can wait, ms (2^31 - 1, 24.8 days). */
export const MAX_DURATION_MS = 2_147_483_647;

/**
 * Reads a duration such as `30s`, `5m`, `2h`, `1h30m` or `250ms`, in ms.
 *
 * Errors:  in words, for anything else, for zero, and above `MAX_DURATION_MS`.
 */
export function parseDuration(text: string): Result<number, string> {
  const example = 'write it like 30s, 5m, 2h or 1h30m';
  if (/^\d+(\.\d+)?$/.test(text))
    return err(`a duration needs a unit: ${text}s, ${text}m or ${text}h`);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return err(`it is not a duration; ${example}`);
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(count) * UNIT_MS[unit!]!;
  }
  const rounded = Math.round(total);
  if (rounded < 1) return err(`a duration is at least 1ms; ${example}`);
  if (rounded > MAX_DURATION_MS) return err('a duration is at most 24d');
  return ok(rounded);
}

/** Writes a duration for people with two units at most: `350 ms`, `12.4 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(ms / 3_600_000);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
