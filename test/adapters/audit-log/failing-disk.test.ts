import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type AuditDisk,
  auditPaths,
  FileAuditLog,
  systemDisk,
  verifyAuditLog,
} from '../../../src/adapters/audit-log/index.ts';
import type { AuditDraft } from '../../../src/audit/index.ts';
import { scratchDirectories } from '../journal/scratch.ts';
import { draft } from './draft.ts';

const scratch = scratchDirectories();

const note = (n: number): AuditDraft => ({ ...draft(n), journalSeq: null });

interface Room {
  bytes: number;
  cuts: boolean;
}

const PLENTY = 1_000_000;

/** The real disk with room for a number of bytes more, which may also refuse to cut a file. */
const diskWith = (room: Room): AuditDisk => ({
  writeSync: (fd, bytes, offset, length) => {
    if (room.bytes === 0) throw new Error('ENOSPC: no space left on device, write');
    const written = systemDisk.writeSync(fd, bytes, offset, Math.min(length, room.bytes));
    room.bytes -= written;
    return written;
  },
  ftruncateSync: (fd, length) => {
    if (!room.cuts) throw new Error('EIO: i/o error, ftruncate');
    systemDisk.ftruncateSync(fd, length);
  },
});

function opened(dataDir: string): { readonly log: FileAuditLog; readonly room: Room } {
  const room = { bytes: PLENTY, cuts: true };
  const log = FileAuditLog.open({ dataDir, disk: diskWith(room) });
  if (!log.ok) throw new Error(`${log.error.code}: ${log.error.detail}`);
  return { log: log.value, room };
}

const entries = (dataDir: string) =>
  readFileSync(auditPaths(dataDir).log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { journalSeq: string | null; detail: { n: number } });

const journalled = (dataDir: string): readonly number[] =>
  entries(dataDir)
    .filter((entry) => entry.journalSeq !== null)
    .map((entry) => Number(entry.journalSeq));

const tens = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => 10 * (from + i));

function expectIntact(dataDir: string): void {
  const check = verifyAuditLog(auditPaths(dataDir));
  expect(check).toMatchObject({ ok: true, value: { firstBad: null, tornBytes: 0 } });
}

/** Refills as the owner of a log does: from the journal, in order, until nothing is missing. */
function refill(log: FileAuditLog, journalEnd: number): void {
  for (let n = 1; n <= journalEnd && log.missingFrom !== null; n += 1) {
    if (BigInt(n * 10) < log.missingFrom) continue;
    const written = log.append(draft(n));
    if (!written.ok) return;
  }
}

