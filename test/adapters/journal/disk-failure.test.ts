import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileJournal, type JournalDisk, systemDisk } from '../../../src/adapters/journal/index.ts';
import type { StorageFailure } from '../../../src/store/index.ts';
import { appendNotes, note, notes, openJournal, replayed, scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();

const errno = (code: string): NodeJS.ErrnoException => {
  const error: NodeJS.ErrnoException = new Error(code);
  error.code = code;
  error.syscall = 'write';
  return error;
};

/** The real disk with room for a number of bytes more, which then says `code`. */
function diskWithRoom(room: { bytes: number }, code = 'ENOSPC'): JournalDisk {
  return {
    ...systemDisk,
    writeSync: (fd, bytes, offset, length) => {
      if (room.bytes === 0) throw errno(code);
      const written = systemDisk.writeSync(fd, bytes, offset, Math.min(length, room.bytes));
      room.bytes -= written;
      return written;
    },
  };
}

describe('a disk that refuses writes', () => {
  it('fills at any byte of a record: the entry is refused, nothing torn stays, later ones fit', () => {
    for (let bytes = 0; bytes < 70; bytes += 3) {
      const directory = scratch();
      const room = { bytes: 1_000_000 };
      const journal = openJournal({ directory, disk: diskWithRoom(room) });
      appendNotes(journal, 1, 3);
      room.bytes = bytes;
      const refused = journal.append(note(4));
      expect(refused).toMatchObject({ ok: false, error: { code: 'disk-full' } });
      expect(journal.lastSeq).toBe(3n);
      expect(journal.failure).toBeNull();
      room.bytes = 1_000_000;
      expect(journal.append(note(4))).toEqual({ ok: true, value: 4n });
      journal.close();
      const again = openJournal({ directory });
      expect(again.recovery.tornBytes).toBe(0);
      expect(replayed(again)).toEqual(notes(1, 4));
      again.close();
    }
  });

  it.each([
    ['EROFS', 'read-only', 'remount it writable'],
    ['EDQUOT', 'disk-full', 'raise the quota'],
    ['EACCES', 'no-permission', 'must be able to read and write'],
    ['EIO', 'io', 'EIO'],
  ])('with %s is reported as %s with what to do', (code, expected, remedy) => {
    const room = { bytes: 1_000_000 };
    const journal = openJournal({ directory: scratch(), disk: diskWithRoom(room, code) });
    room.bytes = 0;
    const refused = journal.append(note(1));
    expect(refused).toMatchObject({ ok: false, error: { code: expected } });
    if (!refused.ok) {
      expect(refused.error.detail).toContain(remedy);
      expect(refused.error.detail).toContain('.journal');
    }
    journal.close();
  });

  it('and cannot take back half a record: the journal takes no more entries', () => {
    const room = { bytes: 1_000_000 };
    const disk: JournalDisk = {
      ...diskWithRoom(room),
      ftruncateSync: () => {
        throw errno('EIO');
      },
    };
    const directory = scratch();
    const journal = openJournal({ directory });
    journal.close();
    const failures: StorageFailure[] = [];
    const broken = FileJournal.open({ directory: scratch(), disk });
    if (!broken.ok) return expect.unreachable();
    broken.value.onFailure((failure) => failures.push(failure));
    room.bytes = 10;
    expect(broken.value.append(note(1)).ok).toBe(false);
    room.bytes = 1_000;
    expect(broken.value.append(note(1))).toMatchObject({ ok: false, error: { code: 'disk-full' } });
    expect(broken.value.failure?.code).toBe('disk-full');
    expect(failures.map(({ code }) => code)).toEqual(['disk-full']);
  });

  it('refuses a sync: the journal says so at once and takes no more entries', async () => {
    let broken = false;
    const disk: JournalDisk = {
      ...systemDisk,
      fdatasync: (fd) => (broken ? Promise.reject(errno('EIO')) : systemDisk.fdatasync(fd)),
    };
    const journal = openJournal({ directory: scratch(), disk });
    const failures: StorageFailure[] = [];
    journal.onFailure((failure) => failures.push(failure));
    broken = true;
    expect(journal.append(note(1)).ok).toBe(true);
    expect(await journal.flush(5_000)).toMatchObject({ ok: false, error: { code: 'io' } });
    expect(failures.length).toBe(1);
    expect(journal.durableSeq).toBe(0n);
    // After a failed sync the kernel may have dropped the data: no later sync could be believed.
    broken = false;
    expect(journal.append(note(2))).toMatchObject({ ok: false, error: { code: 'io' } });
    expect(await journal.flush(5_000)).toMatchObject({ ok: false, error: { code: 'io' } });
    expect(journal.close()).toMatchObject({ ok: false, error: { code: 'io' } });
  });

  it('has no room for a new segment: entries go on into the old one', () => {
    const directory = scratch();
    let refuse = false;
    const disk: JournalDisk = {
      ...systemDisk,
      openSync: (path, flags, mode) => {
        if (refuse) throw errno('ENOSPC');
        return systemDisk.openSync(path, flags, mode);
      },
    };
    const journal = openJournal({ directory, disk, segmentBytes: 500 });
    refuse = true;
    appendNotes(journal, 1, 50);
    expect(readdirSync(directory).length).toBe(1);
    journal.close();
    const again = openJournal({ directory });
    expect(replayed(again)).toEqual(notes(1, 50));
    again.close();
  });
});

describe('a directory that cannot be used', () => {
  it('is named when it cannot be made below a file', () => {
    const file = join(scratch(), 'file');
    writeFileSync(file, '');
    const opened = FileJournal.open({ directory: join(file, 'journal') });
    expect(opened).toMatchObject({ ok: false, error: { code: 'missing' } });
    if (!opened.ok) expect(opened.error.detail).toContain(join(file, 'journal'));
  });

  // Root passes over permissions, so the refusal shows only for an ordinary user.
  it.skipIf(process.getuid?.() === 0)('is named when it may not be written', () => {
    const directory = scratch();
    chmodSync(directory, 0o500);
    const opened = FileJournal.open({ directory });
    chmodSync(directory, 0o700);
    expect(opened).toMatchObject({ ok: false, error: { code: 'no-permission', path: directory } });
  });
});

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

// Needs the right to mount; skipped for an ordinary user.
describe.skipIf(!canMount)('a real file system of 256 KiB', () => {
  const mounted: string[] = [];
  const mount = (options: string): string => {
    const directory = scratch();
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', directory]);
    mounted.push(directory);
    return directory;
  };
  afterEach(() => {
    for (const directory of mounted.splice(0)) execFileSync('umount', ['-l', directory]);
  });

  it('fills up: appends are refused with disk-full and go on once there is room', () => {
    const mountPoint = mount('size=256k');
    const ballast = join(mountPoint, 'ballast');
    writeFileSync(ballast, Buffer.alloc(100_000));
    const directory = join(mountPoint, 'journal');
    mkdirSync(directory);
    const journal = openJournal({ directory });
    let n = 1;
    let appended = journal.append(note(n));
    while (appended.ok) {
      n += 1;
      appended = journal.append(note(n));
    }
    expect(appended.error.code).toBe('disk-full');
    expect(journal.lastSeq).toBe(BigInt(n - 1));
    writeFileSync(ballast, '');
    expect(journal.append(note(n))).toEqual({ ok: true, value: BigInt(n) });
    journal.close();
    const again = openJournal({ directory });
    expect(replayed(again)).toEqual(notes(1, n));
    again.close();
  });

  it('turns read-only: opening is refused with read-only', () => {
    const mountPoint = mount('size=256k');
    const directory = join(mountPoint, 'journal');
    const journal = openJournal({ directory });
    appendNotes(journal, 1, 3);
    journal.close();
    const before = readFileSync(join(directory, readdirSync(directory)[0]!));
    execFileSync('mount', ['-o', 'remount,ro', mountPoint]);
    const opened = FileJournal.open({ directory });
    expect(opened).toMatchObject({ ok: false, error: { code: 'read-only' } });
    expect(readFileSync(join(directory, readdirSync(directory)[0]!))).toEqual(before);
  });
});
