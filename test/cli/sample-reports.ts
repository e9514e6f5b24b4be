import type {
  AuditVerification,
  BacktestReport,
  BenchReport,
  CalibrationReport,
  CaptureExportReport,
  DoctorReport,
  ExplainDiffReport,
  LatencyPercentilesUs,
  ModeChangeReport,
  ProfitAndLoss,
  QuantListing,
  QuantReport,
  ReplayReport,
  RerunReport,
  RunSummary,
  StatusReport,
} from '../../src/app/contracts.ts';

const pnl: ProfitAndLoss = {
  currency: 'USDT',
  deposits: '100000.00000000',
  cash: '99990.50000000',
  realised: '12.25000000',
  unrealised: '-3.10000000',
  fees: '0.90000000',
  equity: '100008.25000000',
  maxDrawdownFraction: 0.0123,
};

const instruments = [
  {
    instrument: 'sim:BTCUSDT',
    strategy: 'avellaneda-stoikov',
    messagesRead: 1234567,
    bookUpdatesApplied: 45678,
    decisions: 99,
    orders: 12,
    fills: 3,
    position: '-0.125',
    mark: '60123.4',
  },
  {
    instrument: 'sim:ETHUSDT',
    strategy: 'momentum-taker',
    messagesRead: 0,
    bookUpdatesApplied: 0,
    decisions: 0,
    orders: 0,
    fills: 0,
    position: '0',
    mark: null,
  },
];

/** A paper run that ended by its time. */
export const RUN: RunSummary = {
  stoppedBy: 'duration',
  reason: 'the time is up',
  runEpoch: 3,
  startedAt: '2026-01-02T03:04:05.000Z',
  stoppedAt: '2026-01-02T03:04:35.000Z',
  durationMs: 30_000,
  kernelTarget: 'avx2',
  journalSeq: '4321',
  messagesRead: 1234567,
  decisions: 99,
  ordersSubmitted: 12,
  ordersRefused: 1,
  entriesLeftOut: { EDGE_BELOW_COST: 1204 },
  ordersLeftOpen: 0,
  fills: 3,
  mode: 'NORMAL',
  pnl,
  instruments,
  stateHash: 'ab'.repeat(32),
  dataDir: '/home/user/.bot4',
  dashboardUrl: 'http://127.0.0.1:8080/',
};

/** A state of the past whose second checkpoint is not what its entries come to. */
export const REPLAY: ReplayReport = {
  dataDir: '/home/user/.bot4',
  journalId: '0f'.repeat(16),
  firstSeq: '1',
  lastSeq: '4321',
  seq: '1200',
  at: '2026-01-02T03:04:05.678Z',
  atNs: '1767323045678000000',
  startedFrom: 'the checkpoint at entry 1000',
  entriesReplayed: 200,
  runEpoch: 3,
  reconciledAt: '2026-01-02T03:04:00.000Z',
  mode: 'PAUSE',
  modeSince: '2026-01-02T03:04:01.000Z',
  causes: [
    {
      id: 'human-pause',
      mode: 'PAUSE',
      origin: 'human',
      detail: 'lunch',
      since: '2026-01-02T03:04:01.000Z',
    },
  ],
  ...pnl,
  positions: [
    { instrument: 'sim:BTCUSDT', position: '-0.125', mark: '60123.4', unrealised: '-3.10000000' },
  ],
  openOrders: [
    {
      clientOrderId: 'b4-3-1a',
      instrument: 'sim:BTCUSDT',
      strategy: 'avellaneda-stoikov',
      side: 'buy',
      status: 'accepted',
      price: '60000.0',
      quantity: '0.010',
      filled: '0.000',
      createdAt: '2026-01-02T03:04:00.500Z',
      cancelRequested: true,
    },
  ],
  stateHash: 'cd'.repeat(32),
  notices: [],
  verification: {
    equal: false,
    checkpoints: 2,
    entries: 4321,
    from: 'the first entry',
    firstDifference: {
      seq: '4000',
      segment: '/home/user/.bot4/journal/00000001.journal',
      offset: 987_654,
      from: 'the first entry',
      expected: 'ab'.repeat(32),
      found: 'ef'.repeat(32),
      parts: ['portfolio'],
      configuration: null,
    },
    elapsedMs: 1_234,
  },
};

