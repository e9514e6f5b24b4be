import { describe, expect, it } from 'vitest';

interface Report {
  readonly kernelTarget: string;
  readonly faults: readonly string[];
  readonly peers: readonly { readonly peer: string; readonly ratio: { readonly median: number } }[];
}

const url = new URL('../../scripts/ratio-check.mjs', import.meta.url).href;
const { ratioCheck } = (await import(url)) as {
  ratioCheck(
    baseline: object,
    measure: () => Report | null,
  ): { readonly faults: readonly string[]; readonly note: string };
};

const baseline = { kernelTarget: 'avx2', pairs: { 'a/b': { ratio: 10, noise: 0.25 } } };
const report = (median: number, over: Partial<Report> = {}): Report => ({
  kernelTarget: 'avx2',
  faults: [],
  peers: [{ peer: 'a/b', ratio: { median } }],
  ...over,
});

/** Gives the reports in turn and counts how often it was asked. */
function measuring(...reports: readonly (Report | null)[]) {
  let runs = 0;
  return { measure: () => reports[runs++] ?? null, runs: () => runs };
}

describe('the ratio check', () => {
  it('passes a ratio of at least half the baseline in one run', () => {
    const { measure, runs } = measuring(report(6));
    expect(ratioCheck(baseline, measure)).toEqual({
      faults: [],
      note: 'bench: 1 ratios compared with bench/baseline.json',
    });
    expect(runs()).toBe(1);
  });

  it('measures again before it calls a ratio fallen', () => {
    const { measure, runs } = measuring(report(3), report(8));
    expect(ratioCheck(baseline, measure).faults).toEqual([]);
    expect(runs()).toBe(2);
  });

  it('fails on a ratio that is below in both runs', () => {
    const { measure } = measuring(report(3), report(4));
    expect(ratioCheck(baseline, measure).faults).toEqual([
      'a/b fell to 4.00x from 10x, in both of two runs',
    ]);
  });

  it('fails on results that differ from a peer, whatever the ratios', () => {
    const { measure } = measuring(report(20, { faults: ['a and b differ'] }));
    expect(ratioCheck(baseline, measure).faults).toEqual(['a and b differ']);
  });

  it('compares no ratios of another kernel target, and says so', () => {
    const { measure, runs } = measuring(report(1, { kernelTarget: 'sse2' }));
    expect(ratioCheck(baseline, measure)).toEqual({
      faults: [],
      note: expect.stringContaining('the baseline is of avx2 and this machine runs sse2'),
    });
    expect(runs()).toBe(1);
  });

  it('fails when the bench gave no report', () => {
    expect(ratioCheck(baseline, measuring(null).measure).faults).toHaveLength(1);
  });
});
