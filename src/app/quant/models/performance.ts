import { ok } from '../../../core/index.ts';
import {
  backtestOverfitting,
  deflatedSharpe,
  drawdowns,
  kellyBinary,
  kellyContinuous,
  kellyEmpirical,
  kellyPortfolio,
  type Matrix,
  minimumTrackRecord,
  moments,
  performance,
  probabilisticSharpe,
  type QuantResult,
  relativePerformance,
  returnTails,
  sharpeSample,
} from '../../../quant/index.ts';
import {
  type Columns,
  columns,
  model,
  NO_COLUMNS,
  type QuantModel,
  refused,
  several,
} from '../model.ts';
import { choice, integer, needed, number, or } from '../parameters.ts';

const share = or(number('share of full Kelly that is staked'), 1);

const measures = {
  periodsPerYear: or(number('returns of a year'), 365),
  riskFree: or(number('return of a period without risk'), 0),
};

const peaks = or(
  choice('drawdowns behind ulcer and pain', ['wealth', 'performance-analytics']),
  'wealth',
);

function trialsOf(given: Columns): QuantResult<{
  readonly best: number;
  readonly variance: number;
  readonly sharpes: readonly number[];
}> {
  const sharpes: number[] = [];
  for (const { values } of given.all) {
    const sample = sharpeSample(values);
    if (!sample.ok) return sample;
    sharpes.push(sample.value.sharpe);
  }
  const mean = sharpes.reduce((sum, s) => sum + s, 0) / sharpes.length;
  const squares = sharpes.reduce((sum, s) => sum + (s - mean) ** 2, 0);
  const best = sharpes.indexOf(Math.max(...sharpes));
  return ok({ best, variance: squares / Math.max(1, sharpes.length - 1), sharpes });
}

/** Mean and covariance by n - 1 of the columns, times the periods of a year. */
function annualMoments(
  returns: Matrix,
  periods: number,
): { mean: Float64Array; covariance: Matrix } {
  const { data, rows, columns: n } = returns;
  const mean = new Float64Array(n);
  for (let i = 0; i < rows * n; i += 1) mean[i % n]! += data[i]! / rows;
  const covariance = new Float64Array(n * n);
  for (let t = 0; t < rows; t += 1) {
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) {
        const product = (data[t * n + i]! - mean[i]!) * (data[t * n + j]! - mean[j]!);
        covariance[i * n + j]! += (product * periods) / (rows - 1);
      }
    }
  }
  return {
    mean: mean.map((m) => m * periods),
    covariance: { data: covariance, rows: n, columns: n },
  };
}

