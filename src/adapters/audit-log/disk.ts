import { ftruncateSync, writeSync } from 'node:fs';

/** The file system calls that write entries, so that a test can make any of them fail. */
export interface AuditDisk {
  writeSync(fd: number, bytes: Uint8Array, offset: number, length: number): number;
  ftruncateSync(fd: number, length: number): void;
}

/** The operating system's own calls. */
export const systemDisk: AuditDisk = {
  writeSync: (fd, bytes, offset, length) => writeSync(fd, bytes, offset, length),
  ftruncateSync,
};
