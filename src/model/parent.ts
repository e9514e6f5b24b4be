import type { Brand } from '../core/index.ts';

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
