import type { AuditDraft } from '../../../src/audit/index.ts';
import { eventTime } from '../../../src/core/index.ts';

/** What a journal would hold for the audit: every tenth entry. */
export const draft = (n: number): AuditDraft => ({
  at: eventTime(BigInt(n)),
  actor: 'service',
  action: 'noted',
  detail: { n },
  journalSeq: BigInt(n * 10),
});
