import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/** Bytes that are read at a time. */
const BLOCK_BYTES = 1 << 18;

/** Bytes that are unpacked at a time: each block is a trip to another thread and back. */
const UNPACKED_BYTES = 1 << 20;

/** A capture that cannot be opened at all. Broken lines inside one are counted instead. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code = 'ERR_BOT4_CAPTURE';
}

const TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is not a directory',
  EACCES: 'it may not be read by this user',
};

function whyUnread(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return TROUBLE[code] ?? cause.message;
}

/**
 * The text of a recorded stream, plain or gzip, in blocks whose borders lie anywhere.
 *
 * Memory: a few blocks, whatever the size of the file.
 * Errors: `CaptureError` when the file cannot be opened; a gzip stream that ends early or is damaged
 *         ends the text and is counted in `damages`.
 */
export class CaptureText {
  readonly path: string;
  damages = 0;
  readonly #blocks: AsyncIterator<Buffer>;

  private constructor(path: string, blocks: AsyncIterator<Buffer>) {
    this.path = path;
    this.#blocks = blocks;
  }

  /** Opens a capture and looks at its first two bytes to tell gzip from plain text. */
  static async open(path: string): Promise<CaptureText> {
    const magic = Buffer.alloc(2);
    try {
      const file = await open(path, 'r');
      try {
        if (!(await file.stat()).isFile()) throw new Error('it is not a regular file');
        await file.read(magic, 0, 2, 0);
      } finally {
        await file.close();
      }
    } catch (cause) {
      throw new CaptureError(`cannot read the capture ${path}: ${whyUnread(cause)}`, { cause });
    }
    const raw = createReadStream(path, { highWaterMark: BLOCK_BYTES });
    const gzip = magic[0] === 0x1f && magic[1] === 0x8b;
    const stream = gzip
      ? raw
          .on('error', (error) => stream.destroy(error))
          .pipe(createGunzip({ chunkSize: UNPACKED_BYTES }))
      : raw;
    return new CaptureText(path, stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>);
  }

  /** The next block; null at the end. At most 1 MiB. */
  async next(): Promise<Buffer | null> {
    try {
      const { value, done } = await this.#blocks.next();
      return done === true ? null : value;
    } catch {
      // A gzip stream that ends early or is damaged: what was readable has been handed out.
      this.damages += 1;
      return null;
    }
  }

  /** Stops reading and closes the file. */
  async close(): Promise<void> {
    await this.#blocks.return?.();
  }
}
