import Type, { type Static, type TSchema } from 'typebox';
import type { SettingSchema } from '../core/config/index.ts';
import { QUEUE_MODELS } from '../native/index.ts';
import { RISK_LIMITS } from '../risk/index.ts';
import { SAFETY_THRESHOLDS } from '../safety/index.ts';
import type { ParameterDeclaration } from '../strategy/index.ts';
import { decimal, feeRate, group, integer, real, usdt } from './config-builders.ts';
import { type ExecutionSettings, execution } from './config-execution.ts';
import { faultSettings } from './config-faults.ts';
import { machine } from './config-machine.ts';

/** A strategy that an instrument may be given, with the parameters it reads. */
export interface StrategyDeclaration {
  readonly id: string;
  readonly parameters: readonly ParameterDeclaration[];
  /** Whether its entries can be guarded by a bracket; absent: no. */
  readonly takes?: true;
}

const dashboard = () =>
  group('The read-only page and the Prometheus metrics.', {
    enabled: Type.Boolean({ description: 'Serve the page and the metrics.', default: true }),
    host: Type.String({
      description: 'Address to listen on. Anything but a loopback address opens it to the network.',
      minLength: 1,
      maxLength: 255,
      pattern: '^[A-Za-z0-9._:-]+$',
      'x-form': 'a host name or address such as "127.0.0.1"',
      default: '127.0.0.1',
    }),
    port: integer('TCP port; 0 takes any free one.', '', [0, 65_535], 8080),
    allowedHosts: Type.Array(
      Type.String({
        minLength: 1,
        maxLength: 255,
        pattern: '^[A-Za-z0-9.:\\[\\]-]+$',
        'x-form': 'a host name such as "bot4.example.org", with a port where it is not the own one',
      }),
      {
        description: 'Host names, beside the loopback ones, that a request may ask for.',
        maxItems: 32,
        default: [],
      },
    ),
  });

const database = () =>
  group('The PostgreSQL that holds what reports and the page read. Trading does not wait for it.', {
    mode: Type.Enum(['auto', 'embedded', 'url', 'none'], {
      description:
        '"auto" takes the server of `url` where one is given, else the embedded PostgreSQL.',
      default: 'auto',
    }),
    url: Type.Optional(
      Type.String({
        description: 'Connection URL of a PostgreSQL server.',
        maxLength: 2048,
        pattern: '^postgres(ql)?://[^\\s]+$',
        'x-form': 'a URL such as postgresql://user@host:5432/bot4',
        'x-env': 'DATABASE_URL',
        'x-secret': true,
      }),
    ),
  });

const delayFile = (description: string) =>
  Type.Optional(
    Type.String({
      description,
      pattern: '^/.+$',
      maxLength: 4096,
      'x-form': 'an absolute path of a text file with one number of milliseconds a line',
    }),
  );

