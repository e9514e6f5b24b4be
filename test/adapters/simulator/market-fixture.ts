import { eventTime } from '../../../src/core/index.ts';
import {
  type ClientOrderId,
  type Order,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../../src/model/index.ts';
import { sampleInstrument } from '../../model/sample-instrument.ts';

/** 2023-11-14 22:13:20 UTC. */
export const START = eventTime(1_700_000_000_000_000_000n);

export const BTC = sampleInstrument(0, 'BTC', '0.1', '0.001');
export const ETH = sampleInstrument(1, 'ETH', '0.01', '0.001');

export const SOL = sampleInstrument(2, 'SOL', '0.001', '0.01');

export const BTC_MARKET = {
  instrument: BTC,
  market: { startPriceE8: 6_000_000_000_000n, dailyVolatility: 0.03, tradesPerSecond: 5 },
};
export const ETH_MARKET = {
  instrument: ETH,
  market: { startPriceE8: 300_000_000_000n, dailyVolatility: 0.035, tradesPerSecond: 4 },
};

export const SOL_MARKET = {
  instrument: SOL,
  market: { startPriceE8: 15_000_000_000n, dailyVolatility: 0.045, tradesPerSecond: 3 },
};

/** An order as execution would send it. */
export function order(id: string, request: Partial<OrderRequest> = {}): Order {
  return {
    clientOrderId: id as ClientOrderId,
    venueOrderId: null,
    request: {
      instrument: BTC.id,
      strategy: 'test' as StrategyId,
      side: 'buy',
      type: 'limit',
      price: priceTicks(590_000),
      quantity: qtyLots(10),
      timeInForce: 'gtc',
      postOnly: false,
      reduceOnly: false,
      ...request,
    },
    status: 'pending',
    filled: qtyLots(0),
    filledTickLots: 0n,
    createdAt: START,
    updatedAt: START,
    cancelRequested: false,
    reason: null,
  };
}
