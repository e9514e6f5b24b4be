import { describe, expect, it } from 'vitest';
import { type EventTimeNs, eventTime } from '../../../src/core/index.ts';
import {
  flatProfile,
  learnVolumeProfile,
  sliceVolumes,
  VolumeTally,
} from '../../../src/execution/index.ts';
import { qtyLots } from '../../../src/model/index.ts';

const HOUR_MS = 3_600_000;
const when = (ms: number): EventTimeNs => eventTime(BigInt(ms) * 1_000_000n);

/** Hourly bars of `days` days with the busy hour 14 at ten times the volume of the others. */
const bars = (days: number) =>
  Array.from({ length: days * 24 }, (_, i) => ({
    openedAt: when(i * HOUR_MS),
    volume: qtyLots(i % 24 === 14 ? 1_000 : 100),
  }));

const HOURLY = { bucketMs: HOUR_MS, priorDays: 5 };

describe('a volume profile', () => {
  it('is flat without data, and sums to one with them', () => {
    expect(learnVolumeProfile([], HOURLY).shares).toEqual(flatProfile(HOUR_MS).shares);
    const { shares } = learnVolumeProfile(bars(3), HOURLY);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('is drawn to the flat one by few days and comes to the truth with many', () => {
    const busy = (days: number) => learnVolumeProfile(bars(days), HOURLY).shares[14]!;
    const truth = 1_000 / (23 * 100 + 1_000);
    expect(busy(1)).toBeGreaterThan(1 / 24);
    expect(busy(1)).toBeLessThan(busy(10));
    expect(busy(10)).toBeLessThan(truth);
    // 55 of 60 parts are the data's: mean 137.5, so (55 * 1000 + 5 * 137.5) / 60 of the sum 3300.
    expect(busy(55)).toBeCloseTo((55 * 1_000 + 5 * 137.5) / 60 / 3_300, 12);
  });

  it('forgets the oldest days beyond its bound', () => {
    const tally = new VolumeTally({ ...HOURLY, maxDays: 2 });
    for (const bar of bars(2)) tally.add(bar);
    for (let i = 48; i < 96; i += 1) tally.add({ openedAt: when(i * HOUR_MS), volume: qtyLots(5) });
    expect(tally.profile().shares[14]).toBeCloseTo(1 / 24, 12);
  });

  it('gives the parts of a time across midnight their expected volumes', () => {
    const profile = learnVolumeProfile(bars(55), HOURLY);
    const start = when(23 * HOUR_MS + 24 * HOUR_MS);
    const parts = sliceVolumes(profile, start, 24 * HOUR_MS, 24);
    expect(parts.indexOf(Math.max(...parts))).toBe(15);
    expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const half = sliceVolumes(profile, when(14 * HOUR_MS + HOUR_MS / 2), HOUR_MS, 2);
    expect(half[0]! / half[1]!).toBeCloseTo(profile.shares[14]! / profile.shares[15]!, 12);
  });
});
