import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type {
  FaultRule,
  FeeTier,
  FittedMarket,
  ImpactModel,
  SettlementRules,
} from '../adapters/simulator/index.ts';
import {
  type ConfigIssue,
  effectiveSettings,
  settingFromPaths,
  settingsFromEnvironment,
} from '../core/config/index.ts';
import { assert, canonicalJson, err, ok, type Result } from '../core/index.ts';
import {
  type Instrument,
  type InstrumentId,
  instrumentId,
  type Money,
  money,
  parseE8,
} from '../model/index.ts';
import type { EngineThreads, PoolSizes, QueueModel } from '../native/index.ts';
import { type RiskLimits, riskLimits } from '../risk/index.ts';
import { type SafetyThresholds, safetyThresholds } from '../safety/index.ts';
import { STRATEGIES } from '../strategy/index.ts';
import { buildCosts } from './config-costs.ts';
import { faultRule } from './config-faults.ts';
import { type LoadedModels, loadModels, nearestQueueModel } from './config-models.ts';
import { poolSizes } from './config-pools.ts';
import { checkRules } from './config-rules.ts';
import {
  type ConfigSettings,
  configSchema,
  type InstrumentSettings,
  RESERVED_VARIABLES,
  VARIABLE_PREFIX,
} from './config-schema.ts';
import {
  type ConfigSources,
  defaultDataDir,
  givenDataDir,
  pathFrom,
  readFileLayer,
} from './config-sources.ts';
import { isProtecting, type Protection } from './trader/protection.ts';
import type { EntryExecution } from './trader/worked-entries.ts';

export type { ConfigSources };

/** The guarded instruments of a list, for a trader. */
export const protectionsOf = (
  instruments: readonly {
    readonly instrument: Instrument;
    readonly protection: Protection | null;
  }[],
): ReadonlyMap<InstrumentId, Protection> =>
  new Map(
    instruments.flatMap(({ instrument, protection }) =>
      protection === null ? [] : [[instrument.id, protection] as const],
    ),
  );

/** How the entries of each instrument of a list are executed, where that was said, for a trader. */
export const executionsOf = (
  instruments: readonly {
    readonly instrument: Instrument;
    readonly execution: EntryExecution | null;
  }[],
): ReadonlyMap<InstrumentId, EntryExecution> =>
  new Map(
    instruments.flatMap(({ instrument, execution }) =>
      execution === null ? [] : [[instrument.id, execution] as const],
    ),
  );

/** Where the service keeps the time series it shows. */
export type DatabaseMode = 'embedded' | 'url' | 'none';

/** How much the log says. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** How the simulated venue generates one instrument's market. */
export interface GeneratedMarketConfig {
  /** First mid price of a new data directory, 1e-8 quote units; later runs go on from the last price. */
  readonly startPriceE8: bigint;
  /** Standard deviation of the log return over one day, for example 0.03. */
  readonly dailyVolatility: number;
  /** Mean rate of market orders, per second. */
  readonly tradesPerSecond: number;
  /** Value of the resting orders of one side within 10 bps of the mid price, quote currency. */
  readonly depthNotional: Money;
  /** From a model file: replaces all but the start price. */
  readonly fitted?: FittedMarket;
}

/** One traded instrument and the strategy that trades it. */
export interface InstrumentConfig {
  readonly instrument: Instrument;
  /** Id of a strategy of `strategy`'s catalogue. */
  readonly strategy: string;
  /** Every parameter of the strategy by name: given ones within bounds, the others at their default. */
  readonly parameters: Readonly<Record<string, number>>;
  /** How its taking entries are guarded; null: not at all. */
  readonly protection: Protection | null;
  /** How its taking entries are executed; null: each as one order, unchecked. */
  readonly execution: EntryExecution | null;
  readonly market: GeneratedMarketConfig;
}

/** The simulated venue. */
export interface SimulatorConfig {
  /** Seed of the generated market and of the latencies, 32-bit unsigned. */
  readonly seed: number;
  /** Deposited once into an empty data directory, quote currency. */
  readonly initialCash: Money;
  /** Fee of a resting fill as a fraction of notional, in 1e-8; negative is a rebate. */
  readonly makerFeeE8: bigint;
  /** Fee of a taking fill as a fraction of notional, in 1e-8. */
  readonly takerFeeE8: bigint;
  /** Fees by own volume of 30 days, in rising order. */
  readonly feeTiers: readonly FeeTier[];
  /** Funding, interest, maintenance margin, liquidation, deleveraging. */
  readonly settlement: SettlementRules;
  /** Recorded funding of backtests; null: the rate of `settlement`. */
  readonly fundingFile: string | null;
  /** How far the clock of that file is ahead of UTC. */
  readonly fundingFileUtcOffsetHours: number;
  /** Median one-way latencies, ms, and the log-normal shape that they share. */
  readonly latency: {
    readonly feedMs: number;
    readonly orderMs: number;
    readonly responseMs: number;
    readonly sigma: number;
    /** From a model file: shapes of their own for the feed, and for orders and responses. */
    readonly feedSigma?: number;
    readonly orderSigma?: number;
  };
  /** Faults that are switched on. */
  readonly faults: { readonly rules: readonly FaultRule[] };
  /** What orders of backtests pay for taking. */
  readonly impact: ImpactModel;
  /** How backtests spread cancels over the queue of our orders. */
  readonly queueModel: QueueModel;
  /** Absolute path of the model file that delays come from; null: none. */
  readonly latencyModel: string | null;
  /** Orders of the market for the model `exact`; null: none. */
  readonly orderRecordFile: string | null;
  /** Files of recorded delays that are drawn from instead; null: none. */
  readonly latencyFiles: {
    readonly feed: string | null;
    readonly order: string | null;
    readonly response: string | null;
    /** Halved for each way. */
    readonly roundTrip: string | null;
  };
}

