import { err, ok, type Result } from '../core/index.ts';
import { type Arena, placeOf } from './arena.ts';
import type { Region } from './layout.ts';

/** The linear model behind a decision; see `DecisionModel` in native/kernels/decision.h. */
export interface EngineModel {
  /** Weight per standard deviation, by feature name; unnamed features weigh nothing. */
  readonly weights: Readonly<Record<string, number>>;
  /** Mean by feature name, in the feature's unit; 0 when absent. */
  readonly means: Readonly<Record<string, number>>;
  /** Standard deviation by feature name, above zero; 1 when absent. */
  readonly deviations: Readonly<Record<string, number>>;
  readonly bias: number;
  readonly plattA: number;
  readonly plattB: number;
}

interface EnginePolicyBase {
  readonly model: EngineModel;
  readonly volatilityTargetBps: number;
  readonly volatilityScaleCap: number;
  readonly maxSpreadTicks: number;
  readonly warmUpUpdates: number;
  readonly minIntervalMs: number;
  readonly budgetLots: number;
  readonly maxPositionLots: number;
  readonly maxOrderLots: number;
  /** Smallest size worth an order, lots; 0 when absent. */
  readonly minimumLots?: number;
  /** No intent while the last depth update is older, ms; 500 when absent. */
  readonly staleAfterMs?: number;
  /** Rate of intents, 1/s; 20 when absent. */
  readonly maxIntentsPerS?: number;
  /** Intents that may come at once; 20 when absent. */
  readonly intentBurst?: number;
}

/** Take liquidity when the decision pays for its cost. */
export interface EngineTakePolicy extends EnginePolicyBase {
  readonly kind: 'take';
  readonly payoff: number;
  readonly cost: number;
  readonly kellyFraction: number;
  readonly kellyCap: number;
  readonly buyThreshold: number;
  readonly sellThreshold: number;
  readonly collarTicks: number;
}

/** Rest Avellaneda-Stoikov quotes, never at or beyond the other side's touch. */
export interface EngineQuotePolicy extends EnginePolicyBase {
  readonly kind: 'quote';
  readonly centreOnMicroprice: boolean;
  readonly gamma: number;
  readonly horizonS: number;
  readonly halfSpreadTicks: number;
  readonly minHalfSpreadTicks: number;
  readonly volatilityFloorTicks: number;
  readonly inventoryUnitLots: number;
  readonly skewTicks: number;
  readonly quoteLots: number;
  readonly requoteTicks: number;
  readonly refreshIntervalMs: number;
}

/** What the engine does with one symbol's decisions. Formulas: native/engine/quoting.h, gate. */
export type EnginePolicy = EngineTakePolicy | EngineQuotePolicy;

/** A policy that the engine refuses. */
export interface PolicyError {
  readonly code: 'unknown-feature' | 'out-of-bounds';
  /** The field or feature. */
  readonly field: string;
  readonly detail: string;
}

const KIND = { none: 0, take: 1, quote: 2 } as const;
const NS_PER_MS = 1e6;

/** Fills the policy block of an arena; `applyPolicy` then checks and copies it. */
export class PolicyWriter {
  readonly #arena: Arena;
  readonly #region: Region;
  readonly #features: readonly string[];

  constructor(arena: Arena, region: Region, features: readonly string[]) {
    this.#arena = arena;
    this.#region = region;
    this.#features = features;
  }

  /** Writes a policy, or names a feature that does not exist. */
  write(policy: EnginePolicy): Result<void, PolicyError> {
    const unknown = this.#unknownFeature(policy.model);
    if (unknown !== null) {
      return err({
        code: 'unknown-feature',
        field: unknown,
        detail: `feature '${unknown}' does not exist; known are ${this.#features.join(', ')}`,
      });
    }
    this.clear();
    this.#u32('kind', KIND[policy.kind]);
    this.#model(policy.model);
    this.#gate(policy);
    if (policy.kind === 'take') this.#take(policy);
    else this.#quote(policy);
    return ok(undefined);
  }

  /** Writes the policy that does nothing. */
  clear(): void {
    const { offset, stride } = this.#region;
    this.#arena.u8.fill(0, offset, offset + stride);
  }

