import { describe, expect, it } from 'vitest';
import { seededRng } from '../../../src/core/index.ts';
import { startProgram } from './child-program.ts';
import { openJournal, replayed, scratchDirectories } from './scratch.ts';

const scratch = scratchDirectories();

const WRITER = `
  import { writeSync } from 'node:fs';
  import { FileJournal, FileRunEpochs } from './src/adapters/journal/index.ts';
  const directory = process.argv[2];
  const opened = FileJournal.open({ directory, segmentBytes: 20_000 });
  if (!opened.ok) throw new Error(opened.error.detail);
  const journal = opened.value;
  let applied = journal.recovery.lastSeq;
  journal.checkpointWith(() => ({ applied }));
  const epoch = new FileRunEpochs(directory + '/run-epoch').next();
  if (!epoch.ok) throw new Error(epoch.error.detail);
  writeSync(1, 'epoch ' + epoch.value + '\\n');
  const some = () => {
    for (let i = 0; i < 20; i += 1) {
      const appended = journal.append({ kind: 'run-stopped', at: 1n, reason: 'entry of run ' + epoch.value });
      if (!appended.ok) throw new Error(appended.error.detail);
      applied = appended.value;
      writeSync(1, 'seq ' + applied + '\\n');
    }
    setImmediate(some);
  };
  some();`;

describe('a journal whose process is killed', () => {
  it('at 25 random moments has lost nothing that was appended, and no run epoch came twice', async () => {
    const rng = seededRng(20_240_611);
    const directory = scratch();
    const epochs: number[] = [];
    let acknowledged = 0n;
    for (let kill = 0; kill < 25; kill += 1) {
      const writer = startProgram(WRITER, [directory]);
      const first = await writer.line();
      expect(first).toMatch(/^epoch \d+$/);
      epochs.push(Number(first!.slice(6)));
      const acknowledge = (line: string | null): void => {
        expect(line).toBe(`seq ${acknowledged + 1n}`);
        acknowledged += 1n;
      };
      // It has written so many when the signal goes out, and goes on until it comes.
      for (let left = Math.floor(rng.uniform() * 200); left > 0; left -= 1) {
        acknowledge(await writer.line());
      }
      for (const line of await writer.kill()) acknowledge(line);
      const journal = openJournal({ directory });
      // At most the one entry being acknowledged when the signal came is in the file beyond that.
      expect(journal.lastSeq - acknowledged).toBeLessThanOrEqual(1n);
      expect(journal.lastSeq).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = journal.lastSeq;
      const { checkpoint } = journal.recovery;
      if (checkpoint !== null)
        expect(checkpoint.state).toEqual({ applied: String(checkpoint.seq) });
      journal.close();
    }
    expect(acknowledged).toBeGreaterThan(500n);
    expect(new Set(epochs).size).toBe(25);
    const journal = openJournal({ directory });
    const all = replayed(journal, 'beginning');
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => BigInt(index + 1)));
    expect(all.length).toBe(Number(acknowledged));
    journal.close();
  });
});
