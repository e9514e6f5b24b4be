export type { AuditAnchor } from './anchor.ts';
export { auditDraftOf } from './audited-events.ts';
export { type BadEntry, ChainVerifier } from './chain-verifier.ts';
export {
  type AuditDraft,
  type AuditEntry,
  type ChainHead,
  ChainWriter,
  chainEntry,
  EMPTY_HEAD,
} from './entry.ts';
export { HmacSha256 } from './hmac-sha256.ts';
export { JournalGap } from './journal-gap.ts';
export type { AuditFailure, AuditLog } from './ports.ts';
