import { Capture, MergedCaptures } from '../../adapters/capture/index.ts';
import { type EventTimeNs, eventTime } from '../../core/index.ts';
import type { Instrument } from '../../model/index.ts';
import { MarketMeasurement, type MarketSample } from '../../research/index.ts';
import { AppFailure } from '../contracts.ts';
import type { CalibrationOptions } from './report.ts';
import { readVenueMessage } from './venue-messages.ts';

/** Share of the time that is fitted to; the rest is tested on. */
const TRAIN_PERCENT = 70n;

/** Messages from one line of progress to the next. */
const MESSAGES_A_LINE = 50_000;

interface Span {
  readonly from: EventTimeNs;
  readonly to: EventTimeNs;
}

/** Hands every message of some captures, in order of receive time, to `take`. */
async function eachMessage(
  files: readonly string[],
  signal: AbortSignal,
  take: (receivedAt: EventTimeNs, bytes: Buffer) => void,
): Promise<void> {
  const captures: Capture[] = [];
  try {
    for (const path of files) captures.push(await Capture.open(path));
    const merged = new MergedCaptures(captures);
    for (;;) {
      const message = merged.next();
      if (message !== null) {
        take(message.receivedAt, message.bytes);
        continue;
      }
      if (signal.aborted) throw new AppFailure('interrupted', 'the calibration was interrupted');
      if (!(await merged.fill())) return;
    }
  } finally {
    for (const capture of captures) await capture.close();
  }
}

async function spanOf(files: readonly string[], signal: AbortSignal): Promise<Span> {
  let from: EventTimeNs | null = null;
  let to: EventTimeNs | null = null;
  await eachMessage(files, signal, (at) => {
    if (from === null || at < from) from = at;
    if (to === null || at > to) to = at;
  });
  if (from === null || to === null) throw new AppFailure('failed', 'the captures hold no message');
  return { from, to };
}

/** What was measured of one instrument in its captures, before and after the split. */
export interface MeasuredCaptures {
  readonly from: EventTimeNs;
  readonly to: EventTimeNs;
  readonly splitAt: EventTimeNs;
  readonly tickSize: number;
  readonly observations: number;
  readonly messages: number;
  readonly messagesPassedOver: number;
  readonly bookGaps: number;
  readonly train: MarketSample;
  readonly test: MarketSample;
}

/**
 * Measures one instrument in its captures, which are read twice: for their span, then for the rest.
 *
 * Errors: throws `AppFailure` for captures without a message and for an interruption.
 */
export async function measureCaptures(
  instrument: Instrument,
  files: readonly string[],
  { onLine, signal }: Pick<CalibrationOptions, 'onLine' | 'signal'>,
): Promise<MeasuredCaptures> {
  const { from, to } = await spanOf(files, signal);
  const splitAt = eventTime(from + ((to - from) * TRAIN_PERCENT) / 100n);
  const tickSize = Number(instrument.tickSizeE8) / 1e8;
  const measurement = new MarketMeasurement(tickSize, Number(splitAt) / 1e6);
  let count = 0;
  let passedOver = 0;
  await eachMessage(files, signal, (receivedAt, bytes) => {
    count += 1;
    if (count % MESSAGES_A_LINE === 0) onLine(`${instrument.id}: ${count} messages read`);
    const message = readVenueMessage(bytes.toString());
    if (message === null) passedOver += 1;
    else measurement.take({ receivedMs: Number(receivedAt) / 1e6, ...message });
  });
  return {
    from,
    to,
    splitAt,
    tickSize,
    observations: measurement.observations,
    messages: count,
    messagesPassedOver: passedOver,
    bookGaps: measurement.gaps,
    ...measurement.finish(),
  };
}
