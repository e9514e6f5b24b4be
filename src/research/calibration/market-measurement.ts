import { type Rng, seededRng } from '../../core/index.ts';
import { type DistanceFlow, FlowTally, LevelFlow } from './level-flow.ts';
import type { MarketObservation, ReceivedObservation } from './market-event.ts';
import { QueuePositions } from './queue-position.ts';
import { Reservoir } from './reservoir.ts';

/** Values of one kind that are kept of one part of the data; a uniform sample beyond. */
const MOST_VALUES = 100_000;

/** Depth updates held for a snapshot. */
const MOST_HELD = 2_000;

/** How long a quote waits for the trades that explain it, ms. */
const QUOTE_WAIT_MS = 20;

const SECOND_MS = 1_000;

type Depth = Extract<MarketObservation, { kind: 'depth' }>;
type Quote = Extract<MarketObservation, { kind: 'quote' }>;

/** What was measured in one part of the data. */
export interface MarketSample {
  /** Seconds observed. */
  readonly seconds: number;
  /** Market orders seen; the first 100,000 have their times in `orderTimes`. */
  readonly marketOrders: number;
  /** s since the start of the part, ascending; orders of one millisecond are spread over it. */
  readonly orderTimes: Float64Array;
  /** Seconds that `orderTimes` covers. */
  readonly orderSeconds: number;
  /** Base units, ascending, as all that follow. */
  readonly orderSizes: Float64Array;
  /** Correlation of the direction of a market order with the one before. */
  readonly signPersistence: number;
  readonly arrivalSizes: Float64Array;
  readonly flows: readonly DistanceFlow[];
  /** Seconds in which the book was followed. */
  readonly bookSeconds: number;
  /** Spread at every full second, ticks. */
  readonly spreads: Float64Array;
  /** Standard deviation of one-second log returns of the mid price, scaled to a day. */
  readonly dailyVolatility: number;
  readonly meanPrice: number;
  /** Receive time less the venue's send time, ms: the delay and the difference of the clocks. */
  readonly delays: Float64Array;
  /** Places in the queue of cancelled orders, 0 front to 1 back. */
  readonly queuePositions: Float64Array;
}

/** Gathers one part of the data. */
class SampleBuilder {
  readonly tally: FlowTally;
  readonly orderSizes: Reservoir;
  readonly spreads: Reservoir;
  readonly delays: Reservoir;
  readonly queuePositions: Reservoir;
  readonly #rng: Rng;
  readonly #times: number[] = [];
  #orders = 0;
  #lastSign = 0;
  #signPairs = 0;
  #signProducts = 0;
  #lastMid = 0;
  #mids = 0;
  #midSum = 0;
  #squares = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;

  constructor(rng: Rng) {
    this.#rng = rng;
    this.tally = new FlowTally(new Reservoir(MOST_VALUES, rng));
    this.orderSizes = new Reservoir(MOST_VALUES, rng);
    this.spreads = new Reservoir(MOST_VALUES, rng);
    this.delays = new Reservoir(MOST_VALUES, rng);
    this.queuePositions = new Reservoir(MOST_VALUES, rng);
  }

