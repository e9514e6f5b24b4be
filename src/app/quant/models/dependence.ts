import { ok } from '../../../core/index.ts';
import {
  type CopulaOptions,
  copulaLogDensity,
  correlationBreakdown,
  filterDcc,
  fitDcc,
  fitDccGarch,
  fitGaussianCopula,
  fitTCopula,
  fitTCopulaByRegime,
  kendallMatrix,
  type Matrix,
  type QuantResult,
  sampleTCopula,
  shrinkCovariance,
  stressTCopula,
  systemicRisk,
  type TCopulaFit,
  tailDependence,
  testContagion,
} from '../../../quant/index.ts';
import { columns, model, NO_COLUMNS, named, type QuantModel, refused, several } from '../model.ts';
import { choice, integer, needed, number, numberOr, numbers, or } from '../parameters.ts';

const correlationStep = {
  target: or(choice('mean of Q, of the residuals', ['covariance', 'second-moment']), 'covariance'),
  firstStep: or(choice('shocks before the first row', ['unconditional', 'ones']), 'unconditional'),
};

const correlationFit = {
  ...correlationStep,
  persistenceBound: or(number('largest a + b'), 0.9999),
  maxIterations: or(integer('steps of the search'), 200),
};

const seed = or(integer('of the random numbers, 0 or more'), 1);
const ranking = or(choice('what the rows are', ['observations', 'uniforms']), 'observations');
const copulaSearch = {
  nuRange: or(numbers('least and greatest degrees of freedom'), [2.5, 30]),
  maxIterations: or(integer('steps of each search'), 100),
};

/** The t copula of columns, searched as the options say. */
function fittedCopula(
  x: Matrix,
  nuRange: readonly number[],
  options: Omit<CopulaOptions, 'nuRange'>,
): QuantResult<TCopulaFit> {
  const range = rangeOf(nuRange);
  return range.ok ? fitTCopula(x, { ...options, nuRange: range.value }) : range;
}

/** Two numbers, or what is wrong with them. */
const rangeOf = (of: readonly number[]): QuantResult<readonly [number, number]> =>
  of.length === 2
    ? ok([of[0]!, of[1]!])
    : refused(`nuRange is ${of.join(',')}; two numbers, the least and the greatest, are needed`);

/** Correlations that move. */
const CORRELATION_MODELS: readonly QuantModel[] = [
  model({
    name: 'dcc-garch',
    about: 'GARCH(1,1) of each series and dynamic conditional correlations of their residuals',
    roles: several('returns'),
    parameters: {
      ...correlationFit,
      horizon: or(integer('steps of the correlation forecast'), 1),
      mean: or(choice('mean of the returns', ['constant', 'zero']), 'constant'),
      initialVariance: or(
        numberOr('variance before the first return', ['fcp', 'sample-mean', 'backcast']),
        'sample-mean',
      ),
    },
    run: (given, { mean, initialVariance, ...options }) => {
      const margins = { mean, initialVariance };
      const fitted = fitDccGarch(given.matrix(), { ...options, margins });
      if (!fitted.ok) return fitted;
      const { derivatives: _, ...correlation } = fitted.value.correlation;
      return ok({
        ...fitted.value,
        correlation,
        margins: fitted.value.margins.map(({ coefficients, logLikelihood, nextVariance }) => ({
          coefficients,
          logLikelihood,
          nextVariance,
        })),
      });
    },
  }),
  model({
    name: 'dcc',
    about: 'dynamic conditional correlations of standardised residuals',
    roles: several('residuals'),
    parameters: correlationFit,
    run: (given, values) => {
      const fitted = fitDcc(given.matrix(), values);
      if (!fitted.ok) return fitted;
      const { derivatives: _, ...fit } = fitted.value;
      return ok(fit);
    },
  }),
  model({
    name: 'dcc-filter',
    about: 'dynamic conditional correlations at given coefficients',
    roles: several('residuals'),
    parameters: {
      ...correlationStep,
      a: needed(number('weight of the last shocks')),
      b: needed(number('weight of the last Q')),
    },
    run: (given, { a, b, ...options }) => filterDcc(given.matrix(), { a, b }, options),
  }),
  model({
    name: 'correlation-breakdown',
    about: 'whether correlations of the last rows differ from those before',
    roles: several('returns'),
    parameters: { recent: or(integer('rows that are recent'), 60) },
    run: (given, values) => correlationBreakdown(given.matrix(), values),
  }),
  model({
    name: 'contagion',
    about: 'Forbes-Rigobon test: did correlation rise in a crisis by more than variance explains',
    roles: columns('source', 'other'),
    parameters: { crisisFrom: needed(integer('row that the crisis begins with, from 0')) },
    run: (given, { crisisFrom }) => testContagion(given.at(0), given.at(1), crisisFrom),
  }),
  model({
    name: 'systemic-risk',
    about: 'absorption ratio in a moving window, its standardised shift and a level of alarm',
    roles: several('returns'),
    parameters: {
      window: or(integer('rows behind each value'), 250),
      factors: integer('eigenvectors that count; default: a fifth of the columns'),
      matrix: or(choice('matrix', ['covariance', 'correlation']), 'covariance'),
      halfLife: number('half-life of the weights in rows; default: all alike'),
      shortMean: or(integer('values of the short mean'), 15),
      longMean: or(integer('values of the long mean'), 250),
    },
    run: (given, values) => systemicRisk(given.matrix(), values),
  }),
  model({
    name: 'shrinkage',
    about: 'covariance drawn towards a multiple of the identity',
    roles: several('returns'),
    parameters: {
      method: or(choice('weight of the target', ['ledoit-wolf', 'oas']), 'ledoit-wolf'),
      mean: or(choice('means of the columns', ['sample', 'zero']), 'sample'),
    },
    run: (given, values) => shrinkCovariance(given.matrix(), values),
  }),
];

