import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventTime } from '../../../src/core/index.ts';
import { flatProfile, VolumeTally } from '../../../src/execution/index.ts';
import { qtyLots } from '../../../src/model/index.ts';

const HOUR_MS = 3_600_000;
const recording = fileURLToPath(
  new URL('../../../../shared/market/ohlcv/btcusdt_1h_2023_2024.csv.gz', import.meta.url),
);

/** Whole days of hourly bars, oldest first. */
function daysOf(text: string) {
  const days = new Map<string, { openedAt: ReturnType<typeof eventTime>; volume: number }[]>();
  for (const line of text.trim().split('\n').slice(1)) {
    const [time = '', , , , , volume = '0'] = line.split(',');
    const ms = Date.parse(`${time.replace(' ', 'T')}Z`);
    const day = days.get(time.slice(0, 10)) ?? [];
    day.push({ openedAt: eventTime(BigInt(ms) * 1_000_000n), volume: Number(volume) });
    days.set(time.slice(0, 10), day);
  }
  return [...days.values()].filter((bars) => bars.length === 24);
}

/** Sum of |expected share - share of the day| over the hours. */
function errorOf(shares: readonly number[], day: readonly { readonly volume: number }[]): number {
  const total = day.reduce((sum, { volume }) => sum + volume, 0);
  return day.reduce((sum, { volume }, hour) => sum + Math.abs(shares[hour]! - volume / total), 0);
}

/** Mean error a day of profiles learned from the days before, and of the flat one. */
function walkForward(days: ReturnType<typeof daysOf>, priorDays: number, maxDays: number) {
  const tally = new VolumeTally({ bucketMs: HOUR_MS, priorDays, maxDays });
  const flat = flatProfile(HOUR_MS).shares;
  let [learned, unlearned] = [0, 0];
  for (const day of days) {
    learned += errorOf(tally.profile().shares, day) / days.length;
    unlearned += errorOf(flat, day) / days.length;
    for (const { openedAt, volume } of day) {
      tally.add({ openedAt, volume: qtyLots(Math.round(volume * 1_000)) });
    }
  }
  return { learned, unlearned };
}

describe.skipIf(!existsSync(recording))(
  'a volume profile of recorded hours (skipped where ../shared/market is absent)',
  () => {
    it('expects the days that follow better than a flat one, and few days are better shrunk', () => {
      const days = daysOf(gunzipSync(readFileSync(recording)).toString());
      const usual = walkForward(days, 5, 60);
      console.info(
        `volume profile: mean error ${usual.learned.toFixed(4)} a day over ${days.length} days, ` +
          `flat ${usual.unlearned.toFixed(4)}`,
      );
      expect(usual.learned).toBeLessThan(0.95 * usual.unlearned);
      const few = walkForward(days, 5, 3);
      const raw = walkForward(days, 1e-9, 3);
      expect(few.learned).toBeLessThan(raw.learned);
    });
  },
);
