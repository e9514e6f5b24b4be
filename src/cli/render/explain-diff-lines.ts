import type { ExplainDiffReport, SideOfDecision } from '../../app/contracts.ts';
import type { Style } from '../style.ts';
import { listLines } from '../table.ts';
import { countOf, grouped } from './money-lines.ts';

const sideText = (side: SideOfDecision | null): string =>
  side === null ? 'no more decisions' : `entry ${side.seq}, ${side.at} (${side.atNs} ns)`;

/** Whether two runs decided alike, for people. */
export function explainDiffLines(report: ExplainDiffReport, style: Style): readonly string[] {
  const names = listLines([
    ['live', report.live],
    ['backtest', report.backtest],
  ]);
  const { first } = report;
  if (first === null) {
    const count = countOf(report.equalDecisions, 'decision');
    return [`${style('good', 'Equal')}: ${count} in the same order`, ...names];
  }
  const reasons = first.reasons.flatMap(({ what, where, live, backtest }, index) => [
    `${index === 0 ? style('strong', what) : what}: ${where}`,
    `  live      ${live}`,
    `  backtest  ${backtest}`,
  ]);
  return [
    `${style('bad', 'Differ')} at decision ${grouped(first.number)}, after ${countOf(report.equalDecisions, 'equal one')}`,
    ...names,
    '',
    ...listLines([
      ['live', sideText(first.live)],
      ['', first.live?.decision ?? ''],
      ['backtest', sideText(first.backtest)],
      ['', first.backtest?.decision ?? ''],
    ]),
    '',
    'What differed then, the likeliest cause first:',
    ...reasons,
  ];
}
