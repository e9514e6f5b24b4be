import { type EventTimeNs, eventTime } from '../../src/core/index.ts';
import { type Instrument, instrumentId, money } from '../../src/model/index.ts';
import type { Engine, EngineQuotePolicy, EngineTakePolicy } from '../../src/native/index.ts';

/** Start of the tests' time. */
export const START = eventTime(1_700_000_000_000_000_000n);

/** A futures instrument: tick 0.1, step 0.001. */
export const instrumentNamed = (symbol: string, index: number): Instrument => ({
  id: instrumentId('test', symbol),
  index,
  venue: 'test',
  symbol,
  base: symbol,
  quote: 'USDT',
  tickSizeE8: 10_000_000n,
  stepSizeE8: 100_000n,
  minNotional: money(0n),
  sequenceRule: 'binance-futures',
});

/** [ticks, lots] */
export type LevelPair = readonly [number, number];

const levels = (list: readonly LevelPair[]): string =>
  JSON.stringify(list.map(([ticks, lots]) => [(ticks / 10).toFixed(1), (lots / 1000).toFixed(3)]));

/** A decimal of eight digits behind the point. */
function decimalE8(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(9, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

/** Writes one symbol's messages in Binance's futures form and pushes them into an engine. */
export class VenueMessages {
  #id = 100;
  now: EventTimeNs = START;
  readonly #engine: Engine;
  readonly #symbol: string;
  readonly #index: number;

  constructor(engine: Engine, symbol: string, index: number) {
    this.#engine = engine;
    this.#symbol = symbol;
    this.#index = index;
  }

  wait(ms: number): this {
    this.now = eventTime(this.now + BigInt(ms) * 1_000_000n);
    return this;
  }

  push(text: string): boolean {
    return this.#engine.push(this.#index, this.now, new TextEncoder().encode(text));
  }

  snapshot(bids: readonly LevelPair[], asks: readonly LevelPair[]): boolean {
    return this.push(`{"lastUpdateId":${this.#id},"bids":${levels(bids)},"asks":${levels(asks)}}`);
  }

  depth(bids: readonly LevelPair[], asks: readonly LevelPair[]): boolean {
    const previous = this.#id;
    this.#id += 3;
    return this.push(
      `{"e":"depthUpdate","E":1,"T":1,"s":"${this.#symbol}","U":${previous},"u":${this.#id},` +
        `"pu":${previous},"b":${levels(bids)},"a":${levels(asks)}}`,
    );
  }

  /** Loses one update. */
  lose(): this {
    this.#id += 1;
    return this;
  }

  /** A mark price; an index of 0 stands for none. */
  mark(markE8: bigint, indexE8: bigint, fundingE8: bigint): boolean {
    const index = indexE8 === 0n ? '' : `,"i":"${decimalE8(indexE8)}"`;
    return this.push(
      `{"e":"markPriceUpdate","E":1,"s":"${this.#symbol}","p":"${decimalE8(markE8)}"${index},` +
        `"P":"0","r":"${decimalE8(fundingE8)}","T":2}`,
    );
  }

  /** A forced order of the venue. */
  liquidation(ticks: number, lots: number, side: 'buy' | 'sell'): boolean {
    const [price, quantity] = [(ticks / 10).toFixed(1), (lots / 1000).toFixed(3)];
    return this.push(
      `{"e":"forceOrder","E":1,"o":{"s":"${this.#symbol}","S":"${side.toUpperCase()}","o":"LIMIT",` +
        `"f":"IOC","q":"${quantity}","p":"${price}","ap":"${price}","X":"FILLED",` +
        `"l":"${quantity}","z":"${quantity}","T":1}}`,
    );
  }

  trade(ticks: number, lots: number, aggressor: 'buy' | 'sell', id = 1): boolean {
    return this.push(
      `{"e":"trade","E":1,"T":1,"s":"${this.#symbol}","t":${id},"p":"${(ticks / 10).toFixed(1)}",` +
        `"q":"${(lots / 1000).toFixed(3)}","X":"MARKET","m":${aggressor === 'sell'}}`,
    );
  }
}

const base = {
  volatilityTargetBps: 0,
  volatilityScaleCap: 1,
  maxSpreadTicks: 50,
  warmUpUpdates: 0,
  minIntervalMs: 0,
  budgetLots: 1000,
  maxPositionLots: 100,
  maxOrderLots: 50,
  staleAfterMs: 5000,
  maxIntentsPerS: 1000,
  intentBurst: 1000,
};

/** Buys on a thick bid, sells on a thick ask. */
export const TAKE: EngineTakePolicy = {
  ...base,
  kind: 'take',
  model: { weights: { imbalanceL1: 4 }, means: {}, deviations: {}, bias: 0, plattA: 1, plattB: 0 },
  payoff: 1,
  cost: 0.01,
  kellyFraction: 1,
  kellyCap: 0.5,
  buyThreshold: 0.6,
  sellThreshold: 0.4,
  collarTicks: 2,
};

/** Quotes 4 ticks around the mid. */
export const QUOTE: EngineQuotePolicy = {
  ...base,
  kind: 'quote',
  model: { weights: {}, means: {}, deviations: {}, bias: 0, plattA: 1, plattB: 0 },
  centreOnMicroprice: false,
  gamma: 0,
  horizonS: 1,
  halfSpreadTicks: 4,
  minHalfSpreadTicks: 0,
  volatilityFloorTicks: 0,
  inventoryUnitLots: 10,
  skewTicks: 0,
  quoteLots: 10,
  requoteTicks: 2,
  refreshIntervalMs: 60_000,
};
