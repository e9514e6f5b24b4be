/** What is measured of a market, the recorded ones and the generated alike. */
export interface MarketStatistics {
  /** Share of time in which the spread is one tick. */
  readonly spreadOneTick: number;
  /** Time-weighted mean spread, ticks; spreads above 100 ticks count as 100. */
  readonly spreadMean: number;
  /** Depth of both sides within so many bps of the middle, over that within 10 bps. */
  readonly depthWithin: Readonly<Record<'1' | '2' | '5', number>>;
  /** Quantity at the touch over that of the best 20 levels. */
  readonly touchShare: number;
  /** Quantity of levels 2 to 10 over that of levels 11 to 20. */
  readonly nearOverFar: number;
  /** Quantiles of trade sizes over the median. */
  readonly sizeQuantile: Readonly<Record<'25' | '75' | '90' | '99', number>>;
  /** Share of trades in the same millisecond as the one before. */
  readonly sameMillisecond: number;
  /** Coefficient of variation of the times between trading milliseconds (1 for a Poisson process). */
  readonly gapVariation: number;
  /** Quantiles of those times over their mean. */
  readonly gapQuantile: Readonly<Record<'50' | '90' | '99', number>>;
  /** Fourth moment of one-second log returns of the middle, over the squared second. */
  readonly kurtosis: number;
  /** Share of seconds in which the middle does not move. */
  readonly stillSeconds: number;
  /** Autocorrelation of absolute one-second returns, by lag. */
  readonly absoluteReturnAcf: Readonly<Record<'1' | '5' | '10', number>>;
  /** Autocorrelation of one-second returns at lag 1. */
  readonly returnAcf: number;
  /** Autocorrelation of trade signs, by lag in trades. */
  readonly signAcf: Readonly<Record<'1' | '10', number>>;
}

type Side = Map<number, number>;

interface Message {
  readonly stream?: string;
  readonly data?: Fields;
}

interface Fields {
  readonly e?: string;
  readonly lastUpdateId?: number;
  readonly bids?: readonly [string, string][];
  readonly asks?: readonly [string, string][];
  readonly b?: string | readonly [string, string][];
  readonly a?: string | readonly [string, string][];
  readonly p?: string;
  readonly q?: string;
  readonly T?: number;
  readonly m?: boolean;
  readonly X?: string;
}

/** Reads raw messages in the order of their reception and measures the market that they tell. */
export class MarketMeter {
  readonly #tick: number;
  readonly #bids: Side = new Map();
  readonly #asks: Side = new Map();
  readonly #gaps: number[] = [];
  readonly #sizes: number[] = [];
  readonly #signs: number[] = [];
  readonly #middles: number[] = [];
  readonly #within = [0, 0, 0, 0];
  readonly #byLevel = new Float64Array(20);
  #spreadTime = 0;
  #oneTickTime = 0;
  #spreadSum = 0;
  #touch: { at: number; bid: number; ask: number } | null = null;
  #synchronised = false;
  #nextDepthAt = 0;
  #nextSecondAt = 0;
  #lastTradeMs: number | null = null;
  #sameMs = 0;

  constructor(tick: number) {
    this.#tick = tick;
  }

  /** Takes one message received at `at`, seconds. */
  read(at: number, json: string): void {
    const message = JSON.parse(json) as Message & Fields;
    const fields = message.data ?? message;
    if (fields.lastUpdateId !== undefined) this.#snapshot(fields);
    else if (fields.e === 'depthUpdate') this.#depth(at, fields);
    else if (fields.e === 'trade') this.#trade(fields);
    else this.#quote(at, fields);
  }

