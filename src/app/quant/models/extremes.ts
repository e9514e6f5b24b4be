import { ok } from '../../../core/index.ts';
import {
  fitStudentT,
  gpdFit,
  gpdRisk,
  hill,
  meanExcess,
  parameterStability,
  type TailRisk,
  VAR_METHODS,
  valueAtRisk,
  varBacktest,
} from '../../../quant/index.ts';
import { columns, model, type QuantModel } from '../model.ts';
import { choice, integer, needed, number, numbers, or } from '../parameters.ts';

const method = or(choice('estimator', ['ml', 'pwm']), 'ml');
const thresholds = needed(numbers('thresholds'));

/** Extremes and value at risk. */
export const EXTREME_MODELS: readonly QuantModel[] = [
  model({
    name: 'gpd',
    about: 'generalised Pareto distribution over a threshold, with tail risks; losses are positive',
    roles: columns('losses'),
    parameters: {
      threshold: needed(number('threshold')),
      method,
      information: or(choice('standard errors of ml', ['observed', 'expected']), 'observed'),
      levels: or(numbers('levels of value at risk and expected shortfall'), [0.99]),
    },
    run: (given, { levels, ...options }) => {
      const fit = gpdFit(given.at(0), options);
      if (!fit.ok) return fit;
      const risks: TailRisk[] = [];
      for (const level of levels) {
        const risk = gpdRisk(fit.value, level);
        if (!risk.ok) return risk;
        risks.push(risk.value);
      }
      return ok({ ...fit.value, risks });
    },
  }),
  model({
    name: 'value-at-risk',
    about: 'value at risk and expected shortfall of the next return, as positive losses',
    roles: columns('returns'),
    parameters: {
      method: or(choice('estimator', VAR_METHODS), 'historical'),
      level: or(number('confidence'), 0.99),
      thresholdQuantile: or(number('evt: share of losses under the threshold'), 0.9),
      lambda: or(number('filtered-historical: weight of the past'), 0.94),
    },
    run: (given, values) => valueAtRisk(given.at(0), values),
  }),
  model({
    name: 'var-backtest',
    about: 'Kupiec and Christoffersen tests; value_at_risk is the signed quantile',
    roles: columns('returns', 'value_at_risk'),
    parameters: { alpha: or(number('promised share of exceedances'), 0.01) },
    run: (given, values) => varBacktest(given.at(0), given.at(1), values.alpha),
  }),
  model({
    name: 'mean-excess',
    about: 'mean excess over thresholds',
    roles: columns('losses'),
    parameters: { thresholds },
    run: (given, values) => meanExcess(given.at(0), values.thresholds),
  }),
  model({
    name: 'threshold-stability',
    about: 'generalised Pareto fits over thresholds',
    roles: columns('losses'),
    parameters: { thresholds, method },
    run: (given, values) => parameterStability(given.at(0), values.thresholds, values.method),
  }),
  model({
    name: 'hill',
    about: 'tail index from the largest values',
    roles: columns('losses'),
    parameters: { k: needed(integer('number of largest values')) },
    run: (given, values) => hill(given.at(0), values.k),
  }),
  model({
    name: 'student-t-fit',
    about: 'location, scale and degrees of freedom by maximum likelihood',
    roles: columns('x'),
    parameters: {},
    run: (given) => fitStudentT(given.at(0)),
  }),
];
