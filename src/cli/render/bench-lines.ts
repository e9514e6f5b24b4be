import type {
  BenchComparison,
  BenchGoal,
  BenchReport,
  BenchStage,
  LatencyPercentilesUs,
} from '../../app/contracts.ts';
import type { Style } from '../style.ts';
import { type Column, listLines, tableLines } from '../table.ts';
import { grouped } from './money-lines.ts';

const PERCENTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'p99.99', 'max'];

const decimals = (names: readonly string[]): readonly Column[] =>
  names.map((heading) => ({ heading, align: 'decimal' }));

/** A figure with as many digits as say something. */
const figure = (value: number): string =>
  Math.abs(value) >= 1_000 ? grouped(Math.round(value)) : String(Number(value.toPrecision(4)));

function table(
  style: Style,
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const [heading, ...lines] = tableLines(columns, rows);
  return [style('strong', title), style('quiet', heading ?? ''), ...lines, ''];
}

const SIGNS = { 'at-least': '≥', 'at-most': '≤' } as const;

function goalRow(goal: BenchGoal, style: Style): readonly string[] {
  const { name, peer, unit, bound, median, low5, high95, n, note } = goal;
  const shown = (value: number | null): string => (value === null ? '–' : figure(value));
  const verdict =
    median === null
      ? style('quiet', 'not measured')
      : goal.met
        ? style('good', 'met')
        : style('bad', 'missed');
  return [
    name,
    peer ?? '–',
    `${SIGNS[bound]} ${figure(goal.goal)} ${unit}`,
    shown(median),
    shown(low5),
    shown(high95),
    grouped(n),
    note === null ? verdict : `${verdict}: ${note}`,
  ];
}

const goalLines = ({ goals }: BenchReport, style: Style): readonly string[] =>
  table(
    style,
    'Goals: a ratio binds its worse 5 % end, an absolute figure its median, garbage its 95 %',
    [
      { heading: 'what', align: 'left' },
      { heading: 'peer', align: 'left' },
      { heading: 'goal', align: 'left' },
      ...decimals(['median', '5 %', '95 %']),
      { heading: 'n', align: 'right' },
      { heading: '', align: 'left' },
    ],
    goals.map((goal) => goalRow(goal, style)),
  );

const stageRow = (stage: BenchStage): readonly string[] => [
  stage.stage,
  stage.load,
  stage.messagesPerSecond === null ? '–' : grouped(stage.messagesPerSecond),
  stage.method === 'message' ? 'each' : `mean of ${grouped(stage.messagesPerBlock ?? 0)}`,
  ...[stage.p50, stage.p90, stage.p95, stage.p99, stage.p999, stage.p9999, stage.max].map((ns) =>
    ns === null ? '–' : ns.toFixed(1),
  ),
  grouped(stage.n),
];

const stageLines = ({ stages }: BenchReport, style: Style): readonly string[] =>
  table(
    style,
    'Stages in C++, ns per message: one by one from the intended arrival, or as means of blocks',
    [
      { heading: 'stage', align: 'left' },
      { heading: 'load', align: 'left' },
      { heading: 'messages/s', align: 'right' },
      { heading: 'messages', align: 'left' },
      ...decimals(PERCENTILES),
      { heading: 'n', align: 'right' },
    ],
    stages.map(stageRow),
  );

const latencyRow = (name: string, latency: LatencyPercentilesUs): readonly string[] => [
  name,
  ...[
    latency.p50,
    latency.p90,
    latency.p95,
    latency.p99,
    latency.p999,
    latency.p9999,
    latency.max,
  ].map((us) => (us === null ? '–' : us.toFixed(2))),
  grouped(latency.samples),
];

function doorbellLines(report: BenchReport, style: Style): readonly string[] {
  const { messageUs: every, messageToIntentUs: latency, clockPairUs: pair } = report;
  if (every === null || latency === null || pair === null) return [];
  return [
    ...table(
      style,
      "Through Node's doorbell, open loop, µs",
      [
        { heading: 'Latency, µs', align: 'left' },
        ...decimals(PERCENTILES),
        { heading: 'samples', align: 'right' },
      ],
      [
        latencyRow('every message', every),
        latencyRow('message bytes to intent', latency),
        latencyRow('empty clock pair', pair),
      ],
    ),
    ...listLines([
      ['offered', `${grouped(report.offeredMessagesPerSecond ?? 0)} messages/s, open loop`],
      ['achieved', `${grouped(report.achievedMessagesPerSecond ?? 0)} messages/s`],
      ['closed loop', `${grouped(report.throughputMessagesPerSecond ?? 0)} messages/s`],
      ['longest stall', `${(report.longestStallUs ?? 0).toFixed(1)} µs`],
      ['intents', grouped(report.intents ?? 0)],
      ['checksum', report.checksum ?? '–'],
    ]),
    '',
  ];
}

const peerLines = ({ peers }: BenchReport, style: Style): readonly string[] =>
  table(
    style,
    'Pairs, alternating on the same input: ns per operation, and peer / subject',
    [
      { heading: 'peer', align: 'left' },
      ...decimals(['subject ns', 'peer ns', 'ratio', '5 %', '95 %']),
      { heading: 'rounds', align: 'right' },
      { heading: 'checksum', align: 'left' },
    ],
    peers.map((pair) => [
      pair.peer,
      pair.subjectNs.median.toFixed(2),
      pair.peerNs.median.toFixed(2),
      ...[pair.ratio.median, pair.ratio.low5, pair.ratio.high95].map((x) => x.toFixed(2)),
      grouped(pair.ratio.n),
      pair.checksum,
    ]),
  );

