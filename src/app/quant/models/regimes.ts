import { ok } from '../../../core/index.ts';
import {
  baiPerron,
  binarySegmentation,
  bocpd,
  fitHmm,
  HmmDecoder,
  type HmmFit,
  labelRegimes,
  olsCusumTest,
  optimalPartition,
  pageCusum,
  pelt,
  type QuantResult,
  type Regime,
  type RegimeAlert,
  RegimeAlerts,
  recursiveCusumTest,
  segmentNeighbourhood,
  supFTest,
} from '../../../quant/index.ts';
import { type Columns, columns, model, type QuantModel, several } from '../model.ts';
import { boolean, choice, integer, needed, number, numberOr, or } from '../parameters.ts';

const searching = {
  density: or(choice('density of a state', ['gaussian', 'student-t']), 'gaussian'),
  covariance: or(choice('covariance of a state', ['diagonal', 'full']), 'full'),
  restarts: or(integer('searches from different starts'), 10),
  seed: or(integer('seed of the starts'), 1),
  maxIterations: or(integer('steps of a search'), 500),
  tolerance: or(number('gain of log-likelihood that ends a search'), 1e-6),
  varianceFloor: or(number('least variance of a state, of that of the series'), 1e-6),
  degreesOfFreedom: number('degrees of freedom held for student-t; default: estimated'),
  estimateInitial: or(boolean('whether first probabilities are estimated'), true),
};

const segments = {
  cost: or(choice('what changes', ['mean', 'variance', 'mean-variance']), 'mean'),
  minSegment: integer('fewest points of a segment'),
};

const penalty = or(numberOr('price of a change point', ['mbic']), 'mbic');

const maxSegments = or(number('segments whose cost is looked at before it gives up'), 1e9);

const count = needed(integer('number of change points'));

/** Labels the states, follows them bar by bar and turns them into alerts. */
function followRegimes(given: Columns, fit: HmmFit): QuantResult<unknown> {
  const x = given.matrix().data;
  const labelled = labelRegimes(fit.model);
  if (!labelled.ok) return labelled;
  const decoder = HmmDecoder.create(fit.model);
  if (!decoder.ok) return decoder;
  const filtered = decoder.value.filter(x);
  if (!filtered.ok) return filtered;
  const path = decoder.value.viterbi(x);
  if (!path.ok) return path;
  const alerts = alertsOf(labelled.value, filtered.value.probabilities);
  if (!alerts.ok) return alerts;
  return ok({
    regimes: labelled.value,
    latest: alerts.value[alerts.value.length - 1],
    levels: alerts.value.map(({ level }) => level),
    labels: alerts.value.map(({ label }) => label),
    path: path.value.path,
    predicted: filtered.value.predicted,
    fit,
  });
}

function alertsOf(
  regimes: readonly Regime[],
  probabilities: Float64Array,
): QuantResult<readonly RegimeAlert[]> {
  const labels = [...regimes].sort((a, b) => a.state - b.state).map(({ label }) => label);
  const made = RegimeAlerts.create(labels);
  if (!made.ok) return made;
  const alerts: RegimeAlert[] = [];
  for (let at = 0; at < probabilities.length; at += labels.length) {
    const alert = made.value.update(probabilities.subarray(at, at + labels.length));
    if (!alert.ok) return alert;
    alerts.push(alert.value);
  }
  return ok(alerts);
}

