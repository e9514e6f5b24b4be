import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type EventTimeNs, eventTime } from '../../src/core/index.ts';
import { type Instrument, instrumentId, money, type SequenceRule } from '../../src/model/index.ts';

/** One recorded message. */
export interface CapturedFrame {
  readonly at: EventTimeNs;
  readonly bytes: Uint8Array;
}

/** The recorded data beside the repository; a clone on its own does not have it. */
export const SHARED = new URL('../../../shared/', import.meta.url);

/** Whether the recorded captures are at hand. */
export const HAS_CAPTURES = existsSync(new URL('market/binance_raw/', SHARED));

const instrument = (
  symbol: string,
  tickSizeE8: bigint,
  stepSizeE8: bigint,
  sequenceRule: SequenceRule,
): Instrument => ({
  id: instrumentId('binance', symbol),
  index: 0,
  venue: 'binance',
  symbol,
  base: symbol.slice(0, 3),
  quote: 'USDT',
  tickSizeE8,
  stepSizeE8,
  minNotional: money(500_000_000n),
  sequenceRule,
});

/** The recorded captures with their instruments. */
export const CAPTURES = {
  'market/binance_raw/usdm_btcusdt_20240808.ws.gz': instrument(
    'BTCUSDT',
    10_000_000n,
    100_000n,
    'binance-futures',
  ),
  'market/binance_raw/spot_btcusdt_20240808.ws.gz': instrument(
    'BTCUSDT',
    1_000_000n,
    1_000n,
    'binance-spot',
  ),
  'market/binance_raw/spot_ethusdt_20240808.ws.gz': instrument(
    'ETHUSDT',
    1_000_000n,
    10_000n,
    'binance-spot',
  ),
  'market/binance_raw/cm_btcusd_perp_20240808.ws.gz': instrument(
    'BTCUSD_PERP',
    10_000_000n,
    100_000_000n,
    'binance-futures',
  ),
} as const;

/** Path of a capture below `SHARED`. */
export type CaptureName = keyof typeof CAPTURES;

/** Reads a capture: lines of `<receive ns> <raw JSON>`. */
export function* readCapture(name: CaptureName): Generator<CapturedFrame> {
  const data = gunzipSync(readFileSync(new URL(name, SHARED)));
  for (let start = 0; start < data.length; ) {
    const newline = data.indexOf(10, start);
    const end = newline < 0 ? data.length : newline;
    const space = data.indexOf(32, start);
    yield {
      at: eventTime(BigInt(data.toString('latin1', start, space))),
      bytes: data.subarray(space + 1, end),
    };
    start = end + 1;
  }
}
