import { describe, expect, it } from 'vitest';

interface Report {
  readonly kernelTarget: string;
  readonly faults: readonly string[];
  readonly peers: readonly { readonly peer: string; readonly ratio: { readonly median: number } }[];
  readonly absentPeers: readonly { readonly peer: string; readonly reason: string }[];
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
  absentPeers: [],
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

  it('fails on a pair that was not measured, unless it cannot be measured here', () => {
    const two = { ...baseline, pairs: { ...baseline.pairs, 'a/c': { ratio: 2, noise: 0.25 } } };
    const lost = ['a/c is in the baseline and was not measured'];
    const without = (...reasons: readonly string[]) =>
      report(10, { absentPeers: reasons.map((reason) => ({ peer: 'a/c', reason })) });
    const faultsOf = (run: Report) => ratioCheck(two, measuring(run).measure).faults;
    expect(faultsOf(without())).toEqual(lost);
    expect(faultsOf(without('failed'))).toEqual(lost);
    expect(faultsOf(without('not-built'))).toEqual(lost);
    expect(faultsOf(without('not-installed'))).toEqual([]);
    expect(faultsOf(without('not-available'))).toEqual([]);
  });

  it('fails when nothing could be compared, however good the excuses', () => {
    const absentPeers = [{ peer: 'a/b', reason: 'not-installed' }];
    const { measure } = measuring(report(10, { peers: [], absentPeers }));
    expect(ratioCheck(baseline, measure).faults).toEqual([
      'no ratio of the baseline could be compared',
    ]);
  });

  it('fails when the bench gave no report', () => {
    expect(ratioCheck(baseline, measuring(null).measure).faults).toHaveLength(1);
  });
});