  order(venueMs: number, quantity: number, sign: number): void {
    this.#orders += 1;
    this.orderSizes.add(quantity);
    if (this.#times.length < MOST_VALUES) this.#times.push(venueMs + this.#rng.uniform());
    if (this.#lastSign !== 0) {
      this.#signPairs += 1;
      this.#signProducts += sign * this.#lastSign;
    }
    this.#lastSign = sign;
  }

  second(mid: number, spread: number): void {
    this.spreads.add(spread);
    if (this.#mids > 0) this.#squares += Math.log(mid / this.#lastMid) ** 2;
    this.#mids += 1;
    this.#midSum += mid;
    this.#lastMid = mid;
  }

  finish(): MarketSample {
    const times = Float64Array.from(this.#times).sort();
    const start = times[0] ?? 0;
    const whole = this.#times.length === this.#orders;
    const seconds = Math.max(0, (this.lastMs - this.firstMs) / SECOND_MS);
    const covered = ((times.at(-1) ?? start) - start) / SECOND_MS;
    return {
      seconds,
      marketOrders: this.#orders,
      orderTimes: times.map((ms) => (ms - start) / SECOND_MS),
      orderSeconds: whole ? Math.max(seconds, covered) : covered,
      orderSizes: this.orderSizes.sorted(),
      signPersistence: this.#signPairs === 0 ? 0 : this.#signProducts / this.#signPairs,
      arrivalSizes: this.tally.sizes.sorted(),
      flows: this.tally.flows(),
      bookSeconds: this.tally.coveredMs / SECOND_MS,
      spreads: this.spreads.sorted(),
      dailyVolatility: Math.sqrt((this.#squares / Math.max(1, this.#mids - 1)) * 86_400),
      meanPrice: this.#midSum / Math.max(1, this.#mids),
      delays: this.delays.sorted(),
      queuePositions: this.queuePositions.sorted(),
    };
  }
}

/**
 * Measures one instrument's recorded market, apart before and after a moment: what is fitted, and
 * what the fit is tested on.
 *
 * Prints of one millisecond and one direction are one market order. A book is followed from a
 * snapshot until its updates have a gap, then from the next snapshot.
 *
 * Memory:      bounded whatever the length of the data; the book apart, at most 100,000 values a kind.
 * Determinism: a function of the observations and the seed.
 */
export class MarketMeasurement {
  readonly #splitMs: number;
  readonly #tick: number;
  readonly #flow: LevelFlow;
  readonly #queues: QueuePositions;
  readonly #train: SampleBuilder;
  readonly #test: SampleBuilder;
  readonly #held: Depth[] = [];
  readonly #waiting: { readonly receivedMs: number; readonly quote: Quote }[] = [];
  #now: SampleBuilder;
  #bookId: number | null = null;
  #quote: Quote | null = null;
  #nextSecondMs = Number.NEGATIVE_INFINITY;
  #open: { ms: number; sign: number; quantity: number } | null = null;
  /** Observations taken. */
  observations = 0;
  /** Gaps after which a book waited for a snapshot. */
  gaps = 0;

  /** `tick` is the price grid; what is received before `splitMs` is the train part. */
  constructor(tick: number, splitMs: number, seed = 1) {
    this.#tick = tick;
    this.#splitMs = splitMs;
    this.#flow = new LevelFlow(tick);
    const rng = seededRng(seed);
    this.#train = new SampleBuilder(rng);
    this.#test = new SampleBuilder(rng);
    this.#now = this.#train;
    this.#queues = new QueuePositions((position) => this.#now.queuePositions.add(position));
  }

  /** Takes the next observation, in order of receive time. */
  take({ receivedMs, sentMs, observation }: ReceivedObservation): void {
    if (this.#now === this.#train && receivedMs >= this.#splitMs) {
      this.#closeOrder();
      this.#now = this.#test;
    }
    this.observations += 1;
    this.#now.firstMs = Math.min(this.#now.firstMs, receivedMs);
    this.#now.lastMs = Math.max(this.#now.lastMs, receivedMs);
    if (sentMs !== null) this.#now.delays.add(receivedMs - sentMs);
    this.#everySecond(receivedMs);
    this.#release(receivedMs);
    if (observation.kind === 'trade') this.#trade(observation);
    else if (observation.kind === 'depth') this.#depth(observation);
    else if (observation.kind === 'snapshot') this.#snapshot(observation);
    else {
      this.#quote = observation;
      this.#waiting.push({ receivedMs, quote: observation });
    }
  }

  /** What was measured before and after the split. */
  finish(): { readonly train: MarketSample; readonly test: MarketSample } {
    this.#closeOrder();
    return { train: this.#train.finish(), test: this.#test.finish() };
  }

  #trade(trade: Extract<MarketObservation, { kind: 'trade' }>): void {
    const { venueMs, price, quantity } = trade;
    const sign = trade.aggressor === 'buy' ? 1 : -1;
    this.#flow.trade(price, quantity);
    this.#queues.trade(price, quantity);
    if (this.#open !== null && this.#open.ms === venueMs && this.#open.sign === sign) {
      this.#open.quantity += quantity;
      return;
    }
    this.#closeOrder();
    this.#open = { ms: venueMs, sign, quantity };
  }

  #closeOrder(): void {
    if (this.#open === null) return;
    this.#now.order(this.#open.ms, this.#open.quantity, this.#open.sign);
    this.#open = null;
  }

  #depth(depth: Depth): void {
    if (this.#bookId === null) {
      this.#held.push(depth);
      if (this.#held.length > MOST_HELD) this.#held.shift();
      return;
    }
    if (depth.lastId <= this.#bookId) return;
    const follows =
      depth.firstId <= this.#bookId + 1 ||
      (depth.previousId !== null && depth.previousId <= this.#bookId);
    if (!follows) {
      this.gaps += 1;
      this.#bookId = null;
      this.#held.length = 0;
      this.#held.push(depth);
      return;
    }
    this.#bookId = depth.lastId;
    this.#flow.apply(depth.venueMs, depth.bids, depth.asks, this.#now.tally);
  }

  #snapshot({ lastId, bids, asks }: Extract<MarketObservation, { kind: 'snapshot' }>): void {
    if (this.#bookId !== null) return;
    this.#flow.reset(bids, asks);
    this.#bookId = lastId;
    for (const depth of this.#held.splice(0)) this.#depth(depth);
  }

  #everySecond(receivedMs: number): void {
    if (receivedMs < this.#nextSecondMs) return;
    this.#nextSecondMs = Math.floor(receivedMs / SECOND_MS + 1) * SECOND_MS;
    const quote = this.#quote;
    const touch = this.#bookId === null ? null : this.#flow.touch();
    if (quote !== null) {
      const spread = Math.round((quote.ask - quote.bid) / this.#tick);
      this.#now.second((quote.bid + quote.ask) / 2, spread);
    } else if (touch !== null) {
      this.#now.second(((touch.bid + touch.ask) / 2) * this.#tick, touch.ask - touch.bid);
    }
  }

  #release(receivedMs: number): void {
    let due = 0;
    for (; due < this.#waiting.length; due += 1) {
      const { receivedMs: at, quote } = this.#waiting[due]!;
      if (at > receivedMs - QUOTE_WAIT_MS) break;
      this.#queues.quote(quote.bid, quote.bidQuantity, quote.ask, quote.askQuantity);
    }
    if (due > 0) this.#waiting.splice(0, due);
  }
}
