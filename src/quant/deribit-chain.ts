import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import type { VolatileOption } from './option-chain.ts';

/** One row of a recorded option chain of Deribit, whose prices are in coin. */
export interface DeribitOption extends VolatileOption {
  readonly instrument: string;
  readonly currency: string;
  /** As recorded: ISO 8601. */
  readonly expiry: string;
  readonly indexPrice: number;
  /** In coin: price / forward. */
  readonly markPrice: number;
  /** The venue's, by the forward and undiscounted. */
  readonly delta: number;
  /** The venue's, per point of volatility. */
  readonly vega: number;
}

const numbers = {
  strike: 'strike',
  openInterest: 'open_interest',
  forward: 'futures_price',
  volatility: 'implied_volatility',
  years: 'time_to_maturity',
  indexPrice: 'index_price',
  markPrice: 'mark_price',
  delta: 'delta',
  vega: 'vega',
} as const;

const texts = ['instrument_name', 'currency', 'expiry_datetime', 'option_type'] as const;

/**
 * Reads a snapshot of option chains as CSV with a heading (columns by name, in any order).
 *
 * Errors:  `bad-input` naming the column that is missing, or line and column of a value that is no number.
 */
export function parseDeribitChain(csv: string): QuantResult<readonly DeribitOption[]> {
  const lines = csv.split(/\r?\n/).filter((line) => line !== '');
  const heading = (lines[0] ?? '').split(',');
  const missing = [...Object.values(numbers), ...texts].find((name) => !heading.includes(name));
  if (missing !== undefined) return badInput(`the chain has no column ${missing}`);
  const options: DeribitOption[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0) continue;
    const cells = line.split(',');
    const cell = (name: string): string => cells[heading.indexOf(name)] ?? '';
    const values = Object.entries(numbers).map(([key, name]) => [key, cell(name), name] as const);
    const bad = values.find(([, text]) => text === '' || !Number.isFinite(Number(text)));
    if (bad !== undefined) {
      return badInput(`line ${i + 1}: ${bad[2]} is "${bad[1]}"; a number is needed`);
    }
    const kind = cell('option_type');
    if (kind !== 'call' && kind !== 'put') {
      return badInput(`line ${i + 1}: option_type is "${kind}"; call or put`);
    }
    const read = Object.fromEntries(values.map(([key, text]) => [key, Number(text)])) as Record<
      keyof typeof numbers,
      number
    >;
    options.push({
      ...read,
      kind,
      instrument: cell('instrument_name'),
      currency: cell('currency'),
      expiry: cell('expiry_datetime'),
    });
  }
  return ok(options);
}
