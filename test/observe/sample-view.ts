import { eventTime, NS_PER_MS, type Rng, seededRng, standardNormal } from '../../src/core/index.ts';
import {
  type Instrument,
  instrumentId,
  type Money,
  money,
  parseE8,
  priceTicks,
  qtyLots,
} from '../../src/model/index.ts';
import {
  bookView,
  EquityCurve,
  type FillView,
  type InstrumentView,
  moneyText,
  type OrderView,
  type PositionView,
  priceText,
  quantityText,
  type SystemView,
} from '../../src/observe/index.ts';

/** 2026-03-11 14:32:07 UTC, the moment of every sample. */
export const SAMPLE_AT_MS = 1_773_239_527_250;

const HOUR_MS = 3_600_000;

const instrument = (
  index: number,
  base: string,
  tickSizeE8: bigint,
  stepSizeE8: bigint,
): Instrument => ({
  id: instrumentId('sim', `${base}USDT`),
  index,
  venue: 'sim',
  symbol: `${base}USDT`,
  base,
  quote: 'USDT',
  tickSizeE8,
  stepSizeE8,
  minNotional: money(500_000_000n),
  sequenceRule: 'binance-spot',
});

/** The three default instruments of the simulated venue. */
export const BTC = instrument(0, 'BTC', 10_000_000n, 100_000n);
export const ETH = instrument(1, 'ETH', 1_000_000n, 100_000n);
export const SOL = instrument(2, 'SOL', 100_000n, 1_000_000n);

/** Six and a half hours of equity, one sample a second, from a seeded walk. */
export function sampleEquityCurve(endMs = SAMPLE_AT_MS): EquityCurve {
  const rng = seededRng(6);
  const curve = new EquityCurve();
  const startMs = endMs - 6.5 * HOUR_MS;
  curve.apply({
    kind: 'cash-deposited',
    at: eventTime(BigInt(startMs) * NS_PER_MS),
    amount: money(10_000_000_000_000n),
  });
  let equity = 100_000;
  let regime = 0;
  for (let atMs = startMs; atMs <= endMs; atMs += 1_000) {
    if (rng.uniform() < 1 / 2_400) regime = standardNormal(rng) * 0.16;
    equity += 0.004 + regime + standardNormal(rng) * 1.4;
    const units = money(BigInt(Math.round(equity * 100)) * 1_000_000n);
    curve.apply({
      kind: 'equity-sampled',
      at: eventTime(BigInt(atMs) * NS_PER_MS),
      equity: units,
      cash: units,
      realised: money(0n),
      unrealised: money(0n),
      fees: money(0n),
      marks: [],
    });
  }
  return curve;
}

function sampleInstrument(
  traded: Instrument,
  mid: number,
  quantity: number,
  atMs: number,
  decision: InstrumentView['decision'],
  rng: Rng,
): InstrumentView {
  const levels = (
    sign: 1 | -1,
  ): (readonly [ReturnType<typeof priceTicks>, ReturnType<typeof qtyLots>])[] => {
    let price = mid + (sign === 1 ? 1 : 0);
    return Array.from({ length: 10 }, (_, depth) => {
      const level = [
        priceTicks(price),
        qtyLots(1 + Math.round(quantity * (0.25 + depth * 0.16) * (0.35 + rng.uniform()))),
      ] as const;
      price += sign * (1 + Math.floor(rng.uniform() * 3));
      return level;
    });
  };
  return {
    instrument: traded.id,
    symbol: traded.symbol,
    base: traded.base,
    quote: traded.quote,
    book: bookView(traded, eventTime(BigInt(atMs) * NS_PER_MS), levels(-1), levels(1)),
    decision,
  };
}