/** Performance and sizing. */
export const PERFORMANCE_MODELS: readonly QuantModel[] = [
  model({
    name: 'moments',
    about: 'mean, variance, skewness, kurtosis, by n',
    roles: columns('x'),
    parameters: {},
    run: (given) => moments(given.at(0)),
  }),
  model({
    name: 'performance',
    about: 'Sharpe, Sortino, Calmar, omega, drawdowns and other measures of returns',
    roles: columns('returns'),
    parameters: {
      ...measures,
      minimumAcceptable: or(number('return from which on a period counts as good'), 0),
      peaks,
    },
    run: (given, values) => performance(given.at(0), values),
  }),
  model({
    name: 'relative-performance',
    about: 'alpha, beta, tracking error, information ratio, Treynor',
    roles: columns('returns', 'benchmark'),
    parameters: measures,
    run: (given, values) => relativePerformance(given.at(0), given.at(1), values),
  }),
  model({
    name: 'drawdowns',
    about: 'falls of compounded wealth from its peak, ulcer and pain index',
    roles: columns('returns'),
    parameters: { peaks },
    run: (given, values) => drawdowns(given.at(0), values.peaks),
  }),
  model({
    name: 'return-tails',
    about: 'signed value at risk and expected shortfall: historical, normal, modified',
    roles: columns('returns'),
    parameters: { level: or(number('confidence'), 0.95) },
    run: (given, values) => returnTails(given.at(0), values.level),
  }),
  model({
    name: 'sharpe',
    about: 'probabilistic Sharpe ratio and minimum track record length',
    roles: columns('returns'),
    parameters: {
      reference: or(number('Sharpe ratio to beat, per period'), 0),
      riskFree: measures.riskFree,
      level: or(number('confidence of the track record'), 0.95),
    },
    run: (given, { reference, riskFree, level }) => {
      const sample = sharpeSample(given.at(0), riskFree);
      if (!sample.ok) return sample;
      const probability = probabilisticSharpe(sample.value, reference);
      if (!probability.ok) return probability;
      const record = minimumTrackRecord(sample.value, reference, level);
      if (!record.ok) return record;
      return ok({
        ...sample.value,
        probability: probability.value,
        minimumTrackRecord: record.value,
      });
    },
  }),
  model({
    name: 'deflated-sharpe',
    about: 'the best of many trials, held against the best to expect without skill',
    roles: several('trials'),
    parameters: {
      trials: integer('independent trials; default: the number of columns'),
      trialVariance: number('variance of their Sharpe ratios per period; default: of the columns'),
    },
    run: (given, values) => {
      const found = trialsOf(given);
      if (!found.ok) return found;
      const { best, variance } = found.value;
      if (
        given.all.length === 1 &&
        (values.trials ?? 1) > 1 &&
        values.trialVariance === undefined
      ) {
        return refused(
          `trials is ${values.trials} with one column, which has no variance of Sharpe ratios; give trialVariance`,
        );
      }
      const sample = sharpeSample(given.at(best));
      if (!sample.ok) return sample;
      const trials = values.trials ?? given.all.length;
      const deflated = deflatedSharpe(sample.value, trials, values.trialVariance ?? variance);
      if (!deflated.ok) return deflated;
      return ok({ best: given.all[best]!.name, trials, ...sample.value, ...deflated.value });
    },
  }),
  model({
    name: 'pbo',
    about: 'probability of backtest overfitting (CSCV)',
    roles: several('strategies'),
    parameters: {
      blocks: or(integer('blocks of rows, even'), 16),
      metric: or(choice('what is compared', ['sharpe', 'mean']), 'sharpe'),
      convention: or(choice('ranks and regression', ['bailey', 'pbo']), 'bailey'),
    },
    run: (given, values) => backtestOverfitting(given.matrix(), values),
  }),
  model({
    name: 'kelly-binary',
    about: 'Kelly stake of a bet',
    roles: NO_COLUMNS,
    parameters: {
      probability: needed(number('probability of winning')),
      odds: or(number('paid per unit'), 1),
      share,
    },
    run: (_given, values) => kellyBinary(values.probability, values.odds, values.share),
  }),
  model({
    name: 'kelly-continuous',
    about: 'Kelly leverage of one asset from mean and deviation',
    roles: NO_COLUMNS,
    parameters: {
      mean: needed(number('mean return, per year')),
      deviation: needed(number('volatility, per year')),
      rate: or(number('interest rate, per year'), 0),
      share,
    },
    run: (_given, { mean, deviation, rate, share: part }) =>
      kellyContinuous(mean, deviation, rate, part),
  }),
  model({
    name: 'kelly-portfolio',
    about: 'Kelly stakes of several assets from their returns',
    roles: several('assets'),
    parameters: {
      periodsPerYear: measures.periodsPerYear,
      rate: or(number('interest rate, per year'), 0),
      share,
    },
    run: (given, { periodsPerYear, rate, share: part }) => {
      const returns = given.matrix();
      const at = returns.data.findIndex((value) => !Number.isFinite(value));
      if (at >= 0) {
        const [row, column] = [Math.floor(at / returns.columns), at % returns.columns];
        return refused(`row ${row} of asset ${column} is no number; every return is needed`);
      }
      if (returns.rows < 2) return refused(`${returns.rows} rows given; at least 2 are needed`);
      const { mean, covariance } = annualMoments(returns, periodsPerYear);
      return kellyPortfolio(mean, covariance, rate, part);
    },
  }),
  model({
    name: 'kelly-empirical',
    about: 'Kelly leverage of the largest mean log growth over observed returns',
    roles: columns('returns'),
    parameters: { share, maximum: number('largest leverage; default: just under ruin') },
    run: (given, values) => kellyEmpirical(given.at(0), values),
  }),
];