/** A run that was driven again, up to where it was killed. */
export const RERUN: RerunReport = {
  dataDir: '/home/user/.bot4',
  runEpoch: 3,
  equal: true,
  inputs: 123_456,
  frames: 120_000,
  events: 4321,
  orders: 12,
  fromSeq: '1',
  toSeq: '4321',
  recordedUntil: 'the end of the process',
  entriesNotRecorded: 7,
  expectedStateHash: 'ab'.repeat(32),
  stateHash: 'ab'.repeat(32),
  expectedEngineHash: null,
  engineHash: '0123456789abcdef',
  notices: [],
  firstDifference: null,
  elapsedMs: 2_345,
};

/** The market of a run as captures. */
export const CAPTURES: CaptureExportReport = {
  runEpoch: 3,
  files: [{ path: '/tmp/market/btcusdt.ws.gz', messages: 60_000 }],
};

/** Two runs that differ by a fee. */
export const DIFFERENCE: ExplainDiffReport = {
  live: '/srv/bot4 run 3',
  backtest: '/tmp/run.jsonl',
  equal: false,
  equalDecisions: 41,
  first: {
    number: 42,
    live: {
      seq: '99',
      at: '2026-01-02T03:04:05.678Z',
      atNs: '1767323045678000000',
      decision: 'cancel of b4-3-1a',
    },
    backtest: null,
    reasons: [
      { what: 'fee', where: 'fee of order 46 order-filled, 1e-8 quote', live: '5', backtest: '6' },
    ],
  },
};

/** A backtest with one sequence break. */
export const BACKTEST: BacktestReport = {
  files: [{ path: '/data/usdm.ws.gz', messages: 500_000 }],
  firstEventAt: '2024-08-08T00:00:00.000Z',
  lastEventAt: '2024-08-08T01:00:00.000Z',
  messagesRead: 500_000,
  levelUpdates: 2_000_000,
  bookUpdatesApplied: 36_000,
  messagesRefused: { 'off-grid': 2 },
  messagesPassedOver: { 'held-for-snapshot': 6 },
  linesUnreadable: 1,
  sequenceBreakCount: 1,
  sequenceBreaks: [
    {
      instrument: 'binance:BTCUSDT',
      atNs: '1723075200123456789',
      reason: 'pu 5 is not 4',
      resolvedBy: 'snapshot',
    },
  ],
  decisions: 1000,
  orders: 40,
  ordersRefused: { RISK_ORDER_RATE: 3 },
  entriesLeftOut: {},
  fills: 10,
  fees: '0.90000000',
  pnl,
  instruments,
  kernelTarget: 'sse2',
  stateHash: 'cd'.repeat(32),
  elapsedMs: 1250,
  cpuMs: 1000,
  eventsPerSecond: 400_000.4,
  levelUpdatesPerSecond: 1_600_000.2,
  levelUpdatesPerCpuSecond: 2_000_000,
};

const latency: LatencyPercentilesUs = {
  p50: 1.5,
  p90: 2,
  p95: 2.5,
  p99: 12.25,
  p999: 30,
  p9999: 80,
  max: 120,
  samples: 200_000,
};

const ns = {
  p50: 210.25,
  p90: 220,
  p95: 230,
  p99: 260,
  p999: 400,
  p9999: 900,
  max: 1_200,
  n: 2_000,
} as const;

