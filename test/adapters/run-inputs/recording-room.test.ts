import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputWriter, inputFile, listInputFiles } from '../../../src/adapters/run-inputs/index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'bot4-room-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

describe('the room of recordings', () => {
  it('holds a thousand at most, however small', async () => {
    const directory = join(dataDir, 'inputs');
    mkdirSync(directory);
    for (let run = 1; run <= 1_200; run += 1) writeFileSync(inputFile(dataDir, run), 'x');
    const ends: string[] = [];
    const onEnd = (reason: string): void => {
      ends.push(reason);
    };
    const writer = new InputWriter({ dataDir, runEpoch: 1_201, keepBytes: 2 ** 20, onEnd });
    writer.line('T 1 0 -');
    await writer.close();
    expect(ends).toEqual([]);
    expect(readdirSync(directory)).toHaveLength(1_000);
    const kept = listInputFiles(dataDir);
    expect(kept[0]!.runEpoch).toBe(202);
    expect(kept.at(-1)!.runEpoch).toBe(1_201);
  });
});
