import type { BenchReport, LatencyPercentilesUs } from '../../app/contracts.ts';
import type { Style } from '../style.ts';
import { listLines, tableLines } from '../table.ts';
import { grouped } from './money-lines.ts';

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
  ].map((us) => us.toFixed(2)),
  grouped(latency.samples),
];

/** The report of a benchmark, for people. */
export function benchLines(report: BenchReport, style: Style): readonly string[] {
  const percentiles = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'p99.99', 'max'];
  const [heading, ...rows] = tableLines(
    [
      { heading: 'Latency, µs', align: 'left' },
      ...percentiles.map((name) => ({ heading: name, align: 'decimal' as const })),
      { heading: 'samples', align: 'right' },
    ],
    [
      latencyRow('message bytes to intent', report.messageToIntentUs),
      latencyRow('empty clock pair', report.clockPairUs),
    ],
  );
  return [
    style('strong', heading ?? ''),
    ...rows,
    '',
    ...listLines([
      ['offered', `${grouped(report.offeredMessagesPerSecond)} messages/s, open loop`],
      ['achieved', `${grouped(report.achievedMessagesPerSecond)} messages/s`],
      ['closed loop', `${grouped(report.throughputMessagesPerSecond)} messages/s`],
      ['longest stall', `${report.longestStallUs.toFixed(1)} µs`],
      ['intents', grouped(report.intents)],
      ['input', report.source],
      ['checksum', report.checksum],
      ['kernel target', report.kernelTarget],
      ['machine', `${report.cpuModel}, ${report.cores} cores, Node ${report.nodeVersion}`],
      ['version', report.version],
    ]),
  ];
}
