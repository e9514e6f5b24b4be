import { describe, it } from 'vitest';
import {
  chiSquareIndependenceTest,
  kendallTest,
  kolmogorovSmirnovTwoSampleTest,
  leveneTest,
  mannWhitneyTest,
  pairedTTest,
  pearsonTest,
  spearmanTest,
  tTest,
  wilcoxonTest,
} from '../../src/quant/index.ts';
import { Comparison, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('classical_tests');

describe.skipIf(fixture === null)('classical tests, as scipy', () => {
  if (fixture === null) return;
  const { input, tolerance } = fixture;
  const comparison = new Comparison('classical_tests', fixture);
  const [a, b, c] = [series(input.a), series(input.b), series(input.c)];
  const statistic = { abs: tolerance.stat_abs };
  const p = { abs: tolerance.p_abs };

  it('agrees on the tests of means and variances', () => {
    const welch = must(tTest(a, b));
    comparison.compare('/welch/t', welch.statistic, statistic);
    comparison.compare('/welch/p', welch.pValue, p);
    comparison.compare('/welch/df', welch.degreesOfFreedom, statistic);
    const student = must(tTest(a, b, 'pooled'));
    comparison.compare('/student/t', student.statistic, statistic);
    comparison.compare('/student/p', student.pValue, p);
    const paired = must(pairedTTest(a, c));
    comparison.compare('/paired_t/t', paired.statistic, statistic);
    comparison.compare('/paired_t/p', paired.pValue, p);
    const levene = must(leveneTest([a, b]));
    comparison.compare('/levene/W', levene.statistic, statistic);
    comparison.compare('/levene/p', levene.pValue, p);
  });

  it('agrees on the tests by ranks and distributions', () => {
    const exact = must(kolmogorovSmirnovTwoSampleTest(a, b));
    const asymptotic = must(kolmogorovSmirnovTwoSampleTest(a, b, 'asymptotic'));
    comparison.compare('/ks2/D', exact.statistic, statistic);
    comparison.compare('/ks2/p_exact', exact.pValue, p);
    comparison.compare('/ks2/p_asymp', asymptotic.pValue, p);
    const mannWhitney = must(mannWhitneyTest(a, b));
    comparison.compare('/mannwhitney/U', mannWhitney.statistic, statistic);
    comparison.compare('/mannwhitney/p', mannWhitney.pValue, p);
    const wilcoxon = must(wilcoxonTest(a, c));
    comparison.compare('/wilcoxon/W', wilcoxon.statistic, statistic);
    comparison.compare('/wilcoxon/p', wilcoxon.pValue, p);
  });

  it('agrees on frequencies and correlations', () => {
    const chi2 = must(chiSquareIndependenceTest(input.table));
    comparison.compare('/chi2/stat', chi2.statistic, statistic);
    comparison.compare('/chi2/p', chi2.pValue, p);
    comparison.compare('/chi2/df', chi2.degreesOfFreedom);
    const pearson = must(pearsonTest(a, c));
    comparison.compare('/pearson/r', pearson.correlation, statistic);
    comparison.compare('/pearson/p', pearson.pValue, p);
    const spearman = must(spearmanTest(a, c));
    comparison.compare('/spearman/rho', spearman.correlation, statistic);
    comparison.compare('/spearman/p', spearman.pValue, p);
    const kendall = must(kendallTest(a, c));
    comparison.compare('/kendall/tau_b', kendall.correlation, statistic);
    comparison.compare('/kendall/p', kendall.pValue, p);
  });
});
