import { err, ok, type Result } from '../../core/index.ts';
import { kolmogorovSmirnovTest, quantileSorted } from '../../quant/index.ts';
import {
  empiricalTest,
  exponentialTest,
  fitLogNormal,
  type HeldOutTest,
  logNormalTest,
  powerTailTest,
  quantileTable,
  residualTest,
} from './distribution-tests.ts';
import { fitHawkes, type HawkesFit, hawkesResiduals } from './hawkes.ts';
import type { MarketSample } from './market-measurement.ts';
import type { MarketModel, ProfileStep } from './market-model.ts';
import { fitQueueModel, type QueueModel, queueCdf } from './queue-model.ts';

/** One instrument's market, fitted to the first part of its data and tested on the rest. */
export interface MarketCalibration {
  readonly model: MarketModel;
  readonly hawkes: HawkesFit;
  /** null: too few cancels could be told apart. */
  readonly queue: QueueModel | null;
  readonly tests: readonly HeldOutTest[];
  /** Depth and cancels by distance, fitted part and test part side by side. */
  readonly depth: readonly DepthRow[];
  readonly notes: readonly string[];
}

/** One distance of the book in both parts. Quantities are of one side, base units. */
export interface DepthRow {
  readonly toBps: number;
  readonly trainQuantity: number;
  readonly testQuantity: number;
  readonly trainCancelPerSecond: number;
  readonly testCancelPerSecond: number;
  readonly trainArrivalsPerSecond: number;
  readonly testArrivalsPerSecond: number;
}

/** What a calibration is of. */
export interface CalibrationSubject {
  readonly instrument: string;
  readonly symbol: string;
  readonly tickSize: number;
  readonly from: string;
  readonly to: string;
  readonly splitAt: string;
  readonly observations: number;
  readonly train: MarketSample;
  readonly test: MarketSample;
}

const gaps = (times: Float64Array): Float64Array =>
  times
    .slice(1)
    .map((t, i) => t - times[i]!)
    .sort();

const cancelRate = (sample: MarketSample, i: number): number => {
  const { cancelledQuantity, meanQuantity } = sample.flows[i]!;
  const standing = 2 * sample.bookSeconds * meanQuantity;
  return standing > 0 ? cancelledQuantity / standing : 0;
};

const arrivalRate = (sample: MarketSample, i: number): number =>
  sample.bookSeconds > 0 ? sample.flows[i]!.arrivals / (2 * sample.bookSeconds) : 0;

function profile(sample: MarketSample, tickBps: number): readonly ProfileStep[] {
  return sample.flows.flatMap(({ toBps, meanQuantity, meanTicks }, i) => {
    if (i === 0 || meanTicks < 0.5) return [];
    return [
      {
        toBps,
        quantityPerBps: meanQuantity / (meanTicks * tickBps),
        cancelPerSecond: cancelRate(sample, i),
        arrivalsPerSecond: arrivalRate(sample, i),
      },
    ];
  });
}

const depthRows = (train: MarketSample, test: MarketSample): readonly DepthRow[] =>
  train.flows.map(({ toBps, meanQuantity }, i) => ({
    toBps,
    trainQuantity: meanQuantity,
    testQuantity: test.flows[i]!.meanQuantity,
    trainCancelPerSecond: cancelRate(train, i),
    testCancelPerSecond: cancelRate(test, i),
    trainArrivalsPerSecond: arrivalRate(train, i),
    testArrivalsPerSecond: arrivalRate(test, i),
  }));

/** Delays beyond the shortest of the part, ms: free of the difference of the two clocks. */
const excess = (delays: Float64Array): Float64Array => delays.map((x) => x - delays[0]!);

const spreadShares = (spreads: Float64Array): readonly number[] => {
  const share = (test: (ticks: number) => boolean): number =>
    spreads.length === 0 ? 0 : spreads.filter(test).length / spreads.length;
  return [share((x) => x <= 1), share((x) => x === 2), share((x) => x >= 3)];
};