/** The whole configuration: checked, complete, with units converted. */
export interface Bot4Config {
  /** Absolute path of the directory that holds all state. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly dashboard: {
    readonly enabled: boolean;
    readonly host: string;
    readonly port: number;
    /** Host names, beside the loopback ones, under which the page may be asked for. */
    readonly allowedHosts: readonly string[];
  };
  readonly database: {
    readonly mode: DatabaseMode;
    /** Connection URL of a PostgreSQL server; null unless `mode` is `url`. */
    readonly url: string | null;
  };
  readonly simulator: SimulatorConfig;
  /** Where the engine runs: `threads` 0 is the event loop. */
  readonly engine: {
    readonly threads: number;
    readonly idle: EngineThreads['idle'];
    /** A CPU for each thread; empty: wherever the system puts them. */
    readonly pin: readonly number[];
  };
  /** Whether the end of a run fits delays to own orders. */
  readonly fitOwnOrders: boolean;
  /** Whether the inputs of runs are recorded, and how much room all recordings have. */
  readonly recording: { readonly enabled: boolean; readonly keepMegabytes: number };
  /** What the engine asks of the machine; what is refused is said and done without. */
  readonly machine: {
    readonly hugePages: 'off' | 'transparent';
    readonly lockMemory: boolean;
    readonly prefault: boolean;
    /** How many records have room. */
    readonly pools: PoolSizes;
  };
  readonly instruments: readonly InstrumentConfig[];
  /** Limits that every order is held to. */
  readonly risk: RiskLimits;
  /** When safety acts by itself, and how. */
  readonly safety: Readonly<SafetyThresholds>;
  /** Age of the newest message above which a feed is stale and no order is opened, ms. */
  readonly staleAfterMs: number;
  /** Time between two comparisons with the venue while trading, ms; 0: none. */
  readonly reconcileEveryMs: number;
  /** Wait for a venue's answer to an order before its fate counts as unknown, ms. */
  readonly ackTimeoutMs: number;
  /** SHA-256 of the effective settings in canonical JSON, hexadecimal; stored with every run. */
  readonly hash: string;
}

/** A configuration that was accepted. */
export interface LoadedConfig {
  readonly config: Bot4Config;
  /** The file that was read; null when there is none. */
  readonly file: string | null;
  /** Where each given setting came from, by path; the others took their default. */
  readonly origins: ReadonlyMap<string, string>;
}

const unitsOf = (text: string): bigint => {
  const units = parseE8(text);
  assert(units !== null, `the schema lets only decimals pass, got "${text}"`);
  return units;
};

const moneyOf = (text: string): Money => money(unitsOf(text));

function buildExecution({ execution, parameters }: InstrumentSettings): EntryExecution | null {
  if (execution === undefined) return null;
  const { algorithm, aboveNotional, costCheck, ...rest } = execution;
  if (algorithm === 'none' && !costCheck) return null;
  return {
    ...rest,
    algorithm: algorithm === 'none' ? null : algorithm,
    aboveNotional: moneyOf(aboveNotional),
    expectedMoveBps: costCheck ? (parameters['expectedMoveBps'] ?? null) : null,
  };
}

const buildInstrument = (
  settings: InstrumentSettings,
  index: number,
  fitted: FittedMarket | null,
): InstrumentConfig => ({
  instrument: {
    id: instrumentId('sim', settings.symbol),
    index,
    venue: 'sim',
    symbol: settings.symbol,
    base: settings.symbol.slice(0, -'USDT'.length),
    quote: 'USDT',
    tickSizeE8: unitsOf(settings.tickSize),
    stepSizeE8: unitsOf(settings.stepSize),
    minNotional: moneyOf(settings.minNotional),
    sequenceRule: 'binance-futures',
  },
  strategy: settings.strategy,
  parameters: settings.parameters,
  protection:
    settings.protect !== undefined && isProtecting(settings.protect) ? settings.protect : null,
  execution: buildExecution(settings),
  market: {
    startPriceE8: unitsOf(settings.market.startPrice),
    dailyVolatility: settings.market.dailyVolatility,
    tradesPerSecond: settings.market.tradesPerSecond,
    depthNotional: moneyOf(settings.market.depthNotional),
    ...(fitted === null ? {} : { fitted }),
  },
});

