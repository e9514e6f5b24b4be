import { createHmac, hash as digest } from 'node:crypto';
import { canonicalJson, type EventTimeNs, type Json } from '../core/index.ts';

/** What somebody or something did, before it stands in the chain. */
export interface AuditDraft {
  readonly at: EventTimeNs;
  /** Who: `service`, `safety`, `human`, `hardware`, `venue` or `strategy:<id>`. */
  readonly actor: string;
  /** What, as a stable word, for example `cause-raised`. */
  readonly action: string;
  /** The facts of the action. */
  readonly detail: Json;
  /** Journal entry that it is about; null when there is none. */
  readonly journalSeq: bigint | null;
}

/** An entry in its place in the chain. */
export interface AuditEntry extends AuditDraft {
  /** Place in the log, from 1 without gaps. */
  readonly seq: number;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly prevHash: string;
  /** SHA-256 of the canonical JSON of all other members except `mac`; lower-case hex. */
  readonly hash: string;
}

/** A log's end: how many entries, and the hash of the last one. */
export interface ChainHead {
  readonly count: number;
  readonly hash: string;
}

/** The head of an empty log. */
export const EMPTY_HEAD: ChainHead = { count: 0, hash: '0'.repeat(64) };

/** HMAC-SHA-256 of a hash or a canonical text; lower-case hex. */
export const authenticate = (key: Uint8Array, content: string): string =>
  createHmac('sha256', key).update(content).digest('hex');

const sha256 = (bytes: Uint8Array): string => digest('sha256', bytes, 'hex');

/**
 * Puts a draft behind `head`: gives the entry and its line (canonical JSON, no line break). The line
 * also carries `mac`, the HMAC-SHA-256 of the hash: without the key nobody can rebuild a chain.
 */
export function chainEntry(
  head: ChainHead,
  draft: AuditDraft,
  key: Uint8Array,
): { readonly entry: AuditEntry; readonly line: string } {
  const { at, actor, action, detail, journalSeq } = draft;
  const seq = head.count + 1;
  const opening = canonicalJson({ action, actor, at, detail }).slice(0, -1);
  const journal = `"journalSeq":${journalSeq === null ? 'null' : `"${journalSeq}"`}`;
  const closing = `"prevHash":"${head.hash}","seq":${seq}}`;
  const hash = sha256(Buffer.from(`${opening},${journal},${closing}`));
  const mac = authenticate(key, hash);
  return {
    entry: { at, actor, action, detail, journalSeq, seq, prevHash: head.hash, hash },
    line: `${opening},"hash":"${hash}",${journal},"mac":"${mac}",${closing}`,
  };
}

/** The chained members of a line and the text that its hash covers. */
export interface ChainLink {
  readonly seq: number;
  readonly prevHash: string;
  readonly hash: string;
  readonly mac: string;
  readonly journalSeq: bigint | null;
  /** SHA-256 of what the line says apart from `hash` and `mac`. */
  readonly found: string;
}

const HASH = ',"hash":"';
const JOURNAL = '","journalSeq":';
const MAC = ',"mac":"';
const PREVIOUS = '","prevHash":"';
const SEQ = '","seq":';
const HASH_DIGITS = 64;

/**
 * Reads the chained members of a line without parsing its detail: canonical JSON puts them at its
 * end. Null when the line is not of this form.
 *
 * `line` holds one character for each byte (Latin-1), so that the hash covers the bytes themselves
 * and not what a decoder made of them.
 */
export function readLink(line: string): ChainLink | null {
  // From the end: no member behind the detail can hold a quotation mark of its own.
  const seqAt = line.lastIndexOf(SEQ);
  const previousAt = seqAt - HASH_DIGITS - PREVIOUS.length;
  const macAt = previousAt - HASH_DIGITS - MAC.length;
  const journalAt = line.lastIndexOf(JOURNAL, macAt);
  const hashAt = journalAt - HASH_DIGITS - HASH.length;
  if (
    hashAt <= 0 ||
    !line.startsWith('{"action":"') ||
    !line.startsWith(PREVIOUS, previousAt) ||
    !line.startsWith(MAC, macAt) ||
    !line.startsWith(HASH, hashAt)
  ) {
    return null;
  }
  const seq = Number(line.slice(seqAt + SEQ.length, -1));
  const journal = line.slice(journalAt + JOURNAL.length, macAt);
  const journalSeq = journal === 'null' ? null : quotedDigits(journal);
  if (!Number.isSafeInteger(seq) || seq < 1 || journalSeq === undefined) return null;
  const covered = `${line.slice(0, hashAt)},"journalSeq":${journal}${line.slice(previousAt + 1)}`;
  return {
    seq,
    prevHash: line.slice(previousAt + PREVIOUS.length, seqAt),
    hash: line.slice(hashAt + HASH.length, journalAt),
    mac: line.slice(macAt + MAC.length, previousAt),
    journalSeq,
    found: sha256(Buffer.from(covered, 'latin1')),
  };
}

const quotedDigits = (text: string): bigint | undefined =>
  /^"\d{1,20}"$/.test(text) ? BigInt(text.slice(1, -1)) : undefined;
