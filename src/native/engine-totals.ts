import { type Arena, placeOf } from './arena.ts';
import type { Region } from './layout.ts';
import { countsByStatus } from './symbol-state.ts';

/** Counters of the whole engine. */
export interface EngineTotals {
  readonly frames: number;
  readonly bytes: number;
  readonly intents: number;
  readonly intentsDropped: number;
  readonly tradesDropped: number;
  /** Frames longer than the inbox, never processed. */
  readonly oversizedFrames: number;
  /** Frames that the caller gave up, see `countDroppedFrame`. */
  readonly droppedFrames: number;
  /** WebSocket control frames that nobody took in time. */
  readonly controlFramesDropped: number;
  /** Frames stamped earlier than the one before them: they count as received with it. */
  readonly clockBackwards: number;
  /** Frames by status that concerned no known instrument. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Reads the counters that the engine keeps; the others are the caller's. */
export function readTotals(
  arena: Arena,
  control: Region,
  statuses: readonly string[],
  counted: Pick<EngineTotals, 'oversizedFrames' | 'droppedFrames'>,
): EngineTotals {
  const count = (name: string): number => arena.f64[placeOf(control, name, 'f64')]!;
  return {
    frames: count('frames'),
    bytes: count('bytes'),
    intents: count('intents'),
    intentsDropped: count('intentsDropped'),
    tradesDropped: count('tradesDropped'),
    ...counted,
    controlFramesDropped: count('controlFramesDropped'),
    clockBackwards: count('clockBackwards'),
    refused: countsByStatus(arena, placeOf(control, 'refused', 'u32'), statuses),
  };
}
