import { describe, expect, it } from 'vitest';
import {
  checkTiers,
  type FeeTier,
  feesAt,
  VolumeWindow,
} from '../../../src/adapters/simulator/fee-tiers.ts';
import { money } from '../../../src/model/index.ts';

const HOUR_US = 3_600_000_000;
const START = 480_000 * HOUR_US;

const ORDINARY = { makerFeeE8: 20_000n, takerFeeE8: 50_000n };
const TIERS: readonly FeeTier[] = [
  { fromVolume: money(1_000n), makerFeeE8: 10_000n, takerFeeE8: 40_000n },
  { fromVolume: money(5_000n), makerFeeE8: -5_000n, takerFeeE8: 30_000n },
];

describe('the volume of 30 days', () => {
  it('adds what was traded and forgets it with its hour after 720 full hours', () => {
    const volume = new VolumeWindow();
    volume.add(START, money(100n));
    volume.add(START + HOUR_US, money(7n));
    expect(volume.total(START + HOUR_US)).toBe(107n);
    expect(volume.total(START + 720 * HOUR_US)).toBe(107n);
    expect(volume.total(START + 721 * HOUR_US)).toBe(7n);
    expect(volume.total(START + 722 * HOUR_US)).toBe(0n);
  });

  it('holds at most 721 hours, and comes back from what is stored', () => {
    const volume = new VolumeWindow();
    for (let hour = 0; hour < 2_000; hour += 1) volume.add(START + hour * HOUR_US, money(1n));
    expect(volume.hours()).toHaveLength(721);
    const again = new VolumeWindow();
    again.restore(volume.hours());
    const end = START + 1_999 * HOUR_US;
    expect([again.total(end), volume.total(end)]).toEqual([721n, 721n]);
  });
});

describe('the fees at a volume', () => {
  it('are the ordinary ones below the first tier and those of the highest tier reached', () => {
    expect(feesAt(ORDINARY, TIERS, money(999n))).toBe(ORDINARY);
    expect(feesAt(ORDINARY, TIERS, money(1_000n))).toBe(TIERS[0]);
    expect(feesAt(ORDINARY, TIERS, money(4_999n))).toBe(TIERS[0]);
    expect(feesAt(ORDINARY, TIERS, money(10n ** 18n))).toBe(TIERS[1]);
  });

  it('refuses tiers that do not rise', () => {
    expect(() => checkTiers([TIERS[1]!, TIERS[0]!])).toThrow('fee tier 2');
    expect(() => checkTiers([{ ...TIERS[0]!, fromVolume: money(0n) }])).toThrow('fee tier 1');
  });
});
