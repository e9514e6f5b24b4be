import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** Longest line that is taken, bytes. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

const LINE_BREAK = 10;

/** A recording that cannot be read; the message names the file. */
export class InputReadError extends Error {
  override readonly name = 'InputReadError';
}

/**
 * Reads the whole lines of recorded inputs, some at a time. A recording that a kill cut short ends
 * with its last whole line.
 *
 * Errors: throws `InputReadError` for a file that cannot be read or is damaged before its end.
 */
export async function* readInputLines(path: string): AsyncGenerator<readonly Buffer[], void> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const lines: Buffer[] = [];
      let from = 0;
      for (let at = bytes.indexOf(LINE_BREAK); at >= 0; at = bytes.indexOf(LINE_BREAK, from)) {
        lines.push(bytes.subarray(from, at));
        from = at + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > MAX_LINE_BYTES) throw new InputReadError(`${path} has an endless line`);
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    // The one fault that a kill leaves: the last member is not whole.
    if ((error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') return;
    if (error instanceof InputReadError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new InputReadError(`${path} cannot be read: ${why}`);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
