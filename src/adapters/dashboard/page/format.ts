import type { DecimalText, EpochMs } from '../../../observe/ports.ts';

/** The sign that typography has for negative numbers; a hyphen is narrower than a digit. */
const MINUS = '\u2212';

/** Digits after the decimal point. */
export const fractionDigits = (text: DecimalText): number => {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
};

/** `-1234.50` as `−1,234.50`. */
export function grouped(text: DecimalText): string {
  const negative = text.startsWith('-');
  const [whole = '0', fraction] = (negative ? text.slice(1) : text).split('.');
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${negative ? MINUS : ''}${groups}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Whether a decimal text is above, below or at zero. */
export function direction(text: DecimalText): 'up' | 'down' | 'flat' {
  if (!/[1-9]/.test(text)) return 'flat';
  return text.startsWith('-') ? 'down' : 'up';
}

/** Like `grouped`, with a plus sign before gains. */
export const signed = (text: DecimalText): string =>
  direction(text) === 'up' ? `+${grouped(text)}` : grouped(text);

/** A fraction as per cent with its unit: 0.0123 is `1.23 %`. */
export const percent = (fraction: number, digits = 2): string =>
  `${fixed(fraction * 100, digits)} %`;

/** A fraction as basis points with its unit and sign: 0.0004 is `+4.0 bp`. */
export function basisPoints(fraction: number): string {
  const text = fixed(fraction * 10_000, 1);
  return `${fraction > 0 && text !== '0.0' ? '+' : ''}${text} bp`;
}

/** A number with fixed digits, a real minus sign and never a negative zero. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return grouped(/[1-9]/.test(text) ? text : text.replace('-', ''));
}

/** An age in the coarsest unit that still says something: `< 1 s`, `7 s`, `3 min`, `5 h`, `2 d`. */
export function age(ms: number): string {
  if (ms < 1_000) return '< 1 s';
  if (ms < 120_000) return `${Math.floor(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h`;
  return `${Math.floor(ms / 86_400_000)} d`;
}

/** A duration with two units: `45 s`, `12 min 5 s`, `6 h 24 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Milliseconds with the digits that matter at their size. */
export const milliseconds = (ms: number | null): string =>
  ms === null ? '\u2013' : `${fixed(ms, ms < 10 ? 1 : 0)} ms`;

/** Time of day, UTC: `14:32:07`. */
export const utcTime = (atMs: EpochMs): string => new Date(atMs).toISOString().slice(11, 19);

/** Date, UTC: `2026-03-11`. */
export const utcDate = (atMs: EpochMs): string => new Date(atMs).toISOString().slice(0, 10);

/** Bytes in MB (1e6 bytes): `187.4 MB`. */
export const megabytes = (bytes: number): string => `${fixed(bytes / 1e6, 1)} MB`;

/** `sim:BTCUSDT` without its venue. */
export const symbolOf = (instrument: string): string =>
  instrument.slice(instrument.indexOf(':') + 1);
