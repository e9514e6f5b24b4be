import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { FileJournal, type FileJournalOptions } from '../../../src/adapters/journal/index.ts';
import { eventTime } from '../../../src/core/index.ts';
import type { DomainEvent, JournalEntry } from '../../../src/model/index.ts';

/** Makes directories that are removed after each test of the calling file. */
export function scratchDirectories(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
  });
  return () => {
    const directory = mkdtempSync(join(tmpdir(), 'bot4-test-'));
    made.push(directory);
    return directory;
  };
}

/** A small event that tells its number. */
export const note = (n: number | bigint): DomainEvent => ({
  kind: 'run-stopped',
  at: eventTime(BigInt(n)),
  reason: `note ${n}`,
});

/** Opens a journal or fails the test with its reason. */
export function openJournal(options: FileJournalOptions): FileJournal {
  const opened = FileJournal.open(options);
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`);
  return opened.value;
}

/** Appends events `from` to `to`, both included; each must be taken. */
export function appendNotes(journal: FileJournal, from: number, to: number): void {
  for (let n = from; n <= to; n += 1) {
    const appended = journal.append(note(n));
    if (!appended.ok) throw new Error(appended.error.detail);
  }
}

/** All entries from the newest checkpoint or from the beginning. */
export function replayed(
  journal: FileJournal,
  from: 'checkpoint' | 'beginning' = 'checkpoint',
): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const result = journal.replay((entry) => entries.push(entry), from);
  if (!result.ok) throw new Error(result.error.detail);
  return entries;
}

/** The entries that `appendNotes` wrote, as they must come back. */
export const notes = (from: number, to: number): JournalEntry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({
    seq: BigInt(from + i),
    event: note(from + i),
  }));
