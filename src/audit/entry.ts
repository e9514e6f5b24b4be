import { createHmac, hash as digest } from 'node:crypto';
import { type EventTimeNs, type Json, JsonBytes, putCanonicalJson } from '../core/index.ts';
import { HmacSha256 } from './hmac-sha256.ts';

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

/** Hexadecimal digits of a hash. */
const HASH_DIGITS = 64;

/** HMAC-SHA-256 of a hash or a canonical text; lower-case hex. */
export const authenticate = (key: Uint8Array, content: string): string =>
  createHmac('sha256', key).update(content).digest('hex');

const sha256 = (bytes: Uint8Array): string => digest('sha256', bytes, 'hex');

const BEGIN = Buffer.from('{"action":');
const ACTOR = Buffer.from(',"actor":');
const AT = Buffer.from(',"at":');
const DETAIL = Buffer.from(',"detail":');
const JOURNAL_SEQ = Buffer.from(',"journalSeq":');
const PREV_HASH = Buffer.from(',"prevHash":"');
const SEQUENCE = Buffer.from('","seq":');
const HASH_MEMBER = Buffer.from(',"hash":"');
const MAC_MEMBER = Buffer.from(',"mac":"');
const NULL = Buffer.from('null');
const QUOTE = 0x22;
const CLOSING_BRACE = 0x7d;
const LINE_BREAK = 0x0a;

/** Room for the usual entries; a longer one gets a buffer of its own. */
const LINE_BYTES = 4_096;

/** Writes entries as lines, into buffers that are used again. */
export class ChainWriter {
  readonly #covered = new JsonBytes(LINE_BYTES);
  readonly #line = new JsonBytes(LINE_BYTES);
  readonly #mac: HmacSha256;

  constructor(key: Uint8Array) {
    this.#mac = new HmacSha256(key, HASH_DIGITS);
  }

  /**
   * Puts a draft behind `head`: gives the entry; `line` then holds its line. The line also carries
   * `mac`, the HMAC-SHA-256 of the hash: without the key nobody can rebuild a chain.
   */
  put(head: ChainHead, draft: AuditDraft): AuditEntry {
    const { at, actor, action, detail, journalSeq } = draft;
    const covered = this.#covered;
    covered.restart(0);
    covered.raw(BEGIN);
    covered.string(action);
    covered.raw(ACTOR);
    covered.string(actor);
    covered.raw(AT);
    covered.bigint(at);
    covered.raw(DETAIL);
    putCanonicalJson(detail, covered);
    const detailEnd = covered.length;
    covered.raw(JOURNAL_SEQ);
    if (journalSeq === null) covered.raw(NULL);
    else covered.bigint(journalSeq);
    const journalEnd = covered.length;
    const seq = head.count + 1;
    covered.raw(PREV_HASH);
    covered.latin1(head.hash);
    covered.raw(SEQUENCE);
    covered.integer(seq);
    covered.byte(CLOSING_BRACE);
    const hash = sha256(covered.written);
    this.#putLine(hash, detailEnd, journalEnd);
    return { at, actor, action, detail, journalSeq, seq, prevHash: head.hash, hash };
  }

  /** The line is what the hash covers, with `hash` and `mac` at their places in between. */
  #putLine(hash: string, detailEnd: number, journalEnd: number): void {
    this.#mac.begin().latin1(hash);
    const mac = this.#mac.hex();
    const { bytes, length } = this.#covered;
    const line = this.#line;
    line.restart(0);
    line.raw(bytes, 0, detailEnd);
    line.raw(HASH_MEMBER);
    line.latin1(hash);
    line.byte(QUOTE);
    line.raw(bytes, detailEnd, journalEnd);
    line.raw(MAC_MEMBER);
    line.latin1(mac);
    line.byte(QUOTE);
    line.raw(bytes, journalEnd, length);
    line.byte(LINE_BREAK);
  }

  /** The line of the entry put last, its line break included; valid until the next one. */
  get line(): Uint8Array {
    return this.#line.written;
  }
}

/** Puts a draft behind `head`: gives the entry and its line (canonical JSON, no line break). */
export function chainEntry(
  head: ChainHead,
  draft: AuditDraft,
  key: Uint8Array,
): { readonly entry: AuditEntry; readonly line: string } {
  const writer = new ChainWriter(key);
  const entry = writer.put(head, draft);
  return { entry, line: Buffer.from(writer.line).toString('utf8').slice(0, -1) };
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
