import type { EngineTotals } from '../../native/index.ts';

/** What the engine lost since its start because there was no room for it, by kind. */
export const lossesOf = (totals: EngineTotals): Readonly<Record<string, number>> => ({
  frames: totals.droppedFrames,
  'oversized-frames': totals.oversizedFrames,
  intents: totals.intentsDropped,
  trades: totals.tradesDropped,
  'control-frames': totals.controlFramesDropped,
});
