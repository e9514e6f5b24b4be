import { ok } from '../../../core/index.ts';
import {
  adfTest,
  adjustPValues,
  autocorrelation,
  chiSquareGoodnessOfFitTest,
  chiSquareIndependenceTest,
  grangerTest,
  jarqueBeraTest,
  johansenTest,
  kendallTest,
  kolmogorovSmirnovTest,
  kolmogorovSmirnovTwoSampleTest,
  kpssTest,
  leveneTest,
  MULTIPLE_TESTING_METHODS,
  mannWhitneyTest,
  normalCdf,
  pairedTTest,
  partialAutocorrelation,
  pearsonTest,
  phillipsPerronTest,
  portmanteau,
  spearmanTest,
  tTest,
  varianceRatioTest,
  wilcoxonTest,
} from '../../../quant/index.ts';
import { columns, model, type QuantModel, samples, several } from '../model.ts';
import { boolean, choice, integer, number, numberOr, or } from '../parameters.ts';

const lagRule = or(numberOr('lags of the long-run variance', ['short', 'long']), 'short');
const lags = or(integer('number of lags'), 20);
const rankMethod = choice('distribution of the statistic', ['exact', 'asymptotic']);
const continuity = boolean('half a unit towards the mean, asymptotic only');
const correlations = { pearson: pearsonTest, spearman: spearmanTest, kendall: kendallTest };

/** Tests of time series. */
const SERIES_TESTS: readonly QuantModel[] = [
  model({
    name: 'adf',
    about: 'augmented Dickey-Fuller test; the null is a unit root',
    roles: columns('x'),
    parameters: {
      regression: or(choice('deterministic terms', ['n', 'c', 'ct', 'ctt']), 'c'),
      lags: integer('lagged differences, or the most of them; default: 12 (n / 100)^(1/4)'),
      autolag: choice('criterion that chooses the lags; default: none', ['aic', 'bic']),
      pValue: or(choice('p-value', ['mackinnon', 'table']), 'mackinnon'),
    },
    run: (given, values) => adfTest(given.at(0), values),
  }),
  model({
    name: 'kpss',
    about: 'KPSS test; the null is stationarity',
    roles: columns('x'),
    parameters: { null: or(choice('about what', ['level', 'trend']), 'level'), lags: lagRule },
    run: (given, values) => kpssTest(given.at(0), values),
  }),
  model({
    name: 'phillips-perron',
    about: 'Phillips-Perron test; the null is a unit root',
    roles: columns('x'),
    parameters: {
      statistic: or(choice('statistic', ['z-t', 'z-alpha']), 'z-t'),
      regression: or(choice('deterministic terms', ['c', 'ct']), 'ct'),
      lags: lagRule,
      pValue: choice('p-value; default: table for ct, mackinnon for c', ['table', 'mackinnon']),
    },
    run: (given, values) => phillipsPerronTest(given.at(0), values),
  }),
  model({
    name: 'variance-ratio',
    about: 'Lo-MacKinlay test of a random walk; x are log prices',
    roles: columns('x'),
    parameters: { horizon: or(integer('steps of a difference'), 2) },
    run: (given, values) => varianceRatioTest(given.at(0), values.horizon),
  }),
  model({
    name: 'acf',
    about: 'autocorrelations from lag 0',
    roles: columns('x'),
    parameters: { lags },
    run: (given, values) => autocorrelation(given.at(0), values.lags),
  }),
  model({
    name: 'pacf',
    about: 'partial autocorrelations from lag 1',
    roles: columns('x'),
    parameters: { lags },
    run: (given, values) => partialAutocorrelation(given.at(0), values.lags),
  }),
  model({
    name: 'ljung-box',
    about: 'Ljung-Box or Box-Pierce test of no autocorrelation',
    roles: columns('x'),
    parameters: {
      lag: or(integer('autocorrelations taken'), 10),
      method: or(choice('weights', ['ljung-box', 'box-pierce']), 'ljung-box'),
      fitted: or(integer('parameters already fitted to x'), 0),
    },
    run: (given, values) => portmanteau(given.at(0), values),
  }),
  model({
    name: 'granger',
    about: 'Granger causality; the null is that cause does not help to predict effect',
    roles: columns('cause', 'effect'),
    parameters: { order: or(integer('lags of both'), 1) },
    run: (given, values) => grangerTest(given.at(0), given.at(1), values.order),
  }),
  model({
    name: 'johansen',
    about: 'Johansen tests of cointegration',
    roles: several('series'),
    parameters: {
      lags: or(integer('order of the autoregression in levels'), 2),
      deterministic: or(
        choice('deterministic terms', ['none', 'const', 'trend', 'zero', 'linear']),
        'none',
      ),
      level: or(choice('where the level stands', ['longrun', 'transitory']), 'longrun'),
      season: integer('length of the season; default: none'),
    },
    run: (given, values) => johansenTest(given.matrix().data, given.all.length, values),
  }),
];

