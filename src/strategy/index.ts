export { AVELLANEDA_STOIKOV } from './avellaneda-stoikov.ts';
export {
  type AvellanedaStoikovInput,
  type AvellanedaStoikovQuotes,
  avellanedaStoikovQuotes,
  optimalSpread,
  reservationPrice,
  spreadConstant,
} from './avellaneda-stoikov-model.ts';
export { findStrategy, STRATEGIES } from './catalogue.ts';
export type { DecisionModel, DecisionPolicy, QuotePolicy, TakePolicy } from './decision-policy.ts';
export { DIRECTIONAL_FEATURES } from './decision-weights.ts';
export type { Intent, QuoteIntent, QuoteSide, TakeIntent } from './intent.ts';
export { MOMENTUM_TAKER } from './momentum-taker.ts';
export type {
  ParameterDeclaration,
  Parameters,
} from './parameters.ts';
export { type QuoteChange, quoteChange } from './quote-changes.ts';
export type {
  OrderAction,
  PolicyContext,
  PositionView,
  Strategy,
  StrategyDefinition,
  Touch,
} from './strategy.ts';