function heldOut(
  train: MarketSample,
  test: MarketSample,
  hawkes: HawkesFit,
  queue: QueueModel | null,
): readonly HeldOutTest[] {
  const orders = {
    quantity: 'market order size',
    unit: 'base',
    train: train.orderSizes,
    test: test.orderSizes,
  };
  const waits = {
    quantity: 'time between market orders',
    unit: 's',
    train: gaps(train.orderTimes),
    test: gaps(test.orderTimes),
  };
  const arrivals = {
    quantity: 'level increase',
    unit: 'base',
    train: train.arrivalSizes,
    test: test.arrivalSizes,
  };
  const delays = {
    quantity: 'feed delay beyond the shortest',
    unit: 'ms',
    train: excess(train.delays),
    test: excess(test.delays),
  };
  const spreads = { quantity: 'spread', unit: 'ticks', train: train.spreads, test: test.spreads };
  const { backgroundPerSecond, branchingRatio, decayPerSecond } = hawkes;
  return [
    ...exponentialTest(waits),
    ...logNormalTest(waits),
    ...empiricalTest(waits),
    ...residualTest(
      'market order arrivals',
      'Hawkes, exponential kernel',
      { backgroundPerSecond, branchingRatio, decayPerSecond },
      hawkes.events,
      hawkesResiduals(test.orderTimes, 1, hawkes),
    ),
    ...[orders, arrivals].flatMap((each) => [
      ...logNormalTest(each),
      ...powerTailTest(each),
      ...empiricalTest(each),
    ]),
    ...empiricalTest(spreads),
    ...logNormalTest(delays),
    ...empiricalTest(delays),
    ...queueTest(queue, test),
  ];
}

function queueTest(queue: QueueModel | null, test: MarketSample): readonly HeldOutTest[] {
  if (queue === null || test.queuePositions.length < 20) return [];
  return (
    [
      ['power', queue.exponent],
      ['uniform', 1],
    ] as const
  ).flatMap(([distribution, exponent]) => {
    const found = kolmogorovSmirnovTest(test.queuePositions, (x) => queueCdf(x, exponent));
    if (!found.ok) return [];
    return [
      {
        quantity: 'place of a cancel in the queue',
        distribution,
        unit: 'share of the queue',
        parameters: { exponent },
        fittedTo: distribution === 'uniform' ? 0 : queue.cancels,
        testedOn: test.queuePositions.length,
        ...found.value,
      },
    ];
  });
}

function missing({ train, test }: CalibrationSubject): string | null {
  if (train.orderSizes.length < 100 || test.orderSizes.length < 20) {
    return `${train.orderSizes.length} market orders to fit and ${test.orderSizes.length} to test on; at least 100 and 20 are needed`;
  }
  if (train.arrivalSizes.length < 100 || !(train.flows[0]!.meanQuantity > 0)) {
    return `${train.arrivalSizes.length} level increases of a followed book; at least 100 are needed (a book is followed from a snapshot on)`;
  }
  return null;
}

const clamped = (low: number, value: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** The model as the simulator takes it; volatility and persistence are held to what it allows. */
function modelOf(subject: CalibrationSubject, fit: HawkesFit, queue: QueueModel | null) {
  const { train, tickSize } = subject;
  const positive = excess(train.delays).filter((x) => x > 0);
  const { train: _train, test: _test, ...about } = subject;
  return {
    ...about,
    meanPrice: train.meanPrice,
    dailyVolatility: clamped(0.0001, train.dailyVolatility, 1),
    marketOrders: {
      perSecond: fit.events / fit.seconds,
      backgroundPerSecond: fit.backgroundPerSecond,
      branchingRatio: Math.min(0.98, fit.branchingRatio),
      decayPerSecond: fit.decayPerSecond,
      signPersistence: clamped(-0.9, train.signPersistence, 0.9),
      sizeQuantiles: quantileTable(train.orderSizes),
    },
    levels: {
      sizeQuantiles: quantileTable(train.arrivalSizes),
      touchQuantity: train.flows[0]!.meanQuantity,
      touchCancelPerSecond: cancelRate(train, 0),
      touchArrivalsPerSecond: arrivalRate(train, 0),
      profile: profile(train, (tickSize / train.meanPrice) * 10_000),
    },
    spreadShares: spreadShares(train.spreads),
    feedDelay:
      positive.length < 20
        ? null
        : {
            medianMs: quantileSorted(positive, 0.5),
            sigma: fitLogNormal(positive).logDeviation,
          },
    queue: queue === null ? null : { exponent: queue.exponent, standardError: queue.standardError },
  } satisfies MarketModel;
}

/**
 * Fits a market to the first part of its data and tests every distribution on the second.
 *
 * Errors: a text that says what the data lacks.
 */
export function calibrateMarket(subject: CalibrationSubject): Result<MarketCalibration, string> {
  const lack = missing(subject);
  if (lack !== null) return err(lack);
  const { train, test } = subject;
  const hawkes = fitHawkes(train.orderTimes, train.orderSeconds);
  if (!hawkes.ok) return err(hawkes.error.detail);
  const queue = fitQueueModel(train.queuePositions);
  const notes: string[] = [];
  if (queue === null)
    notes.push(`only ${train.queuePositions.length} cancels could be placed in a queue`);
  if (train.delays.length === 0) notes.push('no message says when the venue sent it');
  return ok({
    model: modelOf(subject, hawkes.value, queue),
    hawkes: hawkes.value,
    queue,
    tests: heldOut(train, test, hawkes.value, queue),
    depth: depthRows(train, test),
    notes,
  });
}