const batchLines = ({ batches, targets }: BenchReport, style: Style): readonly string[] =>
  table(
    style,
    'Batches, ns per operation',
    [
      { heading: 'workload', align: 'left' },
      ...decimals(['median', '5 %', '95 %']),
      { heading: 'batches', align: 'right' },
      { heading: 'operations', align: 'right' },
      { heading: 'checksum', align: 'left' },
    ],
    [
      ...batches.map((batch) => ({ batch, on: '' })),
      ...targets.flatMap((each) =>
        each.batches.map((batch) => ({ batch, on: ` on ${each.target}` })),
      ),
    ].map(({ batch, on }) => [
      `${batch.name}${on}`,
      ...[batch.ns.median, batch.ns.low5, batch.ns.high95].map((ns) => ns.toFixed(2)),
      grouped(batch.ns.n),
      grouped(batch.operations),
      batch.checksum,
    ]),
  );

const stallLines = ({ stalls }: BenchReport, style: Style): readonly string[] =>
  table(
    style,
    'Stalls: gaps in the loop that waited for messages, from so many µs on',
    [
      { heading: 'load', align: 'left' },
      ...decimals((stalls[0]?.gaps ?? []).map(({ fromUs }) => `${grouped(fromUs)} µs`)),
      ...decimals(['longest µs', 'lost %', 'waited s']),
    ],
    stalls.map(({ load, gaps, longestUs, lostFraction, watchedMs }) => [
      load,
      ...gaps.map(({ count }) => grouped(count)),
      longestUs.toFixed(1),
      (lostFraction * 100).toFixed(3),
      (watchedMs / 1_000).toFixed(1),
    ]),
  );

const cacheLines = ({ caches }: BenchReport, style: Style): readonly string[] =>
  table(
    style,
    'Caches: % of the requests of a trace that each answers',
    [
      { heading: 'trace', align: 'left' },
      { heading: 'requests', align: 'right' },
      { heading: 'keys', align: 'right' },
      ...decimals(['ARC', 'LRU', 'optimum']),
    ],
    caches.map(({ trace, requests, capacity, ...rates }) => [
      trace,
      grouped(requests),
      grouped(capacity),
      ...[rates.arc, rates.lru, rates.optimum].map((rate) => (rate * 100).toFixed(2)),
    ]),
  );

function machineLines(report: BenchReport): readonly string[] {
  const { machine, peak, nativeClockPairNs: pair } = report;
  const entries: (readonly [string, string])[] = [
    ['input', report.source],
    [
      'recorded peak',
      `${grouped(peak.perSecond)} messages in one second, ${grouped(peak.per100Ms)} in 100 ms`,
    ],
    ['kernel target', report.kernelTarget],
    ['machine', `${report.cpuModel}, ${report.cores} cores, Node ${report.nodeVersion}`],
    ['processor', `${machine.cpuFamily}, virtualisation: ${machine.virtualisation}`],
    [
      'load average',
      `${machine.loadBefore.toFixed(2)} before, ${machine.loadAfter.toFixed(2)} after`,
    ],
    ['commit', `${machine.commit ?? 'unknown'}, seed ${machine.seed}, ${machine.measuredAt}`],
    ['run', `${report.elapsedS.toFixed(0)} s${report.quick ? ', quick' : ''}`],
    ['version', report.version],
  ];
  if (machine.effectiveGhz !== null && machine.tscStepNs !== null && pair !== null) {
    entries.push([
      'clock',
      `${machine.effectiveGhz.toFixed(2)} GHz effective, counter steps of ${machine.tscStepNs.toFixed(1)} ns, ` +
        `an empty pair takes ${pair.p50.toFixed(0)} ns (p99 ${pair.p99?.toFixed(0) ?? '–'})`,
    ]);
  }
  if (machine.compiler !== null) {
    entries.push(['compiler', `${machine.compiler}: ${machine.compilerFlags}`]);
  }
  return listLines(entries);
}

function comparisonLines(comparison: BenchComparison | null, style: Style): readonly string[] {
  if (comparison === null) return [];
  const { baseline, compared, fallen, missing } = comparison;
  const lines = fallen.map(
    ({ pair, ratio, baseline: before, allowed }) =>
      `${style('bad', 'fell')} ${pair}: ${figure(ratio)}x, was ${figure(before)}x, allowed down to ${figure(allowed)}x`,
  );
  const without = missing.length === 0 ? '' : `; not measured: ${missing.join(', ')}`;
  return ['', `${compared} ratios compared with ${baseline}${without}`, ...lines];
}

/** The report of a benchmark, for people. */
export const benchLines = (report: BenchReport, style: Style): readonly string[] => [
  ...goalLines(report, style),
  ...stageLines(report, style),
  ...doorbellLines(report, style),
  ...peerLines(report, style),
  ...batchLines(report, style),
  ...cacheLines(report, style),
  ...stallLines(report, style),
  ...machineLines(report),
  ...comparisonLines(report.comparison, style),
  ...report.faults.map((fault) => `${style('bad', 'fault:')} ${fault}`),
];
