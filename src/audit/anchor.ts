import { canonicalJson, err, ok, type Result } from '../core/index.ts';
import { authenticate, type ChainHead } from './entry.ts';

/** The end of the log as it was last made durable, kept apart from the log. */
export interface AuditAnchor extends ChainHead {
  /** Length of the log up to that entry, bytes. */
  readonly bytes: number;
  /** Highest journal entry that the log covers up to there. */
  readonly journalSeq: bigint;
  /** HMAC-SHA-256 of the other members; lower-case hex. */
  readonly mac: string;
}

/** What `mac` of an anchor must be. */
export function anchorMac(key: Uint8Array, anchor: Omit<AuditAnchor, 'mac'>): string {
  const { count, hash, bytes, journalSeq } = anchor;
  return authenticate(key, canonicalJson({ bytes, count, hash, journalSeq }));
}

/** Writes an anchor as one line of canonical JSON. */
export const encodeAnchor = (key: Uint8Array, anchor: Omit<AuditAnchor, 'mac'>): string =>
  `${canonicalJson({ ...anchor, mac: anchorMac(key, anchor) })}\n`;

const HEX = /^[0-9a-f]{64}$/;

/** Reads an anchor; says in words what is wrong with any other text. */
export function decodeAnchor(content: string): Result<AuditAnchor, string> {
  let json: Partial<Record<string, unknown>> | null;
  try {
    json = JSON.parse(content) as Partial<Record<string, unknown>> | null;
  } catch {
    return err('the anchor is not JSON');
  }
  const { bytes, count, hash, journalSeq, mac } = json ?? {};
  const whole = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) >= 0;
  if (!whole(bytes) || !whole(count)) return err('the anchor has no whole `bytes` and `count`');
  if (typeof hash !== 'string' || !HEX.test(hash)) return err('the anchor has no `hash`');
  if (typeof mac !== 'string' || !HEX.test(mac)) return err('the anchor has no `mac`');
  if (typeof journalSeq !== 'string' || !/^\d{1,20}$/.test(journalSeq)) {
    return err('the anchor has no `journalSeq`');
  }
  return ok({ bytes, count, hash, mac, journalSeq: BigInt(journalSeq) });
}