const simulator = () =>
  group('The simulated venue that paper trading runs on.', {
    seed: integer('Seed of the generated market and of the latencies.', '', [0, 4_294_967_295], 1),
    initialCash: usdt(
      'Deposited once into an empty data directory.',
      ['1', '1000000000'],
      '100000',
    ),
    makerFee: feeRate(
      'Fee of a fill that rested in the book; negative is a rebate.',
      ['-0.01', '0.01'],
      '0.0002',
    ),
    takerFee: feeRate('Fee of a fill that took from the book.', ['0', '0.01'], '0.0005'),
    feeTiers: Type.Array(
      Type.String({
        pattern: '^\\d{1,12}:-?0(\\.\\d{1,8})?:0(\\.\\d{1,8})?$',
        maxLength: 64,
        'x-form':
          '"volume:maker:taker" such as "1000000:0.00016:0.0004": fees of an account that traded that much USDT',
      }),
      {
        description:
          'Fees by own traded value of the last 30 days, in rising order; below the first the ordinary fees hold.',
        maxItems: 16,
        default: [],
      },
    ),
    fundingRate: feeRate(
      'Funding that a long pays at each interval and a short receives; negative the other way round.',
      ['-0.05', '0.05'],
      '0',
    ),
    fundingIntervalHours: integer(
      'Hours between two funding times, from 00:00 UTC.',
      'h',
      [1, 24],
      8,
    ),
    fundingFile: Type.Optional(
      Type.String({
        description:
          'Recorded funding rates for backtests instead: CSV "Symbol,Date,Funding Rate", also packed with gzip.',
        pattern: '^/.+$',
        maxLength: 4096,
        'x-form': 'an absolute path',
      }),
    ),
    fundingFileUtcOffsetHours: integer(
      'How far the clock of that file is ahead of UTC.',
      'h',
      [-12, 14],
      0,
    ),
    borrowRate: Type.String({
      ...decimal(
        'Interest on borrowed cash and on the value of shorts, charged hourly.',
        'a year',
        ['0', '10'],
      ),
      default: '0',
    }),
    marginTiers: Type.Array(
      Type.String({
        pattern: '^(\\d{1,12}|rest):0\\.\\d{1,8}$',
        maxLength: 32,
        'x-form': '"value:rate", the last one "rest:rate", such as "50000:0.004" and "rest:0.01"',
      }),
      {
        description:
          'Maintenance margin: the part of a position up to that value in USDT needs that fraction of it. Below it positions are liquidated; an empty list never does.',
        maxItems: 16,
        default: ['50000:0.004', '600000:0.005', '3000000:0.01', 'rest:0.025'],
      },
    ),
    liquidationFee: feeRate('Fee of a liquidation.', ['0', '0.05'], '0.005'),
    deleverageAtMove: real(
      'Move of a price within a minute at which winning positions are deleveraged; 0: never.',
      '',
      [0, 1],
      0,
    ),
    deleverageShare: real('Part of such a position that is closed.', '', [0.01, 1], 0.5),
    feedLatencyMs: real('Median delay of market messages.', 'ms', [0, 10_000], 1),
    orderLatencyMs: real('Median delay from us to the venue.', 'ms', [0, 10_000], 2),
    responseLatencyMs: real('Median delay from the venue to us.', 'ms', [0, 10_000], 2),
    latencySigma: real('Shape of the log-normal delays; 0 makes them constant.', '', [0, 2], 0.3),
    faults: faultSettings(),
    impactModel: Type.Enum(['none', 'linear', 'square-root', 'almgren-chriss'], {
      description: 'Backtests: how the price moves against an order that takes.',
      default: 'none',
    }),
    impactRate: feeRate(
      'That move at the reference value; of "almgren-chriss" its temporary part.',
      ['0', '0.05'],
      '0.0001',
    ),
    impactReference: usdt('Value taken at which the rate holds.', ['1', '1000000000'], '100000'),
    impactPermanentBps: Type.Optional(
      Type.Number({
        description:
          'With "almgren-chriss": how far a value of impactReference moves the market for good; absent: not at all.',
        'x-unit': 'bps',
        minimum: 0,
        maximum: 100,
      }),
    ),
    impactHalfLifeMs: Type.Optional(
      Type.Number({
        description:
          'With "almgren-chriss": time in which the temporary move halves; absent: it is gone at once.',
        'x-unit': 'ms',
        minimum: 0,
        maximum: 86_400_000,
      }),
    ),
    queueModel: Type.Optional(
      Type.Enum([...QUEUE_MODELS], {
        description:
          'Backtests: how much of what was cancelled at a price stood ahead of our order there; "risk-averse" says nothing, "exact" reads orderRecordFile. Left out, it follows the exponents of the instruments\' `market.model`, else it is "proportional". See docs/simulated-venue.md.',
      }),
    ),
    orderRecordFile: Type.Optional(
      Type.String({
        description:
          'Backtests: the orders of the market, one change a line, which queueModel "exact" needs; also packed with gzip.',
        pattern: '^/.+$',
        maxLength: 4096,
        'x-form': 'an absolute path',
      }),
    ),
    feedLatencyFile: delayFile('Recorded delays of market messages, drawn from at random instead.'),
    orderLatencyFile: delayFile('The same from us to the venue.'),
    responseLatencyFile: delayFile('The same from the venue to us.'),
    roundTripFile: delayFile(
      'Recorded round trips: each way takes a half of one, drawn by itself.',
    ),
    latencyModel: modelFile(
      'Model that `bot4 calibrate` wrote: the delays that it knows replace those given here.',
    ),
  });

const recording = () =>
  group('What comes into a run is kept, so that `bot4 replay --rerun` can drive it again.', {
    enabled: Type.Boolean({
      description: 'Record the inputs of every run. Not with `engine.threads` above 0.',
      default: true,
    }),
    keepMegabytes: integer(
      'Room for the recordings of all runs: the oldest make room for the latest, which ends when it alone fills it.',
      'MiB',
      [1, 1_000_000],
      512,
    ),
  });