/** Regimes and change points. */
export const REGIME_MODELS: readonly QuantModel[] = [
  model({
    name: 'hmm',
    about: 'hidden Markov model by Baum-Welch, with its most probable path',
    roles: several('observations'),
    parameters: { states: or(integer('number of states'), 2), ...searching },
    run: (given, values) => {
      const { data, columns: dimensions } = given.matrix();
      const fit = fitHmm(data, { ...values, dimensions });
      if (!fit.ok) return fit;
      const decoder = HmmDecoder.create(fit.value.model);
      if (!decoder.ok) return decoder;
      const path = decoder.value.viterbi(data);
      return path.ok ? ok({ ...fit.value, ...path.value }) : path;
    },
  }),
  model({
    name: 'regimes',
    about: 'labelled market regimes with alerts in five levels; returns are the first column',
    roles: several('observations'),
    parameters: { states: or(integer('number of states'), 6), ...searching },
    run: (given, values) => {
      const { data, columns: dimensions } = given.matrix();
      const fit = fitHmm(data, { ...values, dimensions });
      return fit.ok ? followRegimes(given, fit.value) : fit;
    },
  }),
  model({
    name: 'pelt',
    about: 'cheapest segmentation for a penalty per change point, with pruning',
    roles: columns('x'),
    parameters: { ...segments, penalty, maxSegments },
    run: (given, values) => pelt(given.at(0), values),
  }),
  model({
    name: 'optimal-partition',
    about: 'the same without pruning',
    roles: columns('x'),
    parameters: { ...segments, penalty, maxSegments },
    run: (given, values) => optimalPartition(given.at(0), values),
  }),
  model({
    name: 'segment-neighbourhood',
    about: 'cheapest segmentation with a number of change points',
    roles: columns('x'),
    parameters: { ...segments, count },
    run: (given, values) => segmentNeighbourhood(given.at(0), values),
  }),
  model({
    name: 'binary-segmentation',
    about: 'greedy segmentation: count change points, or as many as gain more than a penalty',
    roles: columns('x'),
    parameters: {
      ...segments,
      count: integer('number of change points; needs no penalty'),
      penalty: number('least gain of a change point; taken without count'),
    },
    run: (given, { count: wanted, penalty: least, ...rest }) =>
      binarySegmentation(
        given.at(0),
        wanted === undefined
          ? { ...rest, penalty: least ?? Number.NaN }
          : { ...rest, count: wanted },
      ),
  }),
  model({
    name: 'bocpd',
    about: 'Bayesian online change-point detection',
    roles: columns('x'),
    parameters: {
      expectedRunLength: or(number('points between changes'), 100),
      priorMean: or(number('prior mean of a segment'), 0),
      priorWeight: or(number('weight of that mean, in points'), 0.01),
      priorShape: or(number('shape of the prior of the variance'), 1),
      priorScale: or(number('scale of the prior of the variance'), 1),
      longestRun: or(integer('longest run that is kept'), 2000),
    },
    run: (given, values) => bocpd(given.at(0), values),
  }),
  model({
    name: 'page-cusum',
    about: 'control chart of Page',
    roles: columns('x'),
    parameters: {
      target: needed(number('level that the series should have')),
      allowance: needed(number('half the shift that matters')),
      threshold: needed(number('sum above which there is an alarm')),
    },
    run: (given, values) => pageCusum(given.at(0), values),
  }),
  model({
    name: 'ols-cusum',
    about: 'test of a constant mean by cumulated residuals',
    roles: columns('x'),
    parameters: {},
    run: (given) => olsCusumTest(given.at(0)),
  }),
  model({
    name: 'recursive-cusum',
    about: 'test of a constant mean by cumulated recursive residuals',
    roles: columns('x'),
    parameters: {},
    run: (given) => recursiveCusumTest(given.at(0)),
  }),
  model({
    name: 'sup-f',
    about: 'test against one change in mean at an unknown point',
    roles: columns('x'),
    parameters: { trimming: or(number('share left out at both ends'), 0.15) },
    run: (given, values) => supFTest(given.at(0), values.trimming),
  }),
  model({
    name: 'bai-perron',
    about: 'change points in mean by least squares, their number by BIC',
    roles: columns('x'),
    parameters: {
      minSegment: integer('fewest points of a segment; default: 15 % of the series'),
      most: integer('most change points; default: as many as fit'),
    },
    run: (given, values) => baiPerron(given.at(0), values),
  }),
];
