import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { inputFile, RecordingRoom } from './input-files.ts';

const compress = promisify(gzip);

/** Text that is gathered before it is compressed and written. */
const BLOCK_BYTES = 128 * 1024;

/** A block is written after this even when it is not full: what a kill can lose. */
const FLUSH_MS = 500;

/** Text that may wait for the disk; above it the recording ends, so that trading never waits. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** How the inputs of a run are kept. */
export interface InputWriterOptions {
  readonly dataDir: string;
  readonly runEpoch: number;
  /** Recordings of earlier runs make room, oldest first; when none is left this one ends. */
  readonly keepBytes: number;
  /** Called once when the recording ends before it is closed. */
  readonly onEnd: (reason: string) => void;
}

/**
 * Writes the lines of one run as gzip members one after the other, off the event loop.
 *
 * Bounded in memory (16 MiB that wait) and on the disk (`keepBytes` with the earlier runs); at a
 * bound or a disk failure the recording ends and says why, and everything before stays readable.
 */
export class InputWriter {
  readonly #options: InputWriterOptions;
  readonly #timer: NodeJS.Timeout;
  #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #used = 0;
  #waiting = 0;
  #ended = false;
  /** Whether it was said that the recording ended early. */
  #told = false;
  /** The file took no more: writing on would leave a hole. */
  #broken = false;
  #handle: FileHandle | null = null;
  #room: RecordingRoom | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(options: InputWriterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
    this.#timer.unref();
  }

  /** Whether lines are still taken. */
  get isOpen(): boolean {
    return !this.#ended;
  }

  /** Takes a line of text without its break, and bytes that follow it in the same line. */
  line(text: string, bytes: Uint8Array | null = null): void {
    if (this.#ended) return;
    const most = text.length * 3 + (bytes?.length ?? 0) + 1;
    if (this.#used + most > this.#block.length) this.#flush();
    if (most > this.#block.length) this.#block = Buffer.allocUnsafe(most);
    this.#used += this.#block.write(text, this.#used);
    if (bytes !== null) {
      this.#block.set(bytes, this.#used);
      this.#used += bytes.length;
    }
    this.#block[this.#used] = 10;
    this.#used += 1;
  }

  /** Takes no more lines; what was taken is still written. */
  end(reason: string): void {
    if (this.#ended) return;
    this.line(`X ${JSON.stringify(reason)}`);
    this.#flush();
    this.#stop(reason);
  }

  /** Writes what is waiting and closes the file. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    this.#ended = true;
    await this.#work;
    await this.#handle?.close();
    this.#handle = null;
  }

  #stop(reason: string): void {
    this.#ended = true;
    if (this.#told) return;
    this.#told = true;
    this.#options.onEnd(reason);
  }

  #flush(): void {
    if (this.#used === 0 || this.#ended) return;
    const text = this.#block.subarray(0, this.#used);
    this.#block = Buffer.allocUnsafe(BLOCK_BYTES);
    this.#used = 0;
    this.#waiting += text.length;
    if (this.#waiting > MAX_WAITING_BYTES) {
      this.#stop('the disk did not keep up with the recording');
      return;
    }
    this.#work = this.#work.then(() => this.#write(text));
  }

  async #write(text: Buffer): Promise<void> {
    if (this.#broken) return;
    try {
      const { dataDir, runEpoch, keepBytes } = this.#options;
      const member = await compress(text, { level: 1 });
      this.#handle ??= await this.#open();
      this.#room ??= await RecordingRoom.open(dataDir, runEpoch, keepBytes);
      if (!(await this.#room.take(member.length))) {
        this.#broken = true;
        this.#stop(`recordings hold ${Math.round(keepBytes / 2 ** 20)} MiB, which is their limit`);
        return;
      }
      for (let done = 0; done < member.length; ) {
        const { bytesWritten } = await this.#handle.write(member, done, member.length - done);
        done += bytesWritten;
      }
    } catch (error) {
      this.#broken = true;
      this.#stop(error instanceof Error ? error.message : String(error));
    } finally {
      this.#waiting -= text.length;
    }
  }

  #open(): Promise<FileHandle> {
    const { dataDir, runEpoch } = this.#options;
    const path = inputFile(dataDir, runEpoch);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'a', 0o600);
  }
}
