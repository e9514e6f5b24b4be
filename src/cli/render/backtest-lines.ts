import type { BacktestReport } from '../../app/contracts.ts';
import { formatDuration } from '../duration.ts';
import type { Style } from '../style.ts';
import { listLines, tableLines } from '../table.ts';
import { executionLines } from './execution-lines.ts';
import { counted, countOf, grouped, instrumentLines, pnlLines } from './money-lines.ts';

/** Sequence breaks shown to people; `--json` has them all. */
const MAX_BREAKS_SHOWN = 20;

const isoOfNs = (ns: string): string => new Date(Number(BigInt(ns) / 1_000_000n)).toISOString();

function breakLines(report: BacktestReport, style: Style): readonly string[] {
  const breaks = report.sequenceBreaks;
  if (breaks.length === 0) return ['No sequence breaks.'];
  const [heading, ...lines] = tableLines(
    [
      { heading: 'Sequence break at', align: 'left' },
      { heading: 'instrument', align: 'left' },
      { heading: 'reason', align: 'left' },
      { heading: 'resolved by', align: 'left' },
    ],
    breaks
      .slice(0, MAX_BREAKS_SHOWN)
      .map((each) => [isoOfNs(each.atNs), each.instrument, each.reason, each.resolvedBy]),
  );
  const hidden = breaks.length - MAX_BREAKS_SHOWN;
  const more = hidden > 0 ? [style('quiet', `and ${hidden} more; --json lists them`)] : [];
  return [style('strong', heading ?? ''), ...lines, ...more];
}

/** The report of a backtest, for people. */
export function backtestLines(report: BacktestReport, style: Style): readonly string[] {
  const files = report.files.map(({ path, messages }): [string, string] => [
    path,
    countOf(messages, 'message'),
  ]);
  return [
    ...listLines(files),
    `from ${report.firstEventAt ?? 'nothing'} to ${report.lastEventAt ?? 'nothing'}`,
    '',
    ...instrumentLines(report.instruments, style),
    '',
    ...breakLines(report, style),
    '',
    ...pnlLines(report.pnl, style),
    '',
    ...executionLines(report.instruments, style),
    ...listLines([
      ['messages read', grouped(report.messagesRead)],
      ['level updates', grouped(report.levelUpdates)],
      ['book updates applied', grouped(report.bookUpdatesApplied)],
      ['messages refused', counted(report.messagesRefused)],
      ['passed over', counted(report.messagesPassedOver)],
      ['lines unreadable', grouped(report.linesUnreadable)],
      ['decisions', grouped(report.decisions)],
      ['orders', grouped(report.orders)],
      ['orders refused', counted(report.ordersRefused)],
      ['entries left out', counted(report.entriesLeftOut)],
      ['fills', grouped(report.fills)],
      ['fees', `${report.fees} ${report.pnl.currency}`],
      [
        'speed',
        `${grouped(report.eventsPerSecond)} messages/s, ` +
          `${grouped(report.levelUpdatesPerSecond)} level updates/s ` +
          `in ${formatDuration(report.elapsedMs)}`,
      ],
      [
        'per CPU second',
        `${grouped(report.levelUpdatesPerCpuSecond)} level updates ` +
          `(${formatDuration(report.cpuMs)} of CPU time)`,
      ],
      ['kernel target', report.kernelTarget],
      ['state hash', report.stateHash],
    ]),
  ];
}
