import { readdirSync, statSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Directory of the recorded inputs, in the data directory. */
const INPUTS_DIRECTORY = 'inputs';

/** The recorded inputs of one run. */
export interface InputFile {
  readonly path: string;
  readonly runEpoch: number;
  readonly bytes: number;
}

/** Recordings that are kept at most, whatever their size. */
const MAX_RECORDINGS = 1_000;

const NAME = /^run-(\d{1,15})\.inputs\.gz$/;

/** Path of the recorded inputs of a run. */
export const inputFile = (dataDir: string, runEpoch: number): string =>
  join(dataDir, INPUTS_DIRECTORY, `run-${String(runEpoch).padStart(8, '0')}.inputs.gz`);

const fileOf = (directory: string, name: string): Omit<InputFile, 'bytes'> | null => {
  const epoch = NAME.exec(name)?.[1];
  return epoch === undefined ? null : { path: join(directory, name), runEpoch: Number(epoch) };
};

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
    const file = fileOf(directory, name);
    // One that a running service removed meanwhile is none.
    const found = file === null ? undefined : statSync(file.path, { throwIfNoEntry: false });
    return file === null || found === undefined ? [] : [{ ...file, bytes: found.size }];
  });
  return files.sort((a, b) => a.runEpoch - b.runEpoch);
}

/**
 * The room that recordings may take, kept by removing those of the oldest runs. The directory is read
 * once, so that a block costs no look at every file.
 */
export class RecordingRoom {
  readonly #bytes: number;
  /** Recordings of earlier runs that still stand, the oldest first. */
  readonly #earlier: InputFile[];
  #held: number;

  private constructor(bytes: number, earlier: InputFile[], held: number) {
    this.#bytes = bytes;
    this.#earlier = earlier;
    this.#held = held;
  }

  /** Reads the directory. Errors: throws what the disk said. */
  static async open(dataDir: string, runEpoch: number, bytes: number): Promise<RecordingRoom> {
    const directory = join(dataDir, INPUTS_DIRECTORY);
    const files: InputFile[] = [];
    for (const name of await readdir(directory)) {
      const file = fileOf(directory, name);
      if (file !== null) files.push({ ...file, bytes: (await stat(file.path)).size });
    }
    files.sort((a, b) => a.runEpoch - b.runEpoch);
    const held = files.reduce((sum, each) => sum + each.bytes, 0);
    const room = new RecordingRoom(
      bytes,
      files.filter((each) => each.runEpoch < runEpoch),
      held,
    );
    while (room.#earlier.length >= MAX_RECORDINGS) await room.#removeOldest();
    return room;
  }

  /** Makes room for `bytes` more and counts them; false when there is none. */
  async take(bytes: number): Promise<boolean> {
    while (this.#held + bytes > this.#bytes) {
      if (!(await this.#removeOldest())) return false;
    }
    this.#held += bytes;
    return true;
  }

  async #removeOldest(): Promise<boolean> {
    const oldest = this.#earlier.shift();
    if (oldest === undefined) return false;
    await rm(oldest.path, { force: true });
    this.#held -= oldest.bytes;
    return true;
  }
}
