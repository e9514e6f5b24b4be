import { ok } from '../../../core/index.ts';
import {
  type ArimaSpecification,
  crossValidatedNet,
  elasticNet,
  fastIca,
  fitArima,
  fitLocalLevel,
  fitOrnsteinUhlenbeck,
  forecastArima,
  forecastVar,
  impulseResponses,
  isotonicRegression,
  kalmanSmoother,
  localLevelModel,
  logisticElasticNet,
  type Matrix,
  orthogonalImpulseResponses,
  plattScaling,
  principalComponents,
  type QuantResult,
  selectVarLags,
  varianceDecomposition,
  vectorAutoregression,
} from '../../../quant/index.ts';
import { type Columns, columns, model, type QuantModel, refused, several } from '../model.ts';
import { boolean, choice, integer, needed, number, numbers, or } from '../parameters.ts';

const family = or(choice('what y is', ['gaussian', 'binomial']), 'gaussian');

const net = {
  alpha: or(number('1 is the lasso, 0 is ridge'), 1),
  lambda: numbers('penalties, largest first; default: the path of glmnet'),
  steps: or(integer('length of the default path'), 100),
  lambdaRatio: number('smallest over largest penalty of the default path'),
  standardize: or(boolean('columns divided by their deviation while fitting'), true),
  convention: or(choice('scale of the ridge part', ['glmnet', 'sklearn']), 'glmnet'),
  tolerance: or(number('change that ends a fit'), 1e-18),
  maxPasses: or(integer('passes over the coordinates'), 1_000_000),
};

interface ArimaValues {
  readonly order: readonly number[];
  readonly seasonal?: readonly number[];
  readonly period?: number;
  readonly mean: boolean;
}

/** Three whole numbers; fewer read as NaN, which the model refuses by name. */
const orders = (of: readonly number[]): readonly [number, number, number] =>
  of.length > 3
    ? [Number.NaN, Number.NaN, Number.NaN]
    : [of[0] ?? Number.NaN, of[1] ?? Number.NaN, of[2] ?? Number.NaN];

function specificationOf({ order, seasonal, period, mean }: ArimaValues): ArimaSpecification {
  const base = { order: orders(order), mean };
  return seasonal === undefined
    ? base
    : { ...base, seasonal: { order: orders(seasonal), period: period ?? Number.NaN } };
}

const square = (given: readonly number[], rows: number, columnsOf: number): Float64Array =>
  given.length === 1 && rows * columnsOf > 1 && rows === columnsOf
    ? scaledIdentity(given[0]!, rows)
    : Float64Array.from(given);

function scaledIdentity(value: number, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) out[i * n + i] = value;
  return out;
}

function localLevel(given: Columns): QuantResult<unknown> {
  const fit = fitLocalLevel(given.at(0));
  if (!fit.ok) return fit;
  const { observationVariance, levelVariance } = fit.value;
  const form = localLevelModel(observationVariance, levelVariance);
  const smoother = kalmanSmoother(given.at(0), form.model, form.initial);
  if (!smoother.ok) return smoother;
  const { filter, smoothed, smoothedCovariance } = smoother.value;
  return ok({ ...fit.value, filtered: filter.filtered, smoothed, smoothedCovariance });
}

function autoregression(
  y: Matrix,
  lags: number,
  { periods, horizon }: { readonly periods: number; readonly horizon: number },
): QuantResult<unknown> {
  const fit = vectorAutoregression(y, lags);
  if (!fit.ok) return fit;
  return ok({
    ...fit.value,
    forecast: forecastVar(fit.value, y, horizon),
    impulseResponses: impulseResponses(fit.value, periods),
    orthogonalImpulseResponses: orthogonalImpulseResponses(fit.value, periods),
    varianceDecomposition: varianceDecomposition(fit.value, periods),
  });
}

/** A count that the library takes without checking it itself. */
const countFault = (values: Readonly<Record<string, number>>): QuantResult<never> | null => {
  const wrong = Object.entries(values).find(([, value]) => !(value >= 1 && value <= 10_000));
  if (wrong === undefined) return null;
  const detail = `${wrong[0]} is ${wrong[1]}; it must be from 1 to 10000`;
  return { ok: false, error: { code: 'bad-input', detail } };
};

/** Regression, calibration and components. */
const FITS: readonly QuantModel[] = [
  model({
    name: 'elastic-net',
    about: 'linear or logistic regression along a path of penalties',
    roles: several('regressors', 'y'),
    parameters: { family, ...net },
    run: (given, { family: kind, ...options }) =>
      (kind === 'gaussian' ? elasticNet : logisticElasticNet)(
        given.matrix(1),
        given.at(0),
        options,
      ),
  }),
  model({
    name: 'elastic-net-cv',
    about: 'the same, its penalty by cross-validation over contiguous folds',
    roles: several('regressors', 'y'),
    parameters: { family, ...net },
    run: (given, values) => crossValidatedNet(given.matrix(1), given.at(0), values),
  }),
  model({
    name: 'isotonic',
    about: 'monotone regression of y on x',
    roles: columns('x', 'y'),
    parameters: { increasing: or(boolean('whether it rises'), true) },
    run: (given, values) => isotonicRegression(given.at(0), given.at(1), values),
  }),
  model({
    name: 'platt',
    about: 'sigmoid from scores to probabilities; labels are 0 and 1',
    roles: columns('score', 'label'),
    parameters: {
      targets: or(choice('what is fitted', ['smoothed', 'labels']), 'smoothed'),
      maxIterations: integer('steps of the search'),
    },
    run: (given, values) => plattScaling(given.at(0), given.at(1), values),
  }),
  model({
    name: 'pca',
    about: 'principal components',
    roles: several('columns'),
    parameters: {
      scale: or(choice('what columns are divided by', ['none', 'population', 'sample']), 'none'),
      components: integer('components kept; default: all'),
    },
    run: (given, values) => principalComponents(given.matrix(), values),
  }),
  model({
    name: 'ica',
    about: 'independent components (parallel FastICA)',
    roles: several('columns'),
    parameters: {
      components: integer('number of components; default: all'),
      contrast: or(choice('contrast', ['logcosh', 'exp', 'cube']), 'logcosh'),
      slope: or(number('slope of ln cosh'), 1),
      tolerance: or(number('turn of a direction that ends the search'), 1e-12),
      maxIterations: integer('steps of the search'),
      seed: integer('seed of the first directions'),
    },
    run: (given, values) => fastIca(given.matrix(), values),
  }),
];

