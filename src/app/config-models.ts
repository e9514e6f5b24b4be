import { readFileSync, statSync } from 'node:fs';
import type { FittedMarket } from '../adapters/simulator/index.ts';
import { type ConfigIssue, showValue } from '../core/config/index.ts';
import { err, ok, type Result } from '../core/index.ts';
import type { QueueModel } from '../native/index.ts';
import {
  checkMarketModels,
  type DelayModel,
  type MarketModel,
  type MarketModels,
  QUANTILE_PROBABILITIES,
} from '../research/index.ts';
import type { ConfigSettings } from './config-schema.ts';

/** Largest model file that is read, bytes. */
const MAX_MODEL_BYTES = 16 * 1024 * 1024;

/** Delays that a model file replaces. */
interface FittedLatency {
  readonly feedMs?: number;
  readonly feedSigma?: number;
  readonly orderMs?: number;
  readonly responseMs?: number;
  readonly orderSigma?: number;
}

/** What the model files of a configuration hold. */
export interface LoadedModels {
  /** By instrument; null where none is named. */
  readonly markets: readonly (FittedMarket | null)[];
  readonly latency: FittedLatency;
  /** Absolute path of the file of these delays; null: none. */
  readonly latencyFile: string | null;
  /** Fitted exponents of where in a queue cancels happen, of the markets that have one. */
  readonly queueExponents: readonly number[];
  /** Texts of the files, in the order in which the configuration names them. */
  readonly texts: readonly string[];
  readonly issues: readonly ConfigIssue[];
}

type Fault = Pick<ConfigIssue, 'problem' | 'allowed'>;

function readModels(
  path: string,
): Result<{ readonly text: string; readonly models: MarketModels }, Fault> {
  const file = `names ${showValue(path)}`;
  let text: string;
  let value: unknown;
  try {
    if (statSync(path).size > MAX_MODEL_BYTES) {
      return err({ problem: `${file}, which is too large`, allowed: 'at most 16 MiB' });
    }
    text = readFileSync(path, 'utf8');
    value = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return err({
      problem: `${file}, which cannot be read: ${why}`,
      allowed: 'a file that `bot4 calibrate --out` wrote',
    });
  }
  const models = checkMarketModels(value);
  if (models.ok) return ok({ text, models: models.value });
  const { path: at, value: found, allowed } = models.error;
  return err({ problem: `${file}, where ${at} is ${showValue(found)}`, allowed });
}

function modelOf(models: readonly MarketModel[], symbol: string): Result<MarketModel, Fault> {
  const same = models.filter((model) => model.symbol === symbol);
  const candidates = same.length > 0 ? same : models;
  const [only, another] = candidates;
  if (only !== undefined && another === undefined) return ok(only);
  const names = models.map(({ instrument }) => instrument).join(', ') || 'none';
  return err({
    problem: `names a file with these markets: ${names}`,
    allowed: `a file with one market, or with one of the symbol ${symbol}`,
  });
}

/** The market of a model as the simulator takes it. */
export const fittedMarket = ({
  marketOrders,
  levels,
  dailyVolatility,
}: MarketModel): FittedMarket => ({
  ordersPerSecond: marketOrders.perSecond,
  branchingRatio: marketOrders.branchingRatio,
  decayPerSecond: marketOrders.decayPerSecond,
  signPersistence: marketOrders.signPersistence,
  dailyVolatility,
  takerQuantiles: marketOrders.sizeQuantiles,
  makerQuantiles: levels.sizeQuantiles,
  probabilities: QUANTILE_PROBABILITIES,
  touchQuantity: levels.touchQuantity,
  touchCancelPerSecond: levels.touchCancelPerSecond,
  profile: levels.profile,
});

/**
 * The delays of each direction from those of the round trip, both directions alike: two equal
 * log-normal halves whose sum has the mean and variance of the fitted one.
 *
 *   s1^2 = ln(1 + 2 (exp(s^2) - 1)),   median1 = median / 2 * exp((s^2 - s1^2) / 2)
 *
 * Source: Fenton (1960), IRE Transactions on Communications Systems 8, sums of log-normals.
 */
export function halfTrip({ medianMs, sigma }: DelayModel): DelayModel {
  const half = Math.log(1 + 2 * Math.expm1(sigma ** 2));
  return { medianMs: (medianMs / 2) * Math.exp((sigma ** 2 - half) / 2), sigma: Math.sqrt(half) };
}

/** The queue models of the power family, by their exponent. */
const POWERS: readonly (readonly [QueueModel, number])[] = [
  ['proportional', 1],
  ['power-2', 2],
  ['power-3', 3],
];

/**
 * The queue model of the replay matcher whose exponent is nearest to the fitted ones: by the distance
 * of logarithms to their geometric mean. `proportional`, exponent 1, where none was fitted.
 */
export function nearestQueueModel(exponents: readonly number[]): QueueModel {
  if (exponents.length === 0) return 'proportional';
  const mean = exponents.reduce((sum, each) => sum + Math.log(each), 0) / exponents.length;
  const distance = ([, power]: (typeof POWERS)[number]): number => Math.abs(Math.log(power) - mean);
  return POWERS.reduce((best, each) => (distance(each) < distance(best) ? each : best))[0];
}

function fittedLatency({ feed, roundTrip }: MarketModels['latency']): FittedLatency {
  const half = roundTrip === null ? null : halfTrip(roundTrip);
  return {
    ...(feed === null ? {} : { feedMs: feed.medianMs, feedSigma: feed.sigma }),
    ...(half === null
      ? {}
      : { orderMs: half.medianMs, responseMs: half.medianMs, orderSigma: half.sigma }),
  };
}

/** Reads the model files that settings name; `resolved` gives the absolute path of each. */
export function loadModels(
  settings: ConfigSettings,
  resolved: (path: string) => string,
): LoadedModels {
  const issues: ConfigIssue[] = [];
  const texts: string[] = [];
  const queueExponents: number[] = [];
  const read = (setting: string, path: string): MarketModels | null => {
    const found = readModels(resolved(path));
    if (found.ok) {
      texts.push(found.value.text);
      return found.value.models;
    }
    issues.push({ path: setting, origin: 'model file', ...found.error, suggestion: null });
    return null;
  };
  const markets = settings.instruments.map(({ symbol, market }, i) => {
    if (market.model === undefined) return null;
    const setting = `instruments[${i}].market.model`;
    const models = read(setting, market.model);
    if (models === null) return null;
    const model = modelOf(models.models, symbol);
    if (model.ok) {
      if (model.value.queue !== null) queueExponents.push(model.value.queue.exponent);
      return fittedMarket(model.value);
    }
    issues.push({ path: setting, origin: 'model file', ...model.error, suggestion: null });
    return null;
  });
  const { latencyModel } = settings.simulator;
  const models = latencyModel === undefined ? null : read('simulator.latencyModel', latencyModel);
  return {
    markets,
    latency: models === null ? {} : fittedLatency(models.latency),
    latencyFile: latencyModel === undefined ? null : resolved(latencyModel),
    queueExponents,
    texts,
    issues,
  };
}