const engine = () =>
  group('Where the engine runs.', {
    threads: integer(
      'Threads beside the event loop that the instruments are shared out to, at most one for each; 0 decides in the loop itself.',
      '',
      [0, 16],
      0,
    ),
    idle: Type.Enum(['park', 'yield', 'spin'], {
      description:
        'What such a thread does without work: sleep, give its CPU away, or spin, which needs one CPU more than threads.',
      default: 'park',
    }),
    pin: Type.Array(Type.Integer({ minimum: 0, maximum: 1023 }), {
      description:
        'The CPU of each of these threads, all different; empty leaves them to the system. `bot4 doctor` names the CPUs that the process may use.',
      maxItems: 16,
      default: [],
    }),
  });

const risk = () => {
  const limits = RISK_LIMITS.map((limit) => {
    if (limit.kind === 'money') {
      return [limit.name, usdt(limit.description, [limit.min, limit.max], limit.default)];
    }
    const make = limit.kind === 'integer' ? integer : real;
    return [limit.name, make(limit.description, limit.unit, [limit.min, limit.max], limit.default)];
  });
  return Type.Unsafe<Readonly<Record<string, string | number>>>(
    group('Limits that every order is checked against.', Object.fromEntries(limits)),
  );
};

const safety = () => {
  const thresholds = SAFETY_THRESHOLDS.map(
    ({ name, description, unit, min, max, default: value }) => [
      name,
      real(description, unit, [min, max], value),
    ],
  );
  return Type.Unsafe<Readonly<Record<string, number>>>(
    group('When safety acts by itself, and how.', Object.fromEntries(thresholds)),
  );
};

const strategyParameters = (declarations: readonly ParameterDeclaration[]) =>
  group(
    'Parameters of the strategy; those left out keep their default.',
    Object.fromEntries(
      declarations.map((parameter) => [
        parameter.name,
        (parameter.integer ? integer : real)(
          parameter.description,
          parameter.unit,
          [parameter.min, parameter.max],
          parameter.default,
        ),
      ]),
    ),
  );

const protect = () =>
  group(
    'Guards each entry with a bracket: a stop, a target and a time stop, each on when above 0. See docs/orders.md.',
    {
      stopVolatilities: real(
        'Distance of the stop from the entry, in standard deviations of the move over the horizon.',
        '',
        [0, 100],
        0,
      ),
      targetVolatilities: real('The same of the target.', '', [0, 100], 0),
      horizonS: real('Horizon of these moves.', 's', [0.1, 86_400], 60),
      leastBps: real('Least distance of stop and target from the entry.', 'bps', [0.1, 1000], 5),
      timeStopMs: integer(
        'Time after the first fill at which the position is closed at any price.',
        'ms',
        [0, 86_400_000],
        0,
      ),
    },
  );

const modelFile = (description: string) =>
  Type.Optional(
    Type.String({
      description: `${description} A relative path starts from the file that gives it.`,
      minLength: 1,
      maxLength: 4096,
      'x-form': 'a path of 1 to 4096 characters',
    }),
  );

const market = () =>
  group('How the simulated venue generates the market of this instrument.', {
    startPrice: Type.String(
      decimal('First mid price; later runs go on from the last one.', 'USDT', [
        '0.00000001',
        '1000000000',
      ]),
    ),
    dailyVolatility: real(
      'Standard deviation of the log return over a day.',
      '',
      [0.0001, 1],
      0.03,
    ),
    tradesPerSecond: real('Mean rate of market orders.', 'per second', [0.01, 100], 3),
    depthNotional: usdt(
      'Value of the resting orders of one side within 10 basis points of the mid price.',
      ['1000', '1000000000'],
      '10000000',
    ),
    model: modelFile(
      'Model that `bot4 calibrate` wrote: it replaces the volatility, rate and depth given here.',
    ),
  });

const instrumentOf = (strategy: StrategyDeclaration) =>
  group(`An instrument traded by the strategy ${strategy.id}.`, {
    symbol: Type.String({
      description: 'Symbol at the venue. The quote currency is USDT.',
      pattern: '^[A-Z0-9]{2,16}USDT$',
      'x-form': 'a symbol quoted in USDT, such as "BTCUSDT"',
    }),
    tickSize: Type.String(decimal('Price grid.', 'USDT', ['0.00000001', '1000'])),
    stepSize: Type.String(decimal('Quantity grid.', 'base units', ['0.00000001', '1000000'])),
    minNotional: usdt('Smallest order value the venue takes.', ['0', '1000000'], '5'),
    strategy: Type.Literal(strategy.id, { description: 'Strategy that trades it.' }),
    parameters: strategyParameters(strategy.parameters),
    ...(strategy.takes === true ? { protect: protect(), execution: execution() } : {}),
    market: market(),
  });

