import { assert, type EventTimeNs, NS_PER_MS } from '../../core/index.ts';
import type { Bar } from '../../model/index.ts';

const DAY_MS = 86_400_000;

/** Where in the UTC day the volume trades. */
export interface VolumeProfile {
  /** Length of a bucket, ms; a divisor of the day. */
  readonly bucketMs: number;
  /** Share of a day's volume in each bucket; they sum to 1. */
  readonly shares: readonly number[];
}

/** A profile that knows nothing. */
export function flatProfile(bucketMs = 1_800_000): VolumeProfile {
  assert(
    bucketMs > 0 && DAY_MS % bucketMs === 0,
    () => `a day has whole buckets of ${bucketMs} ms`,
  );
  const buckets = DAY_MS / bucketMs;
  return { bucketMs, shares: new Array<number>(buckets).fill(1 / buckets) };
}

/**
 * Learns where in the day the volume trades, from bars of any length in any order.
 *
 *   v[b] = (days[b] * mean[b] + k * mean) / (days[b] + k),   share[b] = v[b] / sum v
 *
 * `days[b]` counts the days with a bar in bucket b, `mean[b]` is their mean volume, `mean` that of
 * all buckets seen, and `k` (`priorDays`) is for how many days the flat profile counts: a bucket never
 * seen is flat, one seen for long is itself.
 *
 * Cost: memory for at most `maxDays` days; older ones are forgotten.
 */
export class VolumeTally {
  readonly #bucketMs: number;
  readonly #priorDays: number;
  readonly #maxDays: number;
  readonly #days = new Map<number, Float64Array>();

  constructor({ bucketMs = 1_800_000, priorDays = 5, maxDays = 60 } = {}) {
    assert(bucketMs > 0 && DAY_MS % bucketMs === 0, () => `a day has whole buckets of ${bucketMs}`);
    assert(priorDays > 0 && maxDays >= 1, 'the prior and the memory are above 0');
    this.#bucketMs = bucketMs;
    this.#priorDays = priorDays;
    this.#maxDays = maxDays;
  }

  /** Takes a bar in. */
  add({ openedAt, volume }: Pick<Bar, 'openedAt' | 'volume'>): void {
    const ms = Number(openedAt / NS_PER_MS);
    const day = Math.floor(ms / DAY_MS);
    let volumes = this.#days.get(day);
    if (volumes === undefined) {
      volumes = new Float64Array(DAY_MS / this.#bucketMs).fill(Number.NaN);
      this.#days.set(day, volumes);
      if (this.#days.size > this.#maxDays) this.#days.delete(Math.min(...this.#days.keys()));
    }
    const bucket = Math.floor((ms - day * DAY_MS) / this.#bucketMs);
    const before = volumes[bucket]!;
    volumes[bucket] = (Number.isNaN(before) ? 0 : before) + volume;
  }

  /** What is known by now; flat before the first volume. */
  profile(): VolumeProfile {
    const buckets = DAY_MS / this.#bucketMs;
    const sums = new Float64Array(buckets);
    const counts = new Float64Array(buckets);
    for (const volumes of this.#days.values()) {
      volumes.forEach((volume, b) => {
        if (Number.isNaN(volume)) return;
        sums[b] = sums[b]! + volume;
        counts[b] = counts[b]! + 1;
      });
    }
    const seen = counts.reduce((a, b) => a + b, 0);
    const mean = seen === 0 ? 0 : sums.reduce((a, b) => a + b, 0) / seen;
    if (mean <= 0) return flatProfile(this.#bucketMs);
    const k = this.#priorDays;
    const volumes = [...sums].map((sum, b) => (sum + k * mean) / (counts[b]! + k));
    const total = volumes.reduce((a, b) => a + b, 0);
    return { bucketMs: this.#bucketMs, shares: volumes.map((volume) => volume / total) };
  }
}

/** The profile of a set of bars, see `VolumeTally`. */
export function learnVolumeProfile(
  bars: Iterable<Pick<Bar, 'openedAt' | 'volume'>>,
  options: ConstructorParameters<typeof VolumeTally>[0] = {},
): VolumeProfile {
  const tally = new VolumeTally(options);
  for (const bar of bars) tally.add(bar);
  return tally.profile();
}

/** Volume expected between two moments, in days of volume. */
function volumeBetween({ bucketMs, shares }: VolumeProfile, fromMs: number, toMs: number): number {
  let sum = 0;
  for (let at = fromMs; at < toMs; ) {
    const bucket = Math.floor(at / bucketMs);
    const end = Math.min(toMs, (bucket + 1) * bucketMs);
    sum += (shares[bucket % shares.length]! * (end - at)) / bucketMs;
    at = end;
  }
  return sum;
}

/** Expected volume of each of `slices` equal parts of the time from `openedAt`, any unit: the term `profile`. */
export function sliceVolumes(
  profile: VolumeProfile,
  openedAt: EventTimeNs,
  durationMs: number,
  slices: number,
): readonly number[] {
  const start = Number(openedAt / NS_PER_MS) % DAY_MS;
  const length = durationMs / slices;
  return Array.from({ length: slices }, (_, k) =>
    volumeBetween(profile, start + k * length, start + (k + 1) * length),
  );
}
