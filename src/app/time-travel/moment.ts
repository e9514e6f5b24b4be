import { type EventTimeNs, err, eventTime, ok, type Result } from '../../core/index.ts';

/** A place in a journal: after an entry, or as it was known at a time. */
export type Moment =
  | { readonly kind: 'seq'; readonly seq: bigint }
  | { readonly kind: 'time'; readonly at: EventTimeNs };

/** Numbers from here on are nanoseconds since the epoch (1970-01-12 and later), below it entries. */
const FIRST_TIME = 10n ** 15n;

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * Reads a moment: the number of a journal entry, nanoseconds since the epoch, or ISO 8601 with up to
 * nine decimals of a second (UTC unless it says otherwise).
 *
 * Errors:  in words.
 */
export function parseMoment(text: string): Result<Moment, string> {
  if (/^\d{1,19}$/.test(text)) {
    const number = BigInt(text);
    if (number < FIRST_TIME) return ok({ kind: 'seq', seq: number });
    return ok({ kind: 'time', at: eventTime(number) });
  }
  const match = ISO.exec(text);
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match ?? [];
  const ms = match === null ? Number.NaN : Date.parse(`${date}T${minutes}:${seconds}.000${zone}`);
  // Date.parse takes 30 February for 2 March.
  const day = match === null ? Number.NaN : Date.parse(`${date}T00:00:00.000Z`);
  const exists = Number.isFinite(day) && new Date(day).toISOString().startsWith(date ?? '');
  if (!Number.isFinite(ms) || !exists) {
    return err(
      'write the number of an entry, ns since the epoch, or a time like 2026-01-02T03:04:05.678Z',
    );
  }
  return ok({
    kind: 'time',
    at: eventTime(BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))),
  });
}
