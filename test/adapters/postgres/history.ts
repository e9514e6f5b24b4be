import { eventTime, seededRng } from '../../../src/core/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type Fill,
  type Instrument,
  money,
  priceTicks,
  qtyLots,
  type StrategyId,
  type TradeId,
  type VenueOrderId,
} from '../../../src/model/index.ts';
import { sampleInstrument } from '../../model/sample-instrument.ts';

/** Two instruments with the grids of the paper configuration. */
export const INSTRUMENTS: readonly Instrument[] = [
  sampleInstrument(0, 'BTC', '0.1', '0.001', 'binance-spot'),
  sampleInstrument(1, 'SOL', '0.001', '0.01', 'binance-spot'),
];

/** Start of all made-up histories, ns. */
export const BEGINNING = 1_700_000_000_123_456_789n;

/**
 * A made-up but consistent history of `orders` orders: submitted, answered, filled in parts, ended,
 * with samples between. The same seed gives the same history.
 */
export function history(seed: number, orders: number): DomainEvent[] {
  const rng = seededRng(seed);
  const below = (n: number): number => Math.floor(rng.uniform() * n);
  const events: DomainEvent[] = [];
  let now = BEGINNING;
  const at = () => {
    now += BigInt(1 + below(5_000_000));
    return eventTime(now);
  };
  for (let n = 1; n <= orders; n += 1) {
    const { id } = INSTRUMENTS[below(2)]!;
    const clientOrderId = `h${seed}-${n}` as ClientOrderId;
    const quantity = qtyLots(1 + below(50));
    const side = below(2) === 0 ? 'buy' : 'sell';
    const price = priceTicks(300_000 + below(1_000));
    const request = {
      instrument: id,
      strategy: 'test' as StrategyId,
      side,
      type: 'limit',
      price,
      quantity,
      timeInForce: 'gtc',
      postOnly: false,
      reduceOnly: false,
    } as const;
    events.push({ kind: 'order-submitted', at: at(), clientOrderId, request });
    if (below(10) === 0) {
      events.push({ kind: 'order-rejected', at: at(), clientOrderId, reason: 'post only' });
      continue;
    }
    if (below(10) === 0) {
      events.push({ kind: 'order-doubted', at: at(), clientOrderId, reason: 'no answer' });
      if (below(2) === 0) continue;
    }
    const venueOrderId = `v${seed}-${n}` as VenueOrderId;
    events.push({ kind: 'order-accepted', at: at(), clientOrderId, venueOrderId });
    let open: number = quantity;
    for (let part = below(3); part > 0 && open > 0; part -= 1) {
      const filled = 1 + below(open);
      open -= filled;
      const when = at();
      const fill: Fill = {
        tradeId: `t${seed}-${events.length}` as TradeId,
        clientOrderId,
        instrument: id,
        side,
        price: priceTicks(price + below(5)),
        quantity: qtyLots(filled),
        fee: money(BigInt(below(2_000_000) - 500_000)),
        liquidity: below(2) === 0 ? 'maker' : 'taker',
        at: when,
      };
      events.push({ kind: 'order-filled', at: when, fill });
    }
    if (open > 0 && below(3) > 0) {
      events.push({ kind: 'cancel-requested', at: at(), clientOrderId });
      events.push({ kind: 'order-cancelled', at: at(), clientOrderId, reason: 'asked' });
    }
    if (below(4) === 0) {
      events.push({
        kind: 'equity-sampled',
        at: at(),
        equity: money(BigInt(below(1e9))),
        cash: money(-5n),
        realised: money(1n),
        unrealised: money(2n),
        fees: money(3n),
        marks: [{ instrument: id, price }],
      });
    }
  }
  return events;
}
