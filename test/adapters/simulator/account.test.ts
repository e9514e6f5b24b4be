import { describe, expect, it } from 'vitest';
import { executionFee, MarginAccount } from '../../../src/adapters/simulator/account.ts';
import { money, notional, priceTicks, qtyLots, sideSign } from '../../../src/model/index.ts';
import fc from '../../fast-check.ts';
import { BTC, ETH } from './fixture.ts';

const FEES = { makerFeeE8: 20_000n, takerFeeE8: 50_000n };

describe('executionFee', () => {
  it('is the rate of the liquidity times the notional', () => {
    const [price, lots] = [priceTicks(600_000), qtyLots(1000)];
    expect(executionFee(BTC, price, lots, 'maker', FEES)).toBe(1_200_000_000n);
    expect(executionFee(BTC, price, lots, 'taker', FEES)).toBe(3_000_000_000n);
  });

  it('rounds half to even at 1e-8 and is a rebate when the rate is negative', () => {
    const dust = { ...BTC, tickSizeE8: 1n, stepSizeE8: 100_000_000n };
    const fee = (ticks: number, rate: bigint) =>
      executionFee(dust, priceTicks(ticks), qtyLots(1), 'maker', { ...FEES, makerFeeE8: rate });
    expect(fee(1, 50_000_000n)).toBe(0n);
    expect(fee(3, 50_000_000n)).toBe(2n);
    expect(fee(5, 50_000_000n)).toBe(2n);
    expect(fee(4, -50_000_000n)).toBe(-2n);
  });
});

describe('MarginAccount', () => {
  it('pays for what it buys and is paid for what it sells, with fees both ways', () => {
    const account = new MarginAccount();
    account.deposit(money(100_000_00000000n));
    account.fill(BTC, 'buy', priceTicks(600_000), qtyLots(1000), money(30_00000000n));
    expect(account.cash).toBe(39_970_00000000n);
    account.fill(BTC, 'sell', priceTicks(610_000), qtyLots(1500), money(45_00000000n));
    expect(account.cash).toBe(131_425_00000000n);
    expect(account.position(BTC.id)).toBe(-500);
    account.fill(BTC, 'buy', priceTicks(600_000), qtyLots(500), money(0n));
    expect(account.positions.has(BTC.id)).toBe(false);
  });

  it('measures exposure by the worst that working orders can bring about', () => {
    const account = new MarginAccount();
    account.fill(BTC, 'buy', priceTicks(600_000), qtyLots(1000), money(0n));
    const mark = priceTicks(600_000);
    const exposure = (buy: number, sell: number) =>
      account.exposure(BTC, { buy, sell }, mark) / 100_000_000n;
    expect(exposure(0, 0)).toBe(60_000n);
    expect(exposure(500, 0)).toBe(90_000n);
    expect(exposure(0, 1000)).toBe(60_000n);
    expect(exposure(0, 2500)).toBe(90_000n);
  });

  it('keeps cash plus marked positions equal to deposits plus gains minus fees, exactly', () => {
    const fills = fc.array(
      fc.record({
        instrument: fc.constantFrom(BTC, ETH),
        side: fc.constantFrom('buy' as const, 'sell' as const),
        price: fc.integer({ min: 1, max: 10_000_000 }).map(priceTicks),
        quantity: fc.integer({ min: 1, max: 1_000_000 }).map(qtyLots),
        liquidity: fc.constantFrom('maker' as const, 'taker' as const),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 10_000_000 }), (list, mark) => {
        const account = new MarginAccount();
        account.deposit(money(123n));
        let expected = 123n;
        for (const { instrument, side, price, quantity, liquidity } of list) {
          const fee = executionFee(instrument, price, quantity, liquidity, FEES);
          account.fill(instrument, side, price, quantity, fee);
          const signed = qtyLots(sideSign(side) * quantity);
          expected += notional(instrument, priceTicks(mark), signed);
          expected -= notional(instrument, price, signed) + fee;
        }
        expect(account.equity([BTC, ETH], () => priceTicks(mark))).toBe(expected);
      }),
    );
  });
});
