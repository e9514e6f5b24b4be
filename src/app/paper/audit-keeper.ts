import type { FileAuditLog } from '../../adapters/audit-log/index.ts';
import type { FileJournal } from '../../adapters/journal/index.ts';
import { auditDraftOf } from '../../audit/index.ts';
import type { WriteObserver } from '../trader/recorder.ts';
import type { RunLog } from './run-log.ts';

const REFILL_INTERVAL_MS = 1_000;
const READ_BATCH = 500;

/**
 * Audits what is written to the journal. A refusing audit never holds up trading or a command: what
 * it missed is written from the journal, in order, once it works again.
 */
export class AuditKeeper {
  readonly #audit: FileAuditLog;
  readonly #journal: FileJournal;
  readonly #log: RunLog;
  readonly #timer: NodeJS.Timeout;
  #failing = false;
  #refilling: Promise<void> | null = null;

  constructor(audit: FileAuditLog, journal: FileJournal, log: RunLog) {
    this.#audit = audit;
    this.#journal = journal;
    this.#log = log;
    this.#timer = setInterval(() => this.#refillWhenNeeded(), REFILL_INTERVAL_MS);
  }

  /** Takes an event that was written to the journal. */
  readonly observe: WriteObserver = (event, seq) => {
    const draft = auditDraftOf({ seq, event });
    if (draft === null) return;
    const written = this.#audit.append(draft);
    if (written.ok || this.#failing) return;
    this.#failing = true;
    this.#log.warn(`audit: ${written.error.detail}; it is filled from the journal later`);
  };

  #refillWhenNeeded(): void {
    if (this.#audit.missingFrom === null || this.#refilling !== null) return;
    this.#refilling = this.#refill()
      .catch((error: unknown) => this.#log.error(`audit: ${String(error)}`))
      .finally(() => {
        this.#refilling = null;
      });
  }

  async #refill(): Promise<void> {
    const from = this.#audit.missingFrom;
    if (from === null) return;
    const { firstSeq } = this.#journal;
    const reader = this.#journal.reader(from > firstSeq ? from : firstSeq);
    try {
      for (;;) {
        const entries = await reader.next(READ_BATCH);
        if (!entries.ok || entries.value.length === 0) return;
        for (const entry of entries.value) {
          if (this.#audit.missingFrom === null) {
            this.#failing = false;
            this.#log.info('audit: complete again');
            return;
          }
          const draft = auditDraftOf(entry);
          if (draft !== null && !this.#audit.append(draft).ok) return;
        }
      }
    } finally {
      await reader.close();
    }
  }

  /** Fills what is still missing, if the audit lets it, and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#refilling;
    await this.#refill();
  }
}