  /** The statistics of everything read. */
  statistics(): MarketStatistics {
    const sizes = quantiles(this.#sizes);
    const gaps = quantiles(this.#gaps);
    const meanGap = mean(this.#gaps);
    const returns = this.#middles.slice(1).map((x, i) => Math.log(x / this.#middles[i]!));
    const variance = mean(returns.map((r) => r * r));
    const absolute = returns.map(Math.abs);
    const levels = [...this.#byLevel];
    const sum = (from: number, to: number) => levels.slice(from, to).reduce((a, b) => a + b, 0);
    return {
      spreadOneTick: this.#oneTickTime / this.#spreadTime,
      spreadMean: this.#spreadSum / this.#spreadTime,
      depthWithin: {
        '1': this.#within[0]! / this.#within[3]!,
        '2': this.#within[1]! / this.#within[3]!,
        '5': this.#within[2]! / this.#within[3]!,
      },
      touchShare: levels[0]! / sum(0, 20),
      nearOverFar: sum(1, 10) / sum(10, 20),
      sizeQuantile: {
        '25': sizes(0.25) / sizes(0.5),
        '75': sizes(0.75) / sizes(0.5),
        '90': sizes(0.9) / sizes(0.5),
        '99': sizes(0.99) / sizes(0.5),
      },
      sameMillisecond: this.#sameMs / this.#sizes.length,
      gapVariation: Math.sqrt(mean(this.#gaps.map((g) => (g - meanGap) ** 2))) / meanGap,
      gapQuantile: {
        '50': gaps(0.5) / meanGap,
        '90': gaps(0.9) / meanGap,
        '99': gaps(0.99) / meanGap,
      },
      kurtosis: mean(returns.map((r) => r ** 4)) / variance ** 2,
      stillSeconds: returns.filter((r) => r === 0).length / returns.length,
      absoluteReturnAcf: { '1': acf(absolute, 1), '5': acf(absolute, 5), '10': acf(absolute, 10) },
      returnAcf: acf(returns, 1),
      signAcf: { '1': acf(this.#signs, 1), '10': acf(this.#signs, 10) },
    };
  }

  #snapshot(fields: Fields): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#apply(this.#bids, fields.bids!);
    this.#apply(this.#asks, fields.asks!);
    this.#synchronised = true;
  }

  #depth(at: number, fields: Fields): void {
    if (!this.#synchronised) return;
    this.#apply(this.#bids, fields.b as readonly [string, string][]);
    this.#apply(this.#asks, fields.a as readonly [string, string][]);
    if (at < this.#nextDepthAt) return;
    this.#nextDepthAt = at + 0.5;
    const bids = [...this.#bids].sort((x, y) => y[0] - x[0]);
    const asks = [...this.#asks].sort((x, y) => x[0] - y[0]);
    if (bids.length < 20 || asks.length < 20) return;
    for (let i = 0; i < 20; i += 1) this.#byLevel[i]! += bids[i]![1] + asks[i]![1];
    const middle = (bids[0]![0] + asks[0]![0]) / 2;
    [1, 2, 5, 10].forEach((bps, i) => {
      const reach = (middle * bps) / 10_000;
      for (const [price, lots] of bids) if (middle - price <= reach) this.#within[i]! += lots;
      for (const [price, lots] of asks) if (price - middle <= reach) this.#within[i]! += lots;
    });
  }

  #apply(side: Side, levels: readonly [string, string][]): void {
    for (const [price, quantity] of levels) {
      const ticks = Math.round(Number(price) / this.#tick);
      const lots = Number(quantity);
      if (lots === 0) side.delete(ticks);
      else side.set(ticks, lots);
    }
  }

  #trade(fields: Fields): void {
    if ((fields.X ?? 'MARKET') !== 'MARKET' || Number(fields.p) === 0) return;
    this.#sizes.push(Number(fields.q));
    this.#signs.push(fields.m === true ? -1 : 1);
    const ms = fields.T!;
    if (this.#lastTradeMs !== null) {
      if (ms > this.#lastTradeMs) this.#gaps.push(ms - this.#lastTradeMs);
      else this.#sameMs += 1;
    }
    this.#lastTradeMs = Math.max(ms, this.#lastTradeMs ?? 0);
  }

  #quote(at: number, fields: Fields): void {
    const bid = Math.round(Number(fields.b) / this.#tick);
    const ask = Math.round(Number(fields.a) / this.#tick);
    const before = this.#touch;
    this.#touch = { at, bid, ask };
    if (before === null) {
      this.#nextSecondAt = at;
      return;
    }
    const spread = before.ask - before.bid;
    const lasted = at - before.at;
    this.#spreadTime += lasted;
    this.#spreadSum += lasted * Math.min(spread, 100);
    if (spread === 1) this.#oneTickTime += lasted;
    for (; this.#nextSecondAt < at; this.#nextSecondAt += 1) {
      this.#middles.push((before.bid + before.ask) / 2);
    }
  }
}

const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;

const quantiles = (x: readonly number[]): ((p: number) => number) => {
  const sorted = [...x].sort((a, b) => a - b);
  return (p) => sorted[Math.floor(p * sorted.length)]!;
};

function acf(x: readonly number[], lag: number): number {
  const m = mean(x);
  let top = 0;
  let bottom = 0;
  for (let i = 0; i < x.length; i += 1) {
    bottom += (x[i]! - m) ** 2;
    if (i + lag < x.length) top += (x[i]! - m) * (x[i + lag]! - m);
  }
  return top / bottom;
}

/** Every number of the statistics under a flat name, for bands and tables. */
export function flat(statistics: MarketStatistics): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  for (const [name, value] of Object.entries(statistics)) {
    if (typeof value === 'number') out.set(name, value);
    else for (const [key, one] of Object.entries(value)) out.set(`${name}.${key}`, one as number);
  }
  return out;
}
