import {
  type InputFile,
  InputReadError,
  listInputFiles,
  readInputLines,
} from '../../adapters/run-inputs/index.ts';
import type { Bot4Config } from '../config.ts';
import { AppFailure } from '../contracts.ts';
import { InputFormatError, readInput } from './input-codec.ts';
import type { RunInput } from './run-inputs.ts';

/**
 * The recorded inputs of a run; null takes the latest.
 *
 * Errors: throws `AppFailure` naming the runs that are recorded.
 */
export function chosenFile({ dataDir }: Bot4Config, runEpoch: number | null): InputFile {
  const files = listInputFiles(dataDir);
  const found = runEpoch === null ? files.at(-1) : files.find((each) => each.runEpoch === runEpoch);
  if (found !== undefined) return found;
  const recorded = files.map((each) => each.runEpoch).join(', ');
  throw new AppFailure(
    'configuration',
    runEpoch === null
      ? `${dataDir} holds no recorded run`
      : `run ${runEpoch} is not recorded; recorded: ${recorded === '' ? 'none' : recorded}`,
    'Runs are recorded while recording.enabled is true and engine.threads is 0.',
  );
}

/**
 * The inputs of a recording, in order.
 *
 * Errors: throws `AppFailure` for a file that cannot be read.
 */
export async function* inputsOf(path: string): AsyncGenerator<RunInput, void> {
  try {
    for await (const lines of readInputLines(path)) {
      for (const line of lines) yield readInput(line);
    }
  } catch (error) {
    if (error instanceof InputReadError || error instanceof InputFormatError) {
      throw new AppFailure('failed', `${path}: ${error.message}`);
    }
    throw error;
  }
}
