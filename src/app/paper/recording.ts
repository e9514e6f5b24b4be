import { InputWriter } from '../../adapters/run-inputs/index.ts';
import type { EventTimeNs } from '../../core/index.ts';
import type { Bot4Config } from '../config.ts';
import type { Persistence } from '../persistence.ts';
import { InputRecorder } from '../recording/input-recorder.ts';
import { packageVersion } from '../version.ts';
import type { RunLog } from './run-log.ts';

/** Longest wait for the recording to reach the disk when stopping, ms. */
const CLOSE_LIMIT_MS = 5_000;

/** The recording of what comes into one run, when the configuration wants one. */
export class RunRecording {
  readonly #config: Bot4Config;
  readonly #persistence: Persistence;
  readonly #log: RunLog;
  /** The last entry before the run. */
  readonly #seq: bigint;
  #writer: InputWriter | null = null;

  constructor(config: Bot4Config, persistence: Persistence, log: RunLog) {
    this.#config = config;
    this.#persistence = persistence;
    this.#log = log;
    this.#seq = persistence.journal.lastSeq;
  }

  /** What makes the recorder; null when nothing is recorded. */
  recorder(): ((startedAt: EventTimeNs, kernelTarget: string) => InputRecorder) | null {
    const { recording, engine } = this.#config;
    if (!recording.enabled) return null;
    if (engine.threads > 0) {
      this.#log.info('inputs are not recorded: on engine threads a run is not repeatable');
      return null;
    }
    return (startedAt, kernelTarget) => this.#open(startedAt, kernelTarget);
  }

  #open(startedAt: EventTimeNs, kernelTarget: string): InputRecorder {
    const { dataDir, recording, hash, instruments } = this.#config;
    const { runEpoch, journal } = this.#persistence;
    const writer = new InputWriter({
      dataDir,
      runEpoch,
      keepBytes: recording.keepMegabytes * 2 ** 20,
      onEnd: (reason) => this.#log.warn(`inputs are no longer recorded: ${reason}`),
    });
    this.#writer = writer;
    return new InputRecorder(writer, {
      format: 1,
      runEpoch,
      journalId: journal.id,
      seq: String(this.#seq),
      startedAt: String(startedAt),
      configurationHash: hash,
      symbols: instruments.map(({ instrument }) => instrument.symbol),
      version: packageVersion(),
      kernelTarget,
    });
  }

  /** Writes what is waiting, for a while. Errors: throws when the disk does not take it. */
  async close(): Promise<void> {
    const writer = this.#writer;
    if (writer === null) return;
    let timer: NodeJS.Timeout | null = null;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`the disk did not take it within ${CLOSE_LIMIT_MS} ms`)),
        CLOSE_LIMIT_MS,
      );
    });
    try {
      await Promise.race([writer.close(), late]);
    } finally {
      if (timer !== null) clearTimeout(timer);
    }
  }
}
