import { eventTime } from '../../../src/core/index.ts';
import {
  type ClientOrderId,
  type Instrument,
  instrumentId,
  money,
  type Order,
  type OrderRequest,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../../src/model/index.ts';

/** 2023-11-14 22:13:20 UTC. */
export const START = eventTime(1_700_000_000_000_000_000n);

const instrument = (
  index: number,
  symbol: string,
  tickSizeE8: bigint,
  stepSizeE8: bigint,
): Instrument => ({
  id: instrumentId('sim', symbol),
  index,
  venue: 'sim',
  symbol,
  base: symbol.slice(0, -4),
  quote: 'USDT',
  tickSizeE8,
  stepSizeE8,
  minNotional: money(500_000_000n),
  sequenceRule: 'binance-futures',
});

export const BTC = instrument(0, 'BTCUSDT', 10_000_000n, 100_000n);
export const ETH = instrument(1, 'ETHUSDT', 1_000_000n, 100_000n);

export const SOL = instrument(2, 'SOLUSDT', 100_000n, 1_000_000n);

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