/** Copulas. */
const COPULA_MODELS: readonly QuantModel[] = [
  model({
    name: 't-copula',
    about: 't copula by maximum pseudo-likelihood, with its tail dependence',
    roles: several('series'),
    parameters: { input: ranking, ...copulaSearch },
    run: (given, { nuRange, ...rest }) => fittedCopula(given.matrix(), nuRange, rest),
  }),
  model({
    name: 'gaussian-copula',
    about: 'Gaussian copula by maximum pseudo-likelihood',
    roles: several('series'),
    parameters: { input: ranking, maxIterations: copulaSearch.maxIterations },
    run: (given, values) => fitGaussianCopula(given.matrix(), values),
  }),
  model({
    name: 'regime-copula',
    about: 't copula of the rows of each regime',
    roles: several('series', 'regime'),
    parameters: copulaSearch,
    run: (given, { nuRange, ...rest }) => {
      const range = rangeOf(nuRange);
      if (!range.ok) return range;
      const options = { ...rest, nuRange: range.value };
      return fitTCopulaByRegime(given.matrix(1), given.at(0), options);
    },
  }),
  model({
    name: 'copula-sample',
    about: 'rows of uniforms drawn from the t copula fitted to the columns',
    roles: several('series'),
    parameters: { ...copulaSearch, samples: or(integer('rows to draw'), 1000), seed },
    run: (given, { nuRange, maxIterations, ...options }) => {
      const fit = fittedCopula(given.matrix(), nuRange, { maxIterations });
      if (!fit.ok) return fit;
      const { correlation, nu } = fit.value;
      const drawn = sampleTCopula(fit.value, options);
      return drawn.ok ? ok({ correlation, nu, samples: drawn.value }) : drawn;
    },
  }),
  model({
    name: 'copula-stress',
    about: 'returns of all assets while one is in its tail, by the t copula fitted to the columns',
    roles: several('returns'),
    parameters: {
      ...copulaSearch,
      asset: or(integer('column in its tail, from 0'), 0),
      probability: or(number('share of its outcomes in the tail'), 0.05),
      tail: or(choice('which tail', ['lower', 'upper']), 'lower'),
      scenarios: or(integer('scenarios to draw'), 10_000),
      seed,
      weights: numbers('of the portfolio; default: equal'),
      level: or(number("level of the portfolio's value at risk"), 0.95),
    },
    run: (given, { nuRange, maxIterations, weights, ...rest }) => {
      const fit = fittedCopula(given.matrix(), nuRange, { maxIterations });
      if (!fit.ok) return fit;
      const share = weights === undefined ? {} : { weights: Float64Array.from(weights) };
      const stress = stressTCopula(given.matrix(), fit.value, { ...rest, ...share });
      if (!stress.ok) return stress;
      const { returns: _, ...result } = stress.value;
      return ok({ correlation: fit.value.correlation, nu: fit.value.nu, ...result });
    },
  }),
  model({
    name: 'copula-density',
    about: 'log-density of a copula at rows of probabilities',
    roles: several('uniforms'),
    parameters: {
      correlation: needed(numbers('its matrix, row by row')),
      nu: number('degrees of freedom; default: a Gaussian copula'),
    },
    run: (given, { correlation, nu = Number.POSITIVE_INFINITY }) =>
      copulaLogDensity(given.matrix(), { correlation: Float64Array.from(correlation), nu }),
  }),
  model({
    name: 'tail-dependence',
    about: 'coefficient of tail dependence of a t copula',
    roles: NO_COLUMNS,
    parameters: {
      rho: needed(number('correlation, from -1 to 1')),
      nu: needed(number('degrees of freedom, above 0')),
    },
    run: (_, { rho, nu }) => {
      if (!(Math.abs(rho) <= 1)) return refused(`rho is ${rho}; it must lie in [-1, 1]`);
      if (!(nu > 0)) return refused(`nu is ${nu}; it must be above 0`);
      return ok({ tailDependence: tailDependence(rho, nu) });
    },
  }),
  model({
    name: 'kendall-matrix',
    about: "Kendall's tau of every pair of columns",
    roles: several('series'),
    parameters: {},
    run: (given) => named('tau', kendallMatrix(given.matrix())),
  }),
];

/** Dependence between series. */
export const DEPENDENCE_MODELS: readonly QuantModel[] = [...CORRELATION_MODELS, ...COPULA_MODELS];
