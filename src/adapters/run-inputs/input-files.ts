import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Directory of the recorded inputs, in the data directory. */
export const INPUTS_DIRECTORY = 'inputs';

/** The recorded inputs of one run. */
export interface InputFile {
  readonly path: string;
  readonly runEpoch: number;
  readonly bytes: number;
}

const NAME = /^run-(\d{1,15})\.inputs\.gz$/;

/** Path of the recorded inputs of a run. */
export const inputFile = (dataDir: string, runEpoch: number): string =>
  join(dataDir, INPUTS_DIRECTORY, `run-${String(runEpoch).padStart(8, '0')}.inputs.gz`);

/** The recorded inputs of a data directory, the oldest run first; empty where there are none. */
export function listInputFiles(dataDir: string): readonly InputFile[] {
  const directory = join(dataDir, INPUTS_DIRECTORY);
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const files = names.flatMap((name) => {
    const epoch = NAME.exec(name)?.[1];
    if (epoch === undefined) return [];
    const path = join(directory, name);
    return [{ path, runEpoch: Number(epoch), bytes: statSync(path).size }];
  });
  return files.sort((a, b) => a.runEpoch - b.runEpoch);
}

/** Removes the inputs of the oldest runs before `runEpoch` until the rest is within `bytes`. */
export function pruneInputFiles(dataDir: string, runEpoch: number, bytes: number): number {
  const files = listInputFiles(dataDir);
  let held = files.reduce((sum, each) => sum + each.bytes, 0);
  for (const file of files) {
    if (held <= bytes || file.runEpoch >= runEpoch) break;
    unlinkSync(file.path);
    held -= file.bytes;
  }
  return held;
}
