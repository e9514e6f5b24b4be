import {
  canonicalJson,
  err,
  type Json,
  type JsonBytes,
  ok,
  putCanonicalJson,
  type Result,
} from '../core/index.ts';
import type { DomainEvent, JournalEntry } from '../model/index.ts';
import { hashState } from './checkpoint.ts';
import { decodeEvent, encodeEvent, putEvent } from './event-codec.ts';
import { big, literal, ShapeError, struct, text } from './shape.ts';

/** The whole state after one entry, so that recovery need not begin at the beginning. */
export interface Checkpoint {
  /** The last entry whose effect the state holds; 0 before the first. */
  readonly seq: bigint;
  /** Bigints come back from the disk as decimal strings. */
  readonly state: Json;
  /** SHA-256 of the state's canonical JSON, lower-case hex. */
  readonly stateHash: string;
}

/** What one record of a segment holds. */
export type JournalRecord =
  | { readonly kind: 'entry'; readonly entry: JournalEntry }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  /** Everything in the segments before this one is known to be on the disk. */
  | { readonly kind: 'sealed'; readonly seq: bigint };

/** A record whose checksum holds but whose content is not a journal record. */
export interface RecordFailure {
  readonly code: 'record-shape' | 'event-shape' | 'state-hash';
  readonly detail: string;
}

const sealed = struct<{ kind: 'sealed'; seq: bigint }>({ kind: literal('sealed'), seq: big() });
const checkpointHead = struct<{ kind: 'checkpoint'; seq: bigint; stateHash: string }>({
  kind: literal('checkpoint'),
  seq: big(),
  stateHash: text(),
});
const seqShape = big<bigint>();

/** Payload of an entry record: `{"event":{..},"seq":".."}`, canonical JSON. */
export const encodeEntry = (entry: JournalEntry): string =>
  `{"event":${encodeEvent(entry.event)},"seq":"${entry.seq}"}`;

const EVENT = Buffer.from('{"event":');
const SEQ = Buffer.from(',"seq":');
const CLOSING_BRACE = 0x7d;

/** Writes the same bytes as `encodeEntry` behind what `out` holds. */
export function putEntry(seq: bigint, event: DomainEvent, out: JsonBytes): void {
  out.raw(EVENT);
  putEvent(event, out);
  out.raw(SEQ);
  out.bigint(seq);
  out.byte(CLOSING_BRACE);
}

/** Payload of a checkpoint record; the state hash is computed here. */
export function encodeCheckpoint(seq: bigint, state: Json): string {
  const written = canonicalJson(state);
  const stateHash = hashState(written);
  return `{"kind":"checkpoint","seq":"${seq}","state":${written},"stateHash":"${stateHash}"}`;
}

const CHECKPOINT_SEQ = Buffer.from('{"kind":"checkpoint","seq":');
const STATE = Buffer.from(',"state":');
const STATE_HASH = Buffer.from(',"stateHash":"');
const HASH_END = Buffer.from('"}');

/** Writes the same bytes as `encodeCheckpoint` behind what `out` holds. */
export function putCheckpoint(seq: bigint, state: Json, out: JsonBytes): void {
  out.raw(CHECKPOINT_SEQ);
  out.bigint(seq);
  out.raw(STATE);
  const start = out.length;
  putCanonicalJson(state, out);
  const stateHash = hashState(out.bytes.subarray(start, out.length));
  out.raw(STATE_HASH);
  out.latin1(stateHash);
  out.raw(HASH_END);
}

/** Payload of the record that says the earlier segments are durable. */
export const encodeSealed = (seq: bigint): string => sealed.write({ kind: 'sealed', seq });

/** Reads a record's payload. A checkpoint whose state does not have its hash is refused. */
export function decodeRecord(payload: Uint8Array): Result<JournalRecord, RecordFailure> {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString());
  } catch (cause) {
    return err({ code: 'record-shape', detail: `the record is not JSON: ${String(cause)}` });
  }
  try {
    return decodeJson(json);
  } catch (cause) {
    if (cause instanceof ShapeError) return err({ code: 'record-shape', detail: cause.message });
    throw cause;
  }
}

function decodeJson(json: unknown): Result<JournalRecord, RecordFailure> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ShapeError('record is not an object');
  }
  const { kind, event, state, ...rest } = json as Record<string, unknown>;
  if (kind === 'sealed') {
    return ok({ kind: 'sealed', seq: sealed.read(json, 'record').seq });
  }
  if (kind === 'checkpoint') {
    if (state === undefined) throw new ShapeError('record.state is missing');
    const head = checkpointHead.read({ kind, ...rest }, 'record');
    const found = hashState(canonicalJson(state));
    if (found !== head.stateHash) {
      const detail = `checkpoint ${head.seq} has state hash ${found}, it says ${head.stateHash}`;
      return err({ code: 'state-hash', detail });
    }
    const { seq, stateHash } = head;
    return ok({ kind: 'checkpoint', checkpoint: { seq, state: state as Json, stateHash } });
  }
  const unknown = Object.keys(rest).find((key) => key !== 'seq');
  if (kind !== undefined || unknown !== undefined) {
    throw new ShapeError(`record.${unknown ?? 'kind'} is not a member of an entry`);
  }
  const seq = seqShape.read(rest['seq'], 'record.seq');
  if (seq < 1n) throw new ShapeError(`record.seq is ${seq}, must be at least 1`);
  const decoded = decodeEvent(event);
  if (!decoded.ok) return decoded;
  return ok({ kind: 'entry', entry: { seq, event: decoded.value } });
}

/** Kind and sequence number of a record, without decoding its content. */
export interface RecordGlance {
  readonly kind: JournalRecord['kind'];
  readonly seq: bigint;
}

const OPENINGS = [
  { kind: 'entry', opening: '{"event":' },
  { kind: 'checkpoint', opening: '{"kind":"checkpoint","seq":"' },
  { kind: 'sealed', opening: '{"kind":"sealed","seq":"' },
] as const;

/**
 * Reads only kind and sequence number of a record: canonical JSON puts them at fixed places.
 * Null when the bytes are no record of this format.
 */
export function glanceAtRecord(payload: Uint8Array): RecordGlance | null {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const head = bytes.toString('latin1', 0, 64);
  for (const { kind, opening } of OPENINGS) {
    if (!head.startsWith(opening)) continue;
    const digits =
      kind === 'entry'
        ? /"seq":"(\d{1,20})"\}$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 32)))
        : /^(\d{1,20})"/.exec(head.slice(opening.length));
    return digits === null ? null : { kind, seq: BigInt(digits[1]!) };
  }
  return null;
}
