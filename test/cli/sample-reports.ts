import type {
  AuditVerification,
  BacktestReport,
  DoctorReport,
  ModeChangeReport,
  ProfitAndLoss,
  RunSummary,
  StatusReport,
} from '../../src/app/contracts.ts';

/** An account that lost its fees and gained more. */
export const PNL: ProfitAndLoss = {
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
  pnl: PNL,
  instruments,
  stateHash: 'ab'.repeat(32),
  dataDir: '/home/user/.bot4',
  dashboardUrl: 'http://127.0.0.1:8080/',
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
  pnl: PNL,
  instruments,
  kernelTarget: 'sse2',
  stateHash: 'cd'.repeat(32),
  elapsedMs: 1250,
  cpuMs: 1000,
  eventsPerSecond: 400_000.4,
  levelUpdatesPerSecond: 1_600_000.2,
  levelUpdatesPerCpuSecond: 2_000_000,
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
  pnl: PNL,
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
