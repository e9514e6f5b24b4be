import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { AppFailure } from './contracts.ts';
import { chosenFile, inputsOf } from './recording/recorded-run.ts';
import type { CaptureExportOptions, CaptureExportReport } from './time-travel/report.ts';

interface CaptureFile {
  readonly path: string;
  readonly gzip: Gzip;
  readonly done: Promise<void>;
  messages: number;
}

function openCapture(directory: string, symbol: string): CaptureFile {
  const path = join(directory, `${symbol.toLowerCase()}.ws.gz`);
  const gzip = createGzip({ level: 1 });
  const done = finished(gzip.pipe(createWriteStream(path, { mode: 0o600 })));
  done.catch(() => {});
  return { path, gzip, done, messages: 0 };
}

/**
 * Writes the market messages of a recorded run as captures, one for each instrument, for `bot4
 * backtest --data`: the run's market on the venue of the backtest.
 *
 * Errors: throws `AppFailure` where the run is not recorded or the directory cannot be written.
 */
export async function exportCaptures(options: CaptureExportOptions): Promise<CaptureExportReport> {
  const { config, directory, signal } = options;
  const file = chosenFile(config, options.runEpoch);
  const files: CaptureFile[] = [];
  try {
    mkdirSync(directory, { recursive: true });
    for (const { instrument } of config.instruments) {
      files.push(openCapture(directory, instrument.symbol));
    }
    for await (const input of inputsOf(file.path)) {
      if (signal.aborted) throw new AppFailure('interrupted', 'the export was interrupted');
      if (input.kind !== 'frame') continue;
      const { symbol, seconds, nanoseconds, bytes } = input.frame;
      const capture = files[symbol];
      // A message with a line break in it is no line of a capture.
      if (capture === undefined || bytes.includes(10)) continue;
      const at = `${seconds}${String(nanoseconds).padStart(9, '0')} `;
      capture.messages += 1;
      const line = Buffer.concat([Buffer.from(at), bytes, Buffer.from('\n')]);
      if (!capture.gzip.write(line))
        await Promise.race([once(capture.gzip, 'drain'), capture.done]);
    }
    for (const { gzip, done } of files) {
      gzip.end();
      await done;
    }
  } catch (error) {
    if (error instanceof AppFailure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new AppFailure('failed', `cannot write captures to ${directory}: ${why}`);
  } finally {
    for (const { gzip } of files) gzip.destroy();
  }
  return {
    runEpoch: file.runEpoch,
    files: files.map(({ path, messages }) => ({ path, messages })),
  };
}