function sampleFills(atMs: number, rng: Rng): FillView[] {
  const markets = [
    [BTC, 832_417, 40],
    [ETH, 201_846, 700],
    [SOL, 138_412, 900],
  ] as const;
  return Array.from({ length: 40 }, (_, index) => {
    const [traded, mid, size] = markets[Math.floor(rng.uniform() * 3)]!;
    const price = priceTicks(mid + Math.round(standardNormal(rng) * mid * 2e-4));
    const quantity = qtyLots(1 + Math.floor(rng.uniform() * size));
    const maker = rng.uniform() < 0.75;
    const value = Number(priceText(traded, price)) * Number(quantityText(traded, quantity));
    const fee = BigInt(Math.round(value * (maker ? -0.000_02 : 0.000_4) * 1e8));
    return {
      tradeId: `sim-${88_410 - index}`,
      instrument: traded.id,
      side: rng.uniform() < 0.5 ? 'buy' : 'sell',
      price: priceText(traded, price),
      quantity: quantityText(traded, quantity),
      base: traded.base,
      fee: moneyText(money(fee), 4),
      liquidity: maker ? 'maker' : 'taker',
      atMs: atMs - Math.round(index * 7_300 + rng.uniform() * 5_000),
    };
  });
}

const position = (
  traded: Instrument,
  [quantity, entryPrice, markPrice]: readonly [string, string, string],
  realised: string,
): PositionView => {
  const signed = Number(quantity);
  return {
    instrument: traded.id,
    quantity,
    base: traded.base,
    entryPrice,
    markPrice,
    notional: (signed * Number(markPrice)).toFixed(2),
    unrealised: (signed * (Number(markPrice) - Number(entryPrice))).toFixed(2),
    realised,
  };
};

const order = (
  index: number,
  traded: Instrument,
  strategy: string,
  side: 'buy' | 'sell',
  [price, quantity, filled]: readonly [string, string, string],
  status: OrderView['status'],
  atMs: number,
): OrderView => ({
  clientOrderId: `b4-7-${String(4_120 + index)}`,
  instrument: traded.id,
  strategy,
  side,
  type: 'limit',
  price,
  quantity,
  filled,
  base: traded.base,
  status,
  timeInForce: 'gtc',
  postOnly: strategy === 'market-making',
  reduceOnly: false,
  cancelRequested: false,
  createdAtMs: atMs - 1_900 - index * 2_300,
});

/** Amounts that fulfil: equity = cash + positions = 100,000 deposited + realised + unrealised - fees - charges. */
function sampleAmounts(equity: Money, positions: readonly PositionView[]) {
  const sum = (amounts: readonly string[]): bigint =>
    amounts.reduce((total, amount) => total + parseE8(amount)!, 0n);
  const unrealised = sum(positions.map((held) => held.unrealised));
  const [fees, charges] = [4_812_000_000n, 731_000_000n];
  return {
    equity: moneyText(equity),
    cash: moneyText(money(equity - sum(positions.map((held) => held.notional)))),
    realised: moneyText(money(equity - 10_000_000_000_000n - unrealised + fees + charges)),
    unrealised: moneyText(money(unrealised)),
    fees: moneyText(money(fees)),
    charges: moneyText(money(charges)),
  };
}

