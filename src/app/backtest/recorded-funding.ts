import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { FundingRate, FundingSource } from '../../adapters/simulator/index.ts';
import { err, eventTime, ok, type Result } from '../../core/index.ts';
import { divideHalfEven, type Instrument, type InstrumentId } from '../../model/index.ts';
import { AppFailure } from '../contracts.ts';

const HEADING = 'Symbol,Date,Funding Rate';

const DATE = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d{1,6})?$/;

const MS_PER_HOUR = 3_600_000;

const RATE = /^(-?)(\d{1,3})(?:\.(\d{1,24}))?(?:[eE](-\d{1,2}))?$/;

/** Largest rate that is believed, 10 % in 1e-8: venues cap funding far below it. */
const LARGEST_RATE_E8 = 10_000_000n;

/**
 * Reads recorded funding: CSV with the heading `Symbol,Date,Funding Rate`, one line for each rate,
 * dates such as `2020-01-01 03:00:00` in the file's own time zone, oldest first for each symbol.
 *
 * Units:  the rate as a fraction, rounded half to even to 1e-8; `utcOffsetHours` is how far the
 *         file's clock is ahead of UTC.
 * Errors: the first line that is none, with its number; a rate above 10 %; times that do not rise.
 */
export function parseFunding(
  text: string,
  utcOffsetHours: number,
): Result<ReadonlyMap<string, readonly FundingRate[]>, string> {
  const [heading, ...lines] = text.split(/\r?\n/);
  if (heading !== HEADING) return err(`line 1 is not the heading "${HEADING}"`);
  const bySymbol = new Map<string, FundingRate[]>();
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const rate = rateOf(line, utcOffsetHours);
    if (rate === null) return err(`line ${index + 2} is no funding rate: ${line.slice(0, 80)}`);
    const rates = bySymbol.get(rate.symbol) ?? [];
    const last = rates.at(-1);
    if (last !== undefined && last.at >= rate.at) {
      return err(`line ${index + 2} is not later than the line of its symbol before it`);
    }
    rates.push({ at: rate.at, rateE8: rate.rateE8 });
    bySymbol.set(rate.symbol, rates);
  }
  return ok(bySymbol);
}

function rateOf(line: string, utcOffsetHours: number) {
  const [symbol = '', date = '', rate = '', ...more] = line.split(',');
  const [, day, time] = DATE.exec(date) ?? [];
  const ms = Date.parse(`${day}T${time}Z`);
  if (more.length > 0 || symbol === '' || Number.isNaN(ms)) return null;
  const rateE8 = unitsOf(rate);
  if (rateE8 === null || rateE8 > LARGEST_RATE_E8 || rateE8 < -LARGEST_RATE_E8) return null;
  const at = eventTime(BigInt(ms - utcOffsetHours * MS_PER_HOUR) * 1_000_000n);
  return { symbol, at, rateE8 };
}

/** A decimal, perhaps with an exponent, in 1e-8. */
function unitsOf(text: string): bigint | null {
  const [, sign, whole, fraction = '', exponent = '0'] = RATE.exec(text) ?? [];
  if (whole === undefined) return null;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const places = fraction.length - Number(exponent) - 8;
  return places <= 0
    ? digits * 10n ** BigInt(-places)
    : divideHalfEven(digits, 10n ** BigInt(places));
}

/** Letters and digits alone: `BTC-USDT` and `BTCUSDT` are the same. */
const plain = (symbol: string): string => symbol.replace(/[^A-Za-z0-9]/g, '').toUpperCase();

/**
 * The recorded funding of some instruments, from a file that may be packed with gzip.
 *
 * Errors: throws `AppFailure` for a file that cannot be read or has a wrong line.
 */
export async function recordedFunding(
  path: string,
  utcOffsetHours: number,
  instruments: readonly Instrument[],
): Promise<FundingSource> {
  const text = await readFile(path)
    .then((bytes) => (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
    .catch((error: unknown) => {
      throw new AppFailure('failed', `simulator.fundingFile ${path}: ${String(error)}`);
    });
  const parsed = parseFunding(text, utcOffsetHours);
  if (!parsed.ok) throw new AppFailure('failed', `simulator.fundingFile ${path}: ${parsed.error}`);
  const rates = new Map<InstrumentId, readonly FundingRate[]>();
  for (const { id, symbol } of instruments) {
    for (const [recorded, list] of parsed.value) {
      if (plain(recorded) === plain(symbol)) rates.set(id, list);
    }
  }
  return { kind: 'recorded', rates };
}
