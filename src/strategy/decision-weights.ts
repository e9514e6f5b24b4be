import type { FeatureName } from '../features/index.ts';
import type { DecisionModel } from './decision-policy.ts';
import type { ParameterDeclaration, Parameters } from './parameters.ts';

/** One feature that the reference strategies weigh, and the prior about it. */
interface WeighedFeature {
  readonly feature: FeatureName;
  /** Name of the parameter that carries its weight. */
  readonly parameter: string;
  readonly description: string;
  readonly mean: number;
  /** Standard deviation, in the feature's own unit. */
  readonly deviation: number;
}

/**
 * The features that say something about the next second or so, by sign.
 *
 * The weights are a prior: signs from the literature (order-flow imbalance: Cont, Kukanov & Stoikov
 * 2014; microprice: Gatheral & Oomen 2010), magnitudes round numbers, nothing fitted to any market.
 * They make the engine decide; they are no promise of a return. The deviations are those of five
 * minutes of Binance BTC and ETH books of 2024-08-08, rounded; the means are zero by symmetry.
 */
export const DIRECTIONAL_FEATURES: readonly WeighedFeature[] = [
  {
    feature: 'micropriceReturn1s',
    parameter: 'weightMicroprice',
    description: 'Weight of the return of the microprice against its mean over 1 s.',
    mean: 0,
    deviation: 0.8,
  },
  {
    feature: 'orderFlowImbalance',
    parameter: 'weightOrderFlow',
    description: 'Weight of the order-flow imbalance at the touch over 1 s.',
    mean: 0,
    deviation: 2.5,
  },
  {
    feature: 'tradeSign',
    parameter: 'weightTradeSign',
    description: 'Weight of the mean sign of the trades over 5 s.',
    mean: 0,
    deviation: 0.35,
  },
  {
    feature: 'imbalanceL1',
    parameter: 'weightTouchImbalance',
    description: 'Weight of the imbalance of the best bid and ask.',
    mean: 0,
    deviation: 0.65,
  },
  {
    feature: 'imbalanceL5',
    parameter: 'weightDepthImbalance',
    description: 'Weight of the imbalance of the best five levels.',
    mean: 0,
    deviation: 0.6,
  },
];

/** Declares the weight parameters of the directional features with the given prior weights. */
export function weightParameters(
  priors: Readonly<Record<string, number>>,
): readonly ParameterDeclaration[] {
  return DIRECTIONAL_FEATURES.map(({ parameter, description }) => ({
    name: parameter,
    unit: 'per standard deviation',
    min: -5,
    max: 5,
    default: priors[parameter] ?? 0,
    integer: false,
    description,
  }));
}

/** The model with the weights that the parameters carry; weights of zero are left out. */
export function directionalModel(parameters: Parameters): DecisionModel {
  const weights: Record<string, number> = {};
  const means: Record<string, number> = {};
  const deviations: Record<string, number> = {};
  for (const { feature, parameter, mean, deviation } of DIRECTIONAL_FEATURES) {
    const weight = parameters[parameter] ?? 0;
    if (weight === 0) continue;
    weights[feature] = weight;
    means[feature] = mean;
    deviations[feature] = deviation;
  }
  return { weights, means, deviations, bias: 0, plattA: 1, plattB: 0 };
}
