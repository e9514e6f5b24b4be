import type { CalibrationReport, InstrumentCalibration } from '../../app/contracts.ts';
import type { Style } from '../style.ts';
import { listLines, tableLines } from '../table.ts';
import { countOf, grouped } from './money-lines.ts';

type OwnFills = NonNullable<CalibrationReport['ownFills']>;
type Tests = InstrumentCalibration['tests'];

const short = (x: number): string => String(Number(x.toPrecision(4)));

const withError = (x: number, error: number | undefined): string =>
  error === undefined ? short(x) : `${short(x)} ± ${short(error)}`;

const table = (
  style: Style,
  columns: Parameters<typeof tableLines>[0],
  rows: readonly (readonly string[])[],
): readonly string[] => {
  const [heading, ...lines] = tableLines(columns, rows);
  return [style('strong', heading ?? ''), ...lines];
};

const testLines = (tests: Tests, style: Style): readonly string[] =>
  table(
    style,
    [
      { heading: 'Tested on data it was not fitted to', align: 'left' },
      { heading: 'distribution', align: 'left' },
      { heading: 'unit', align: 'left' },
      { heading: 'fitted to', align: 'right' },
      { heading: 'tested on', align: 'right' },
      { heading: 'D', align: 'right' },
      { heading: 'p', align: 'right' },
    ],
    tests.map((each) => [
      each.quantity,
      each.distribution,
      each.unit,
      grouped(each.fittedTo),
      grouped(each.testedOn),
      each.statistic.toFixed(4),
      each.pValue < 1e-4 ? '< 0.0001' : each.pValue.toFixed(4),
    ]),
  );

const depthLines = ({ depth }: InstrumentCalibration, style: Style): readonly string[] =>
  table(
    style,
    [
      { heading: 'Up to bps from the touch', align: 'left' },
      { heading: 'standing', align: 'right' },
      { heading: 'tested', align: 'right' },
      { heading: 'cancelled /s', align: 'right' },
      { heading: 'tested', align: 'right' },
      { heading: 'arrivals /s', align: 'right' },
      { heading: 'tested', align: 'right' },
    ],
    depth.map((row) => [
      row.toBps === 0 ? 'touch' : String(row.toBps),
      short(row.trainQuantity),
      short(row.testQuantity),
      short(row.trainCancelPerSecond),
      short(row.testCancelPerSecond),
      short(row.trainArrivalsPerSecond),
      short(row.testArrivalsPerSecond),
    ]),
  );

function instrumentLines(found: InstrumentCalibration, style: Style): readonly string[] {
  const { model, hawkes, queue } = found;
  const errors = hawkes.standardErrors;
  const facts: (readonly [string, string])[] = [
    ['messages', `${grouped(found.messages)}, ${countOf(found.bookGaps, 'gap')} of the book`],
    ['fitted from', `${model.from} to ${model.splitAt}, tested until ${model.to}`],
    ['market orders', `${short(model.marketOrders.perSecond)} per second`],
    [
      'Hawkes base rate',
      `${withError(hawkes.backgroundPerSecond, errors?.backgroundPerSecond)} per second`,
    ],
    ['branching ratio', withError(hawkes.branchingRatio, errors?.branchingRatio)],
    ['decay', `${withError(hawkes.decayPerSecond, errors?.decayPerSecond)} per second`],
    [
      'log likelihood',
      `${short(hawkes.logLikelihood)}; Poisson ${short(hawkes.poissonLogLikelihood)}`,
    ],
    ['daily volatility', short(model.dailyVolatility)],
    ['spread of 1, 2, more ticks', model.spreadShares.map((x) => x.toFixed(3)).join(', ')],
    [
      'cancels in the queue',
      queue === null
        ? 'too few could be placed'
        : `exponent ${withError(queue.exponent, queue.standardError)}, mean place ` +
          `${short(queue.meanPosition)}, of ${grouped(queue.cancels)}`,
    ],
  ];
  return [
    style('strong', found.instrument),
    ...listLines(facts.map(([name, value]): [string, string] => [name, value])),
    '',
    ...testLines(found.tests, style),
    '',
    ...depthLines(found, style),
    ...found.notes,
    '',
  ];
}

function ownLines(own: OwnFills, style: Style): readonly string[] {
  const trip = own.roundTrip;
  return [
    style('strong', 'Own orders'),
    ...listLines([
      ['orders', `${grouped(own.orders)}, ${grouped(own.accepted)} accepted`],
      ['fills', grouped(own.fills)],
      [
        'order to acceptance',
        trip === null
          ? 'fewer than 20'
          : `median ${short(trip.medianMs)} ms, 99 % ${short(trip.percentile99Ms)} ms`,
      ],
      ...own.slippage.map((each): [string, string] => [
        `slippage ${each.instrument}`,
        `mean ${short(each.meanBps)} bps, 95 % ${short(each.percentile95Bps)} bps, ` +
          countOf(each.fills, 'taking fill'),
      ]),
    ]),
    '',
    ...table(
      style,
      [
        { heading: 'Filled within', align: 'left' },
        { heading: 'chance', align: 'right' },
        { heading: 'at risk', align: 'right' },
      ],
      own.fillProbability.map((point) => [
        `${point.seconds} s`,
        withError(point.fillProbability, point.standardError),
        grouped(point.atRisk),
      ]),
    ),
    ...(own.tests.length === 0 ? [] : ['', ...testLines(own.tests, style)]),
    '',
  ];
}

/** The report of a calibration, for people. */
export function calibrationLines(report: CalibrationReport, style: Style): readonly string[] {
  const { instruments, ownFills, writtenTo } = report;
  return [
    ...instruments.flatMap((each) => instrumentLines(each, style)),
    ...(ownFills === null ? [] : ownLines(ownFills, style)),
    writtenTo === null ? 'No model was written; --out FILE writes one.' : `Model: ${writtenTo}`,
  ];
}
