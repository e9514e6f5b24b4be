import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** Longest line that is read as one entry, bytes; a longer one is damage. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** How a file of lines ended. */
export interface LinesEnd {
  /** Offset just after the last line break that was read. */
  readonly end: number;
  /** Bytes after the last line break: a line that was cut; 0 normally. */
  readonly tornBytes: number;
  /** True when the receiver or an overlong line stopped the reading. */
  readonly stopped: boolean;
}

/**
 * Reads a file line by line from `offset`, a piece of 1 MiB at a time, until `receive` says false. A line
 * comes without its break, one character for each byte (Latin-1).
 */
export function readLines(
  path: string,
  offset: number,
  receive: (line: string) => boolean,
): LinesEnd {
  const fd = openSync(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let base = offset;
    let filled = 0;
    for (;;) {
      const read = readSync(fd, buffer, filled, buffer.length - filled, base + filled);
      if (read === 0) return { end: base, tornBytes: filled, stopped: false };
      filled += read;
      let start = 0;
      for (;;) {
        const feed = buffer.subarray(0, filled).indexOf(LINE_FEED, start);
        if (feed === -1) break;
        if (!receive(buffer.toString('latin1', start, feed))) {
          return { end: base + start, tornBytes: 0, stopped: true };
        }
        start = feed + 1;
      }
      buffer.copyWithin(0, start, filled);
      base += start;
      filled -= start;
      if (filled < buffer.length) continue;
      if (buffer.length >= MAX_LINE_BYTES) return { end: base, tornBytes: filled, stopped: true };
      buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    }
  } finally {
    closeSync(fd);
  }
}
