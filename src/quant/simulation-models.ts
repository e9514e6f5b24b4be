import { type HestonVariance, varianceFault } from './heston-option.ts';
import { expectedJump, jumpFault, type LogJumps } from './merton-option.ts';

/** What can be simulated. Rates, drifts and volatilities are per year; drift is that of the expected price. */
export type SimulationModel =
  | GeometricBrownianMotion
  | {
      readonly kind: 'merton';
      readonly spot: number;
      readonly drift: number;
      readonly volatility: number;
      readonly jumps: LogJumps;
    }
  | {
      readonly kind: 'heston';
      readonly spot: number;
      readonly drift: number;
      readonly variance: HestonVariance;
    }
  | {
      readonly kind: 'bates';
      readonly spot: number;
      readonly drift: number;
      readonly variance: HestonVariance;
      readonly jumps: LogJumps;
    }
  | {
      readonly kind: 'brownian';
      readonly start: number;
      readonly drift: number;
      readonly volatility: number;
    }
  | OrnsteinUhlenbeckProcess
  | SquareRootProcess;

/** dS = drift S dt + volatility S dW. */
export interface GeometricBrownianMotion {
  readonly kind: 'gbm';
  readonly spot: number;
  readonly drift: number;
  readonly volatility: number;
}

/** dx = reversion (mean - x) dt + volatility dW. */
export interface OrnsteinUhlenbeckProcess {
  readonly kind: 'ou';
  readonly start: number;
  readonly reversion: number;
  readonly mean: number;
  readonly volatility: number;
}

/** dx = reversion (mean - x) dt + volatility sqrt(x) dW. */
export interface SquareRootProcess {
  readonly kind: 'cir';
  readonly start: number;
  readonly reversion: number;
  readonly mean: number;
  readonly volatility: number;
}

/** A kernel and the numbers it takes after those of the run. */
export interface KernelModel {
  readonly kernel: string;
  /** The state is a log price. */
  readonly price: boolean;
  readonly start: number;
  readonly parameters: readonly number[];
}

const finiteFault = (numbers: Readonly<Record<string, number>>): string | null => {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) return `${name} is ${value}; it must be finite`;
  }
  return null;
};

const atLeastZero = (name: string, value: number): string | null =>
  value >= 0 && Number.isFinite(value) ? null : `${name} is ${value}; it must be at least 0`;

const aboveZero = (name: string, value: number): string | null =>
  value > 0 && Number.isFinite(value) ? null : `${name} is ${value}; it must be above 0`;

/** Says what is wrong with a model, else null. */
export function modelFault(model: SimulationModel): string | null {
  switch (model.kind) {
    case 'gbm':
    case 'merton':
      return (
        aboveZero('spot', model.spot) ??
        finiteFault({ drift: model.drift }) ??
        atLeastZero('volatility', model.volatility) ??
        (model.kind === 'merton' ? jumpFault(model.jumps) : null)
      );
    case 'heston':
    case 'bates':
      return (
        aboveZero('spot', model.spot) ??
        finiteFault({ drift: model.drift }) ??
        varianceFault(model.variance) ??
        (model.kind === 'bates' ? jumpFault(model.jumps) : null)
      );
    case 'brownian':
      return (
        finiteFault({ start: model.start, drift: model.drift }) ??
        atLeastZero('volatility', model.volatility)
      );
    case 'ou':
      return (
        finiteFault({ start: model.start, mean: model.mean }) ??
        aboveZero('reversion', model.reversion) ??
        atLeastZero('volatility', model.volatility)
      );
    case 'cir':
      return (
        atLeastZero('start', model.start) ??
        aboveZero('mean', model.mean) ??
        aboveZero('reversion', model.reversion) ??
        aboveZero('volatility', model.volatility)
      );
  }
}

/** Expected jumps of one step above which a step is too long. */
export const maxJumpsPerStep = 20;

/** Mean, deviation, number of levels, and P(N <= j) up to 1 - 1e-12. */
function jumpParameters(jumps: LogJumps, dt: number): number[] {
  const expected = jumps.intensity * dt;
  const cumulative: number[] = [];
  let chance = Math.exp(-expected);
  let sum = chance;
  for (let j = 0; expected > 0 && j < 200; j += 1) {
    cumulative.push(sum);
    if (1 - sum < 1e-12) break;
    chance *= expected / (j + 1);
    sum += chance;
  }
  return [jumps.mean, jumps.deviation, cumulative.length, ...cumulative];
}

/** The slice Variance of native/kernels/simulate/jump_variance.cc. */
function varianceParameters(v: HestonVariance, drift: number, dt: number): number[] {
  const { reversion, longRun, volatility: sigma, correlation } = v;
  const decay = Math.exp(-reversion * dt);
  const gone = -Math.expm1(-reversion * dt);
  const ratio = correlation / sigma;
  const half = 0.5 * dt * (reversion * ratio - 0.5);
  const free = 0.5 * dt * (1 - correlation * correlation);
  return [
    v.initial,
    longRun,
    decay,
    (sigma * sigma * decay * gone) / reversion,
    (longRun * sigma * sigma * gone * gone) / (2 * reversion),
    half - ratio,
    half + ratio,
    free,
    free,
    -ratio * reversion * longRun * dt,
    drift * dt,
  ];
}

/** A model as its kernel takes it, for steps of `dt` years. Requires a model without fault. */
export function kernelModel(model: SimulationModel, dt: number): KernelModel {
  switch (model.kind) {
    case 'gbm': {
      const shift = (model.drift - 0.5 * model.volatility ** 2) * dt;
      return linear(true, Math.log(model.spot), shift, 1, model.volatility * Math.sqrt(dt));
    }
    case 'brownian':
      return linear(false, model.start, model.drift * dt, 1, model.volatility * Math.sqrt(dt));
    case 'ou': {
      const { reversion, mean, volatility } = model;
      const gone = -Math.expm1(-reversion * dt);
      const scale = volatility * Math.sqrt(-Math.expm1(-2 * reversion * dt) / (2 * reversion));
      return linear(false, model.start, mean * gone, Math.exp(-reversion * dt), scale);
    }
    case 'merton': {
      const { jumps, volatility, drift } = model;
      const compensated = drift - jumps.intensity * expectedJump(jumps) - 0.5 * volatility ** 2;
      return {
        kernel: 'simulateMerton',
        price: true,
        start: Math.log(model.spot),
        parameters: [compensated * dt, volatility * Math.sqrt(dt), ...jumpParameters(jumps, dt)],
      };
    }
    case 'heston':
    case 'bates': {
      const jumps = model.kind === 'bates' ? model.jumps : { intensity: 0, mean: 0, deviation: 0 };
      const drift = model.drift - jumps.intensity * expectedJump(jumps);
      return {
        kernel: 'simulateHeston',
        price: true,
        start: Math.log(model.spot),
        parameters: [
          ...varianceParameters(model.variance, drift, dt),
          ...jumpParameters(jumps, dt),
        ],
      };
    }
    case 'cir': {
      const { start, reversion, mean, volatility } = model;
      const variance = { initial: start, reversion, longRun: mean, volatility, correlation: 0 };
      return {
        kernel: 'simulateSquareRoot',
        price: false,
        start,
        parameters: varianceParameters(variance, 0, dt),
      };
    }
  }
}

const linear = (
  price: boolean,
  start: number,
  shift: number,
  keep: number,
  scale: number,
): KernelModel => ({ kernel: 'simulateLinear', price, start, parameters: [shift, keep, scale] });
