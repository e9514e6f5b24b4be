import { expect, it } from 'vitest';
import { eventTime, NS_PER_S } from '../../src/core/index.ts';
import { money } from '../../src/model/index.ts';
import { EquityCurve, MAX_EQUITY_POINTS } from '../../src/observe/index.ts';
import fc from '../fast-check.ts';

it('stays bounded, ordered, exact at its end and true in its deepest fall for any equity', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1_000_000 }), {
        minLength: 1,
        maxLength: 6_000,
        size: 'max',
      }),
      (cents) => {
        const curve = new EquityCurve();
        let peak = 0;
        let deepest = 0;
        cents.forEach((cent, second) => {
          peak = Math.max(peak, cent);
          deepest = Math.max(deepest, (peak - cent) / peak);
          curve.apply({
            kind: 'equity-sampled',
            at: eventTime(BigInt(second) * NS_PER_S),
            equity: money(BigInt(cent) * 1_000_000n),
            cash: money(0n),
            realised: money(0n),
            unrealised: money(0n),
            fees: money(0n),
            marks: [],
          });
        });
        const { atMs, equity, drawdown } = curve.series();
        expect(atMs.length).toBeLessThanOrEqual(MAX_EQUITY_POINTS);
        expect([equity.length, drawdown.length]).toEqual([atMs.length, atMs.length]);
        expect(atMs.every((at, index) => index === 0 || at > atMs[index - 1]!)).toBe(true);
        expect(atMs.at(-1)).toBe((cents.length - 1) * 1_000);
        expect(equity.at(-1)).toBe((cents.at(-1)! / 100).toFixed(2));
        expect(Math.max(...drawdown)).toBeCloseTo(deepest, 12);
        expect(curve.maxDrawdown).toBeCloseTo(deepest, 12);
      },
    ),
    { numRuns: 40 },
  );
});
