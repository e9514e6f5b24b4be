import { describe, expect, it } from 'vitest';
import { eventTime, seededRng } from '../../src/core/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  money,
  priceTicks,
  qtyLots,
  type TradeId,
  type VenueOrderId,
} from '../../src/model/index.ts';
import {
  checkMarketModels,
  fitQueueModel,
  MarketMeasurement,
  type MarketObservation,
  type MarketSample,
  OwnOrderMeasurement,
  queueCdf,
} from '../../src/research/index.ts';
import { BTC, order } from '../adapters/simulator/market-fixture.ts';

type Timed = readonly [ms: number, observation: MarketObservation];

/** Measures observations on a grid of 1; what comes from `splitMs` on is the test part. */
function measured(all: readonly Timed[], splitMs = Number.POSITIVE_INFINITY) {
  const measurement = new MarketMeasurement(1, splitMs);
  for (const [ms, observation] of all) {
    measurement.take({ receivedMs: ms, sentMs: null, observation });
  }
  return { ...measurement.finish(), gaps: measurement.gaps };
}

const snapshot: MarketObservation = {
  kind: 'snapshot',
  lastId: 10,
  bids: [
    [10_000, 5],
    [9_999, 8],
  ],
  asks: [[10_001, 5]],
};

const depth = (ms: number, id: number, price: number, quantity: number): Timed => [
  ms,
  {
    kind: 'depth',
    venueMs: ms,
    firstId: id,
    lastId: id,
    previousId: id - 1,
    bids: [[price, quantity]],
    asks: [],
  },
];

const trade = (ms: number, quantity: number, price = 10_000): Timed => [
  ms,
  { kind: 'trade', venueMs: ms, price, quantity, aggressor: 'sell' },
];

const touchOf = ({ flows }: MarketSample) => flows[0]!;

describe('the flow of a book', () => {
  it('takes what was traded at a price for no cancel, and the rest of the shrinking for one', () => {
    const { train } = measured([
      [0, snapshot],
      depth(10, 11, 9_999, 8),
      trade(1_020, 2),
      depth(1_030, 12, 10_000, 2),
      depth(2_100, 13, 9_999, 8),
    ]);
    expect(touchOf(train).tradedQuantity).toBeCloseTo(2, 12);
    expect(touchOf(train).cancelledQuantity).toBeCloseTo(1, 12);
    expect(touchOf(train).arrivals).toBe(0);
  });

  it('counts an increase at its distance, with its size', () => {
    const { train } = measured([[0, snapshot], depth(10, 11, 9_999, 11)]);
    const step = train.flows.find(({ toBps }) => toBps === 1)!;
    expect(step.arrivals).toBe(1);
    expect(step.arrivedQuantity).toBe(3);
    expect([...train.arrivalSizes]).toEqual([3]);
  });

  it('follows no book after a gap until the next snapshot', () => {
    const found = measured([
      [0, snapshot],
      depth(10, 11, 10_000, 6),
      depth(20, 15, 10_000, 9),
      depth(30, 16, 10_000, 12),
    ]);
    expect(found.gaps).toBe(1);
    expect(touchOf(found.train).arrivedQuantity).toBe(1);
  });
});

describe('market orders', () => {
  it('are the prints of one millisecond and direction together', () => {
    const { train } = measured([trade(5, 1), trade(5, 2), trade(6, 4)]);
    expect([...train.orderSizes]).toEqual([3, 4]);
  });

  it('that come from the split on are in the test part alone', () => {
    const early = [trade(5, 1), trade(8, 2)];
    const one = measured([...early, trade(20, 7)], 10);
    const other = measured([...early, trade(20, 900), trade(30, 1_000)], 10);
    expect(one.train).toEqual(other.train);
    expect([...one.test.orderSizes]).toEqual([7]);
  });
});

describe('the queue model', () => {
  it('recovers the exponent that places were drawn with', () => {
    const rng = seededRng(3);
    const exponent = 1.8;
    const places = Float64Array.from({ length: 4_000 }, () => {
      const p = Math.min(1 - 1e-9, Math.max(1e-9, rng.uniform()));
      return 1 / (1 + ((1 - p) / p) ** (1 / exponent));
    });
    const fit = fitQueueModel(places)!;
    expect(Math.abs(fit.exponent - exponent)).toBeLessThan(3 * fit.standardError);
    expect(queueCdf(0.5, fit.exponent)).toBeCloseTo(0.5, 12);
    expect(fitQueueModel(places.slice(0, 50))).toBeNull();
  });

  it('finds the place of a cancel of a size that joined once', () => {
    const quote = (ms: number, bidQuantity: number): Timed => [
      ms,
      { kind: 'quote', bid: 10_000, bidQuantity, ask: 10_001, askQuantity: 5 },
    ];
    const { train } = measured([
      quote(0, 6),
      quote(100, 8.5),
      quote(200, 12.5),
      quote(300, 10),
      quote(400, 10),
      quote(500, 10),
    ]);
    expect([...train.queuePositions]).toEqual([0.6]);
  });
});