/** A benchmark. */
export const BENCH: BenchReport = {
  version: '0.1.0',
  kernelTarget: 'avx512',
  nodeVersion: '20.20.2',
  cpuModel: 'AMD EPYC',
  cores: 2,
  source: 'generated market, seed 1',
  offeredMessagesPerSecond: 20_000,
  achievedMessagesPerSecond: 19_999.6,
  messageUs: latency,
  messageToIntentUs: latency,
  clockPairUs: latency,
  longestStallUs: 812.5,
  throughputMessagesPerSecond: 612_000,
  intents: 244,
  checksum: 'feedface',
  quick: false,
  elapsedS: 271.5,
  parts: ['doorbell', 'path', 'peers', 'targets', 'caches', 'backtest'],
  goals: [
    {
      name: 'L2 update with best bid and ask',
      peer: 'std::map',
      unit: 'x',
      goal: 5,
      bound: 'at-least',
      binds: 'low5',
      median: 6.25,
      low5: 5.5,
      high95: 7,
      met: true,
      n: 31,
      checksum: '42d16f3d2c241fd0',
      note: null,
    },
    {
      name: 'gate check',
      peer: null,
      unit: 'ns',
      goal: 10,
      bound: 'at-most',
      binds: 'median',
      median: 12.5,
      low5: 12,
      high95: 13,
      met: false,
      n: 101,
      checksum: '0123456789abcdef',
      note: null,
    },
    {
      name: 'SPSC, C++',
      peer: 'boost',
      unit: 'x',
      goal: 3,
      bound: 'at-least',
      binds: 'low5',
      median: null,
      low5: null,
      high95: null,
      met: false,
      n: 0,
      checksum: null,
      note: 'peer not installed: boost',
    },
  ],
  stages: [
    {
      stage: 'decode',
      load: '5x',
      messagesPerSecond: 12_635,
      unit: 'ns',
      method: 'block',
      messagesPerBlock: 2_500,
      ...ns,
    },
    {
      stage: 'bytes-to-intent',
      load: '1x',
      messagesPerSecond: 2_527,
      unit: 'ns',
      method: 'message',
      messagesPerBlock: null,
      ...ns,
    },
  ],
  batches: [
    {
      name: 'gate.check',
      operations: 100_000,
      ns: { median: 12.5, low5: 12, high95: 13, n: 101 },
      checksum: '0123456789abcdef',
    },
  ],
  peers: [
    {
      subject: 'book.l2',
      peer: 'book.l2/std::map',
      operations: 200_000,
      subjectNs: { median: 10, low5: 9.5, high95: 11, n: 31 },
      peerNs: { median: 62.5, low5: 60, high95: 66, n: 31 },
      ratio: { median: 6.25, low5: 5.5, high95: 7, n: 31 },
      checksum: '42d16f3d2c241fd0',
    },
  ],
  absentPeers: [
    { peer: 'ring.spsc/boost', reason: 'not-installed', why: 'peer not installed: boost' },
  ],
  caches: [
    { trace: 'zipf', requests: 100_000, capacity: 100, arc: 0.31, lru: 0.25, optimum: 0.44 },
  ],
  targets: [{ target: 'sse2', batches: [], stateHash: 'feedfacefeedface' }],
  peak: { perSecond: 2_527, per100Ms: 1_457, messages: 93_954, spanS: 344.8 },
  stalls: [
    {
      load: '1x',
      gaps: [
        { fromUs: 1, count: 12 },
        { fromUs: 10, count: 0 },
      ],
      longestUs: 4.5,
      lostFraction: 0.0012,
      watchedMs: 1_500,
    },
  ],
  nativeClockPairNs: ns,
  machine: {
    cpuModel: 'AMD EPYC',
    cpuFamily: 'AuthenticAMD family 26 model 2',
    cpuFlags: ['sse2', 'avx512f'],
    cores: 2,
    effectiveGhz: 3.75,
    tscGhz: 2.6,
    tscStepNs: 10,
    virtualisation: 'a hypervisor',
    loadBefore: 0.25,
    loadAfter: 1.5,
    kernel: '6.1.0',
    memoryBytes: 8_000_000_000,
    compiler: 'g++ 12.2.0',
    compilerFlags: '-O3',
    nodeVersion: 'v20.20.2',
    kernelTarget: 'avx512',
    supportedTargets: ['sse2', 'avx2', 'avx512'],
    commit: 'abcdef012345',
    seed: 42,
    measuredAt: '2026-01-02T03:04:05.000Z',
  },
  faults: [],
  comparison: null,
};

