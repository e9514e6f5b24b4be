import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemDisk } from '../../../src/adapters/journal/index.ts';
import type { JournalEntry } from '../../../src/model/index.ts';
import type { JournalReader } from '../../../src/store/index.ts';
import { appendNotes, note, notes, openJournal, scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();

async function take(reader: JournalReader, max: number): Promise<readonly JournalEntry[]> {
  const batch = await reader.next(max);
  if (!batch.ok) throw new Error(`${batch.error.code}: ${batch.error.detail}`);
  return batch.value;
}

describe('a journal reader', () => {
  it('gives the durable entries in bounded batches and then nothing', async () => {
    const journal = openJournal({ directory: scratch() });
    appendNotes(journal, 1, 25);
    await journal.flush(10_000);
    const reader = journal.reader(1n);
    expect(await take(reader, 10)).toEqual(notes(1, 10));
    expect(await take(reader, 10)).toEqual(notes(11, 20));
    expect(await take(reader, 10)).toEqual(notes(21, 25));
    expect(await take(reader, 10)).toEqual([]);
    await reader.close();
    journal.close();
  });

  it('begins anywhere, also past the end', async () => {
    const journal = openJournal({ directory: scratch() });
    appendNotes(journal, 1, 9);
    await journal.flush(10_000);
    const middle = journal.reader(7n);
    expect(await take(middle, 10)).toEqual(notes(7, 9));
    await middle.close();
    const ahead = journal.reader(10n);
    expect(await take(ahead, 10)).toEqual([]);
    appendNotes(journal, 10, 11);
    await journal.flush(10_000);
    expect(await take(ahead, 10)).toEqual(notes(10, 11));
    await ahead.close();
    journal.close();
  });

  it('never gives an entry that is not on the disk yet', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const disk = {
      ...systemDisk,
      fdatasync: (fd: number) => held.then(() => systemDisk.fdatasync(fd)),
    };
    const journal = openJournal({ directory: scratch(), disk });
    const reader = journal.reader(1n);
    appendNotes(journal, 1, 3);
    expect(await take(reader, 10)).toEqual([]);
    release();
    await journal.flush(10_000);
    expect(await take(reader, 10)).toEqual(notes(1, 3));
    await reader.close();
    journal.close();
  });

  it('follows a journal that is being written, over segments and checkpoints', async () => {
    const journal = openJournal({ directory: scratch(), segmentBytes: 5_000, commitIntervalMs: 0 });
    journal.checkpointWith(() => ({ some: 'state' }));
    const reader = journal.reader(1n);
    const read: JournalEntry[] = [];
    for (let n = 1; n <= 1_000; n += 25) {
      appendNotes(journal, n, n + 24);
      if (n % 3 === 0) await journal.flush(10_000);
      read.push(...(await take(reader, 40)));
    }
    await journal.flush(10_000);
    for (let batch = await take(reader, 40); batch.length > 0; batch = await take(reader, 40)) {
      read.push(...batch);
    }
    expect(read).toEqual(notes(1, 1_000));
    await reader.close();
    journal.close();
  });

  it('reads records larger than its piece of 256 KiB', async () => {
    const journal = openJournal({ directory: scratch() });
    appendNotes(journal, 1, 1);
    journal.checkpoint({ large: 'x'.repeat(700_000) });
    const event = { ...note(2), reason: 'y'.repeat(300_000) } as ReturnType<typeof note>;
    journal.append(event);
    await journal.flush(10_000);
    const reader = journal.reader(1n);
    const read = await take(reader, 10);
    await reader.close();
    expect(read.map(({ seq }) => seq)).toEqual([1n, 2n]);
    expect(read[1]!.event).toEqual(event);
    journal.close();
  });

  it('says which entry is gone when retention removed it', async () => {
    const directory = scratch();
    const journal = openJournal({ directory, segmentBytes: 1_000, commitIntervalMs: 0 });
    journal.checkpointWith(() => ({}));
    for (let n = 1; n <= 100; n += 10) {
      appendNotes(journal, n, n + 9);
      await journal.flush(10_000);
    }
    expect(journal.prune(100n, 0)).toMatchObject({ ok: true });
    const batch = await journal.reader(1n).next(10);
    expect(batch).toMatchObject({ ok: false, error: { code: 'missing' } });
    if (!batch.ok)
      expect(batch.error.detail).toMatch(/^entry 1 was removed; the journal begins at/);
    journal.close();
  });

  it('refuses a damaged record with file and offset', async () => {
    const directory = scratch();
    const journal = openJournal({ directory });
    appendNotes(journal, 1, 3);
    await journal.flush(10_000);
    const path = join(directory, readdirSync(directory)[0]!);
    const bytes = readFileSync(path);
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(path, bytes);
    const reader = journal.reader(1n);
    const batch = await reader.next(10);
    expect(batch).toMatchObject({ ok: false, error: { code: 'corrupt', path } });
    await reader.close();
    journal.close();
  });
});
