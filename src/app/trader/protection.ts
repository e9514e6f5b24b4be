import type { OrderRequest, ParentSpec } from '../../model/index.ts';

/** How the taking entries of an instrument are guarded; a part at 0 is left out. */
export interface Protection {
  /** Distance of the stop from the entry, standard deviations of the move over the horizon. */
  readonly stopVolatilities: number;
  /** The same of the target. */
  readonly targetVolatilities: number;
  /** Horizon of both, s. */
  readonly horizonS: number;
  /** Least distance of both, bps of the entry; used alone while the volatility is not known. */
  readonly leastBps: number;
  /** Time after the entry's first fill at which it is closed at any price, ms. */
  readonly timeStopMs: number;
}

/** Whether anything is guarded at all. */
export const isProtecting = (protection: Protection): boolean =>
  protection.stopVolatilities > 0 || protection.targetVolatilities > 0 || protection.timeStopMs > 0;

/** The bracket that an entry becomes. Requires a protection that protects. */
export function protectedEntry(request: OrderRequest, protection: Protection): ParentSpec {
  const { instrument, strategy, side, quantity, type, price, timeInForce } = request;
  const { stopVolatilities, targetVolatilities, horizonS, leastBps, timeStopMs } = protection;
  const least = Math.max(1, Math.round((price / 10_000) * leastBps));
  return {
    kind: 'bracket',
    instrument,
    strategy,
    side,
    quantity,
    terms: {
      entryType: type,
      entryPrice: price,
      entryTimeInForce: timeInForce,
      stopTicks: stopVolatilities > 0 ? least : null,
      stopVolatilities,
      targetTicks: targetVolatilities > 0 ? least : null,
      targetVolatilities,
      horizonS,
      timeStopMs: timeStopMs > 0 ? timeStopMs : null,
    },
  };
}