describe('an audit log whose disk fails for a while', () => {
  it('has no hole once it was refilled, and goes on', () => {
    const dataDir = scratch();
    const { log, room } = opened(dataDir);
    for (let n = 1; n <= 3; n += 1) log.append(draft(n));
    expect(log.missingFrom).toBeNull();
    room.bytes = 0;
    for (let n = 4; n <= 6; n += 1) {
      expect(log.append(draft(n))).toMatchObject({ ok: false, error: { code: 'storage' } });
    }
    expect([log.missingFrom, log.journalSeq]).toEqual([40n, 30n]);
    room.bytes = PLENTY;
    refill(log, 6);
    expect([log.missingFrom, log.journalSeq, log.failure]).toEqual([null, 60n, null]);
    log.append(draft(7));
    log.close();
    expect(journalled(dataDir)).toEqual(tens(1, 7));
    expectIntact(dataDir);
  });

  it('refuses later journal entries, by name of the missing one, until it was refilled in order', () => {
    const dataDir = scratch();
    const { log, room } = opened(dataDir);
    log.append(draft(1));
    room.bytes = 0;
    log.append(draft(2));
    room.bytes = PLENTY;
    for (const n of [3, 4]) {
      expect(log.append(draft(n))).toMatchObject({
        ok: false,
        error: {
          code: 'storage',
          detail: expect.stringContaining(`journal entry 20 is still missing before ${n}0`),
        },
      });
    }
    expect([log.missingFrom, log.journalSeq]).toEqual([20n, 10n]);
    expect(log.append(draft(4)).ok).toBe(false);
    expect(log.append(draft(2)).ok).toBe(true);
    expect(log.missingFrom).toBe(30n);
    expect(log.append(draft(4)).ok).toBe(false);
    refill(log, 4);
    log.close();
    expect(journalled(dataDir)).toEqual(tens(1, 4));
    expectIntact(dataDir);
  });

  it('gives everything that is missing to the catch-up after a kill before the refill', () => {
    const dataDir = scratch();
    const killed = opened(dataDir);
    for (let n = 1; n <= 3; n += 1) killed.log.append(draft(n));
    killed.room.bytes = 0;
    for (let n = 4; n <= 6; n += 1) killed.log.append(draft(n));
    killed.room.bytes = PLENTY;
    killed.log.append(draft(7));
    killed.log.append(note(8));
    // No close: the process is gone.
    const { log } = opened(dataDir);
    expect([log.journalSeq, log.missingFrom]).toEqual([30n, null]);
    for (let n = 1; n <= 9; n += 1) if (BigInt(n * 10) > log.journalSeq) log.append(draft(n));
    log.close();
    expect(journalled(dataDir)).toEqual(tens(1, 9));
    expectIntact(dataDir);
    killed.log.close();
  });

  it('does not cover what is missing with the anchor of a clean end either', () => {
    const dataDir = scratch();
    const first = opened(dataDir);
    first.log.append(draft(1));
    first.room.bytes = 0;
    first.log.append(draft(2));
    first.room.bytes = PLENTY;
    first.log.append(draft(3));
    first.log.append(note(4));
    expect(first.log.close().ok).toBe(true);
    const { log } = opened(dataDir);
    expect(log.journalSeq).toBe(10n);
    log.close();
    expectIntact(dataDir);
  });

  it('always tries entries that are about no journal entry', () => {
    const dataDir = scratch();
    const { log, room } = opened(dataDir);
    room.bytes = 0;
    log.append(draft(1));
    expect(log.append(note(2)).ok).toBe(false);
    expect(log.missingFrom).toBe(10n);
    room.bytes = PLENTY;
    expect(log.append(note(3)).ok).toBe(true);
    expect(log.missingFrom).toBe(10n);
    refill(log, 1);
    log.close();
    expect(entries(dataDir).map((entry) => entry.detail.n)).toEqual([3, 1]);
    expectIntact(dataDir);
  });

  it('stays with the entry at which a refill fails again', () => {
    const dataDir = scratch();
    const { log, room } = opened(dataDir);
    room.bytes = 0;
    for (let n = 1; n <= 5; n += 1) log.append(draft(n));
    room.bytes = 600;
    refill(log, 5);
    const reached = log.missingFrom!;
    expect(reached).toBeGreaterThan(10n);
    expect(reached).toBeLessThan(50n);
    room.bytes = PLENTY;
    refill(log, 5);
    log.close();
    expect(journalled(dataDir)).toEqual(tens(1, 5));
    expectIntact(dataDir);
  });

  it('goes on behind its last whole line when a line that did not fit could not be cut at first', () => {
    for (const bytes of [1, 100, 300]) {
      const dataDir = scratch();
      const { log, room } = opened(dataDir);
      log.append(draft(1));
      Object.assign(room, { bytes, cuts: false });
      expect(log.append(draft(2)).ok).toBe(false);
      room.bytes = PLENTY;
      expect(log.append(draft(2))).toMatchObject({
        ok: false,
        error: { code: 'storage', detail: expect.stringContaining('ftruncate') },
      });
      room.cuts = true;
      expect(log.append(draft(2)).ok).toBe(true);
      log.close();
      expect(journalled(dataDir)).toEqual([10, 20]);
      expectIntact(dataDir);
    }
  });

  it('misses nothing that it has already, whatever the disk does', () => {
    const dataDir = scratch();
    const { log, room } = opened(dataDir);
    log.append(draft(3));
    room.bytes = 0;
    expect(log.append(draft(2)).ok).toBe(false);
    expect(log.missingFrom).toBeNull();
    log.close();
  });
});

describe('the directory of an audit log', () => {
  it.runIf(existsSync('/proc/self'))('is refused at once where it can never be made', () => {
    expect(FileAuditLog.open({ dataDir: '/proc' })).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
  });

  it('is made in a data directory that exists, never with its parents', () => {
    const dataDir = join(scratch(), 'absent');
    expect(FileAuditLog.open({ dataDir })).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
    expect(existsSync(dataDir)).toBe(false);
  });
});
