import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileJournal, JournalView } from '../../src/adapters/journal/index.ts';
import { newestCheckpoint, openJournalView } from '../../src/app/time-travel/journal-source.ts';
import { eventTime } from '../../src/core/index.ts';

const root = mkdtempSync(join(tmpdir(), 'bot4-opening-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A journal of 64 entries with a checkpoint after each, in one segment. */
function journalOf(name: string): string {
  const directory = join(root, name, 'journal');
  mkdirSync(directory, { recursive: true });
  const opened = FileJournal.open({ directory });
  if (!opened.ok) throw new Error(opened.error.detail);
  const journal = opened.value;
  for (let n = 1; n <= 64; n += 1) {
    journal.append({ kind: 'run-stopped', at: eventTime(BigInt(n)), reason: `note ${n}` });
    expect(journal.checkpoint({ lastEventAt: String(n) }).ok).toBe(true);
  }
  journal.close();
  return directory;
}

function viewOf(directory: string): JournalView {
  const view = JournalView.open(directory);
  if (!view.ok) throw new Error(view.error.detail);
  return view.value;
}

describe('a checkpoint of a journal', () => {
  it('is read without what stands after it', () => {
    const directory = journalOf('damaged');
    const view = viewOf(directory);
    const [first, second] = view.checkpoints();
    const path = join(directory, readdirSync(directory)[0]!);
    const bytes = readFileSync(path);
    bytes[second!.offset + 12]! ^= 0xff;
    writeFileSync(path, bytes);
    expect(view.checkpoint(first!)).toMatchObject({ ok: true, value: { seq: 1n } });
    expect(view.checkpoint(second!).ok).toBe(false);
  });

  it('is found by reading few of many', () => {
    const view = viewOf(journalOf('many'));
    for (const wanted of [0n, 1n, 5n, 37n, 64n, 90n]) {
      let reads = 0;
      const found = newestCheckpoint(view, (_place, read) => {
        reads += 1;
        return BigInt((read().state as { lastEventAt: string }).lastEventAt) <= wanted;
      });
      expect(found?.seq ?? 0n).toBe(wanted > 64n ? 64n : wanted);
      expect(reads).toBeLessThanOrEqual(7);
    }
  });
});

describe('opening a journal', () => {
  it('can be interrupted between segments', async () => {
    journalOf('interrupted');
    const stop = new AbortController();
    const opening = openJournalView(join(root, 'interrupted'), {
      onLine: () => {},
      signal: stop.signal,
    });
    stop.abort();
    await expect(opening).rejects.toThrow('interrupted');
  });
});
