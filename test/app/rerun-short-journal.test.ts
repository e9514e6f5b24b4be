import {
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { inputFile } from '../../src/adapters/run-inputs/index.ts';
import type { RerunReport } from '../../src/app/contracts.ts';
import { runPaper } from '../../src/app/paper.ts';
import { runRerun } from '../../src/app/rerun.ts';
import { paperConfig, paperRun, paperRunUntil, unstopped } from './paper-run.ts';

const config = paperConfig();
const rerun = (runEpoch: number | null = null, of = config): Promise<RerunReport> =>
  runRerun({ config: of, runEpoch, onLine: () => {}, signal: unstopped() });

describe('a rerun whose journal ends before its recording', () => {
  const path = inputFile(config.dataDir, 1);
  const journal = join(config.dataDir, 'journal');
  let recorded: string;

  beforeAll(async () => {
    await paperRunUntil(config, 5);
    recorded = gunzipSync(readFileSync(path)).toString('latin1');
    cpSync(journal, `${journal}.whole`, { recursive: true });
    const [segment] = readdirSync(journal);
    const file = join(journal, segment!);
    truncateSync(file, Math.floor(statSync(file).size * 0.4));
  });

  it('differs when the run was recorded to its end', async () => {
    const report = await rerun();
    expect(report.equal).toBe(false);
    expect(report.firstDifference).toMatchObject({ expected: null });
  });

  it('ends there when the run was not', async () => {
    writeFileSync(path, gzipSync(Buffer.from(recorded.replace(/^Z .*\n/m, ''), 'latin1')));
    const report = await rerun();
    expect(report).toMatchObject({
      equal: true,
      recordedUntil: 'the journal ends before the recording',
      firstDifference: null,
      stateHash: null,
    });
    expect(report.events).toBeGreaterThan(3);
  });

  it('differs when a later run follows in the journal', async () => {
    await paperRun(config, 300);
    const report = await rerun(1);
    expect(report.equal).toBe(false);
    expect(report.firstDifference).toMatchObject({ expected: null });
  });

  it('is equal again once the journal is whole', async () => {
    rmSync(journal, { recursive: true });
    cpSync(`${journal}.whole`, journal, { recursive: true });
    writeFileSync(path, gzipSync(Buffer.from(recorded, 'latin1')));
    expect(await rerun(1)).toMatchObject({ equal: true, recordedUntil: 'end' });
  });

  it('is refused in plain words when the recording is empty', async () => {
    writeFileSync(path, '');
    await expect(rerun(1)).rejects.toThrow('holds no input: the run ended within the half second');
  });
});

describe('a rerun beside the running service', () => {
  it('is equal as far as both go', async () => {
    const own = paperConfig();
    const stop = new AbortController();
    const options = { durationMs: null, onLine: () => {}, signal: stop.signal };
    const running = runPaper(own, options);
    const recording = inputFile(own.dataDir, 1);
    const written = (): number => statSync(recording, { throwIfNoEntry: false })?.size ?? 0;
    const reports: RerunReport[] = [];
    for (let n = 0; n < 3; n += 1) {
      const before = written();
      await expect.poll(written).toBeGreaterThan(before);
      reports.push(await rerun(null, own));
    }
    stop.abort();
    await running;
    expect(reports.map(({ firstDifference }) => firstDifference)).toEqual([null, null, null]);
    expect(reports.every(({ equal }) => equal)).toBe(true);
    expect(reports.at(-1)!.events).toBeGreaterThan(0);
    expect(await rerun(null, own)).toMatchObject({ equal: true, recordedUntil: 'end' });
  });
});
