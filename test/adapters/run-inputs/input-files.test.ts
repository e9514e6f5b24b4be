import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  InputReadError,
  InputWriter,
  inputFile,
  listInputFiles,
  readInputLines,
} from '../../../src/adapters/run-inputs/index.ts';

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'bot4-inputs-'));
  made.push(path);
  return path;
}

const KEEP = 2 ** 20;

function writerOf(dataDir: string, runEpoch: number, keepBytes = KEEP) {
  const ends: string[] = [];
  const onEnd = (reason: string): void => {
    ends.push(reason);
  };
  return { writer: new InputWriter({ dataDir, runEpoch, keepBytes, onEnd }), ends };
}

async function linesOf(path: string): Promise<string[]> {
  const all: string[] = [];
  for await (const lines of readInputLines(path)) all.push(...lines.map((each) => each.toString()));
  return all;
}

/** A line that no compression makes shorter. */
const noise = (bytes: number): string => randomBytes(bytes / 2).toString('hex');

describe('recorded inputs', () => {
  it('are read back line by line, over many blocks, with the bytes of messages', async () => {
    const dataDir = directory();
    const { writer, ends } = writerOf(dataDir, 7, 64 * KEEP);
    const written: string[] = [];
    for (let n = 0; n < 2_000; n += 1) {
      written.push(`F ${n} ${noise(200)}{"é":${n}}`);
      const [head, tail] = [written[n]!.slice(0, 30), written[n]!.slice(30)];
      writer.line(head, Buffer.from(tail));
    }
    await writer.close();
    expect(ends).toEqual([]);
    expect(await linesOf(inputFile(dataDir, 7))).toEqual(written);
    expect(statSync(inputFile(dataDir, 7)).mode & 0o777).toBe(0o600);
  });

  it('end with the last whole line where a kill cut them', async () => {
    const dataDir = directory();
    const { writer } = writerOf(dataDir, 1);
    const written = Array.from({ length: 3_000 }, (_, n) => `T ${n} ${noise(100)}`);
    for (const line of written) writer.line(line);
    await writer.close();
    const path = inputFile(dataDir, 1);
    const { size } = statSync(path);
    for (const kept of [size - 1_000, size >> 1, 5, 0]) {
      truncateSync(path, kept);
      const found = await linesOf(path);
      expect(found).toEqual(written.slice(0, found.length));
      expect(found.length).toBeLessThan(written.length);
    }
  });

  it('of the oldest runs make room for those of the latest', async () => {
    const dataDir = directory();
    for (let run = 1; run <= 4; run += 1) {
      const { writer, ends } = writerOf(dataDir, run, 300_000);
      for (let n = 0; n < 10; n += 1) writer.line(noise(20_000));
      await writer.close();
      expect(ends).toEqual([]);
    }
    const kept = listInputFiles(dataDir);
    expect(kept.map(({ runEpoch }) => runEpoch)).toEqual([3, 4].slice(-kept.length));
    expect(kept.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(300_000);
  });

  it('end, readable, when one run alone fills the room, and say so once', async () => {
    const dataDir = directory();
    const { writer, ends } = writerOf(dataDir, 1, 2 * KEEP);
    for (let n = 0; n < 80; n += 1) writer.line(`${n} ${noise(100_000)}`);
    await writer.close();
    expect(ends).toEqual(['recordings hold 2 MiB, which is their limit']);
    expect(writer.isOpen).toBe(false);
    const found = await linesOf(inputFile(dataDir, 1));
    expect(found.map((line) => Number.parseInt(line, 10))).toEqual(found.map((_, n) => n));
    expect(found.length).toBeGreaterThan(10);
    expect(statSync(inputFile(dataDir, 1)).size).toBeLessThanOrEqual(2 * KEEP);
  });

  it('that are ended say why in their last line and take nothing more', async () => {
    const dataDir = directory();
    const { writer, ends } = writerOf(dataDir, 1);
    writer.line('T 1 0 -');
    writer.end('the journal refused to be written');
    writer.line('T 2 0 -');
    await writer.close();
    expect(ends).toEqual(['the journal refused to be written']);
    expect(await linesOf(inputFile(dataDir, 1))).toEqual([
      'T 1 0 -',
      'X "the journal refused to be written"',
    ]);
  });

  it('end with the failure of the disk, and hold up nothing', async () => {
    const dataDir = directory();
    writeFileSync(join(dataDir, 'inputs'), 'a file where the directory belongs');
    const { writer, ends } = writerOf(dataDir, 1);
    writer.line('T 1 0 -');
    await writer.close();
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatch(/EEXIST|ENOTDIR/);
  });

  it('that are no gzip are refused by name', async () => {
    const path = join(directory(), 'x.gz');
    writeFileSync(path, 'not compressed');
    await expect(linesOf(path)).rejects.toThrow(InputReadError);
    await expect(linesOf(path)).rejects.toThrow(path);
  });
});
