import type { Brand } from '../core/index.ts';
import type { InstrumentId } from './instrument.ts';
import type { Side, StrategyId } from './order.ts';
import type { QtyLots } from './units.ts';

/** Our id of a parent order: unique over all runs, since it carries the fsynced run epoch. */
export type ParentOrderId = Brand<string, 'ParentOrderId'>;

/** What survives a journal as it was: no bigint (it would come back as text) and no `undefined`. */
export type PlainJson =
  | null
  | boolean
  | number
  | string
  | readonly PlainJson[]
  | { readonly [key: string]: PlainJson };

/** Named plain values: the terms of a parent order, or what its machine must remember. */
export type PlainRecord = { readonly [key: string]: PlainJson };

/** Which parent order a child works for, and as what: `entry`, `stop`, `slice` ... */
export interface ParentLink {
  readonly id: ParentOrderId;
  readonly role: string;
}

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
