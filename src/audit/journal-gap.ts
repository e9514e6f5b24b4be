/** Missing entries that are known one by one. */
export const KNOWN_MISSING = 65_536;

/**
 * The journal entries that a log could not write, and so must write, in order, before any later one.
 *
 * Bounds: the first 65,536 are known one by one. Of those after them only the last is known: there
 *         the gap closes in ascending order, and what belongs into it is what the journal holds.
 */
export class JournalGap {
  readonly #capacity: number;
  #known: bigint[] = [];
  #filled = 0;
  #from: bigint | null = null;
  #last = -1n;

  constructor(capacity: number = KNOWN_MISSING) {
    this.#capacity = capacity;
  }

  /** The first missing journal entry, or where to look for it; null when none is missing. */
  get from(): bigint | null {
    return this.#from;
  }

  /** Whether an entry leaves nothing out: it is the next missing one, or none is missing. */
  admits(journalSeq: bigint): boolean {
    if (this.#from === null || journalSeq <= this.#from) return true;
    return this.#filled >= this.#known.length && journalSeq <= this.#last;
  }

  /** Takes note of an entry that was not written; one that is missing already changes nothing. */
  miss(journalSeq: bigint): void {
    if (journalSeq <= this.#last) return;
    this.#from ??= journalSeq;
    this.#last = journalSeq;
    if (this.#known.length < this.#capacity) this.#known.push(journalSeq);
  }

  /** Takes note of an entry that was written. */
  fill(journalSeq: bigint): void {
    if (this.#from === null || journalSeq < this.#from) return;
    this.#filled += 1;
    this.#from = this.#known[this.#filled] ?? journalSeq + 1n;
    if (journalSeq < this.#last) return;
    this.#known = [];
    this.#filled = 0;
    this.#from = null;
    this.#last = -1n;
  }
}
