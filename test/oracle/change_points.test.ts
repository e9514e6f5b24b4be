import { describe, expect, it } from 'vitest';
import {
  baiPerron,
  binarySegmentation,
  bocpd,
  olsCusumTest,
  optimalPartition,
  pageCusum,
  pelt,
  recursiveCusumTest,
  segmentNeighbourhood,
  supFTest,
} from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('change_points');

/** The annual flow of the Nile at Aswan, 1871 to 1970, in 10^8 m^3 (R's dataset Nile). */
const nile = Float64Array.of(
  ...[1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960],
  ...[1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694],
  ...[940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764],
  ...[821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822],
  ...[1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050],
  ...[918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740],
);
const kFirstYear = 1871;

describe.skipIf(fixture === null)('change points', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const comparison = new Comparison('change_points', fixture);
  const x = series(input.x);
  const near = { abs: tolerance.stat_abs };
  /** ruptures prints the end of the last segment too. */
  const ends = (changePoints: readonly number[]): number[] => [...changePoints, x.length];
  /** The numbers in brackets of a table of ruptures' results, as they are written there. */
  const keys = (path: string): string[] => Object.keys(expected[path]);

  it('by PELT and by optimal partition equal ruptures for every penalty', () => {
    for (const key of keys('pelt_l2')) {
      const options = { penalty: Number(key), minSegment: 2 };
      comparison.compare(`/pelt_l2/${key}`, ends(value(pelt(x, options)).changePoints));
      expect(value(optimalPartition(x, options))).toEqual(value(pelt(x, options)));
    }
  });

  it('by count and by binary segmentation equal ruptures', () => {
    for (const key of keys('dynp_l2')) {
      const got = value(segmentNeighbourhood(x, { count: Number(key), minSegment: 2 }));
      comparison.compare(`/dynp_l2/${key}`, ends(got.changePoints));
    }
    for (const key of keys('binseg_l2')) {
      const got = value(binarySegmentation(x, { count: Number(key), minSegment: 2 }));
      comparison.compare(`/binseg_l2/${key}`, ends(got.changePoints));
    }
  });

  it('in mean, variance and both equal R changepoint', () => {
    const v = series(input.v);
    const cuts = (path: string, actual: readonly number[]) =>
      comparison.compare(`/R/${path}`, [...actual]);
    cuts('cpt_mean_manual10', value(pelt(x, { penalty: 10 })).changePoints);
    cuts('cpt_mean_mbic', value(pelt(x, { penalty: 'mbic' })).changePoints);
    const both = { cost: 'mean-variance', penalty: 15 } as const;
    cuts('cpt_meanvar_manual15', value(pelt(x, both)).changePoints);
    cuts('cpt_var_manual12', value(pelt(v, { cost: 'variance', penalty: 12 })).changePoints);
  });

  it('pass the stability tests of R strucchange', () => {
    const ols = value(olsCusumTest(x));
    comparison.compare('/R/ols_cusum/stat', ols.statistic, near);
    comparison.compare('/R/ols_cusum/p', ols.pValue, near);
    // The 50th, 100th and 200th value of the fluctuation, which begins with 0.
    const at = [50, 100, 200].map((place) => ols.fluctuation[place - 1]);
    comparison.compare('/R/ols_cusum/process_at', at, near);
    const recursive = value(recursiveCusumTest(x));
    comparison.compare('/R/rec_cusum/stat', recursive.statistic, near);
    comparison.compare('/R/rec_cusum/p', recursive.pValue, near);
    const supF = value(supFTest(x));
    // Printed to 15 digits, and a quotient of sums of hundreds of squares.
    comparison.compare('/R/supF/stat', supF.statistic, { ...near, rel: 1e-10 });
    comparison.compare('/R/supF/p', supF.pValue, near);
    comparison.compare('/R/supF/argmax', supF.changePoint);
  });

  it('by Bai and Perron equal R strucchange, on the Nile as well', () => {
    const { rss }: { rss: Json[] } = expected.R.bai_perron;
    const most = rss.length - 1;
    // strucchange tries ceil(n / h) - 2 breaks at most, which gives the h that was used.
    const minSegment = Math.ceil(x.length / (most + 2));
    const got = value(baiPerron(x, { minSegment, most }));
    const close = { ...near, rel: 1e-11 };
    comparison.compare('/R/bai_perron/bp', [...got.changePoints]);
    comparison.compare('/R/bai_perron/bic', [...got.bic], close);
    comparison.compare('/R/bai_perron/rss', [...got.rss], close);
    const flow = value(baiPerron(nile));
    comparison.compare('/R/nile/bp', flow.changePoints[0]);
    // The last year of the old level.
    comparison.compare('/R/nile/year', kFirstYear + flow.changePoints[0]! - 1);
    comparison.compare('/R/nile/supF', value(supFTest(nile)).statistic, { ...near, rel: 1e-10 });
  });

  it('online stand within three points of those of R ocp', () => {
    const prior = { priorMean: 0, priorWeight: 0.01, priorShape: 1, priorScale: 1 };
    const got = value(bocpd(x, { ...prior, expectedRunLength: 100 }));
    // ocp lists the first point of each segment, 1-based, the first segment too.
    const starts = [1, ...got.changePoints.map((at) => at + 1)];
    expect(starts).toHaveLength(expected.R.ocp_changepoints.length);
    comparison.compare('/R/ocp_changepoints', starts, { abs: 3 });
  });

  it('by the chart of Page equal its definition', () => {
    const { target, k, h } = input.page;
    const got = value(pageCusum(x, { target, allowance: k, threshold: h }));
    const listed: Json[] = expected.page_cusum.alarms_0based;
    // The fixture lists the first alarms only; every listed one is compared.
    comparison.compare('/page_cusum/alarms_0based', got.alarms.slice(0, listed.length));
    const path = Array.from({ length: 10 }, (_, t) => [got.high[t], got.low[t]]);
    comparison.compare('/page_cusum/path_first10', path, near);
  });
});
