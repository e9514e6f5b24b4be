import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileJournal } from '../../../src/adapters/journal/index.ts';
import { encodeSegmentHeader, FrameWriter, segmentName } from '../../../src/store/ports.ts';
import fc from '../../fast-check.ts';
import { appendNotes, note, notes, openJournal, replayed, scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();

/** A closed journal of `count` notes and the path and record offsets of its one segment. */
function written(count: number): {
  directory: string;
  path: string;
  bytes: Buffer;
  ends: number[];
} {
  const directory = scratch();
  const journal = openJournal({ directory });
  appendNotes(journal, 1, count);
  journal.close();
  const path = join(directory, segmentName(1n));
  const bytes = readFileSync(path);
  const ends = [48];
  while (ends.at(-1)! < bytes.length)
    ends.push(ends.at(-1)! + 8 + bytes.readUInt32LE(ends.at(-1)!));
  return { directory, path, bytes, ends };
}

const opening = (directory: string): string => {
  const opened = FileJournal.open({ directory });
  if (!opened.ok) return `${opened.error.code}: ${opened.error.detail}`;
  opened.value.close();
  return 'opened';
};

describe('a journal whose last write was cut', () => {
  it('keeps every whole entry and cuts the rest, at every single byte of the last two records', () => {
    const { directory, path, bytes, ends } = written(5);
    for (let length = ends[3]!; length < bytes.length; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      const whole = length >= ends[4]! ? 4 : 3;
      const journal = openJournal({ directory });
      expect(journal.recovery.lastSeq).toBe(BigInt(whole));
      expect(journal.recovery.tornBytes).toBe(length - ends[whole]!);
      expect(replayed(journal)).toEqual(notes(1, whole));
      // The next entry takes the free number and stands where the torn one stood.
      expect(journal.append(note(whole + 1))).toEqual({ ok: true, value: BigInt(whole + 1) });
      journal.close();
      const again = openJournal({ directory });
      expect(replayed(again)).toEqual(notes(1, whole + 1));
      again.close();
    }
  });

  it('cuts a tail of zeroes or of noise', () => {
    const { directory, path, bytes } = written(3);
    for (const tail of [Buffer.alloc(5_000), Buffer.from('{"event":'), Buffer.alloc(300, 0x7b)]) {
      writeFileSync(path, Buffer.concat([bytes, tail]));
      const journal = openJournal({ directory });
      expect(journal.recovery).toMatchObject({ lastSeq: 3n, tornBytes: tail.length });
      journal.close();
      expect(readFileSync(path)).toEqual(bytes);
    }
  });

  it('begins anew when even the first header is incomplete', () => {
    const { directory, path, bytes } = written(3);
    writeFileSync(path, bytes.subarray(0, 30));
    const journal = openJournal({ directory });
    expect(journal.recovery.lastSeq).toBe(0n);
    expect(journal.append(note(1))).toEqual({ ok: true, value: 1n });
    journal.close();
  });
});

describe('a journal that was damaged in the middle', () => {
  it('is refused with the offset of the damaged record, wherever a bit flips before the last one', () => {
    const { directory, path, bytes, ends } = written(6);
    fc.assert(
      fc.property(fc.integer({ min: ends[0]!, max: ends[5]! - 1 }), fc.nat(7), (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1 << bit;
        writeFileSync(path, damaged);
        const record = ends.findLast((end) => end <= at)!;
        expect(opening(directory)).toContain(`corrupt: ${path} is damaged at offset ${record}: `);
        expect(readFileSync(path)).toEqual(damaged);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused when a whole record was taken out', () => {
    const { directory, path, bytes, ends } = written(6);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, ends[2]), bytes.subarray(ends[3])]));
    expect(opening(directory)).toContain(`offset ${ends[2]}: entry 4 follows entry 2`);
  });

  it('is refused when a record was repeated', () => {
    const { directory, path, bytes, ends } = written(3);
    appendFileSync(path, bytes.subarray(ends[2], ends[3]));
    expect(opening(directory)).toContain(`offset ${ends[3]}: entry 3 follows entry 3`);
  });

  it('is refused when the header was changed', () => {
    const { directory, path, bytes } = written(1);
    const damaged = Buffer.from(bytes);
    damaged[20]! ^= 1;
    writeFileSync(path, damaged);
    expect(opening(directory)).toContain('damaged at offset 0: the header checksum is wrong');
  });

  it('is refused when a segment was renamed', () => {
    const { directory, path } = written(1);
    copyFileSync(path, join(directory, segmentName(50n)));
    expect(opening(directory)).toContain('its header begins at entry 1, its name says otherwise');
  });

  it('is refused when a segment of another journal was put in', () => {
    const { directory } = written(3);
    const foreign = { journalId: 'ff'.repeat(16), firstSeq: 4n };
    writeFileSync(join(directory, segmentName(4n)), encodeSegmentHeader(foreign));
    expect(opening(directory)).toContain(`it belongs to journal ${'ff'.repeat(16)}, the first to`);
  });

  it('is not replayed past a record whose content is no event', () => {
    const { directory, path, bytes } = written(2);
    const journal = openJournal({ directory });
    writeFileSync(path, bytes.subarray(0, 48));
    const payload = '{"event":{"kind":"nothing"},"seq":"1"}';
    appendFileSync(path, new FrameWriter().frame(payload));
    const result = journal.replay(() => expect.unreachable());
    expect(result).toMatchObject({ ok: false, error: { code: 'corrupt' } });
    if (!result.ok) expect(result.error.detail).toContain('offset 48: event.kind is "nothing"');
    journal.close();
  });
});

