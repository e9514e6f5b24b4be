import type { InstrumentId } from '../../model/index.ts';
import type { IntentRecord } from '../../native/index.ts';
import type { Intent } from '../../strategy/index.ts';

/** The intent of the engine as a strategy takes it: an object to keep, of the named instrument. */
export function strategyIntent(record: IntentRecord, instrument: InstrumentId): Intent {
  const { at, probability, edge, reasonBits } = record;
  // Both literals name every field: a copy of a common part by spreading costs ten times as much.
  if (record.kind === 'take') {
    const { side, price, quantity } = record;
    return { kind: 'take', instrument, at, probability, edge, reasonBits, side, price, quantity };
  }
  const { bid, ask } = record;
  return { kind: 'quote', instrument, at, probability, edge, reasonBits, bid, ask };
}