/** A healthy paper run in full swing: positions, orders, fills, books and decisions. */
export function sampleView(atMs = SAMPLE_AT_MS, curve = sampleEquityCurve(atMs)): SystemView {
  const rng = seededRng(5);
  const positions = [
    position(BTC, ['0.184', '83196.4', '83241.7'], '212.40'),
    position(ETH, ['-2.150', '2021.64', '2018.46'], '148.05'),
    position(SOL, ['41.30', '138.055', '138.412'], '-25.75'),
  ];
  const feed = (traded: Instrument, ageMs: number, perSecond: number) => ({
    instrument: traded.id,
    state: 'synchronised' as const,
    lastUpdateAgeMs: ageMs,
    messagesPerSecond: perSecond,
    gaps: 0,
    refused: 0,
    statuses: { 'held-for-snapshot': 3 },
    checksumChecks: 0,
    checksumMismatches: 0,
  });
  return {
    atMs,
    environment: 'paper',
    version: '0.1.0',
    runEpoch: 7,
    kernelTarget: 'avx2',
    currency: 'USDT',
    mode: { mode: 'NORMAL', sinceMs: atMs - 6.4 * HOUR_MS, causes: [] },
    venues: [
      { venue: 'sim', connected: true, lastMessageAgeMs: 14, latencyMs: 3.2, breaker: null },
    ],
    connections: [{ connection: 0, messages: 6_291_440, fallbacks: 12, sequenceGaps: 0 }],
    feeds: [feed(BTC, 42, 118.4), feed(ETH, 61, 96.2), feed(SOL, 130, 54.7)],
    equity: {
      atMs: atMs - 400,
      ...sampleAmounts(curve.latest!.equity, positions),
      drawdown: curve.drawdown,
      maxDrawdown: curve.maxDrawdown,
    },
    positions,
    orders: [
      order(0, BTC, 'market-making', 'buy', ['83238.9', '0.040', '0.000'], 'accepted', atMs),
      order(
        1,
        BTC,
        'market-making',
        'sell',
        ['83244.6', '0.040', '0.012'],
        'partially-filled',
        atMs,
      ),
      order(2, ETH, 'market-making', 'buy', ['2018.21', '0.650', '0.000'], 'accepted', atMs),
      order(3, ETH, 'market-making', 'sell', ['2018.77', '0.650', '0.000'], 'accepted', atMs),
      order(4, SOL, 'momentum', 'buy', ['138.390', '18.20', '0.00'], 'pending', atMs),
    ],
    orderCount: 5,
    charges: [
      {
        id: 'funding-9',
        cause: 'funding',
        instrument: BTC.id,
        paid: '7.6582',
        atMs: atMs - 2_700_000,
      },
      {
        id: 'borrow-31',
        cause: 'borrow',
        instrument: null,
        paid: '-0.3482',
        atMs: atMs - 3_100_000,
      },
    ],
    fills: sampleFills(atMs, rng).sort((a, b) => b.atMs - a.atMs),
    refusals: [],
    instruments: [
      sampleInstrument(
        BTC,
        832_416,
        900,
        atMs - 42,
        {
          atMs: atMs - 42,
          side: 'buy',
          quantity: '0.040',
          probability: 0.5631,
          edge: 0.000_41,
          reasons: [
            'order flow leans to the buy side over the last 10 s',
            'microprice is above the mid by 0.4 ticks',
            'size is reduced because the position is long already',
          ],
        },
        rng,
      ),
      sampleInstrument(
        ETH,
        201_845,
        22_000,
        atMs - 61,
        {
          atMs: atMs - 61,
          side: 'none',
          quantity: '0.000',
          probability: 0.5042,
          edge: -0.000_12,
          reasons: ['the expected gain does not cover the cost', 'spread is one tick'],
        },
        rng,
      ),
      sampleInstrument(
        SOL,
        138_411,
        31_000,
        atMs - 130,
        {
          atMs: atMs - 130,
          side: 'buy',
          quantity: '18.20',
          probability: 0.5884,
          edge: 0.000_73,
          reasons: ['momentum of trades over the last 30 s is up'],
        },
        rng,
      ),
    ],
    database: { state: 'connected', lagEntries: 12, detail: null },
    journal: { writable: true, seq: '184223', durableSeq: '184219' },
    totals: {
      messages: 6_291_440,
      decisions: 6_104_882,
      intents: 18_412,
      ordersSubmitted: 9_120,
      ordersRefused: 61,
      entriesLeftOut: { EDGE_BELOW_COST: 17 },
      ordersRejected: 3,
      fills: 2_744,
      unassigned: { 'unknown-symbol': 2 },
      losses: { frames: 4, 'oversized-frames': 0, intents: 0, trades: 3, 'control-frames': 0 },
      clockBackwards: 2,
    },
    process: {
      startedAtMs: atMs - 6.5 * HOUR_MS,
      rssBytes: 187_432_960,
      eventLoopDelayP50Ms: 0.31,
      eventLoopDelayP99Ms: 2.84,
    },
  };
}
