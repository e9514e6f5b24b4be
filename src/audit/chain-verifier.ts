import { type AuditAnchor, anchorMac } from './anchor.ts';
import { authenticate, type ChainHead, EMPTY_HEAD, readLink } from './entry.ts';

/** The first entry of a log that is not what was written. */
export interface BadEntry {
  /** Place in the chain; null where the line is too damaged to tell. */
  readonly seq: number | null;
  /** Line of the file, from 1. */
  readonly line: number;
  /** What is wrong, in words. */
  readonly problem: string;
}

const short = (hash: string): string => `${hash.slice(0, 12)}…`;

/**
 * Checks a log line by line, keeping only the head of what was good.
 *
 * With the key an entry whose chain was rebuilt is found at the entry itself; without it only the
 * anchor shows that something before it was rebuilt.
 *
 * Cost:    O(1) memory; test/adapters/audit-log/file-audit-log.test.ts requires 100,000 entries a second.
 */
export class ChainVerifier {
  readonly #key: Uint8Array | null;
  readonly #anchor: AuditAnchor | null;
  #head: ChainHead;
  #bad: BadEntry | null = null;
  #journalSeq = 0n;

  /** `from` is the head of a part that is known to be good; the log's beginning by default. */
  constructor(key: Uint8Array | null, anchor: AuditAnchor | null, from: ChainHead = EMPTY_HEAD) {
    this.#key = key;
    this.#anchor = anchor;
    this.#head = from;
  }

  /** The last good entry. */
  get head(): ChainHead {
    return this.#head;
  }

  /** The first bad entry met so far. */
  get bad(): BadEntry | null {
    return this.#bad;
  }

  /** Highest journal entry that a good entry was about; 0 when none. */
  get journalSeq(): bigint {
    return this.#journalSeq;
  }

  /**
   * Takes the next line, without its line break, one character for each byte (Latin-1). False once
   * a bad entry was met.
   */
  accept(line: string): boolean {
    if (this.#bad !== null) return false;
    const expected = this.#head.count + 1;
    const link = readLink(line);
    const problem =
      link === null ? 'the line is not an audit entry' : this.#problemOf(link, expected);
    if (problem !== null) {
      this.#bad = { seq: link?.seq ?? null, line: expected, problem };
      return false;
    }
    this.#head = { count: expected, hash: link!.hash };
    const { journalSeq } = link!;
    if (journalSeq !== null && journalSeq > this.#journalSeq) this.#journalSeq = journalSeq;
    return true;
  }

  #problemOf(link: NonNullable<ReturnType<typeof readLink>>, expected: number): string | null {
    if (link.seq !== expected) {
      return `the entry says it is number ${link.seq}, ${expected} belongs here`;
    }
    if (link.found !== link.hash) {
      return `the content has hash ${short(link.found)}, the entry says ${short(link.hash)}`;
    }
    if (link.prevHash !== this.#head.hash) {
      return `it follows ${short(link.prevHash)}, the entry before has ${short(this.#head.hash)}`;
    }
    if (this.#key !== null && authenticate(this.#key, link.hash) !== link.mac) {
      return 'the entry was not written with the key of this log: the chain was rebuilt';
    }
    const anchor = this.#anchor;
    if (anchor !== null && anchor.count === expected && anchor.hash !== link.hash) {
      return `the anchor says entry ${expected} has hash ${short(anchor.hash)}: the chain was rebuilt`;
    }
    return null;
  }

  /** Called after the last line: is the end where the anchor says it is? */
  finish(): BadEntry | null {
    if (this.#bad !== null) return this.#bad;
    const next = this.#head.count + 1;
    const anchor = this.#anchor;
    if (anchor === null) {
      if (this.#head.count > 0) this.#bad = missingAnchor(next);
    } else if (this.#key !== null && anchorMac(this.#key, anchor) !== anchor.mac) {
      const problem = 'the anchor was not written with the key of this log';
      this.#bad = { seq: null, line: next, problem };
    } else if (anchor.count > this.#head.count) {
      const problem =
        `the log ends after ${this.#head.count} entries, the anchor says there were ` +
        `${anchor.count}: entries were cut off`;
      this.#bad = { seq: next, line: next, problem };
    }
    return this.#bad;
  }
}

const missingAnchor = (line: number): BadEntry => ({
  seq: null,
  line,
  problem: 'the anchor is missing, so entries may have been cut off the end',
});