describe('a journal of several segments after a power cut', () => {
  /** Two segments; the second does not yet say that the first is durable. */
  const cutShort = (): { directory: string; first: string; second: string } => {
    const directory = scratch();
    const journal = openJournal({ directory, segmentBytes: 500, commitIntervalMs: 60_000 });
    for (let n = 1; readdirSync(directory).length < 2; n += 1) journal.append(note(n));
    appendNotes(journal, 100, 101);
    journal.close();
    const [first, second] = readdirSync(directory).sort();
    return { directory, first: join(directory, first!), second: join(directory, second!) };
  };

  it('continues when nothing was lost', () => {
    const { directory } = cutShort();
    const journal = openJournal({ directory });
    expect(journal.recovery.setAside).toEqual([]);
    expect(replayed(journal).length).toBe(Number(journal.lastSeq));
    journal.close();
  });

  it('ends at the loss and keeps the later segment aside when the first one lost its end', () => {
    const { directory, first, second } = cutShort();
    truncateSync(first, readFileSync(first).length - 10);
    const journal = openJournal({ directory });
    expect(journal.recovery.setAside).toEqual([`${second}.set-aside`]);
    expect(journal.recovery.tornBytes).toBeGreaterThan(0);
    expect(readdirSync(directory)).toContain(`${segmentName(journal.lastSeq + 2n)}.set-aside`);
    const kept = Number(journal.lastSeq);
    expect(replayed(journal)).toEqual(notes(1, kept));
    expect(journal.append(note(kept + 1)).ok).toBe(true);
    journal.close();
  });

  it('is refused when the first one loses its end after it was reported durable', async () => {
    const { directory, first } = cutShort();
    // Opening syncs both and says so in the second.
    openJournal({ directory }).close();
    truncateSync(first, readFileSync(first).length - 10);
    const journal = openJournal({ directory });
    const result = journal.replay(() => {});
    expect(result).toMatchObject({ ok: false, error: { code: 'corrupt' } });
    journal.close();
  });

  it('drops a segment whose making was cut short', () => {
    const { directory, second } = cutShort();
    truncateSync(second, 20);
    const journal = openJournal({ directory });
    expect(readdirSync(directory).length).toBe(1);
    expect(replayed(journal).length).toBe(Number(journal.lastSeq));
    journal.close();
  });
});

describe('a pruned journal', () => {
  it('is refused when no checkpoint is left to start from', () => {
    const directory = scratch();
    const header = { journalId: 'ab'.repeat(16), firstSeq: 7n };
    writeFileSync(join(directory, segmentName(7n)), encodeSegmentHeader(header));
    expect(opening(directory)).toContain('no checkpoint and begins at entry 7, not at 1');
  });
});
