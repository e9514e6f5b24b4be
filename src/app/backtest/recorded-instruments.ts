import { Capture, CaptureError } from '../../adapters/capture/index.ts';
import type { FundingSource, LatencyModel, OrderTape } from '../../adapters/simulator/index.ts';
import { type Instrument, instrumentId, type Money, parseE8 } from '../../model/index.ts';
import type { EngineConnection } from '../../native/index.ts';
import type { Bot4Config, InstrumentConfig } from '../config.ts';
import { AppFailure } from '../contracts.ts';
import { withRecordedDelays } from '../recorded-latency.ts';
import { recordedFunding } from './recorded-funding.ts';
import { recordedOrders } from './recorded-orders.ts';

/** Messages of a capture that are looked at to learn its instrument. */
const SAMPLE_MESSAGES = 5_000;

const DEFAULT_STRATEGY = 'avellaneda-stoikov';

/** One instrument of the captures and how it is to be traded. */
export interface RecordedInstrument {
  readonly instrument: Instrument;
  /** Configured strategy of the same symbol, or the default one; null: replayed but not traded. */
  readonly strategy: Pick<
    InstrumentConfig,
    'strategy' | 'parameters' | 'protection' | 'execution'
  > | null;
  /** Why it is not traded; null when it is. */
  readonly notTraded: string | null;
}

/** The instruments of a list of captures, and which one each file belongs to. */
export interface RecordedMarket {
  readonly instruments: readonly RecordedInstrument[];
  /** Instrument index of each file. */
  readonly indexOfFile: readonly number[];
  /** Recorded funding; absent: the configured rate. */
  readonly funding?: FundingSource;
  /** The orders of the market, for the queue model `exact`. */
  readonly orders?: OrderTape;
  /** Delays with what the configured files recorded; absent: the configured ones alone. */
  readonly latency?: LatencyModel;
}

type MarketKind = 'binance-spot' | 'binance-usdm' | 'binance-coinm';

interface Sample {
  symbol: string | null;
  kind: MarketKind;
  tickE8: bigint;
  stepE8: bigint;
}

type Fields = Readonly<Record<string, unknown>>;

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

const widen = (grid: bigint, text: unknown): bigint => {
  const units = typeof text === 'string' ? parseE8(text) : null;
  return units === null || units <= 0n ? grid : gcd(grid, units);
};

function addLevels(sample: Sample, levels: unknown): void {
  if (!Array.isArray(levels)) return;
  for (const level of levels as unknown[]) {
    if (!Array.isArray(level)) continue;
    sample.tickE8 = widen(sample.tickE8, level[0]);
    sample.stepE8 = widen(sample.stepE8, level[1]);
  }
}

function addMessage(sample: Sample, message: Fields): void {
  const data = (typeof message['data'] === 'object' ? message['data'] : message) as Fields;
  if (typeof data['s'] === 'string') sample.symbol ??= data['s'];
  if ('ps' in data || 'pair' in data) sample.kind = 'binance-coinm';
  else if ('pu' in data && sample.kind === 'binance-spot') sample.kind = 'binance-usdm';
  addLevels(sample, data['bids']);
  addLevels(sample, data['asks']);
  addLevels(sample, data['b']);
  addLevels(sample, data['a']);
  // A bookTicker has its best bid and ask under the same names, as text.
  for (const name of ['b', 'a']) sample.tickE8 = widen(sample.tickE8, data[name]);
  for (const name of ['B', 'A']) sample.stepE8 = widen(sample.stepE8, data[name]);
  sample.tickE8 = widen(sample.tickE8, data['p']);
  sample.stepE8 = widen(sample.stepE8, data['q']);
}

async function sampleCapture(path: string): Promise<Sample> {
  const capture = await Capture.open(path).catch((error: unknown) => {
    if (error instanceof CaptureError) {
      throw new AppFailure('failed', error.message, 'Name readable files after --data.');
    }
    throw error;
  });
  const sample: Sample = { symbol: null, kind: 'binance-spot', tickE8: 0n, stepE8: 0n };
  try {
    for (let read = 0; read < SAMPLE_MESSAGES; ) {
      const line = capture.next();
      if (line === null) {
        if (await capture.fill()) continue;
        break;
      }
      read += 1;
      try {
        addMessage(sample, JSON.parse(line.bytes.toString()) as Fields);
      } catch {
        // Damaged messages are counted in the replay itself.
      }
    }
  } finally {
    await capture.close();
  }
  return sample;
}

