import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  baselineOf,
  compareWith,
  readBaseline,
  requireComparable,
  unexplained,
} from '../../../src/app/bench/baseline.ts';
import type { BenchPair } from '../../../src/app/bench/report.ts';
import { BENCH } from '../../cli/sample-bench.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bot4-baseline-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const pair = (peer: string, median: number, low5 = median): BenchPair => ({
  ...BENCH.peers[0]!,
  peer,
  ratio: { median, low5, high95: median, n: 31 },
});

describe('a baseline', () => {
  it('states noise of a quarter at least, of a half at most, and what the run showed between', () => {
    const report = {
      ...BENCH,
      peers: [pair('calm', 10, 9.9), pair('wild', 10, 1), pair('so', 10, 8)],
    };
    const { pairs } = baselineOf(report);
    expect(pairs).toEqual({
      calm: { ratio: 10, noise: 0.25 },
      wild: { ratio: 10, noise: 0.5 },
      so: { ratio: 10, noise: 0.4 },
    });
  });

  it('finds ratios that fell by more than their noise, and only those', () => {
    const baseline = baselineOf({ ...BENCH, peers: [pair('a', 10), pair('b', 10), pair('c', 10)] });
    expect(compareWith('file', baseline, [pair('a', 7.4), pair('b', 7.5)])).toEqual({
      baseline: 'file',
      compared: 2,
      missing: ['c'],
      fallen: [{ pair: 'a', ratio: 7.4, baseline: 10, allowed: 7.5 }],
    });
  });

  it('is read back as it was written', async () => {
    const path = join(directory, 'baseline.json');
    const written = baselineOf(BENCH);
    writeFileSync(path, JSON.stringify(written));
    expect(await readBaseline(path)).toEqual(written);
  });

  it.each([
    ['no JSON', '{', 'is no baseline'],
    ['another version', '{"version":2,"pairs":{}}', 'its version is not 1'],
    ['a ratio that is no number', '{"version":1,"pairs":{"a":{"ratio":"2","noise":0}}}', 'ratio'],
    ['noise of everything', '{"version":1,"pairs":{"a":{"ratio":2,"noise":1}}}', 'noise'],
  ])('is refused with %s, naming the file', async (_what, text, message) => {
    const path = join(directory, 'broken.json');
    writeFileSync(path, text);
    await expect(readBaseline(path)).rejects.toThrow(message);
    await expect(readBaseline(path)).rejects.toThrow(path);
  });

  it('of another kernel target is refused before anything is measured', () => {
    const baseline = { ...baselineOf(BENCH), kernelTarget: 'avx2' };
    expect(() => requireComparable('b.json', baseline, 'avx512', ['peers'])).toThrow(
      'b.json has the ratios of kernel target avx2, and this run uses avx512',
    );
    expect(() => requireComparable('b.json', baseline, 'avx2', ['peers'])).not.toThrow();
  });

  it('is refused where the pairs are not measured', () => {
    const baseline = baselineOf(BENCH);
    const { kernelTarget } = baseline;
    expect(() => requireComparable('b.json', baseline, kernelTarget, ['path'])).toThrow(
      '--only leaves the part peers out',
    );
  });

  it('excuses only pairs that cannot be measured here, and not that none was compared', () => {
    const comparison = { baseline: 'b', fallen: [], compared: 1, missing: ['a/x', 'a/y', 'a/z'] };
    const absent = [
      { peer: 'a/x', reason: 'not-installed', why: '' },
      { peer: 'a/y', reason: 'failed', why: '' },
    ] as const;
    expect(unexplained(comparison, absent)).toEqual([
      'a/y is in b and was not measured',
      'a/z is in b and was not measured',
    ]);
    expect(unexplained({ ...comparison, compared: 0, missing: ['a/x'] }, absent)).toEqual([
      'no ratio of b was compared',
    ]);
  });

  it('that is not there is refused by name', async () => {
    await expect(readBaseline(join(directory, 'none.json'))).rejects.toThrow('none.json');
  });
});
