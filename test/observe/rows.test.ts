import { describe, expect, it } from 'vitest';
import { eventTime } from '../../src/core/index.ts';
import {
  type ClientOrderId,
  type Fill,
  money,
  type Order,
  type ParentOrderId,
  priceTicks,
  qtyLots,
  type StrategyId,
  type TradeId,
} from '../../src/model/index.ts';
import {
  bookView,
  causeView,
  epochMs,
  fillView,
  MAX_VIEW_LEVELS,
  moneyText,
  orderView,
  positionView,
  priceText,
  quantityText,
} from '../../src/observe/index.ts';
import { BTC, ETH, SOL } from './sample-view.ts';

const at = eventTime(1_773_239_527_250_999_999n);

describe('amounts as text', () => {
  it.each([
    [123_456_789_012n, 2, '1234.57'],
    [-123_456_789_012n, 2, '-1234.57'],
    [100_500_000n, 2, '1.00'],
    [101_500_000n, 2, '1.02'],
    [-499_999n, 2, '0.00'],
    [-500_001n, 2, '-0.01'],
    [-12_345n, 4, '-0.0001'],
    [199_999_999n, 0, '2'],
    [12_345n, 8, '0.00012345'],
  ])(
    'rounds %s to %d places half to even as %s, without a negative zero',
    (units, places, text) => {
      expect(moneyText(money(units), places)).toBe(text);
    },
  );

  it('writes prices and quantities with the decimals of the grid', () => {
    expect(priceText(BTC, priceTicks(832_417))).toBe('83241.7');
    expect(priceText(ETH, priceTicks(201_846))).toBe('2018.46');
    expect(priceText(SOL, priceTicks(138_400))).toBe('138.400');
    expect(quantityText(BTC, qtyLots(-184))).toBe('-0.184');
    expect(quantityText(SOL, qtyLots(4_130))).toBe('41.30');
  });

  it('cuts event time to milliseconds', () => {
    expect(epochMs(at)).toBe(1_773_239_527_250);
  });
});

describe('rows', () => {
  const request = {
    instrument: BTC.id,
    strategy: 'market-making' as StrategyId,
    side: 'sell' as const,
    type: 'limit' as const,
    price: priceTicks(832_446),
    quantity: qtyLots(40),
    timeInForce: 'gtc' as const,
    postOnly: true,
    reduceOnly: false,
  };

  it('show an order with what is filled of it', () => {
    const order: Order = {
      clientOrderId: 'b4-7-1' as ClientOrderId,
      venueOrderId: null,
      request,
      status: 'partially-filled',
      filled: qtyLots(12),
      filledTickLots: 9_989_352n,
      createdAt: at,
      updatedAt: at,
      cancelRequested: true,
      reason: null,
    };
    expect(orderView(BTC, order)).toEqual({
      clientOrderId: 'b4-7-1',
      instrument: 'sim:BTCUSDT',
      strategy: 'market-making',
      side: 'sell',
      type: 'limit',
      price: '83244.6',
      quantity: '0.040',
      filled: '0.012',
      base: 'BTC',
      status: 'partially-filled',
      timeInForce: 'gtc',
      postOnly: true,
      reduceOnly: false,
      cancelRequested: true,
      createdAtMs: 1_773_239_527_250,
    });
    const parent = { id: 'p-7-1' as ParentOrderId, role: 'target' };
    const child = { ...order, request: { ...request, parent } };
    expect(orderView(BTC, child).strategy).toBe('market-making (target)');
  });

  it('show a fill with its fee to a hundredth of a cent, negative for a rebate', () => {
    const fill: Fill = {
      tradeId: '9' as TradeId,
      clientOrderId: 'b4-7-1' as ClientOrderId,
      instrument: BTC.id,
      side: 'buy',
      price: priceTicks(832_417),
      quantity: qtyLots(12),
      fee: money(-1_997_700n),
      liquidity: 'maker',
      at,
    };
    expect(fillView(BTC, fill)).toMatchObject({
      price: '83241.7',
      quantity: '0.012',
      fee: '-0.0200',
      liquidity: 'maker',
    });
  });

  it('show a short position with a negative quantity and value', () => {
    const shown = positionView(ETH, {
      quantity: qtyLots(-2_150),
      entryPriceE8: 202_164_499_999n,
      mark: priceTicks(201_846),
      unrealised: money(683_700_000n),
      realised: money(-5_000_000n),
    });
    expect(shown).toEqual({
      instrument: 'sim:ETHUSDT',
      quantity: '-2.150',
      base: 'ETH',
      entryPrice: '2021.64',
      markPrice: '2018.46',
      notional: '-4339.69',
      unrealised: '6.84',
      realised: '-0.05',
    });
  });

  it('show at most ten levels of each side of a book, in the order given', () => {
    const bids = Array.from(
      { length: 30 },
      (_, i) => [priceTicks(100 - i), qtyLots(i + 1)] as const,
    );
    const shown = bookView(SOL, at, bids, []);
    expect(shown.bids).toHaveLength(MAX_VIEW_LEVELS);
    expect(shown.bids[0]).toEqual(['0.100', '0.01']);
    expect(shown.asks).toEqual([]);
  });

  it('show a cause of a mode', () => {
    const cause = {
      id: 'human-pause',
      mode: 'PAUSE',
      origin: 'human',
      detail: 'x',
      since: at,
    } as const;
    expect(causeView(cause)).toEqual({
      id: 'human-pause',
      mode: 'PAUSE',
      origin: 'human',
      detail: 'x',
      sinceMs: 1_773_239_527_250,
    });
  });
});
