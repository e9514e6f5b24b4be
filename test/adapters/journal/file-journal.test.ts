import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileJournal, systemDisk } from '../../../src/adapters/journal/index.ts';
import type { Json } from '../../../src/core/index.ts';
import { stateHash } from '../../../src/store/index.ts';
import { appendNotes, note, notes, openJournal, replayed, scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();
const segmentsOf = (directory: string): string[] => readdirSync(directory).sort();

describe('a file journal', () => {
  it('begins empty, numbers entries from 1, and gives them back after a restart', () => {
    const directory = scratch();
    const journal = openJournal({ directory });
    expect(journal.lastSeq).toBe(0n);
    expect(replayed(journal)).toEqual([]);
    expect(journal.append(note(1))).toEqual({ ok: true, value: 1n });
    expect(journal.append(note(2))).toEqual({ ok: true, value: 2n });
    journal.close();

    const again = openJournal({ directory });
    expect(again.recovery).toEqual({ checkpoint: null, lastSeq: 2n, tornBytes: 0, setAside: [] });
    expect(again.id).toBe(journal.id);
    expect(replayed(again)).toEqual(notes(1, 2));
    expect(again.append(note(3))).toEqual({ ok: true, value: 3n });
    again.close();
  });

  it('has written an entry to the file before append returns', () => {
    const directory = scratch();
    const journal = openJournal({ directory });
    journal.append(note(1));
    const file = readFileSync(join(directory, segmentsOf(directory)[0]!), 'latin1');
    expect(file).toContain('"reason":"note 1"');
    journal.close();
  });

  it('keeps its files readable by their owner alone', () => {
    const directory = scratch();
    const journal = openJournal({ directory });
    journal.append(note(1));
    journal.close();
    expect(statSync(join(directory, segmentsOf(directory)[0]!)).mode & 0o777).toBe(0o600);
  });

  it('refuses appends after it was closed', () => {
    const journal = openJournal({ directory: scratch() });
    journal.close();
    expect(journal.append(note(1))).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(journal.close()).toEqual({ ok: true, value: undefined });
  });

  it('recovers from the newest checkpoint and replays only what follows it', () => {
    const directory = scratch();
    const journal = openJournal({ directory });
    appendNotes(journal, 1, 3);
    const state: Json = { cash: 12n, orders: ['a'] };
    expect(journal.checkpoint(state).ok).toBe(true);
    appendNotes(journal, 4, 5);
    journal.close();

    const again = openJournal({ directory });
    expect(again.recovery.checkpoint).toEqual({
      seq: 3n,
      state: { cash: '12', orders: ['a'] },
      stateHash: stateHash(state),
    });
    expect(replayed(again)).toEqual(notes(4, 5));
    expect(replayed(again, 'beginning')).toEqual(notes(1, 5));
    again.close();
  });

  it('begins a new segment at the size limit, opening it with the state after the last entry', () => {
    const directory = scratch();
    const journal = openJournal({ directory, segmentBytes: 2_000 });
    let applied = 0;
    journal.checkpointWith(() => ({ applied }));
    for (let n = 1; n <= 40; n += 1) {
      expect(journal.append(note(n)).ok).toBe(true);
      applied = n;
    }
    journal.close();
    expect(segmentsOf(directory).length).toBe(2);
    const again = openJournal({ directory, segmentBytes: 2_000 });
    const { checkpoint } = again.recovery;
    expect(checkpoint?.state).toEqual({ applied: Number(checkpoint?.seq) });
    expect(replayed(again)).toEqual(notes(Number(checkpoint!.seq) + 1, 40));
    expect(replayed(again, 'beginning')).toEqual(notes(1, 40));
    again.close();
  });

  it('goes through many segments without losing or repeating an entry', async () => {
    const directory = scratch();
    const journal = openJournal({ directory, segmentBytes: 4_000, commitIntervalMs: 0 });
    for (let n = 1; n <= 600; n += 20) {
      appendNotes(journal, n, n + 19);
      expect((await journal.flush(10_000)).ok).toBe(true);
    }
    journal.close();
    expect(segmentsOf(directory).length).toBeGreaterThan(8);
    const again = openJournal({ directory });
    expect(replayed(again)).toEqual(notes(1, 600));
    again.close();
  });

  it('counts the bytes of all its segments', async () => {
    const directory = scratch();
    const journal = openJournal({ directory, segmentBytes: 1_000, commitIntervalMs: 0 });
    for (let n = 1; n <= 60; n += 10) {
      appendNotes(journal, n, n + 9);
      await journal.flush(10_000);
    }
    const sizes = segmentsOf(directory).map((name) => statSync(join(directory, name)).size);
    expect(journal.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    journal.close();
  });

  it('opens a journal of 50,000 entries and replays it whole', () => {
    const directory = scratch();
    const journal = openJournal({ directory, segmentBytes: 1_000_000 });
    appendNotes(journal, 1, 50_000);
    journal.close();
    const again = openJournal({ directory });
    let last = 0n;
    const result = again.replay((entry) => {
      expect(entry.seq).toBe(last + 1n);
      last = entry.seq;
    });
    expect(result).toEqual({ ok: true, value: 50_000n });
    again.close();
  });
});

describe('group commit', () => {
  it('makes everything appended in one turn durable with one sync', async () => {
    let syncs = 0;
    const disk = {
      ...systemDisk,
      fdatasync: (fd: number) => {
        syncs += 1;
        return systemDisk.fdatasync(fd);
      },
    };
    const journal = openJournal({ directory: scratch(), disk });
    appendNotes(journal, 1, 500);
    expect(journal.durableSeq).toBe(0n);
    expect(await journal.flush(10_000)).toEqual({ ok: true, value: 500n });
    expect(journal.durableSeq).toBe(500n);
    expect(syncs).toBe(1);
    journal.close();
  });

  it('never has two syncs in flight and keeps the interval between their starts', async () => {
    let inFlight = 0;
    let most = 0;
    let syncs = 0;
    // A disk that answers in the next turn: were it not for the interval, each append had its sync.
    const disk = {
      ...systemDisk,
      fdatasync: async () => {
        syncs += 1;
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
      },
    };
    const began = performance.now();
    const journal = openJournal({ directory: scratch(), disk, commitIntervalMs: 20 });
    for (let n = 1; n <= 40; n += 1) {
      journal.append(note(n));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await journal.flush(10_000);
    // All starts lie between the two readings, however late a busy machine comes to them; a timer
    // of Node may come a millisecond early.
    expect((syncs - 1) * 19).toBeLessThanOrEqual(performance.now() - began);
    expect(syncs).toBeGreaterThan(1);
    expect(most).toBe(1);
    journal.close();
  });

  it('tells its listeners the new durable number, and no more after they stopped listening', async () => {
    const journal = openJournal({ directory: scratch() });
    const heard: bigint[] = [];
    const stop = journal.onDurable((seq) => heard.push(seq));
    appendNotes(journal, 1, 3);
    await journal.flush(10_000);
    stop();
    appendNotes(journal, 4, 4);
    await journal.flush(10_000);
    expect(heard).toEqual([3n]);
    journal.close();
  });

  it('gives up a flush after its limit when the disk does not answer', async () => {
    let release = (): void => {};
    const disk = {
      ...systemDisk,
      fdatasync: () => new Promise<void>((resolve) => (release = resolve)),
    };
    const journal = openJournal({ directory: scratch(), disk });
    journal.append(note(1));
    const flushed = await journal.flush(30);
    expect(flushed).toMatchObject({ ok: false, error: { code: 'timeout' } });
    // A disk that hangs does not hold up the next append.
    expect(journal.append(note(2)).ok).toBe(true);
    release();
    journal.close();
  });

  it('has nothing to wait for when everything is durable already', async () => {
    const journal = openJournal({ directory: scratch() });
    expect(await journal.flush(0)).toEqual({ ok: true, value: 0n });
    journal.close();
  });
});

describe('retention', () => {
  const filled = async (directory: string): Promise<FileJournal> => {
    const journal = openJournal({ directory, segmentBytes: 3_000, commitIntervalMs: 0 });
    let applied = 0;
    journal.checkpointWith(() => ({ applied }));
    for (let n = 1; n <= 300; n += 1) {
      journal.append(note(n));
      applied = n;
      if (n % 10 === 0) await journal.flush(10_000);
    }
    return journal;
  };

  it('removes the oldest projected segments and recovers from the checkpoint that remains', async () => {
    const directory = scratch();
    const journal = await filled(directory);
    const before = segmentsOf(directory).length;
    expect(before).toBeGreaterThan(5);
    expect(journal.prune(300n, 0)).toEqual({ ok: true, value: before - 2 });
    expect(segmentsOf(directory).length).toBe(2);
    expect(journal.append(note(301)).ok).toBe(true);
    journal.close();
    const again = openJournal({ directory });
    const { checkpoint } = again.recovery;
    expect(checkpoint?.state).toEqual({ applied: Number(checkpoint?.seq) });
    expect(replayed(again)).toEqual(notes(Number(checkpoint!.seq) + 1, 301));
    again.close();
  });

  it('never removes what is not projected', async () => {
    const directory = scratch();
    const journal = await filled(directory);
    const before = segmentsOf(directory);
    expect(journal.prune(10n, 0)).toEqual({ ok: true, value: 0 });
    expect(segmentsOf(directory)).toEqual(before);
    journal.close();
  });

  it('removes nothing while the journal fits', async () => {
    const directory = scratch();
    const journal = await filled(directory);
    expect(journal.prune(300n, 1_000_000)).toEqual({ ok: true, value: 0 });
    journal.close();
  });

  it('removes nothing when no later segment opens with a checkpoint', async () => {
    const directory = scratch();
    const journal = openJournal({ directory, segmentBytes: 1_000, commitIntervalMs: 0 });
    for (let n = 1; n <= 100; n += 10) {
      appendNotes(journal, n, n + 9);
      await journal.flush(10_000);
    }
    expect(journal.prune(100n, 0)).toEqual({ ok: true, value: 0 });
    journal.close();
  });
});

describe('opening a journal', () => {
  it('is refused with the place when a directory stands where a file belongs', () => {
    const opened = FileJournal.open({ directory: '/dev/null/journal' });
    expect(opened).toMatchObject({ ok: false, error: { code: 'missing' } });
  });
});