/** The instruments that are traded when the configuration names none. */
export const DEFAULT_INSTRUMENTS = [
  {
    symbol: 'BTCUSDT',
    tickSize: '0.10',
    stepSize: '0.001',
    strategy: 'avellaneda-stoikov',
    market: { startPrice: '60000', dailyVolatility: 0.03, tradesPerSecond: 5 },
  },
  {
    symbol: 'ETHUSDT',
    tickSize: '0.01',
    stepSize: '0.001',
    strategy: 'momentum-taker',
    market: { startPrice: '3000', dailyVolatility: 0.035, tradesPerSecond: 4 },
  },
  {
    symbol: 'SOLUSDT',
    tickSize: '0.001',
    stepSize: '0.01',
    strategy: 'avellaneda-stoikov',
    market: { startPrice: '150', dailyVolatility: 0.045, tradesPerSecond: 3 },
  },
] as const;

/** One instrument as settings write it, with defaults filled in. */
export interface InstrumentSettings {
  readonly symbol: string;
  readonly tickSize: string;
  readonly stepSize: string;
  readonly minNotional: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** Only where the strategy takes. */
  readonly protect?: Static<ReturnType<typeof protect>>;
  /** Only where the strategy takes. */
  readonly execution?: ExecutionSettings;
  readonly market: Static<ReturnType<typeof market>>;
}

const schemaOf = (strategies: readonly StrategyDeclaration[]) =>
  group('Configuration of Bot4. Every setting may be left out.', {
    dataDir: Type.Optional(
      Type.String({
        description:
          'Directory of all state. Default: $XDG_STATE_HOME/bot4, else ~/.bot4. A relative path starts from the file that gives it.',
        minLength: 1,
        maxLength: 4096,
        'x-form': 'a path of 1 to 4096 characters',
        'x-env': 'BOT4_DATA',
      }),
    ),
    logLevel: Type.Enum(['error', 'warn', 'info', 'debug'], {
      description: 'How much a run says on stderr: "debug" adds every order and fill.',
      default: 'info',
    }),
    dashboard: dashboard(),
    database: database(),
    simulator: simulator(),
    machine: machine(),
    engine: engine(),
    recording: recording(),
    fitOwnOrders: Type.Boolean({
      description:
        'Fit the delays of orders to our own at the end of each run and write them to `own-orders.model.json` in the data directory. See docs/calibration.md.',
      default: true,
    }),
    instruments: Type.Unsafe<readonly InstrumentSettings[]>(
      Type.Array(
        Type.Union(strategies.map(instrumentOf) as TSchema[], { 'x-choice': 'strategy' }),
        {
          description:
            'What is traded, and by which strategy. A list given here replaces the default.',
          minItems: 1,
          maxItems: 16,
          default: DEFAULT_INSTRUMENTS,
        },
      ),
    ),
    risk: risk(),
    safety: safety(),
    staleAfterMs: integer(
      'Age of the newest market message above which nothing is opened.',
      'ms',
      [50, 60_000],
      500,
    ),
    reconcileEveryMs: integer(
      'Time between two comparisons of the whole account with the venue while trading; 0 compares at the start and on a contradiction alone.',
      'ms',
      [0, 86_400_000],
      60_000,
    ),
    ackTimeoutMs: integer(
      "Wait for the venue's answer before an order counts as unknown.",
      'ms',
      [50, 60_000],
      2000,
    ),
  });

/** All settings as the configuration writes them, with defaults filled in. */
export type ConfigSettings = Static<ReturnType<typeof schemaOf>>;

/** The schema of all settings, for a set of strategies. */
export const configSchema = (strategies: readonly StrategyDeclaration[]): SettingSchema =>
  schemaOf(strategies) as unknown as SettingSchema;

/** Variables with the prefix `BOT4_` that are read elsewhere (the last by the test run) and are no settings. */
export const RESERVED_VARIABLES = ['BOT4_CONFIG', 'BOT4_TARGET', 'BOT4_OTHER_NODE'] as const;

/** What every environment variable of a setting begins with. */
export const VARIABLE_PREFIX = 'BOT4_';
