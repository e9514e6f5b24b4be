import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Capture, MergedCaptures } from '../../adapters/capture/index.ts';
import { SimulatedVenue } from '../../adapters/simulator/index.ts';
import { addMs, type EventTimeNs, eventTime } from '../../core/index.ts';
import { receivedAt } from '../../market/index.ts';
import { type Instrument, instrumentId, type Money } from '../../model/index.ts';
import { recordedMarket } from '../backtest/recorded-instruments.ts';
import type { Bot4Config } from '../config.ts';
import { AppFailure } from '../contracts.ts';
import { type DepthStream, STREAM_STEP_E8, STREAM_SYMBOL, STREAM_TICK_E8 } from './depth-stream.ts';
import type { BenchPeak } from './report.ts';

/** Most messages kept in memory as the load; they are repeated when the run is longer. */
const MAX_MESSAGES = 200_000;

/** Messages of the generated market. */
const GENERATED_MESSAGES = 50_000;

/** One message as a venue sent it. */
export interface Message {
  readonly symbol: number;
  readonly at: EventTimeNs;
  readonly bytes: Uint8Array;
}

/** Messages in memory and the instruments that they concern. */
export interface Load {
  readonly source: string;
  readonly instruments: readonly Instrument[];
  readonly messages: readonly Message[];
}

/** The captures, merged by receive time. Errors: throws `AppFailure` for unreadable ones. */
export async function recordedLoad(files: readonly string[], config: Bot4Config): Promise<Load> {
  const market = await recordedMarket(files, config);
  const captures: Capture[] = [];
  const messages: Message[] = [];
  try {
    for (const path of files) captures.push(await Capture.open(path));
    const merged = new MergedCaptures(captures);
    while (messages.length < MAX_MESSAGES) {
      const line = merged.next();
      if (line !== null) {
        const symbol = market.indexOfFile[merged.source]!;
        messages.push({ symbol, at: line.receivedAt, bytes: Uint8Array.from(line.bytes) });
      } else if (!(await merged.fill())) break;
    }
  } finally {
    for (const capture of captures) await capture.close();
  }
  const instruments = market.instruments.map((each) => each.instrument);
  return { source: files.join(', '), instruments, messages };
}

/** The generated market of the configuration, recorded on virtual time. */
export function generatedLoad(config: Bot4Config): Load {
  const directory = mkdtempSync(join(tmpdir(), 'bot4-bench-'));
  try {
    return generate(config, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function generate(config: Bot4Config, directory: string): Load {
  const start = eventTime(1_750_000_000_000_000_000n);
  const opened = SimulatedVenue.open(
    { ...config.simulator, instruments: config.instruments, directory },
    start,
  );
  if (!opened.ok) throw new AppFailure('failed', opened.error.detail);
  const venue = opened.value;
  const messages: Message[] = [];
  venue.onFrame((frame) => {
    const { symbol, bytes } = frame;
    messages.push({ symbol, at: receivedAt(frame), bytes: Uint8Array.from(bytes) });
  });
  for (const { instrument } of config.instruments) venue.requestSnapshot(instrument.index);
  for (let at = start; messages.length < GENERATED_MESSAGES; ) {
    at = addMs(at, 100);
    venue.advanceTo(at);
  }
  venue.close();
  const instruments = config.instruments.map((each) => each.instrument);
  return { source: `generated market, seed ${config.simulator.seed}`, instruments, messages };
}

/** The generated depth messages of twenty levels, one every 10 µs of event time. */
export function depthLoad(stream: DepthStream): Load {
  const start = 1_723_161_256_000_000_000n;
  const instrument: Instrument = {
    id: instrumentId('binance-usdm', STREAM_SYMBOL),
    index: 0,
    venue: 'binance-usdm',
    symbol: STREAM_SYMBOL,
    base: 'BTC',
    quote: 'USDT',
    tickSizeE8: STREAM_TICK_E8,
    stepSizeE8: STREAM_STEP_E8,
    minNotional: 500_000_000n as Money,
    sequenceRule: 'binance-futures',
  };
  const encoder = new TextEncoder();
  const messages = stream.messages.map((text, i) => ({
    symbol: 0,
    at: eventTime(start + BigInt(i) * 10_000n),
    bytes: encoder.encode(text),
  }));
  return {
    source: `${messages.length - 2} generated depth messages of 20 levels`,
    instruments: [instrument],
    messages,
  };
}

/** Most messages within any window of `ns`. */
function mostWithin(times: readonly bigint[], ns: bigint): number {
  let [first, most] = [0, 0];
  for (let last = 0; last < times.length; last += 1) {
    while (times[last]! - times[first]! >= ns) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** The busiest second and the busiest 100 ms of a load. */
export function peakOf({ messages }: Load): BenchPeak {
  const times = messages.map(({ at }) => at as bigint).toSorted((a, b) => Number(a - b));
  const span = times.length === 0 ? 0n : times[times.length - 1]! - times[0]!;
  return {
    perSecond: mostWithin(times, 1_000_000_000n),
    per100Ms: mostWithin(times, 100_000_000n),
    messages: times.length,
    spanS: Number(span) / 1e9,
  };
}
