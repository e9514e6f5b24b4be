import type { AuditVerification, DoctorReport } from '../../app/contracts.ts';
import { formatDuration } from '../duration.ts';
import type { Style, Tone } from '../style.ts';
import { countOf, grouped } from './money-lines.ts';

const TONES: Readonly<Record<string, Tone>> = { ok: 'good', warn: 'warning', fail: 'bad' };

/** What the doctor found, for people: one line a check, and below it what to do. */
export function doctorLines(report: DoctorReport, style: Style): readonly string[] {
  const width = Math.max(...report.checks.map(({ name }) => name.length));
  const lines = report.checks.flatMap(({ name, status, found, remedy }) => {
    const [first = '', ...more] = found.split('\n');
    const indent = ' '.repeat(width + 8);
    const mark = style(TONES[status] ?? 'quiet', status.padEnd(4));
    return [
      `${mark}  ${name.padEnd(width)}  ${first}`,
      ...more.map((line) => `${indent}${line}`),
      ...(remedy === null ? [] : [`${indent}${style('quiet', `-> ${remedy}`)}`]),
    ];
  });
  const failed = report.checks.filter((check) => check.status === 'fail').length;
  const warned = report.checks.filter((check) => check.status === 'warn').length;
  return [
    ...lines,
    '',
    `${countOf(report.checks.length, 'check')}: ${failed} failed, ${countOf(warned, 'warning')}`,
  ];
}

/** What checking the audit log found, for people. */
export function auditLines(report: AuditVerification, style: Style): readonly string[] {
  const speed = `${formatDuration(report.elapsedMs)}, ${grouped(report.entriesPerSecond)} entries/s`;
  if (report.firstBad === null) {
    return [
      `${style('good', 'Intact')}: ${countOf(report.entries, 'entry', 'entries')} in ${report.path} (${speed})`,
      `head hash ${report.headHash ?? 'none, the log is empty'}`,
    ];
  }
  const { line, seq, problem } = report.firstBad;
  const entry = seq === null ? '' : `, entry ${seq}`;
  return [
    `${style('bad', 'Tampered or damaged')}: ${report.path}`,
    `first bad entry: line ${line}${entry}: ${problem}`,
    report.entries === 1
      ? '1 entry before it is good'
      : `${grouped(report.entries)} entries before it are good`,
  ];
}
