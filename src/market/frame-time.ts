import { type EventTimeNs, eventTime } from '../core/index.ts';
import type { MarketFrame } from './ports.ts';

/** When a frame was received, as event time. */
export const receivedAt = ({
  seconds,
  nanoseconds,
}: Pick<MarketFrame, 'seconds' | 'nanoseconds'>): EventTimeNs =>
  eventTime(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
