export {
  Engine,
  type EngineLevel,
  type EngineOptions,
  type EngineTotals,
  RUN_RESULTS,
  type RunResult,
  type Steering,
} from './engine.ts';
export type {
  EngineModel,
  EnginePolicy,
  EngineQuotePolicy,
  EngineTakePolicy,
  PolicyError,
} from './engine-policy.ts';
export { NativeError, type NativeErrorCode } from './error.ts';
export type { NativeAddon } from './layout.ts';
export { loadAddon } from './load.ts';
export {
  BUY,
  CROWD,
  MATCH_FLAGS,
  MATCH_REASONS,
  type MatchAddon,
  MatchingEngine,
  type MatchReason,
  type MatchSide,
  type MatchVisitor,
  SELL,
  type Touch,
} from './match.ts';
export type {
  EngineIntent,
  EngineQuoteIntent,
  EngineTakeIntent,
  EngineTrade,
} from './records.ts';
export { ReplayMatcher, type ReplayVisitor } from './replay-match.ts';
export type {
  EngineCounters,
  EngineDecision,
  EngineSymbolState,
  EngineSyncState,
  EngineTouch,
} from './symbol-state.ts';
