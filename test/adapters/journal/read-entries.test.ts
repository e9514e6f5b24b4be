import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileJournal, readJournalEntries } from '../../../src/adapters/journal/index.ts';
import { eventTime } from '../../../src/core/index.ts';
import type { DomainEvent, JournalEntry } from '../../../src/model/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'bot4-entries-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const stopped = (i: number): DomainEvent => ({
  kind: 'run-stopped',
  at: eventTime(BigInt(i)),
  reason: `reason ${i}`,
});

describe('reading the entries of a journal', () => {
  it('gives every entry in order and leaves the files as they are, while it is open', async () => {
    const opened = FileJournal.open({ directory });
    if (!opened.ok) throw new Error(opened.error.detail);
    const journal = opened.value;
    for (let i = 1; i <= 50; i += 1) journal.append(stopped(i));
    await journal.flush(1_000);
    const sizes = () => readdirSync(directory).map((name) => statSync(join(directory, name)).size);
    const before = sizes();
    const seen: JournalEntry[] = [];
    const read = readJournalEntries(directory, (entry) => seen.push(entry));
    expect(read).toEqual({ ok: true, value: 50n });
    expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => BigInt(i + 1)));
    expect(seen[49]!.event).toEqual(stopped(50));
    expect(sizes()).toEqual(before);
    await journal.close();
  });

  it('says which directory cannot be read', () => {
    const read = readJournalEntries(join(directory, 'nowhere'), () => undefined);
    expect(read.ok ? null : read.error.detail).toContain('nowhere');
  });

  it('says which segment went away after it was listed', () => {
    mkdirSync(directory, { recursive: true });
    const name = '00000000000000000001.journal';
    symlinkSync(join(directory, 'nowhere'), join(directory, name));
    for (const bytes of [undefined, 1_000]) {
      const read = readJournalEntries(directory, () => undefined, bytes);
      expect(read.ok ? null : read.error.detail).toContain(name);
    }
  });
});
