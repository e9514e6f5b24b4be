export {
  AUTOMATIC_CAUSES,
  type AutomaticCause,
  type AutomaticCauseId,
  AWAITING_RECONCILIATION,
  HUMAN_CAUSES,
  liftsItself,
} from './causes.ts';
export { type CommandOutcome, handleCommand, type SafetyCommand } from './commands.ts';
export {
  automaticCause,
  type Condition,
  ConditionMonitor,
  evaluateConditions,
  type Observation,
  type SafetyReadings,
} from './conditions.ts';
export {
  type ExposureView,
  planEmergency,
  planPause,
  planReduce,
  type SafetyPlan,
} from './plans.ts';
export {
  type ClearRefusal,
  type PendingRestore,
  RESTORE_LOCK_MS,
  SAFETY_STRATEGY,
  Safety,
} from './safety.ts';
export {
  SAFETY_THRESHOLDS,
  type SafetyThresholds,
  safetyThresholds,
  type ThresholdDeclaration,
  type ThresholdFault,
} from './thresholds.ts';
