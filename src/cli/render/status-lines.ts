import type { ModeChangeReport, StatusReport } from '../../app/contracts.ts';
import { formatDuration } from '../duration.ts';
import type { Style, Tone } from '../style.ts';
import { listLines, tableLines } from '../table.ts';
import { counted, grouped, pnlLines } from './money-lines.ts';

const toneOf = (mode: string): Tone =>
  mode === 'NORMAL' ? 'good' : mode === 'EMERGENCY' ? 'bad' : 'warning';

const causeLines = (report: StatusReport): readonly string[] =>
  report.causes.map((cause) => {
    const restore = cause.restoreDueAt === null ? '' : `; restore due ${cause.restoreDueAt}`;
    return `  ${cause.mode} by ${cause.id} (${cause.origin}) since ${cause.since}: ${cause.detail}${restore}`;
  });

function positionLines(report: StatusReport, style: Style): readonly string[] {
  if (report.positions.length === 0) return ['No positions.'];
  const [heading, ...rows] = tableLines(
    [
      { heading: 'Position', align: 'left' },
      { heading: 'quantity (base)', align: 'decimal' },
      { heading: 'mark (quote)', align: 'decimal' },
      { heading: `unrealised (${report.pnl.currency})`, align: 'decimal' },
    ],
    report.positions.map((each) => [
      each.instrument,
      each.position,
      each.mark ?? '-',
      each.unrealised,
    ]),
  );
  return [style('strong', heading ?? ''), ...rows];
}

/** How a running service is, for people. */
export function statusLines(report: StatusReport, style: Style): readonly string[] {
  const why =
    report.notTradingBecause.length === 0
      ? ['It is trading.']
      : ['Not trading:', ...report.notTradingBecause.map((reason) => `  ${reason}`)];
  return [
    `${style(toneOf(report.mode), report.mode)} since ${report.modeSince} (PAPER)`,
    ...causeLines(report),
    ...why,
    '',
    ...positionLines(report, style),
    '',
    ...pnlLines(report.pnl, style),
    '',
    ...listLines([
      ['open orders', grouped(report.openOrders)],
      ['entries left out', counted(report.entriesLeftOut)],
      ['fills', grouped(report.fills)],
      [
        'breaker',
        report.breakers.map(({ venue, reason }) => `${venue} open: ${reason}`).join('; ') ||
          'closed',
      ],
      ['journal', `entry ${report.journalSeq}`],
      ['database', report.database],
      ['page', report.dashboardUrl ?? 'off'],
      ['kernel target', report.kernelTarget],
      ['process', `${report.pid}, version ${report.version}, run ${report.runEpoch}`],
      ['up', `${formatDuration(report.uptimeMs)} since ${report.startedAt}`],
    ]),
  ];
}

/** What a change of mode did, for people. */
export function modeChangeLines(report: ModeChangeReport, style: Style): readonly string[] {
  const causes = report.causes.length === 0 ? 'none' : report.causes.join(', ');
  const due =
    report.dueAt === null ? [] : [`takes effect at ${report.dueAt}, when all is well then`];
  return [
    `${style(toneOf(report.mode), report.mode)}: ${report.detail}`,
    `active causes: ${causes}`,
    ...due,
  ];
}