/** Tests of samples. */
const SAMPLE_TESTS: readonly QuantModel[] = [
  model({
    name: 'jarque-bera',
    about: 'Jarque-Bera test of normality',
    roles: columns('x'),
    parameters: {},
    run: (given) => jarqueBeraTest(given.at(0)),
  }),
  model({
    name: 'ks-normal',
    about: 'Kolmogorov-Smirnov test of a normal distribution that is known beforehand',
    roles: columns('x'),
    parameters: {
      mean: or(number('mean of the distribution'), 0),
      deviation: or(number('its standard deviation, above 0'), 1),
      convention: or(choice('p-value', ['exact', 'simard-lecuyer']), 'exact'),
    },
    run: (given, { mean, deviation, convention }) =>
      kolmogorovSmirnovTest(given.at(0), (x) => normalCdf((x - mean) / deviation), convention),
  }),
  model({
    name: 'ks-two-sample',
    about: 'Kolmogorov-Smirnov test of one distribution behind two samples',
    roles: samples('a', 'b'),
    parameters: {
      method: choice('p-value; default: exact where affordable', ['exact', 'asymptotic']),
    },
    run: (given, values) => kolmogorovSmirnovTwoSampleTest(given.at(0), given.at(1), values.method),
  }),
  model({
    name: 't-test',
    about: 'test of one mean behind two independent samples',
    roles: samples('a', 'b'),
    parameters: { variances: or(choice('variances', ['welch', 'pooled']), 'welch') },
    run: (given, values) => tTest(given.at(0), given.at(1), values.variances),
  }),
  model({
    name: 'paired-t-test',
    about: 'test that differences of pairs have mean 0',
    roles: columns('a', 'b'),
    parameters: {},
    run: (given) => pairedTTest(given.at(0), given.at(1)),
  }),
  model({
    name: 'levene',
    about: 'test of one variance behind several samples',
    roles: { fixed: [], rest: 'samples', ragged: true },
    parameters: { centre: or(choice('centre of a sample', ['median', 'mean']), 'median') },
    run: (given, { centre }) =>
      leveneTest(
        given.all.map(({ values }) => values),
        centre,
      ),
  }),
  model({
    name: 'mann-whitney',
    about: 'rank test that neither of two samples tends to be larger',
    roles: samples('a', 'b'),
    parameters: { method: rankMethod, continuity },
    run: (given, values) => mannWhitneyTest(given.at(0), given.at(1), values),
  }),
  model({
    name: 'wilcoxon',
    about: 'signed-rank test that differences of pairs are symmetric about 0',
    roles: columns('a', 'b'),
    parameters: { method: rankMethod, continuity },
    run: (given, values) => wilcoxonTest(given.at(0), given.at(1), values),
  }),
  model({
    name: 'correlation',
    about: 'correlation of two series and the p-value of its being 0',
    roles: columns('a', 'b'),
    parameters: {
      method: or(choice('correlation', ['pearson', 'spearman', 'kendall']), 'pearson'),
    },
    run: (given, values) => correlations[values.method](given.at(0), given.at(1)),
  }),
  model({
    name: 'chi-square-independence',
    about: 'test that rows and columns of a table of frequencies are independent',
    roles: several('frequencies'),
    parameters: { yates: or(boolean('continuity correction of a 2 x 2 table'), true) },
    run: (given, values) => {
      const { data, rows, columns: width } = given.matrix();
      const row = (i: number) => [...data.subarray(i * width, (i + 1) * width)];
      return chiSquareIndependenceTest(
        Array.from({ length: rows }, (_, i) => row(i)),
        values.yates,
      );
    },
  }),
  model({
    name: 'chi-square-fit',
    about: 'test that observed frequencies follow expected ones',
    roles: columns('observed', 'expected'),
    parameters: { fitted: or(integer('parameters that came from the observations'), 0) },
    run: (given, values) =>
      chiSquareGoodnessOfFitTest([...given.at(0)], [...given.at(1)], values.fitted),
  }),
  model({
    name: 'adjust-p-values',
    about: 'p-values of many tests, adjusted; all methods without one',
    roles: columns('p'),
    parameters: {
      method: choice('correction; default: every one', MULTIPLE_TESTING_METHODS),
      alpha: or(number('error allowed'), 0.05),
    },
    run: (given, { method, alpha }) => {
      if (method !== undefined) return adjustPValues(given.at(0), method, alpha);
      const all: Record<string, unknown> = {};
      for (const each of MULTIPLE_TESTING_METHODS) {
        const adjusted = adjustPValues(given.at(0), each, alpha);
        if (!adjusted.ok) return adjusted;
        all[each] = adjusted.value;
      }
      return ok(all);
    },
  }),
];

/** Hypothesis tests. */
export const TEST_MODELS: readonly QuantModel[] = [...SERIES_TESTS, ...SAMPLE_TESTS];