describe('a model document', () => {
  it.each([
    [{ kind: 'other' }, 'kind', '"bot4-market-model"'],
    [{ kind: 'bot4-market-model', version: 2 }, 'version', '1'],
    [{ kind: 'bot4-market-model', version: 1, models: 3 }, 'models', 'a list of 0 to 64 entries'],
    [
      { kind: 'bot4-market-model', version: 1, models: [{ instrument: '' }] },
      'models[0].instrument',
      'a text of 1 to 200 characters',
    ],
  ])('%j is refused at %s', (document, path, allowed) => {
    const checked = checkMarketModels(document);
    if (checked.ok) throw new Error('it was accepted');
    expect(checked.error).toMatchObject({ path, allowed });
  });
});

const at = (ms: number) => eventTime(BigInt(ms) * 1_000_000n);

function life(id: string, submitted: number, ends: number, filled: boolean): DomainEvent[] {
  const { clientOrderId, request } = order(id);
  const accepted = submitted + 4;
  const end: DomainEvent = filled
    ? {
        kind: 'order-filled',
        at: at(accepted + ends),
        fill: {
          tradeId: id as TradeId,
          clientOrderId,
          instrument: BTC.id,
          side: 'buy',
          price: priceTicks(600_060),
          quantity: qtyLots(10),
          fee: money(0n),
          liquidity: 'taker',
          at: at(accepted + ends),
        },
      }
    : { kind: 'order-cancelled', at: at(accepted + ends), clientOrderId, reason: 'asked' };
  return [
    { kind: 'order-submitted', at: at(submitted), clientOrderId, request },
    {
      kind: 'order-accepted',
      at: at(accepted),
      clientOrderId: clientOrderId as ClientOrderId,
      venueOrderId: id as VenueOrderId,
    },
    end,
  ];
}

describe('own orders', () => {
  const measurement = new OwnOrderMeasurement();
  const zero = money(0n);
  measurement.take({
    kind: 'equity-sampled',
    at: at(0),
    equity: zero,
    cash: zero,
    realised: zero,
    unrealised: zero,
    fees: zero,
    marks: [{ instrument: BTC.id, price: priceTicks(600_000) }],
  });
  for (let i = 0; i < 40; i += 1) {
    // One half is cancelled after 50 ms; of the other, each is filled after 400 ms.
    for (const event of life(`o${i}`, i * 1_000, i % 2 === 0 ? 50 : 400, i % 2 === 1)) {
      measurement.take(event);
    }
  }
  const found = measurement.finish();

  it('tell the delay until acceptance', () => {
    expect(found.roundTrip).toMatchObject({ medianMs: 4, n: 40, percentile99Ms: 4 });
    expect(found.roundTrip!.sigma).toBeCloseTo(0, 12);
  });

  it('tell no delay of an order that was in doubt: it is that of our question, not of the venue', () => {
    const doubted = new OwnOrderMeasurement();
    for (let i = 0; i < 30; i += 1) {
      const [submitted, accepted, ...end] = life(`d${i}`, i * 10_000, 6_000, false);
      const { clientOrderId } = submitted as Extract<DomainEvent, { kind: 'order-submitted' }>;
      const doubt = { kind: 'order-doubted', at: at(i * 10_000 + 5), clientOrderId } as const;
      const events = i < 25 ? [submitted] : [submitted, { ...doubt, reason: 'no acknowledgement' }];
      for (const event of [...events, accepted, ...end]) doubted.take(event as DomainEvent);
    }
    expect(doubted.finish()).toMatchObject({ accepted: 30, roundTrip: { n: 25 } });
    expect(doubted.finish().fillProbability[0]).toMatchObject({ atRisk: 30 });
  });

  it('tell the chance of a fill with cancelled orders as censored', () => {
    const chances = found.fillProbability.map((p) => [p.seconds, p.fillProbability, p.atRisk]);
    expect(chances).toEqual([
      [0.1, 0, 40],
      [0.5, 1, 20],
    ]);
  });

  it('tell the slippage against the last mark, positive when worse', () => {
    expect(found.slippage).toHaveLength(1);
    expect(found.slippage[0]!.meanBps).toBeCloseTo(1, 9);
    expect(found.slippage[0]!.fills).toBe(20);
  });
});
