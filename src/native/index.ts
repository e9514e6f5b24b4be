export {
  type BreakerAddon,
  type Circuit,
  CircuitBreaker,
  circuitOf,
  type NativeBreaker,
} from './breaker.ts';
export { type CaptureAddon, CaptureFeed } from './capture-feed.ts';
export type {
  EngineComposite,
  EngineCompositeQuote,
  EngineCompositeTop,
} from './composites.ts';
export type {
  EngineConnection,
  EngineConnectionState,
  EngineControlFrame,
  EngineThreads,
} from './connections.ts';
export { Engine, type RunResult } from './engine.ts';
export type { EngineOptions } from './engine-options.ts';
export type {
  EngineModel,
  EnginePolicy,
  EngineQuotePolicy,
  EngineTakePolicy,
  PolicyError,
} from './engine-policy.ts';
export type { EngineTotals } from './engine-totals.ts';
export type { EngineLevel } from './engine-views.ts';
export { NativeError, type NativeErrorCode } from './error.ts';
export type { EngineSyncState, NativeAddon } from './layout.ts';
export { loadAddon } from './load.ts';
export { type MatchAddon, MatchingEngine, type Touch } from './match.ts';
export type { MatchVisitor } from './match-events.ts';
export {
  BUY,
  CROWD,
  MATCH_FLAGS,
  MATCH_PROTOCOL,
  type MatchReason,
  type MatchSide,
  type MatchTerms,
  type PlacedOrder,
  PREVENTION,
  SELL,
} from './match-protocol.ts';
export {
  allowedCpus,
  type MemoryAddon,
  type MemoryOptions,
  type MemoryPreparation,
  type MemoryRefusal,
  type PoolSizes,
  poolBytes,
} from './memory.ts';
export type {
  EngineIntent,
  EngineQuoteIntent,
  EngineTakeIntent,
  EngineTrade,
  IntentRecord,
} from './records.ts';
export {
  ORDER_CHANGES,
  QUEUE_MODELS,
  type QueueModel,
  type RecordedChange,
  ReplayMatcher,
  type ReplayVisitor,
} from './replay-match.ts';
export {
  createSharedRing,
  SharedRingConsumer,
  SharedRingProducer,
  type SharedRingSize,
} from './shared-ring.ts';
export type { Steering } from './steering.ts';
export type {
  EngineCounters,
  EngineDecision,
  EngineMark,
  EngineSymbolState,
  EngineTouch,
} from './symbol-state.ts';
export { type RingAddon, ThreadRing } from './thread-ring.ts';
