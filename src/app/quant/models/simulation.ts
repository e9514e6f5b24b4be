import { ok } from '../../../core/index.ts';
import {
  controlVariate,
  expectedMaxDrawdown,
  fractionalBrownian,
  gbmMoments,
  pathMean,
  pathRisk,
  type QuantResult,
  quasiRandomGbm,
  reversionMoments,
  ruinProbability,
  type SimulationModel,
  type SimulationOptions,
  simulate,
  sobolPoints,
} from '../../../quant/index.ts';
import { columns, model, NO_COLUMNS, named, type QuantModel, refused } from '../model.ts';
import {
  boolean,
  choice,
  integer,
  needed,
  number,
  numbers,
  or,
  type Parameters,
  type Values,
} from '../parameters.ts';

const years = or(number('time of a path'), 1);
const seed = or(integer('of the random numbers, 0 or more'), 1);

const run = {
  paths: or(integer('number of paths'), 10_000),
  steps: or(integer('steps of a path'), 252),
  years,
  seed,
  antithetic: or(boolean('every second path takes the draws of its neighbour negated'), false),
  levels: or(numbers('quantiles of the end'), [0.01, 0.05, 0.5, 0.95, 0.99]),
  confidence: or(number('of value at risk, for prices'), 0.99),
  ruin: number('price that ruins; default: half of the first'),
  keepPaths: or(boolean('gives every path, row by row of steps + 1 values'), false),
};

type Run = Values<typeof run>;

const spot = or(number('price at the start'), 100);
const start = or(number('level at the start'), 0);
const drift = or(number('of the expected price, per year'), 0);
const volatility = needed(number('per square root of a year'));

const heston = {
  variance: or(number('variance at the start, per year'), 0.04),
  reversion: or(number('speed of the variance, per year'), 2),
  longRun: or(number('long-run variance, per year'), 0.04),
  volOfVol: or(number('volatility of the variance'), 0.3),
  correlation: or(number('of variance and price, inside (-1, 1)'), -0.5),
};

const jumps = {
  intensity: needed(number('expected jumps a year')),
  jumpMean: or(number('mean jump of the log price'), 0),
  jumpDeviation: needed(number('deviation of the jumps')),
};

const reverting = {
  start,
  reversion: needed(number('speed towards the mean, per year')),
  mean: or(number('long-run mean'), 0),
  volatility,
};

const varianceOf = (values: Values<typeof heston>) => ({
  initial: values.variance,
  reversion: values.reversion,
  longRun: values.longRun,
  volatility: values.volOfVol,
  correlation: values.correlation,
});

const jumpsOf = (values: Values<typeof jumps>) => ({
  intensity: values.intensity,
  mean: values.jumpMean,
  deviation: values.jumpDeviation,
});

/** Most values that are shown one by one. */
const MAX_SHOWN = 10_000_000;

/** Refuses more values than can be shown; else null. */
const shownFault = (count: number): QuantResult<never> | null =>
  count > MAX_SHOWN ? refused(`${count} values are asked for; at most ${MAX_SHOWN}`) : null;

/** Simulates, and tells of the paths by their end, and by their risk where they are prices. */
function summary(of: SimulationModel, given: Run): QuantResult<unknown> {
  const { levels, confidence, ruin, ...rest } = given;
  const options: SimulationOptions = rest;
  const outside = levels.find((level) => !(level >= 0 && level <= 1));
  if (outside !== undefined) return refused(`levels holds ${outside}; each must lie in [0, 1]`);
  const fault = rest.keepPaths ? shownFault(rest.paths * (rest.steps + 1)) : null;
  if (fault !== null) return fault;
  const simulated = simulate(of, options);
  if (!simulated.ok) return simulated;
  const { terminal, values } = simulated.value;
  const mean = pathMean(terminal, rest.antithetic);
  const sorted = terminal.slice().sort();
  const last = sorted.length - 1;
  const quantiles = levels.map((level) => ({ level, value: sorted[Math.round(level * last)]! }));
  const position = { start: 'spot' in of ? of.spot : Number.NaN, confidence };
  const risk =
    'spot' in of
      ? pathRisk(simulated.value, ruin === undefined ? position : { ...position, ruin })
      : null;
  if (risk !== null && !risk.ok) return risk;
  return ok({
    paths: rest.paths,
    steps: rest.steps,
    terminal: mean.ok ? mean.value : null,
    quantiles,
    risk: risk?.value ?? null,
    ...(rest.keepPaths ? { values } : {}),
  });
}

/** A process as the command line simulates it. */
const simulationOf = <const P extends Parameters>(
  name: string,
  about: string,
  parameters: P,
  of: (values: Values<P>) => SimulationModel,
): QuantModel =>
  model({
    name,
    about,
    roles: NO_COLUMNS,
    parameters: { ...parameters, ...run } as Parameters,
    run: (_, values) => summary(of(values as Values<P>), values as unknown as Run),
  });

