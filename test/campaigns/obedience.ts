import { addMs, type EventTimeNs, eventTime } from '../../src/core/index.ts';
import type { VenueNotice } from '../../src/execution/index.ts';

/** Watches that nothing is sent while the venue, as far as the sender knows, takes no requests. */
export class Obedience {
  readonly broken: string[] = [];
  #closedUntil: EventTimeNs = eventTime(0n);
  #isConnected = true;

  /** A notice has reached the service. */
  onNotice(notice: VenueNotice): void {
    if (notice.kind === 'disconnected') this.#isConnected = false;
    if (notice.kind === 'reconnected') this.#isConnected = true;
    if (notice.kind !== 'rate-limited' && notice.kind !== 'maintenance') return;
    const until = addMs(notice.at, notice.retryAfterMs);
    if (until > this.#closedUntil) this.#closedUntil = until;
  }

  /** The service sends something. */
  onRequest(what: string, now: EventTimeNs): void {
    if (!this.#isConnected) this.broken.push(`${what} sent without a connection`);
    else if (now < this.#closedUntil) this.broken.push(`${what} sent before the venue's time`);
  }

  /** A new process knows nothing of what the old one was told. */
  forget(): void {
    this.#closedUntil = eventTime(0n);
    this.#isConnected = true;
  }
}
