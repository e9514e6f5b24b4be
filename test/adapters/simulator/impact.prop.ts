import { describe, expect, it } from 'vitest';
import {
  ceilSquareRoot,
  type ImpactModel,
  impactTicks,
  priceWithImpact,
} from '../../../src/adapters/simulator/impact.ts';
import { money, notional, priceTicks, qtyLots } from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { BTC } from './fixture.ts';

const usdt = (whole: number) => money(BigInt(whole) * 100_000_000n);
/** A basis point at 100,000 USDT. */
const modelOf = (kind: ImpactModel['kind']): ImpactModel => ({
  kind,
  rateE8: 10_000n,
  reference: usdt(100_000),
});

const kinds = fc.constantFrom('none' as const, 'linear' as const, 'square-root' as const);

describe('impact', () => {
  it('is the rate at the reference, four times that at four times it when linear, twice by the root', () => {
    const price = priceTicks(600_000);
    expect(impactTicks(modelOf('linear'), price, usdt(100_000))).toBe(60n);
    expect(impactTicks(modelOf('square-root'), price, usdt(100_000))).toBe(60n);
    expect(impactTicks(modelOf('linear'), price, usdt(400_000))).toBe(240n);
    expect(impactTicks(modelOf('square-root'), price, usdt(400_000))).toBe(120n);
    expect(impactTicks(modelOf('none'), price, usdt(400_000))).toBe(0n);
  });

  it('is rounded up to the next tick', () => {
    expect(impactTicks(modelOf('linear'), priceTicks(600_000), usdt(1))).toBe(1n);
    expect(impactTicks(modelOf('square-root'), priceTicks(600_000), usdt(100_001))).toBe(61n);
  });

  it('takes the smallest root that is large enough', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (value) => {
        const root = ceilSquareRoot(value);
        expect(root * root >= value).toBe(true);
        expect(root === 0n || (root - 1n) * (root - 1n) < value).toBe(true);
      }),
    );
  });

  it('never helps an order, never takes it beyond its limit, and grows with what was taken', () => {
    const orders = fc.record({
      kind: kinds,
      side: fc.constantFrom('buy' as const, 'sell' as const),
      price: fc.integer({ min: 10, max: 2_000_000 }),
      reach: fc.integer({ min: 0, max: 5_000 }),
      taken: fc.integer({ min: 1, max: 10_000_000 }),
    });
    fc.assert(
      fc.property(orders, ({ kind, side, price, reach, taken }) => {
        const sign = side === 'buy' ? 1 : -1;
        const limit = priceTicks(Math.max(1, price + sign * reach));
        const paid = (lots: number) =>
          priceWithImpact(
            modelOf(kind),
            { side, limit },
            priceTicks(price),
            notional(BTC, priceTicks(price), qtyLots(lots)),
          );
        const worse = (paid(taken) - price) * sign;
        expect(worse).toBeGreaterThanOrEqual(0);
        expect((limit - paid(taken)) * sign).toBeGreaterThanOrEqual(0);
        expect((paid(taken * 2) - price) * sign).toBeGreaterThanOrEqual(worse);
        if (kind === 'none') expect(Math.abs(worse)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
