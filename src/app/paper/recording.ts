import { InputWriter } from '../../adapters/run-inputs/index.ts';
import type { EventTimeNs } from '../../core/index.ts';
import type { Bot4Config } from '../config.ts';
import type { Persistence } from '../persistence.ts';
import { InputRecorder } from '../recording/input-recorder.ts';
import { packageVersion } from '../version.ts';
import type { RunLog } from './run-log.ts';

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
    const { dataDir, recording, hash } = this.#config;
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
      version: packageVersion(),
      kernelTarget,
    });
  }

  /** Writes what is waiting. */
  async close(): Promise<void> {
    await this.#writer?.close();
  }
}
