import { EXIT } from './exit-codes.ts';
import type { CliIo, StopSignal } from './io.ts';

/** Signals within this time of the first are the same Ctrl-C: npm passes it on beside the terminal. */
const SAME_REQUEST_MS = 1000;

/** Turns stop signals into an abort signal; a second request ends the process at once. */
export class StopWatch {
  readonly #controller = new AbortController();
  readonly #unsubscribe: () => void;
  #received: StopSignal | null = null;

  constructor(io: CliIo, notice: string) {
    let receivedAtMs = 0;
    this.#unsubscribe = io.onStopSignal((signal) => {
      if (this.#received === null) {
        this.#received = signal;
        receivedAtMs = io.monotonicMs();
        io.stderr.write(`${notice}\n`);
        this.#controller.abort();
      } else if (io.monotonicMs() - receivedAtMs > SAME_REQUEST_MS) {
        io.stderr.write('Stopped at once. The next start recovers and reconciles.\n');
        io.exitNow(EXIT.interrupted);
      }
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first stop signal; null while there was none. */
  get received(): StopSignal | null {
    return this.#received;
  }

  /** Stops listening. */
  close(): void {
    this.#unsubscribe();
  }
}
