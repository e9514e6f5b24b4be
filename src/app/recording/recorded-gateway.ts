import type { EventTimeNs } from '../../core/index.ts';
import type { OrderGateway, VenueNotice } from '../../execution/index.ts';
import type { Order, VenueReport } from '../../model/index.ts';
import type { AccountAnswer } from './run-inputs.ts';

/** Questions that may wait for an answer: the core asks one of each kind at a time. */
const MAX_QUESTIONS = 64;

/**
 * The venue of a recorded run: it answers with what was recorded and hears what is sent without
 * acting on it, since the recording holds what came of it.
 */
export class RecordedGateway implements OrderGateway {
  readonly venue: string;
  readonly #questions = new Map<number, (answer: AccountAnswer) => void>();
  #asked = 0;
  #notice: ((notice: VenueNotice) => void) | null = null;
  #receive: ((report: VenueReport) => void) | null = null;

  constructor(venue: string) {
    this.venue = venue;
  }

  submit(_order: Order): void {}

  cancel(_order: Order): void {}

  amend(_order: Order): void {}

  onReport(receive: (report: VenueReport) => void): void {
    this.#receive = receive;
  }

  onNotice(receive: (notice: VenueNotice) => void): void {
    this.#notice = receive;
  }

  account(_since: EventTimeNs, answer: (answer: AccountAnswer) => void): void {
    this.#questions.set(this.#asked, answer);
    this.#asked += 1;
    const oldest = this.#questions.keys().next();
    if (this.#questions.size > MAX_QUESTIONS && !oldest.done) this.#questions.delete(oldest.value);
  }

  /** Hands over a recorded report. */
  report(report: VenueReport): void {
    this.#receive?.(report);
  }

  /** Hands over what the venue said of itself. */
  notice(notice: VenueNotice): void {
    this.#notice?.(notice);
  }

  /** Hands over the recorded answer to a question; false when it was never asked. */
  answer(question: number, answer: AccountAnswer): boolean {
    const receive = this.#questions.get(question);
    this.#questions.delete(question);
    receive?.(answer);
    return receive !== undefined;
  }
}
