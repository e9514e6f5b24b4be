import { ok } from '../../../core/index.ts';
import {
  approximateEntropy,
  benford,
  binLabels,
  type Discretisation,
  gaussianTransferEntropy,
  higuchiDimension,
  hjorth,
  jensenShannon,
  katzDimension,
  kullbackLeibler,
  lempelZivComplexity,
  mutualInformation,
  permutationEntropy,
  petrosianDimension,
  recurrence,
  sampleEntropy,
  shannonEntropy,
  spectralEntropy,
  svdEntropy,
  transferEntropy,
} from '../../../quant/index.ts';
import { columns, model, named, type QuantModel, refused } from '../model.ts';
import { choice, integer, needed, number, numberOr, numbers, or } from '../parameters.ts';

const unit = or(choice('unit', ['nats', 'bits']), 'nats');

const pattern = {
  order: or(integer('values of a pattern'), 3),
  delay: or(integer('distance of its values'), 1),
};

const template = {
  order: or(integer('values of a template'), 2),
  tolerance: number('greatest distance that counts as alike; default: 0.2 deviations'),
};

const lags = {
  targetLag: or(integer('past values of the target'), 1),
  sourceLag: or(integer('past values of the source'), 1),
};

const divergences = { 'kullback-leibler': kullbackLeibler, 'jensen-shannon': jensenShannon };

/** Entropies and complexity of one series. */
const ENTROPY_MODELS: readonly QuantModel[] = [
  model({
    name: 'permutation-entropy',
    about: 'entropy and complexity of ordinal patterns',
    roles: columns('x'),
    parameters: pattern,
    run: (given, values) => permutationEntropy(given.at(0), values),
  }),
  model({
    name: 'sample-entropy',
    about: 'sample entropy, in nats',
    roles: columns('x'),
    parameters: template,
    run: (given, values) => named('entropy', sampleEntropy(given.at(0), values)),
  }),
  model({
    name: 'approximate-entropy',
    about: 'approximate entropy, in nats',
    roles: columns('x'),
    parameters: template,
    run: (given, values) => named('entropy', approximateEntropy(given.at(0), values)),
  }),
  model({
    name: 'spectral-entropy',
    about: 'entropy of the periodogram, from 0 (one frequency) to 1 (white)',
    roles: columns('x'),
    parameters: {},
    run: (given) => named('entropy', spectralEntropy(given.at(0))),
  }),
  model({
    name: 'svd-entropy',
    about: 'entropy of the singular values of the delay embedding, 0 to 1',
    roles: columns('x'),
    parameters: pattern,
    run: (given, values) => named('entropy', svdEntropy(given.at(0), values)),
  }),
  model({
    name: 'fractal-dimension',
    about: 'fractal dimension of a curve',
    roles: columns('x'),
    parameters: {
      method: or(choice('estimator', ['higuchi', 'katz', 'petrosian']), 'higuchi'),
      kmax: or(integer('higuchi: longest delay'), 10),
    },
    run: (given, { method, kmax }) => {
      const x = given.at(0);
      if (method === 'higuchi') return named('dimension', higuchiDimension(x, kmax));
      return named('dimension', method === 'katz' ? katzDimension(x) : petrosianDimension(x));
    },
  }),
  model({
    name: 'hjorth',
    about: "Hjorth's mobility and complexity",
    roles: columns('x'),
    parameters: {},
    run: (given) => hjorth(given.at(0)),
  }),
  model({
    name: 'lempel-ziv',
    about: 'Lempel-Ziv complexity of the series split at its median',
    roles: columns('x'),
    parameters: {},
    run: (given) => named('complexity', lempelZivComplexity(given.at(0))),
  }),
  model({
    name: 'recurrence',
    about: 'recurrence quantification of a delay embedding',
    roles: columns('x'),
    parameters: {
      dimension: or(integer('of the embedding'), 2),
      lag: or(integer('of the embedding'), 1),
      radius: needed(number('greatest distance of recurrent states')),
      minimumDiagonal: or(integer('shortest diagonal line'), 2),
      minimumVertical: or(integer('shortest vertical line'), 2),
      radiusBound: or(choice('distances equal to the radius', ['closed', 'open']), 'closed'),
    },
    run: (given, values) => recurrence(given.at(0), values),
  }),
  model({
    name: 'benford',
    about: "leading digits against Benford's law",
    roles: columns('values'),
    parameters: {
      notation: or(numberOr('decimals of the notation, 1 to 20', ['shortest']), 'shortest'),
    },
    run: (given, values) => benford(given.at(0), values),
  }),
];

/** Information between distributions and series. */
const FLOW_MODELS: readonly QuantModel[] = [
  model({
    name: 'shannon-entropy',
    about: 'entropy of weights',
    roles: columns('weights'),
    parameters: { unit },
    run: (given, values) => named('entropy', shannonEntropy(given.at(0), values.unit)),
  }),
  model({
    name: 'divergence',
    about: 'divergence of two distributions from each other',
    roles: columns('p', 'q'),
    parameters: {
      method: or(choice('divergence', ['kullback-leibler', 'jensen-shannon']), 'kullback-leibler'),
      unit,
    },
    run: (given, values) =>
      named('divergence', divergences[values.method](given.at(0), given.at(1), values.unit)),
  }),
  model({
    name: 'mutual-information',
    about: 'mutual information of two series, from counts',
    roles: columns('a', 'b'),
    parameters: { bins: integer('bins of equal width; default: values are labels'), unit },
    run: (given, values) => {
      const { bins } = values;
      const labels = (x: Float64Array) => (bins === undefined ? ok(x) : binLabels(x, bins));
      const [a, b] = [labels(given.at(0)), labels(given.at(1))];
      if (!a.ok) return a;
      if (!b.ok) return b;
      const information = mutualInformation(a.value, b.value, values.unit);
      return named('information', information);
    },
  }),
  model({
    name: 'transfer-entropy',
    about: 'flow of information from one series to another, in bits, from counts',
    roles: columns('source', 'target'),
    parameters: {
      ...lags,
      quantiles: or(numbers('where both are cut, in percent'), [5, 95]),
      quantileType: or(integer('quantiles as in R; 7 or 8'), 8),
      bins: integer('bins of equal width in place of quantiles'),
      shuffles: or(integer('shuffled sources, for the bias'), 0),
      bootstraps: or(integer('bootstrapped sources, for the p-value'), 0),
      seed: or(integer('of shuffles and bootstraps'), 1),
    },
    run: (given, { quantiles, quantileType, bins, ...options }) => {
      if (quantileType !== 7 && quantileType !== 8) {
        return refused(`quantileType is ${quantileType}; allowed are 7 and 8`);
      }
      const discretisation: Discretisation =
        bins === undefined ? { quantiles, quantileType } : { bins };
      return transferEntropy(given.at(0), given.at(1), { ...options, discretisation });
    },
  }),
  model({
    name: 'gaussian-transfer-entropy',
    about: 'flow of information from one series to another, in nats, by regression',
    roles: columns('source', 'target'),
    parameters: lags,
    run: (given, values) =>
      named('information', gaussianTransferEntropy(given.at(0), given.at(1), values)),
  }),
];

/** Information and complexity. */
export const INFORMATION_MODELS: readonly QuantModel[] = [...ENTROPY_MODELS, ...FLOW_MODELS];
