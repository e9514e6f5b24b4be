import type { Brand } from './brand.ts';

/** Nanoseconds since 1970-01-01 UTC, taken from an event, never from a clock inside the core. */
export type EventTimeNs = Brand<bigint, 'EventTimeNs'>;

/** Nanoseconds per millisecond. */
export const NS_PER_MS = 1_000_000n;

/** Nanoseconds per second. */
export const NS_PER_S = 1_000_000_000n;

/** Brands a bigint as event time, in ns since the epoch. */
export const eventTime = (ns: bigint): EventTimeNs => ns as EventTimeNs;

/** Adds a duration in milliseconds, kept to the nanosecond. */
export const addMs = (at: EventTimeNs, ms: number): EventTimeNs =>
  (at + BigInt(Math.round(ms * 1e6))) as EventTimeNs;

/** Milliseconds from `earlier` to `later`; negative when the order is the other way round. */
export const msBetween = (earlier: EventTimeNs, later: EventTimeNs): number =>
  Number(later - earlier) / 1e6;

/** ISO 8601 with milliseconds, for people and logs. */
export const toIso = (at: EventTimeNs): string => new Date(Number(at / NS_PER_MS)).toISOString();