/** Monte Carlo of the processes. */
const PROCESSES: readonly QuantModel[] = [
  simulationOf(
    'simulate-gbm',
    'geometric Brownian motion',
    { spot, drift, volatility },
    (values) => ({
      kind: 'gbm',
      ...values,
    }),
  ),
  simulationOf(
    'simulate-merton',
    'geometric Brownian motion with jumps',
    { spot, drift, volatility, ...jumps },
    (values) => ({ kind: 'merton', ...values, jumps: jumpsOf(values) }),
  ),
  simulationOf(
    'simulate-heston',
    'prices whose variance follows a square-root process',
    { spot, drift, ...heston },
    (values) => ({
      kind: 'heston',
      spot: values.spot,
      drift: values.drift,
      variance: varianceOf(values),
    }),
  ),
  simulationOf(
    'simulate-bates',
    "Heston's prices with jumps",
    { spot, drift, ...heston, ...jumps },
    (values) => ({
      kind: 'bates',
      spot: values.spot,
      drift: values.drift,
      variance: varianceOf(values),
      jumps: jumpsOf(values),
    }),
  ),
  simulationOf('simulate-brownian', 'Brownian motion', { start, drift, volatility }, (values) => ({
    kind: 'brownian',
    ...values,
  })),
  simulationOf('simulate-ou', 'Ornstein-Uhlenbeck process', reverting, (values) => ({
    kind: 'ou',
    ...values,
  })),
  simulationOf('simulate-cir', 'square-root process (Cox-Ingersoll-Ross)', reverting, (values) => ({
    kind: 'cir',
    ...values,
  })),
];

/** Points, moments and means of paths. */
const PATH_MODELS: readonly QuantModel[] = [
  model({
    name: 'fractional-brownian',
    about: 'paths of fractional Brownian motion, exact in distribution',
    roles: NO_COLUMNS,
    parameters: {
      hurst: needed(number('inside (0, 1); 0.5 is Brownian motion')),
      paths: or(integer('number of paths'), 1),
      steps: or(integer('steps of a path'), 252),
      years,
      seed,
    },
    run: (_, values) =>
      shownFault(values.paths * (values.steps + 1)) ?? named('values', fractionalBrownian(values)),
  }),
  model({
    name: 'sobol',
    about: 'points of the Sobol sequence, row by row',
    roles: NO_COLUMNS,
    parameters: {
      points: needed(integer('number of points')),
      dimensions: or(integer('1 to 64'), 1),
      seed: integer('of a random digital shift; default: none'),
    },
    run: (_, values) =>
      shownFault(values.points * values.dimensions) ?? named('points', sobolPoints(values)),
  }),
  model({
    name: 'quasi-gbm',
    about: 'quasi-random paths of geometric Brownian motion',
    roles: NO_COLUMNS,
    parameters: {
      spot,
      drift,
      volatility,
      paths: or(integer('number of paths'), 1024),
      steps: or(integer('steps of a path, at most 64'), 16),
      years,
      seed,
    },
    run: (_, values) =>
      shownFault(values.paths * (values.steps + 1)) ??
      named('values', quasiRandomGbm({ kind: 'gbm', ...values }, values)),
  }),
  model({
    name: 'gbm-moments',
    about: 'exact moments and quantiles of geometric Brownian motion',
    roles: NO_COLUMNS,
    parameters: {
      spot,
      drift,
      volatility,
      years,
      levels: or(numbers('quantiles'), [0.05, 0.5, 0.95]),
    },
    run: (_, { levels, ...values }) => {
      const found = gbmMoments({ kind: 'gbm', ...values }, values.years);
      if (!found.ok) return found;
      const { quantile, ...moments } = found.value;
      const outside = levels.find((level) => !(level > 0 && level < 1));
      if (outside !== undefined) return refused(`levels holds ${outside}; each is inside (0, 1)`);
      return ok({
        ...moments,
        quantiles: levels.map((level) => ({ level, value: quantile(level) })),
      });
    },
  }),
  model({
    name: 'reversion-moments',
    about: 'exact moments of an Ornstein-Uhlenbeck or a square-root process',
    roles: NO_COLUMNS,
    parameters: { kind: or(choice('process', ['ou', 'cir']), 'ou'), ...reverting, years },
    run: (_, values) => reversionMoments(values, values.years),
  }),
  model({
    name: 'ruin-probability',
    about: 'chance that geometric Brownian motion falls to a barrier, and its expected drawdown',
    roles: NO_COLUMNS,
    parameters: { spot, drift, volatility, barrier: needed(number('price that ruins')), years },
    run: (_, { barrier, ...values }) => {
      const chance = ruinProbability({ kind: 'gbm', ...values }, barrier, values.years);
      if (!chance.ok) return chance;
      const driftless = expectedMaxDrawdown(values.volatility, values.years);
      return Number.isFinite(driftless)
        ? ok({ probability: chance.value, expectedLogDrawdownWithoutDrift: driftless })
        : refused('the expected drawdown leaves the range of doubles');
    },
  }),
  model({
    name: 'control-variate',
    about: 'mean of a payoff over paths with the help of a control',
    roles: columns('payoff', 'control'),
    parameters: {
      expectation: needed(number('known mean of the control')),
      antithetic: or(boolean('rows 2k and 2k + 1 are one observation'), false),
    },
    run: (given, { expectation, antithetic }) =>
      controlVariate(given.at(0), given.at(1), expectation, antithetic),
  }),
];

/** Simulation. */
export const SIMULATION_MODELS: readonly QuantModel[] = [...PROCESSES, ...PATH_MODELS];
