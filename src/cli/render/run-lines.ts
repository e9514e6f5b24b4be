import type { RunSummary } from '../../app/contracts.ts';
import { formatDuration } from '../duration.ts';
import type { Style } from '../style.ts';
import { listLines } from '../table.ts';
import { executionLines } from './execution-lines.ts';
import { counted, grouped, instrumentLines, pnlLines } from './money-lines.ts';

/** The summary of a paper run, for people. */
export function runLines(summary: RunSummary, style: Style): readonly string[] {
  const tone = summary.stoppedBy === 'fault' ? 'bad' : 'good';
  const stopped = style(tone, `Stopped: ${summary.reason}`);
  return [
    `${stopped} (PAPER run ${summary.runEpoch}, ${formatDuration(summary.durationMs)})`,
    '',
    ...instrumentLines(summary.instruments, style),
    '',
    ...pnlLines(summary.pnl, style),
    '',
    ...executionLines(summary.instruments, style),
    ...listLines([
      ['messages read', grouped(summary.messagesRead)],
      ['decisions', grouped(summary.decisions)],
      [
        'orders',
        `${grouped(summary.ordersSubmitted)} sent, ${grouped(summary.ordersRefused)} refused`,
      ],
      ['entries left out', counted(summary.entriesLeftOut)],
      ['orders left open', grouped(summary.ordersLeftOpen)],
      ['fills', grouped(summary.fills)],
      ['mode', summary.mode],
      ['kernel target', summary.kernelTarget],
      ['journal', `entry ${summary.journalSeq}`],
      ['state hash', summary.stateHash],
      ['data directory', summary.dataDir],
    ]),
  ];
}
