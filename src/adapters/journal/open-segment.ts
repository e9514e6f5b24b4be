import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '../../core/index.ts';
import { type StorageFailure, storageFailure } from '../../store/ports.ts';
import type { JournalDisk } from './disk.ts';
import { syncDirectory } from './durable-file.ts';
import type { RecoveredFiles } from './recover.ts';
import { createSegment, PRIVATE_FILE, type SegmentFile } from './segment-files.ts';

/** The segment that appends go to. */
export interface OpenedSegment {
  readonly journalId: string;
  readonly segments: readonly SegmentFile[];
  readonly fd: number;
  readonly offset: number;
}

/** Opens the last segment for appending, cut to its last whole record, or makes the first one. */
export function openLastSegment(
  directory: string,
  disk: JournalDisk,
  found: RecoveredFiles,
): Result<OpenedSegment, StorageFailure> {
  const journalId = found.journalId ?? randomBytes(16).toString('hex');
  const last = found.segments.at(-1);
  const tried = last?.path ?? directory;
  try {
    let fd: number;
    let segments = found.segments;
    if (last === undefined) {
      const created = createSegment(disk, directory, { journalId, firstSeq: 1n });
      if (!created.ok) return created;
      fd = created.value.fd;
      segments = [created.value.segment];
    } else {
      for (const earlier of found.segments.slice(-2, -1)) {
        const earlierFd = disk.openSync(earlier.path, 'r', PRIVATE_FILE);
        disk.fdatasyncSync(earlierFd);
        disk.closeSync(earlierFd);
      }
      fd = disk.openSync(last.path, 'a', PRIVATE_FILE);
      disk.ftruncateSync(fd, found.openEnd);
    }
    disk.fdatasyncSync(fd);
    syncDirectory(directory);
    return ok({ journalId, segments, fd, offset: found.openEnd });
  } catch (cause) {
    return err(storageFailure(cause, 'open', tried));
  }
}
