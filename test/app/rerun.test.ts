import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { inputFile, listInputFiles } from '../../src/adapters/run-inputs/index.ts';
import type { Bot4Config } from '../../src/app/config.ts';
import type { RerunReport, RunSummary } from '../../src/app/contracts.ts';
import { runRerun } from '../../src/app/rerun.ts';
import { paperConfig, paperRun, paperRunUntil, unstopped } from './paper-run.ts';

const rerun = (config: Bot4Config, runEpoch: number | null = null): Promise<RerunReport> =>
  runRerun({ config, runEpoch, onLine: () => {}, signal: unstopped() });

describe('a paper run that is driven again', () => {
  const config = paperConfig({ reconcileEveryMs: '2000' });
  let summary: RunSummary;
  let recorded: string;

  beforeAll(async () => {
    summary = await paperRunUntil(config, 6);
    recorded = gunzipSync(readFileSync(inputFile(config.dataDir, 1))).toString('latin1');
  });

  it('writes the same orders and events, and ends in the same state and engine', async () => {
    const report = await rerun(config);
    expect(report.firstDifference).toBeNull();
    expect(report).toMatchObject({ equal: true, runEpoch: 1, recordedUntil: 'end' });
    expect(report.orders).toBe(summary.ordersSubmitted);
    expect(report.orders).toBeGreaterThan(0);
    expect(report.stateHash).toBe(summary.stateHash);
    expect(report.engineHash).toBe(report.expectedEngineHash);
    expect(report.toSeq).toBe(summary.journalSeq);
    expect(report.notices).toEqual([]);
  });

  it('names the first entry that differs when an input was changed', async () => {
    const path = inputFile(config.dataDir, 1);
    const original = readFileSync(path);
    // The first report about an order never came.
    writeFileSync(path, gzipSync(Buffer.from(recorded.replace(/^R .*\n/m, ''), 'latin1')));
    const report = await rerun(config);
    writeFileSync(path, original);
    expect(report.equal).toBe(false);
    expect(JSON.parse(report.firstDifference!.expected!).kind).toMatch(/^order-/);
  });

  it('compares as far as the recording goes when the process was killed', async () => {
    const path = inputFile(config.dataDir, 1);
    const original = readFileSync(path);
    truncateSync(path, Math.floor(original.length / 2));
    const report = await rerun(config);
    writeFileSync(path, original);
    expect(report.firstDifference).toBeNull();
    expect(report.equal).toBe(true);
    expect(report.recordedUntil).toBe('the end of the process');
    expect(report.entriesNotRecorded).toBeGreaterThan(0);
    expect(report.expectedEngineHash).toBeNull();
  });

  it('compares up to the input before the one at which the recording ended early', async () => {
    const path = inputFile(config.dataDir, 1);
    const original = readFileSync(path);
    const reports = [...recorded.matchAll(/^R /gm)].map(({ index }) => index);
    const cut = recorded.slice(0, reports[2]);
    const report3 = recorded.slice(reports[2], recorded.indexOf('\n', reports[2]) + 1);
    const ended = `${cut}${report3}X "the journal refused to be written"\n`;
    writeFileSync(path, gzipSync(Buffer.from(ended, 'latin1')));
    const report = await rerun(config);
    writeFileSync(path, original);
    expect(report).toMatchObject({
      equal: true,
      recordedUntil: 'the journal refused to be written',
      firstDifference: null,
    });
    expect(report.entriesNotRecorded).toBeGreaterThan(0);
  });

  it('drives a later run from the state that the earlier one left', async () => {
    await paperRunUntil(config, 1);
    const report = await rerun(config);
    expect(report).toMatchObject({ equal: true, runEpoch: 2, firstDifference: null });
    expect((await rerun(config, 1)).equal).toBe(true);
    await expect(rerun(config, 7)).rejects.toThrow('run 7 is not recorded; recorded: 1, 2');
  });
});

describe('recording', () => {
  it('is left out when it is switched off', async () => {
    const config = paperConfig({ 'recording.enabled': 'false' });
    await paperRun(config, 300);
    expect(listInputFiles(config.dataDir)).toEqual([]);
    await expect(rerun(config)).rejects.toThrow('holds no recorded run');
  });
});