/** A service that was paused by a person. */
export const STATUS: StatusReport = {
  pid: 4242,
  version: '0.1.0',
  runEpoch: 3,
  startedAt: '2026-01-02T03:04:05.000Z',
  uptimeMs: 7_500_000,
  kernelTarget: 'avx2',
  mode: 'PAUSE',
  modeSince: '2026-01-02T04:00:00.000Z',
  causes: [
    {
      id: 'human-pause',
      mode: 'PAUSE',
      origin: 'human',
      detail: 'venue maintenance',
      since: '2026-01-02T04:00:00.000Z',
      restoreDueAt: '2026-01-03T05:00:00.000Z',
    },
  ],
  notTradingBecause: ['a person paused it: venue maintenance'],
  breakers: [{ venue: 'sim', reason: 'none of its instruments has fresh market data' }],
  pnl,
  positions: [
    { instrument: 'sim:BTCUSDT', position: '-0.125', mark: '60123.4', unrealised: '-3.10000000' },
  ],
  openOrders: 4,
  entriesLeftOut: { EDGE_BELOW_COST: 12, NO_FRESH_MARKET: 3 },
  fills: 3,
  journalSeq: '4321',
  database: 'up, 12 entries behind',
  dashboardUrl: null,
};

/** What a pause answers. */
export const PAUSED: ModeChangeReport = {
  mode: 'PAUSE',
  detail: 'no new exposure is opened',
  causes: ['human-pause'],
  dueAt: null,
};

/** A machine with one warning and one failure. */
export const DOCTOR: DoctorReport = {
  healthy: false,
  version: '0.1.0',
  dataDir: '/home/user/.bot4',
  kernelTargets: { active: 'avx2', supported: ['sse2', 'avx2'] },
  checks: [
    { name: 'node', status: 'ok', found: '22.1.0', remedy: null },
    { name: 'cores', status: 'warn', found: '1 of Atom', remedy: 'Give it 2 cores.' },
    { name: 'port', status: 'fail', found: '127.0.0.1:8080 is taken', remedy: 'Choose another.' },
  ],
};

/** An audit log whose fifth line was edited. */
export const TAMPERED: AuditVerification = {
  intact: false,
  path: '/home/user/.bot4/audit.jsonl',
  entries: 4,
  headHash: null,
  firstBad: { seq: '5', line: 5, problem: 'the hash does not fit the entry' },
  elapsedMs: 3,
  entriesPerSecond: 150_000,
};

/** A model of the quantitative library that ran. */
export const QUANT: QuantReport = {
  model: 'gpd',
  source: '/losses.csv',
  columns: [{ name: 'losses', values: 500 }],
  options: { threshold: 0.02, method: 'ml' },
  result: {
    xi: 0.123456789012,
    seXi: null,
    excesses: [0.01, 0.02],
    risks: [{ p: 0.99, valueAtRisk: 0.05, expectedShortfall: null }],
  },
};

/** Two models as they describe themselves. */
export const LISTING: QuantListing = {
  models: [
    {
      name: 'gpd',
      theme: 'extremes',
      about: 'generalised Pareto distribution',
      columns: ['losses'],
      furtherColumns: null,
      options: [
        { name: 'threshold', about: 'threshold', allowed: 'a number', default: null, needed: true },
        { name: 'method', about: 'estimator', allowed: 'ml, pwm', default: 'ml', needed: false },
      ],
    },
    {
      name: 'pca',
      theme: 'regression',
      about: 'principal components',
      columns: [],
      furtherColumns: 'columns',
      options: [],
    },
  ],
};

export const CALIBRATION: CalibrationReport = {
  instruments: [],
  ownFills: {
    orders: 40,
    accepted: 39,
    fills: 12,
    ordersPassedOver: 0,
    roundTrip: { medianMs: 4.5, sigma: 0.3, n: 39, percentile99Ms: 9.25 },
    tests: [
      {
        quantity: 'order to acceptance',
        distribution: 'log-normal',
        unit: 'ms',
        parameters: { logMean: 1.5, logDeviation: 0.3 },
        fittedTo: 27,
        testedOn: 12,
        statistic: 0.1875,
        pValue: 0.74,
      },
    ],
    fillProbability: [{ seconds: 1, fillProbability: 0.25, standardError: 0.07, atRisk: 39 }],
    slippage: [],
  },
  latency: { feed: null, roundTrip: { medianMs: 4.5, sigma: 0.3 } },
  writtenTo: '/work/model.json',
};
