export { isRiskApproved, type RiskApproved } from './approved.ts';
export {
  type LimitDeclaration,
  type LimitFault,
  RISK_LIMITS,
  type RiskLimits,
  riskLimits,
} from './limits.ts';
export { RISK_CODES, type RiskCode, type RiskRefusal } from './refusal.ts';
export type { ReservedExposure, RiskContext } from './risk-context.ts';
export { RiskGate } from './risk-gate.ts';
