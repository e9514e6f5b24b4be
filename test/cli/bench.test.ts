import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../src/app/contracts.ts';
import { EXIT, main } from '../../src/cli/index.ts';
import { benchLines } from '../../src/cli/render/bench-lines.ts';
import { plainStyle } from '../../src/cli/style.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';
import { BENCH } from './sample-bench.ts';

async function bench(argv: readonly string[], report: BenchReport = BENCH) {
  const recorded = recordedIo();
  const { app, calls } = fakeApp();
  const runBench: typeof app.runBench = (options) => {
    void app.runBench(options);
    return Promise.resolve(report);
  };
  const code = await main(['bench', ...argv], recorded.io, { ...app, runBench });
  return { code, calls, stdout: recorded.stdout(), stderr: recorded.stderr() };
}

const fallen = {
  baseline: '/b.json',
  compared: 1,
  missing: ['ring.spsc/boost'],
  fallen: [{ pair: 'book.l2/std::map', ratio: 2, baseline: 6, allowed: 4.5 }],
};

describe('bot4 bench', () => {
  it('measures every part at full length unless told otherwise', async () => {
    const { code, calls } = await bench([]);
    expect(code).toBe(EXIT.ok);
    expect(calls[0]!.args[0]).toMatchObject({
      files: [],
      parts: [],
      quick: false,
      recordings: null,
      baseline: null,
      saveBaseline: null,
      save: false,
      messagesPerSecond: 20_000,
      durationMs: 10_000,
    });
  });

  it('hands on parts, files and paths, the paths made absolute', async () => {
    const { calls } = await bench([
      ...['--only', 'doorbell', 'peers', '--data', 'a.gz', '--rate', '500', '--duration', '3s'],
      ...['--quick', '--compare', 'b.json', '--save-baseline', '/c.json', '--save'],
    ]);
    const [options] = calls[0]!.args as [Record<string, unknown>];
    expect(options).toMatchObject({
      parts: ['doorbell', 'peers'],
      quick: true,
      saveBaseline: '/c.json',
      save: true,
      messagesPerSecond: 500,
      durationMs: 3_000,
    });
    expect(options['baseline']).toMatch(/^\/.*b\.json$/);
    expect(options['files']).toEqual([expect.stringMatching(/^\/.*a\.gz$/)]);
  });

  it('refuses a part that is none, naming the allowed ones', async () => {
    const { code, stderr, calls } = await bench(['--only', 'everything']);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('Allowed: doorbell, path, orders, peers, targets, caches, backtest.');
    expect(calls).toEqual([]);
  });

  it('fails on a ratio that fell, and says from what to what', async () => {
    const { code, stdout } = await bench([], { ...BENCH, comparison: fallen });
    expect(code).toBe(EXIT.error);
    expect(stdout).toContain('fell book.l2/std::map: 2x, was 6x, allowed down to 4.5x');
    expect(stdout).toContain('not measured: ring.spsc/boost');
  });

  it('fails when results differed', async () => {
    const { code, stdout } = await bench([], { ...BENCH, faults: ['a and b differ'] });
    expect(code).toBe(EXIT.error);
    expect(stdout).toContain('fault: a and b differ');
  });

  it('does not fail because a goal is missed', async () => {
    expect((await bench([])).code).toBe(EXIT.ok);
  });

  it('shows each goal with its figures, and why one was not measured', () => {
    const text = benchLines(BENCH, plainStyle).join('\n');
    expect(text).toMatch(
      /L2 update with best bid and ask\s+std::map\s+≥ 5 x\s+6\.25\s+5\.5\s+7\s+31\s+met/,
    );
    expect(text).toMatch(/gate check\s+–\s+≤ 10 ns\s+12\.5.*missed/);
    expect(text).toContain('not measured: peer not installed: boost');
  });

  it('says how many messages a stage was averaged over, and which load it had', () => {
    const text = benchLines(BENCH, plainStyle).join('\n');
    expect(text).toMatch(/decode\s+5x\s+12.635\s+mean of 2.500\s+210\.3/);
    expect(text).toMatch(/bytes-to-intent\s+1x\s+2.527\s+each/);
  });

  it('leaves a dash for a percentile that too few values carry', () => {
    const [first] = BENCH.stages;
    const stages = [{ ...first!, p999: null, p9999: null }];
    const line = benchLines({ ...BENCH, stages }, plainStyle).find((each) => /^decode/.test(each));
    expect(line?.match(/–/g)).toHaveLength(2);
  });

  it('shows hit rates of caches, and the stalls of each load', () => {
    const text = benchLines(BENCH, plainStyle).join('\n');
    expect(text).toMatch(/zipf\s+100.000\s+100\s+31\.00\s+25\.00\s+44\.00/);
    expect(text).toMatch(/1x\s+12\s+0\s+4\.5\s+0\.120\s+1\.5/);
  });

  it('leaves out what was not asked for', () => {
    const none = {
      messageUs: null,
      messageToIntentUs: null,
      clockPairUs: null,
      stages: [],
      goals: [],
      stalls: [],
      caches: [],
    };
    const text = benchLines({ ...BENCH, ...none }, plainStyle).join('\n');
    expect(text).not.toContain('doorbell');
    expect(text).not.toContain('null');
    expect(text).toContain('recorded peak');
  });
});
