import type { Result } from '../core/index.ts';
import type { AuditDraft, AuditEntry, ChainHead } from './entry.ts';

export { type AuditAnchor, decodeAnchor, encodeAnchor } from './anchor.ts';
export { type BadEntry, ChainVerifier } from './chain-verifier.ts';
export {
  type AuditDraft,
  type AuditEntry,
  type ChainHead,
  ChainWriter,
  chainEntry,
  EMPTY_HEAD,
} from './entry.ts';
export { JournalGap } from './journal-gap.ts';

/** Why the audit log could not be opened or continued. */
export interface AuditFailure {
  /** `tampered`: the log is not what was written; `storage`: the disk refused; `closed`. */
  readonly code: 'tampered' | 'storage' | 'closed';
  readonly path: string;
  readonly detail: string;
}

/** The hash-chained log of what was done and by whom. */
export interface AuditLog {
  /** The last entry. */
  readonly head: ChainHead;
  /** Highest journal entry the log covers; 0 when none. After a crash the rest is to be audited. */
  readonly journalSeq: bigint;
  /**
   * The first journal entry that was refused and is still missing, or where in the journal to look
   * for it; null when none is. The owner appends what the journal holds from there on, in order,
   * until this is null again.
   */
  readonly missingFrom: bigint | null;
  /**
   * Writes an entry before returning it. A refusal never holds up what is being audited.
   *
   * While a journal entry is missing, every later one is refused (`storage`), so that `journalSeq`
   * never passes a hole; entries without a `journalSeq` are always tried.
   */
  append(draft: AuditDraft): Result<AuditEntry, AuditFailure>;
  /** Makes what is written durable and moves the anchor to it. */
  anchor(): Promise<Result<ChainHead, AuditFailure>>;
}
