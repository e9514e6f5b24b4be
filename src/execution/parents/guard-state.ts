import { canonicalJson } from '../../core/index.ts';
import type { PlainRecord } from '../../model/index.ts';
import { type ParentAction, WIND_DOWN } from '../parent-machine.ts';

/** What a guard remembers: all that its children do not tell. */
export interface GuardState {
  /** Why it is closing by now; null while it waits. */
  readonly cause: string | null;
  /** Volatility that its distances are made of, fraction per sqrt(s); null while not known. */
  readonly sigma: number | null;
  /** Best price that the market reached on the side of the gain, ticks; null before the first. */
  readonly water: number | null;
  /** Trailing stop at the moment its volatility became known: it stays at least there; null: none. */
  readonly floor: number | null;
  /** Filled lots of the entry that `sigma` was read at. */
  readonly pricedLots: number;
  /** Since when there is something to guard, ms after the opening; null before. */
  readonly guardedAtMs: number | null;
  /** Why it is to come to its end; null when nobody asked. */
  readonly windDown: string | null;
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Reads a guard's memory; an empty one is that of the beginning. */
export const guardState = (memory: PlainRecord): GuardState => ({
  cause: textOf(memory['cause']),
  sigma: numberOf(memory['sigma']),
  water: numberOf(memory['water']),
  floor: numberOf(memory['floor']),
  pricedLots: numberOf(memory['pricedLots']) ?? 0,
  guardedAtMs: numberOf(memory['guardedAtMs']),
  windDown: textOf(memory[WIND_DOWN]),
});

/** The action that keeps a changed state; none when nothing changed. */
export function rememberChange(before: GuardState, after: GuardState): readonly ParentAction[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const { windDown, ...rest } = after;
  const memory = windDown === null ? { ...rest } : { ...rest, [WIND_DOWN]: windDown };
  return [{ kind: 'remember', memory }];
}
