import { err, ok, type Result } from '../../core/index.ts';
import { QUANTILE_PROBABILITIES } from './distribution-tests.ts';
import {
  MARKET_MODEL_KIND,
  MARKET_MODEL_VERSION,
  type MarketModels,
  type ModelFault,
} from './market-model.ts';

type Check = (value: unknown, path: string) => ModelFault | null;

const fault = (path: string, value: unknown, allowed: string): ModelFault => ({
  path,
  value,
  allowed,
});

const number =
  (low: number, high: number, unit: string): Check =>
  (value, path) =>
    typeof value === 'number' && value >= low && value <= high
      ? null
      : fault(path, value, `a number from ${low} to ${high}${unit === '' ? '' : ` ${unit}`}`);

const text: Check = (value, path) =>
  typeof value === 'string' && value.length > 0 && value.length <= 200
    ? null
    : fault(path, value, 'a text of 1 to 200 characters');

const optional =
  (check: Check): Check =>
  (value, path) =>
    value === null ? null : check(value, path);

const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return fault(path, value, 'an object');
    }
    const given = value as Readonly<Record<string, unknown>>;
    for (const [name, check] of Object.entries(checks)) {
      const found = check(given[name], path === '' ? name : `${path}.${name}`);
      if (found !== null) return found;
    }
    const unknown = Object.keys(given).find((name) => !(name in checks));
    return unknown === undefined
      ? null
      : fault(`${path}.${unknown}`, given[unknown], `only ${Object.keys(checks).join(', ')}`);
  };

const list =
  (check: Check, least: number, most: number): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      return fault(path, value, `a list of ${least} to ${most} entries`);
    }
    for (const [i, each] of (value as readonly unknown[]).entries()) {
      const found = check(each, `${path}[${i}]`);
      if (found !== null) return found;
    }
    return null;
  };

/** Each entry above the one before it (or not below, where equal ones are allowed). */
const ascending =
  (check: Check, of: (entry: unknown) => number, strictly: boolean): Check =>
  (value, path) => {
    const found = check(value, path);
    if (found !== null) return found;
    const entries = (value as readonly unknown[]).map(of);
    const at = entries.findIndex(
      (each, i) => i > 0 && (strictly ? each <= entries[i - 1]! : each < entries[i - 1]!),
    );
    return at < 0 ? null : fault(`${path}[${at}]`, entries[at], `not below ${entries[at - 1]}`);
  };

const QUANTITY_MAX = 1e12;
const quantity = number(1e-12, QUANTITY_MAX, 'base units');
const rate = number(0, 1e5, 'per second');

const quantiles = ascending(
  list(quantity, QUANTILE_PROBABILITIES.length, QUANTILE_PROBABILITIES.length),
  (entry) => entry as number,
  false,
);

const profileStep = fields({
  toBps: number(1e-6, 1000, 'bps'),
  quantityPerBps: number(0, QUANTITY_MAX, 'base units per bps'),
  cancelPerSecond: rate,
  arrivalsPerSecond: rate,
});

const delay = fields({ medianMs: number(0, 10_000, 'ms'), sigma: number(0, 10, '') });

const marketModel = fields({
  instrument: text,
  symbol: text,
  from: text,
  to: text,
  splitAt: text,
  observations: number(1, Number.MAX_SAFE_INTEGER, ''),
  tickSize: number(1e-8, 1e6, 'quote units'),
  meanPrice: number(1e-8, 1e12, 'quote units'),
  dailyVolatility: number(0.0001, 1, ''),
  marketOrders: fields({
    perSecond: number(0.001, 1000, 'per second'),
    backgroundPerSecond: rate,
    branchingRatio: number(0, 0.98, ''),
    decayPerSecond: number(1e-3, 1e5, 'per second'),
    signPersistence: number(-0.9, 0.9, ''),
    sizeQuantiles: quantiles,
  }),
  levels: fields({
    sizeQuantiles: quantiles,
    touchQuantity: quantity,
    touchCancelPerSecond: rate,
    touchArrivalsPerSecond: rate,
    profile: ascending(
      list(profileStep, 1, 64),
      (entry) => (entry as { readonly toBps: number }).toBps,
      true,
    ),
  }),
  spreadShares: list(number(0, 1, ''), 3, 3),
  feedDelay: optional(delay),
  queue: optional(fields({ exponent: number(1e-3, 1000, ''), standardError: number(0, 1000, '') })),
});

const latency = fields({ feed: optional(delay), roundTrip: optional(delay) });

/** Checks what a model file holds, and hands it out. */
export function checkMarketModels(value: unknown): Result<MarketModels, ModelFault> {
  const found = fields({
    kind: (kind, path) =>
      kind === MARKET_MODEL_KIND ? null : fault(path, kind, `"${MARKET_MODEL_KIND}"`),
    version: (version, path) =>
      version === MARKET_MODEL_VERSION ? null : fault(path, version, `${MARKET_MODEL_VERSION}`),
    models: list(marketModel, 0, 64),
    latency,
  })(value, '');
  return found === null ? ok(value as MarketModels) : err(found);
}

/** What a model file is written as. */
export const marketModelDocument = (models: MarketModels) => ({
  kind: MARKET_MODEL_KIND,
  version: MARKET_MODEL_VERSION,
  ...models,
});
