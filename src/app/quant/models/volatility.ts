import {
  evaluateGarch,
  ewma,
  fitGarch,
  fitHar,
  fitJumpGarch,
  jumpDiffusion,
  jumpTest,
  RANGE_ESTIMATORS,
  rangeVolatility,
} from '../../../quant/index.ts';
import { columns, model, type QuantModel } from '../model.ts';
import { choice, integer, needed, number, numberOr, numbers, or } from '../parameters.ts';

const recursion = {
  model: or(choice('variance recursion', ['garch', 'gjr', 'egarch']), 'garch'),
  distribution: or(choice('density of the innovations', ['normal', 'student-t']), 'normal'),
  initialVariance: or(
    numberOr('variance before the first return', ['fcp', 'sample-mean', 'backcast']),
    'fcp',
  ),
};

const fitting = {
  ...recursion,
  fixedNu: number('degrees of freedom held; default: estimated'),
  mean: or(choice('mean of the returns', ['constant', 'zero']), 'constant'),
  persistenceBound: or(numberOr('largest persistence', ['none']), 0.999),
  scoreLags: or(numberOr('lags of the robust errors', ['newey-west']), 0),
  maxIterations: or(integer('steps of the search'), 500),
  horizon: or(integer('steps of the variance forecast'), 10),
};

const jumps = {
  window: or(integer('returns behind each that give its local volatility'), 100),
  significance: or(number('chance of a false jump in the series'), 0.01),
};

/** Reads the word that stands for no bound. */
const bounded = <V extends { readonly persistenceBound: number | 'none' }>(values: V) => ({
  ...values,
  persistenceBound: values.persistenceBound === 'none' ? null : values.persistenceBound,
});

/** Volatility. */
export const VOLATILITY_MODELS: readonly QuantModel[] = [
  model({
    name: 'garch',
    about: 'GARCH, GJR-GARCH or EGARCH by maximum likelihood, with forecasts',
    roles: columns('returns'),
    parameters: fitting,
    run: (given, values) => fitGarch(given.at(0), bounded(values)),
  }),
  model({
    name: 'garch-filter',
    about: 'variances and log-likelihood at given coefficients',
    roles: columns('returns'),
    parameters: {
      ...recursion,
      mu: or(number('mean'), 0),
      omega: needed(number('constant of the variance')),
      alpha: needed(number('weight of the last shock')),
      gamma: or(number('weight of the asymmetric term'), 0),
      beta: needed(number('weight of the last variance')),
      nu: number('degrees of freedom of student-t'),
    },
    run: (given, { mu, omega, alpha, gamma, beta, nu, ...kind }) =>
      evaluateGarch(given.at(0), { mu, omega, alpha, gamma, beta, nu: nu ?? null }, kind),
  }),
  model({
    name: 'ewma',
    about: 'exponentially weighted variance',
    roles: columns('returns'),
    parameters: {
      decay: or(number('weight of the past'), 0.94),
      initialVariance: number('variance before the first return; default: the mean square'),
    },
    run: (given, values) => ewma(given.at(0), values),
  }),
  model({
    name: 'har',
    about: 'heterogeneous autoregression of realised variance',
    roles: columns('rv'),
    parameters: {
      lags: or(numbers('lengths of the averages'), [1, 5, 22]),
      transform: or(choice('what is regressed', ['level', 'sqrt', 'log']), 'level'),
      horizon: or(integer('bars ahead'), 1),
      neweyWestLags: integer('lags of the robust errors; default: horizon - 1'),
    },
    run: (given, values) => fitHar(given.at(0), values),
  }),
  model({
    name: 'range-volatility',
    about: 'volatility from the prices of bars, in rolling windows',
    roles: columns('open', 'high', 'low', 'close'),
    parameters: {
      estimator: or(choice('estimator', RANGE_ESTIMATORS), 'yang-zhang'),
      window: or(integer('bars of a window'), 30),
      barsPerYear: or(number('bars of a year'), 365),
    },
    run: (given, values) => {
      const [open, high, low, close] = [given.at(0), given.at(1), given.at(2), given.at(3)];
      return rangeVolatility({ open, high, low, close }, values);
    },
  }),
  model({
    name: 'jump-test',
    about: 'whether a stretch of returns holds jumps (bipower variation)',
    roles: columns('returns'),
    parameters: {},
    run: (given) => jumpTest(given.at(0)),
  }),
  model({
    name: 'jumps',
    about: 'single jumps, their rate and sizes',
    roles: columns('returns'),
    parameters: jumps,
    run: (given, values) => jumpDiffusion(given.at(0), values),
  }),
  model({
    name: 'jump-garch',
    about: 'GARCH of the returns between jumps, with the variance of jumps laid over',
    roles: columns('returns'),
    parameters: { ...jumps, ...fitting },
    run: (given, { window, significance, ...rest }) =>
      fitJumpGarch(given.at(0), { jumps: { window, significance }, garch: bounded(rest) }),
  }),
];