  /** The refusal of a written policy by its bad field. */
  refusal(field: string): PolicyError {
    const value = this.#region.fields[field]?.count === 1 ? this.#f64At(field) : null;
    return {
      code: 'out-of-bounds',
      field,
      detail:
        value === null
          ? `${field} holds a value that is not finite or not allowed`
          : `${field} = ${value} is outside its bounds`,
    };
  }

  #unknownFeature(model: EngineModel): string | null {
    const named = [model.weights, model.means, model.deviations].flatMap(Object.keys);
    return named.find((name) => !this.#features.includes(name)) ?? null;
  }

  #model(model: EngineModel): void {
    const weights = placeOf(this.#region, 'weights', 'f64');
    const inverseSds = placeOf(this.#region, 'inverseSds', 'f64');
    const negativeMeans = placeOf(this.#region, 'negativeMeans', 'f64');
    const { f64 } = this.#arena;
    this.#features.forEach((name, slot) => {
      const deviation = model.deviations[name] ?? 1;
      f64[weights + slot] = model.weights[name] ?? 0;
      f64[inverseSds + slot] = 1 / deviation;
      f64[negativeMeans + slot] = -(model.means[name] ?? 0) / deviation;
    });
    this.#f64('bias', model.bias);
    this.#f64('plattA', model.plattA);
    this.#f64('plattB', model.plattB);
  }

  #gate(policy: EnginePolicy): void {
    this.#f64('volatilityTargetBps', policy.volatilityTargetBps);
    this.#f64('volatilityScaleCap', policy.volatilityScaleCap);
    this.#f64('maxSpreadTicks', policy.maxSpreadTicks);
    this.#f64('warmUpUpdates', policy.warmUpUpdates);
    this.#f64('minIntervalNs', policy.minIntervalMs * NS_PER_MS);
    this.#f64('staleAfterNs', (policy.staleAfterMs ?? 500) * NS_PER_MS);
    this.#f64('maxIntentsPerS', policy.maxIntentsPerS ?? 20);
    this.#f64('intentBurst', policy.intentBurst ?? 20);
    this.#f64('minimum', policy.minimumLots ?? 0);
  }

  #take(policy: EngineTakePolicy): void {
    this.#f64('payoff', policy.payoff);
    this.#f64('cost', policy.cost);
    this.#f64('kellyFraction', policy.kellyFraction);
    this.#f64('kellyCap', policy.kellyCap);
    this.#f64('buyThreshold', policy.buyThreshold);
    this.#f64('sellThreshold', policy.sellThreshold);
    this.#f64('collarTicks', policy.collarTicks);
  }

  #quote(policy: EngineQuotePolicy): void {
    // The decision only skews the quotes: an even bet without cost.
    this.#f64('payoff', 1);
    this.#f64('buyThreshold', 0.5);
    this.#f64('sellThreshold', 0.5);
    this.#u32('centreOnMicroprice', policy.centreOnMicroprice ? 1 : 0);
    this.#f64('gamma', policy.gamma);
    this.#f64('horizonS', policy.horizonS);
    this.#f64('halfSpreadTicks', policy.halfSpreadTicks);
    this.#f64('minHalfSpreadTicks', policy.minHalfSpreadTicks);
    this.#f64('volatilityFloorTicks', policy.volatilityFloorTicks);
    this.#f64('inventoryUnitLots', policy.inventoryUnitLots);
    this.#f64('skewTicks', policy.skewTicks);
    this.#f64('quoteLots', policy.quoteLots);
    this.#f64('requoteTicks', policy.requoteTicks);
    this.#f64('refreshIntervalNs', policy.refreshIntervalMs * NS_PER_MS);
  }

  #f64(name: string, value: number): void {
    this.#arena.f64[placeOf(this.#region, name, 'f64')] = value;
  }

  #f64At(name: string): number | null {
    if (this.#region.fields[name]?.type !== 'f64') return null;
    return this.#arena.f64[placeOf(this.#region, name, 'f64')]!;
  }

  #u32(name: string, value: number): void {
    this.#arena.u32[placeOf(this.#region, name, 'u32')] = value;
  }
}
