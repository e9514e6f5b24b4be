import type {
  CaptureExportReport,
  JournalVerification,
  ReplayReport,
  RerunReport,
} from '../../app/contracts.ts';
import { formatDuration } from '../duration.ts';
import type { Style } from '../style.ts';
import { listLines, tableLines } from '../table.ts';
import { countOf, grouped, pnlLines } from './money-lines.ts';

function positionLines(report: ReplayReport, style: Style): readonly string[] {
  if (report.positions.length === 0) return ['No position.'];
  const [heading, ...lines] = tableLines(
    [
      { heading: 'Position', align: 'left' },
      { heading: 'base', align: 'decimal' },
      { heading: 'mark (quote)', align: 'decimal' },
      { heading: `unrealised (${report.currency})`, align: 'decimal' },
    ],
    report.positions.map(({ instrument, position, mark, unrealised }) => [
      instrument,
      position,
      mark,
      unrealised,
    ]),
  );
  return [style('strong', heading ?? ''), ...lines];
}

function orderLines(report: ReplayReport, style: Style): readonly string[] {
  if (report.openOrders.length === 0) return ['No open order.'];
  const [heading, ...lines] = tableLines(
    [
      { heading: 'Open order', align: 'left' },
      { heading: 'instrument', align: 'left' },
      { heading: 'status', align: 'left' },
      { heading: 'side', align: 'left' },
      { heading: 'base', align: 'decimal' },
      { heading: 'filled', align: 'decimal' },
      { heading: 'price (quote)', align: 'decimal' },
      { heading: 'since', align: 'left' },
    ],
    report.openOrders.map((order) => [
      order.clientOrderId,
      order.instrument,
      order.cancelRequested ? `${order.status}, being cancelled` : order.status,
      order.side,
      order.quantity,
      order.filled,
      order.price,
      order.createdAt,
    ]),
  );
  return [style('strong', heading ?? ''), ...lines];
}

function verificationLines(found: JournalVerification | null, style: Style): readonly string[] {
  if (found === null) return [];
  const { checkpoints, entries, from, firstDifference, elapsedMs } = found;
  const work = `${countOf(entries, 'entry', 'entries')} from ${from} in ${formatDuration(elapsedMs)}`;
  if (firstDifference === null) {
    const what =
      checkpoints === 0
        ? 'no checkpoint yet; the state at the end reads back as it was'
        : checkpoints === 1
          ? '1 checkpoint equals what its entries come to'
          : `${grouped(checkpoints)} checkpoints equal what their entries come to`;
    return ['', `${style('good', 'Verified')}: ${what} (${work})`];
  }
  const { seq, segment, offset, expected, found: hash, parts, configuration } = firstDifference;
  return [
    '',
    segment === null
      ? `${style('bad', 'Differs')}: the state at the end, entry ${seq}`
      : `${style('bad', 'Differs')}: the checkpoint at entry ${seq}, ${segment} at offset ${offset}`,
    ...listLines([
      ['recomputed from', firstDifference.from],
      ['its state hash', expected],
      ['recomputed', hash],
      ['differing parts', parts.join(', ')],
      ...(configuration === null ? [] : [['configuration', configuration] as const]),
    ]),
    work,
  ];
}

/** The state of a past moment, for people. */
export function replayLines(report: ReplayReport, style: Style): readonly string[] {
  const when = report.at === null ? 'before the first entry' : `${report.at} (${report.atNs} ns)`;
  return [
    style('strong', `State after entry ${report.seq} of ${report.lastSeq}, ${when}`),
    ...listLines([
      ['mode', `${report.mode} since ${report.modeSince}`],
      ...report.causes.map(
        ({ id, mode, detail, since }) =>
          ['cause', `${id} (${mode}) since ${since}: ${detail}`] as const,
      ),
      ['run', String(report.runEpoch)],
      ['reconciled', report.reconciledAt ?? 'never'],
    ]),
    '',
    ...positionLines(report, style),
    '',
    ...orderLines(report, style),
    '',
    ...pnlLines(report, style),
    '',
    ...listLines([
      [
        'rebuilt from',
        `${report.startedFrom}, then ${countOf(report.entriesReplayed, 'entry', 'entries')}`,
      ],
      ['state hash', report.stateHash],
      ['journal', `${report.journalId}, entries ${report.firstSeq} to ${report.lastSeq}`],
      ['data directory', report.dataDir],
    ]),
    ...report.notices.map((notice) => style('warning', notice)),
    ...verificationLines(report.verification, style),
  ];
}

/** The captures that a recorded run was written to, for people. */
export const captureLines = (report: CaptureExportReport): readonly string[] => [
  `Market of run ${report.runEpoch}:`,
  ...listLines(
    report.files.map(({ path, messages }) => [path, countOf(messages, 'message')] as const),
  ),
];

/** What driving a recorded run again came to, for people. */
export function rerunLines(report: RerunReport, style: Style): readonly string[] {
  const { firstDifference: first } = report;
  const verdict = report.equal
    ? `${style('good', 'Equal')}: run ${report.runEpoch} driven again writes the same events`
    : `${style('bad', 'Differs')}: run ${report.runEpoch} driven again`;
  const whole = report.recordedUntil === 'end';
  return [
    verdict,
    ...(first === null
      ? []
      : listLines([
          ['first at entry', first.seq],
          ['the run wrote', first.expected ?? 'nothing more'],
          ['the rerun wrote', first.found ?? 'nothing more'],
        ])),
    '',
    ...listLines([
      [
        'inputs',
        `${grouped(report.inputs)}, ${countOf(report.frames, 'market message')} among them`,
      ],
      [
        'entries compared',
        `${report.fromSeq} to ${report.toSeq}: ${countOf(report.events, 'event')}`,
      ],
      ['orders', grouped(report.orders)],
      [
        'recording',
        whole
          ? 'the whole run'
          : report.stateHash === null
            ? `compared until ${report.recordedUntil}`
            : `until ${report.recordedUntil}; ${countOf(report.entriesNotRecorded, 'entry', 'entries')} after it`,
      ],
      ['state hash of the run', report.expectedStateHash],
      ['of the rerun', report.stateHash ?? 'not known, it went on where the journal ends'],
      ['engine of the run', report.expectedEngineHash ?? 'not known'],
      ['of the rerun', report.engineHash],
      ['time', formatDuration(report.elapsedMs)],
    ]),
    ...report.notices.map((notice) => style('warning', notice)),
  ];
}
