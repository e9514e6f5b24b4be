/** What a piece of text means; shown by colour beside the words, never by colour alone. */
export type Tone = 'good' | 'warning' | 'bad' | 'quiet' | 'strong';

/** Colours a text by its meaning; leaves it alone where colour is not wanted. */
export type Style = (tone: Tone, text: string) => string;

const CODES: Readonly<Record<Tone, readonly [open: number, close: number]>> = {
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
  quiet: [2, 22],
  strong: [1, 22],
};

/** A style that writes no control characters. */
export const plainStyle: Style = (_tone, text) => text;

const colourStyle: Style = (tone, text) => {
  const [open, close] = CODES[tone];
  return `\u001b[${open}m${text}\u001b[${close}m`;
};

/**
 * Colour only on a terminal that can show it, and only where neither `NO_COLOR` nor `--no-color`
 * forbids it.
 *
 * Source:  no-color.org: any value but the empty one counts.
 */
export function styleFor(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
  allowed: boolean,
): Style {
  const forbidden = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return isTerminal && allowed && !forbidden ? colourStyle : plainStyle;
}