const QUOTES = ['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'BTC', 'ETH', 'EUR', 'USD'];

function currencies(symbol: string): { readonly base: string; readonly quote: string } {
  const pair = symbol.split('_')[0]!;
  const quote = QUOTES.find((each) => pair.endsWith(each) && pair.length > each.length);
  return quote === undefined
    ? { base: pair, quote: 'unknown' }
    : { base: pair.slice(0, -quote.length), quote };
}

function strategyFor(symbol: string, config: Bot4Config): RecordedInstrument['strategy'] {
  const same = config.instruments.find(({ instrument }) => instrument.symbol === symbol);
  const given = same ?? config.instruments.find(({ strategy }) => strategy === DEFAULT_STRATEGY);
  if (given === undefined) return null;
  const { strategy, parameters, protection, execution } = given;
  return { strategy, parameters, protection, execution };
}

function recordedInstrument(
  path: string,
  sample: Sample,
  index: number,
  config: Bot4Config,
): RecordedInstrument {
  const { symbol, kind, tickE8, stepE8 } = sample;
  if (symbol === null || tickE8 === 0n || stepE8 === 0n) {
    throw new AppFailure(
      'failed',
      `${path} holds no Binance depth, trade or bookTicker message among its first lines`,
      'A capture has one line per message: <receive time in ns> <raw JSON>.',
    );
  }
  const configured = config.instruments.find(({ instrument }) => instrument.symbol === symbol);
  const instrument: Instrument = {
    id: instrumentId(kind, symbol),
    index,
    venue: kind,
    symbol,
    ...currencies(symbol),
    tickSizeE8: tickE8,
    stepSizeE8: stepE8,
    minNotional: configured?.instrument.minNotional ?? (500_000_000n as Money),
    sequenceRule: kind === 'binance-spot' ? 'binance-spot' : 'binance-futures',
  };
  if (kind === 'binance-coinm') {
    const notTraded = 'an inverse (coin-margined) contract; only linear ones are traded';
    return { instrument, strategy: null, notTraded };
  }
  const strategy = strategyFor(symbol, config);
  const notTraded = strategy === null ? 'no strategy is configured for it' : null;
  return { instrument, strategy, notTraded };
}

/** A connection for each kind of market: spot and futures may use one symbol. */
export function connectionsByVenue(instruments: readonly Instrument[]): EngineConnection[] {
  const venues = [...new Set(instruments.map(({ venue }) => venue))];
  return venues.map((venue) => ({
    venue: 'binance',
    framing: 'messages',
    instruments: instruments.filter((each) => each.venue === venue).map(({ index }) => index),
  }));
}

/**
 * Learns the instruments of captures from their first messages: symbol and kind of market from the
 * message shapes, price and quantity grids as the greatest common divisors of all that is quoted.
 *
 * Errors: throws `AppFailure` naming a file that cannot be read or holds no market messages.
 */
export async function recordedMarket(
  files: readonly string[],
  config: Bot4Config,
): Promise<RecordedMarket> {
  const byName = new Map<string, { sample: Sample; path: string; index: number }>();
  const indexOfFile: number[] = [];
  for (const path of files) {
    const sample = await sampleCapture(path);
    const name = `${sample.kind}:${sample.symbol}`;
    const known = byName.get(name);
    if (known === undefined) {
      indexOfFile.push(byName.size);
      byName.set(name, { sample, path, index: byName.size });
      continue;
    }
    known.sample.tickE8 = gcd(known.sample.tickE8, sample.tickE8);
    known.sample.stepE8 = gcd(known.sample.stepE8, sample.stepE8);
    indexOfFile.push(known.index);
  }
  const instruments = [...byName.values()].map(({ sample, path, index }) =>
    recordedInstrument(path, sample, index, config),
  );
  const { fundingFile, fundingFileUtcOffsetHours } = config.simulator;
  const latency = withRecordedDelays(config.simulator);
  const traded = instruments.map((each) => each.instrument);
  const orders = await recordedOrders(config.simulator, traded);
  const market = { instruments, indexOfFile, latency, ...(orders !== null && { orders }) };
  if (fundingFile === null) return market;
  const funding = await recordedFunding(fundingFile, fundingFileUtcOffsetHours, traded);
  return { ...market, funding };
}
