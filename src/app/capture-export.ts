import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { MarketFrame } from '../market/index.ts';
import type { Bot4Config } from './config.ts';
import { AppFailure } from './contracts.ts';
import { chosenFile, inputsOf } from './recording/recorded-run.ts';
import type { RunHeader } from './recording/run-inputs.ts';
import type { CaptureExportOptions, CaptureExportReport } from './time-travel/report.ts';

const LINE_BREAK = 10;
const SPACE = 32;

/** What a symbol may be to name a file. */
const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A capture on its way to the disk; it has its name once it is whole. */
class CaptureFile {
  readonly path: string;
  readonly #partial: string;
  readonly #gzip: Gzip = createGzip({ level: 1 });
  readonly #done: Promise<void>;
  #failure: Error | null = null;
  messages = 0;

  constructor(directory: string, symbol: string) {
    this.path = join(directory, `${symbol.toLowerCase()}.ws.gz`);
    this.#partial = `${this.path}.part`;
    const done = pipeline(this.#gzip, createWriteStream(this.#partial, { mode: 0o600 }));
    this.#done = done.catch((error: Error) => {
      this.#failure = error;
    });
  }

  /** Takes a message, waiting for the disk. Errors: throws what the disk said. */
  async take({ seconds, nanoseconds, bytes }: MarketFrame): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    // In JSON a line break stands between values alone, where a space means the same.
    const line = bytes.includes(LINE_BREAK)
      ? bytes.map((byte) => (byte === LINE_BREAK ? SPACE : byte))
      : bytes;
    const at = `${seconds}${String(nanoseconds).padStart(9, '0')} `;
    this.messages += 1;
    if (this.#gzip.write(Buffer.concat([Buffer.from(at), line, Buffer.from('\n')]))) return;
    await this.#drained();
    if (this.#failure !== null) throw this.#failure;
  }

  /** Waits until the disk takes more, or never will. */
  #drained(): Promise<void> {
    const gzip = this.#gzip;
    return new Promise((resolve) => {
      const over = (): void => {
        gzip.off('drain', over).off('close', over);
        // A failure of the disk is noted before the next turn.
        setImmediate(resolve);
      };
      gzip.once('drain', over).once('close', over);
    });
  }

  /** Gives the capture its name. Errors: throws what the disk said. */
  async finish(): Promise<void> {
    this.#gzip.end();
    await this.#done;
    if (this.#failure !== null) throw this.#failure;
    renameSync(this.#partial, this.path);
  }

  /** Leaves nothing of a capture that was not finished. */
  async discard(): Promise<void> {
    this.#gzip.destroy();
    await this.#done;
    rmSync(this.#partial, { force: true });
  }
}

/** The symbols that the numbers in the frames mean. */
function symbolsOf(path: string, header: RunHeader, config: Bot4Config): readonly string[] {
  const { symbols } = header;
  if (symbols === undefined) {
    if (header.configurationHash === config.hash) {
      return config.instruments.map(({ instrument }) => instrument.symbol);
    }
    throw new AppFailure(
      'configuration',
      `${path} does not say which instruments it holds, and the run had configuration ` +
        `${header.configurationHash}, this one is ${config.hash}`,
      'Use the configuration that the service ran with (--config).',
    );
  }
  const lower = symbols.map((symbol) => symbol.toLowerCase());
  if (symbols.every((symbol) => SYMBOL.test(symbol)) && new Set(lower).size === lower.length) {
    return symbols;
  }
  throw new AppFailure('failed', `${path} names its instruments ${JSON.stringify(symbols)}`);
}

/**
 * Writes the market messages of a recorded run as captures, one for each instrument, for `bot4
 * backtest --data`: the run's market on the venue of the backtest. A file that stood there is
 * replaced once the new one is whole.
 *
 * Errors: throws `AppFailure` where the run is not recorded, its instruments are not known or the
 *         directory cannot be written.
 */
export async function exportCaptures(options: CaptureExportOptions): Promise<CaptureExportReport> {
  const { config, directory, signal } = options;
  const file = chosenFile(config, options.runEpoch);
  let files: readonly CaptureFile[] = [];
  let finished = false;
  try {
    for await (const input of inputsOf(file.path)) {
      if (signal.aborted) throw new AppFailure('interrupted', 'the export was interrupted');
      if (input.kind === 'header') {
        const symbols = symbolsOf(file.path, input.header, config);
        mkdirSync(directory, { recursive: true });
        files = symbols.map((symbol) => new CaptureFile(directory, symbol));
      }
      if (input.kind === 'frame') await files[input.frame.symbol]?.take(input.frame);
    }
    if (files.length === 0) throw new AppFailure('failed', `${file.path} holds no input`);
    for (const each of files) await each.finish();
    finished = true;
  } catch (error) {
    if (error instanceof AppFailure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new AppFailure('failed', `cannot write captures to ${directory}: ${why}`);
  } finally {
    if (!finished) for (const each of files) await each.discard();
  }
  return {
    runEpoch: file.runEpoch,
    files: files.map(({ path, messages }) => ({ path, messages })),
  };
}