/** The queue model that is set, else the one nearest to what the models of the markets fitted. */
const queueModelOf = (
  { queueModel }: ConfigSettings['simulator'],
  { queueExponents }: LoadedModels,
): QueueModel => queueModel ?? nearestQueueModel(queueExponents);

/** Hash of what decides how the service trades: everything but paths, the page and credentials. */
function hashOf(settings: ConfigSettings, models: LoadedModels): string {
  const { simulator, instruments, risk, safety, staleAfterMs, reconcileEveryMs, ackTimeoutMs } =
    settings;
  const decides = {
    simulator: { ...simulator, queueModel: queueModelOf(simulator, models) },
    instruments,
    risk,
    safety,
    staleAfterMs,
    reconcileEveryMs,
    ackTimeoutMs,
  };
  const hash = createHash('sha256').update(canonicalJson(decides));
  // Without a model file the hash is what it was before there were any.
  for (const text of models.texts) hash.update(text);
  return hash.digest('hex');
}

function buildConfig(settings: ConfigSettings, dataDir: string, models: LoadedModels): Bot4Config {
  const { simulator, database } = settings;
  const symbols = settings.instruments.map(({ symbol }) => symbol);
  const limits = riskLimits(settings.risk);
  const thresholds = safetyThresholds(settings.safety);
  assert(limits.ok && thresholds.ok, 'schema and rules let only sound limits pass');
  const mode = database.mode === 'auto' ? (database.url ? 'url' : 'embedded') : database.mode;
  return {
    dataDir,
    logLevel: settings.logLevel,
    dashboard: settings.dashboard,
    database: { mode, url: mode === 'url' ? (database.url ?? null) : null },
    simulator: {
      seed: simulator.seed,
      initialCash: moneyOf(simulator.initialCash),
      makerFeeE8: unitsOf(simulator.makerFee),
      takerFeeE8: unitsOf(simulator.takerFee),
      ...buildCosts(simulator),
      latency: {
        feedMs: simulator.feedLatencyMs,
        orderMs: simulator.orderLatencyMs,
        responseMs: simulator.responseLatencyMs,
        sigma: simulator.latencySigma,
        ...models.latency,
      },
      faults: { rules: simulator.faults.map((fault) => faultRule(fault, symbols)) },
      queueModel: queueModelOf(simulator, models),
      latencyModel: models.latencyFile,
      orderRecordFile: simulator.orderRecordFile ?? null,
      latencyFiles: {
        feed: simulator.feedLatencyFile ?? null,
        order: simulator.orderLatencyFile ?? null,
        response: simulator.responseLatencyFile ?? null,
        roundTrip: simulator.roundTripFile ?? null,
      },
    },
    machine: { ...settings.machine, pools: poolSizes(settings) },
    engine: settings.engine,
    fitOwnOrders: settings.fitOwnOrders,
    recording: settings.recording,
    instruments: settings.instruments.map((each, i) =>
      buildInstrument(each, i, models.markets[i] ?? null),
    ),
    risk: limits.value,
    safety: thresholds.value,
    staleAfterMs: settings.staleAfterMs,
    reconcileEveryMs: settings.reconcileEveryMs,
    ackTimeoutMs: settings.ackTimeoutMs,
    hash: hashOf(settings, models),
  };
}

/**
 * Loads the configuration: flags over environment over file over defaults.
 *
 * Errors:  everything that is wrong, at once: unreadable file, unknown settings, values out of
 *          range, settings that contradict each other.
 */
export function loadConfig(sources: ConfigSources): Result<LoadedConfig, readonly ConfigIssue[]> {
  const schema = configSchema(STRATEGIES);
  const issues: ConfigIssue[] = [];
  const file = readFileLayer(sources);
  if (!file.ok) issues.push(...file.error);
  const fileLayer = file.ok ? file.value : null;
  const environment = settingsFromEnvironment(
    schema,
    sources.environment,
    VARIABLE_PREFIX,
    RESERVED_VARIABLES,
  );
  issues.push(...environment.issues);
  const layers = [environment.setting, settingFromPaths(sources.flags, 'command line')];
  if (fileLayer !== null) layers.unshift(fileLayer.setting);
  const effective = effectiveSettings(schema, layers);
  if (!effective.ok) return err([...issues, ...effective.error]);
  const { values, origins } = effective.value;
  const settings = values as unknown as ConfigSettings;
  issues.push(...checkRules(settings, (path) => origins.get(path) ?? null));
  const models = loadModels(settings, (path) =>
    pathFrom(
      path,
      fileLayer === null ? sources.workingDirectory : dirname(fileLayer.path),
      sources.homeDirectory,
    ),
  );
  issues.push(...models.issues);
  if (issues.length > 0) return err(issues);
  const dataDir =
    givenDataDir(sources) ??
    (settings.dataDir === undefined || fileLayer === null
      ? defaultDataDir(sources)
      : pathFrom(settings.dataDir, dirname(fileLayer.path), sources.homeDirectory));
  return ok({
    config: buildConfig(settings, dataDir, models),
    file: fileLayer?.path ?? null,
    origins,
  });
}
