import type { InstrumentId } from './instrument.ts';
import type { Side, StrategyId } from './order.ts';
import type { PlainRecord } from './parent.ts';
import type { QtyLots } from './units.ts';

/**
 * An order that lives in this process and works through child orders. What its machine needs beside
 * the common terms stands in `terms`.
 */
export interface ParentSpec {
  /** Names the machine, for example `bracket`. */
  readonly kind: string;
  readonly instrument: InstrumentId;
  /** Owner of the children. */
  readonly strategy: StrategyId;
  /** Side of the main child: the entry of a bracket, the exit of a stop. */
  readonly side: Side;
  /** The most that the children of the main side may ever fill. */
  readonly quantity: QtyLots;
  readonly terms: PlainRecord;
}