/** Time series in state space and autoregressive form. */
const SERIES: readonly QuantModel[] = [
  model({
    name: 'arima',
    about: 'ARIMA by exact maximum likelihood, with forecasts',
    roles: columns('y'),
    parameters: {
      order: or(numbers('p,d,q'), [1, 0, 0]),
      seasonal: numbers('P,D,Q of the season; default: none'),
      period: integer('length of the season'),
      mean: or(boolean('whether a mean is fitted'), true),
      horizon: or(integer('steps of the forecast'), 10),
    },
    run: (given, { horizon, ...values }) => {
      const specification = specificationOf(values);
      const fit = fitArima(given.at(0), specification);
      if (!fit.ok) return fit;
      const forecast = forecastArima(given.at(0), specification, fit.value, horizon);
      return forecast.ok ? ok({ ...fit.value, forecast: forecast.value }) : forecast;
    },
  }),
  model({
    name: 'var-model',
    about: 'vector autoregression with forecasts and impulse responses',
    roles: several('series'),
    parameters: {
      lags: integer('lags; default: chosen by the criterion'),
      most: or(integer('most lags that the criterion may choose'), 8),
      criterion: or(choice('criterion', ['aic', 'bic', 'hqic']), 'aic'),
      periods: or(integer('periods of the impulse responses'), 10),
      horizon: or(integer('rows of the forecast'), 10),
    },
    run: (given, { lags, most, criterion, periods, horizon }) => {
      const fault = countFault({ periods, horizon });
      if (fault !== null) return fault;
      const y = given.matrix();
      const chosen = lags === undefined ? selectVarLags(y, most, criterion) : ok(lags);
      return chosen.ok ? autoregression(y, chosen.value, { periods, horizon }) : chosen;
    },
  }),
  model({
    name: 'ou',
    about: 'Ornstein-Uhlenbeck process and its half-life',
    roles: columns('x'),
    parameters: {
      dt: or(number('time between two values'), 1),
      divisor: or(choice('divisor of the residual variance', ['n', 'n-2']), 'n'),
    },
    run: (given, values) => fitOrnsteinUhlenbeck(given.at(0), values),
  }),
  model({
    name: 'local-level',
    about: 'random walk observed with noise: variances, filtered and smoothed level',
    roles: columns('y'),
    parameters: {},
    run: localLevel,
  }),
  model({
    name: 'kalman',
    about: 'Kalman filter and smoother of a linear Gaussian model; matrices row by row',
    roles: several('observed'),
    parameters: {
      states: needed(integer('number of states')),
      design: needed(numbers('Z, observed x states')),
      transition: needed(numbers('T, states x states')),
      observationCovariance: needed(numbers('H; one number stands for its multiple of identity')),
      stateCovariance: needed(numbers('Q, likewise')),
      initialMean: numbers('mean of the first state; default: 0'),
      initialCovariance: or(numbers('covariance of the first state'), [0]),
      diffuse: or(boolean('whether the first state is unknown (exact diffuse)'), true),
      diffuseTerms: or(
        choice('ln 2 pi of diffuse observations', ['excluded', 'included']),
        'excluded',
      ),
    },
    run: (given, values) => {
      const { states: m, diffuse, diffuseTerms } = values;
      const fault = countFault({ states: m });
      if (fault !== null) return fault;
      const observed = given.all.length;
      // Before anything of the size of m is made.
      if (values.design.length !== observed * m) {
        const needs = `${observed} by ${m} needs ${observed * m}`;
        return refused(`design has ${values.design.length} values; ${needs}`);
      }
      const form = {
        states: m,
        observed,
        design: Float64Array.from(values.design),
        transition: square(values.transition, m, m),
        observationCovariance: square(values.observationCovariance, observed, observed),
        stateCovariance: square(values.stateCovariance, m, m),
      };
      const initial = {
        mean: Float64Array.from(values.initialMean ?? new Array<number>(m).fill(0)),
        covariance: square(values.initialCovariance, m, m),
        ...(diffuse ? { diffuse: scaledIdentity(1, m) } : {}),
      };
      return kalmanSmoother(given.matrix().data, form, initial, { diffuseTerms });
    },
  }),
];

/** Regression, calibration, components and time series. */
export const REGRESSION_MODELS: readonly QuantModel[] = [...FITS, ...SERIES];
