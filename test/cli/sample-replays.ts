import type {
  CaptureExportReport,
  ExplainDiffReport,
  ReplayReport,
  RerunReport,
} from '../../src/app/contracts.ts';
import { PNL } from './sample-reports.ts';

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
  ...PNL,
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
