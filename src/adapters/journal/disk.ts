import {
  close,
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The file system calls of the write path, so that a test can make any of them fail. */
export interface JournalDisk {
  openSync(path: string, flags: string, mode: number): number;
  writeSync(fd: number, bytes: Uint8Array, offset: number, length: number): number;
  ftruncateSync(fd: number, length: number): void;
  fdatasyncSync(fd: number): void;
  closeSync(fd: number): void;
  /** Makes a file's content durable, off the event loop. */
  fdatasync(fd: number): Promise<void>;
  /** Makes the names in a directory durable, off the event loop. */
  syncDirectory(path: string): Promise<void>;
  /** Off the event loop; the error of a close after a sync carries no news. */
  close(fd: number): void;
}

/** The operating system's own calls. */
export const systemDisk: JournalDisk = {
  openSync: (path, flags, mode) => openSync(path, flags, mode),
  writeSync: (fd, bytes, offset, length) => writeSync(fd, bytes, offset, length),
  ftruncateSync,
  fdatasyncSync,
  closeSync,
  fdatasync: promisify(fdatasync),
  syncDirectory: async (path) => {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
  close: (fd) => close(fd, () => {}),
};
