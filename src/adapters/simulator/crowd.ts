import { assert, type Rng } from '../../core/index.ts';
import type { Instrument } from '../../model/index.ts';
import {
  BUY,
  CROWD,
  MATCH_FLAGS,
  type MatchingEngine,
  type MatchSide,
  SELL,
  type Touch,
} from '../../native/index.ts';
import { crowdHabits } from './crowd-habits.ts';
import { CrowdOrders } from './crowd-orders.ts';
import type { DepthProfile } from './depth-profile.ts';
import { FairPrice } from './fair-price.ts';
import type { GeneratedMarket } from './options.ts';
import type { OrderSizes } from './order-sizes.ts';
import type { VenueTimeUs } from './schedule.ts';
import { TradeIntensity } from './trade-intensity.ts';

/** Most orders of the crowd in one book; about 700 are usual. */
export const CROWD_CAPACITY = 4096;

/** Most commands of one step: a repricing cancels and places at most every order once. */
export const CROWD_COMMANDS = 3 * CROWD_CAPACITY;

/** How far beyond the touch a market order reaches, as a fraction of the price. */
const TAKER_REACH = 0.002;

/** Mean time in which makers react to an empty touch or a moved fair price, us. */
const MAKER_REACTION_US = 8_000;

/** Share of the old touch that its makers take along when the price moves. */
const TOUCH_FOLLOWS = 0.8;

/** How strongly the fair price tilts arrivals between the sides of the touch. */
const TOUCH_TILT = 0.6;

/**
 * Everybody else at the venue, for one symbol: makers who keep a depth profile around a touch one
 * tick wide, and takers whose orders come in clusters and move a latent fair price.
 *
 * Each market order moves the fair price by the part of its sign that was not to be expected, times
 * a heavy-tailed impact: so the fair price is a martingale whose variance follows the intensity.
 * When it has left the touch by a random threshold, the makers pull what is stale and quote around
 * it. Nothing else moves prices, so an order of the account moves them too.
 *
 * The crowd writes commands; the venue runs the engine after each `step` and hands back what became
 * of the crowd's orders through `reduced`.
 *
 * Source: the informed and noise takers of Kyle (1985) and Glosten & Milgrom (1985); impact of the
 *         surprise in the sign, Madhavan, Richardson & Roomans (1997); arrivals and cancels by
 *         distance, Cont, Stoikov & Talreja (2010).
 */
export class Crowd {
  readonly #symbol: number;
  readonly #engine: MatchingEngine;
  readonly #rng: Rng;
  readonly #orders: CrowdOrders;
  readonly #profile: DepthProfile;
  readonly #intensity: TradeIntensity;
  readonly #makerSizes: OrderSizes;
  readonly #takerSizes: OrderSizes;
  readonly #fair: FairPrice;
  readonly #touch: Touch = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };
  /** Where the makers quote: bids at and below, asks at and above one tick more. */
  #quotedBid: number;
  #proposalAt: VenueTimeUs;
  #repriceAt = Number.POSITIVE_INFINITY;
  #rateBound = 0;

  constructor(deps: {
    readonly instrument: Instrument;
    readonly symbols: number;
    readonly market: GeneratedMarket;
    readonly engine: MatchingEngine;
    readonly rng: Rng;
    readonly startTicks: number;
    readonly startAt: VenueTimeUs;
  }) {
    const { instrument, market, rng, startTicks } = deps;
    assert(startTicks >= 100, `a generated market starts at 100 ticks or more, got ${startTicks}`);
    this.#symbol = instrument.index;
    this.#engine = deps.engine;
    this.#rng = rng;
    this.#orders = new CrowdOrders(CROWD_CAPACITY, instrument.index, deps.symbols);
    const habits = crowdHabits(instrument, market, startTicks, rng);
    this.#profile = habits.profile;
    this.#makerSizes = habits.makerSizes;
    this.#takerSizes = habits.takerSizes;
    const { fitted } = market;
    const rate = fitted?.ordersPerSecond ?? market.tradesPerSecond;
    this.#intensity = new TradeIntensity(rate, deps.startAt, rng, fitted ?? null);
    this.#fair = new FairPrice({
      startTicks,
      dailyVolatility: fitted?.dailyVolatility ?? market.dailyVolatility,
      tradesPerSecond: rate,
      medianLots: habits.takerSizes.medianLots,
      intensity: this.#intensity,
      rng,
      ...(habits.fairPrice === null ? {} : { fitted: habits.fairPrice }),
    });
    this.#quotedBid = startTicks;
    this.#proposalAt = deps.startAt;
    this.#propose(deps.startAt);
  }

  /** When the crowd acts next. */
  get nextAt(): VenueTimeUs {
    return Math.min(this.#proposalAt, this.#repriceAt);
  }

  /** The price around which the makers quote, in ticks: best bid of a full touch. */
  get quotedBid(): number {
    return this.#quotedBid;
  }

  /** Fills an empty book with the profile's expected number of orders. */
  seed(): void {
    for (const side of [BUY, SELL] as const) {
      this.#fill(side, 0, 0);
      this.#fill(side, 1, this.#profile.span - 1);
    }
  }

  /** Does what is due at `at`, which must be `nextAt`; the engine is to be run after it. */
  step(at: VenueTimeUs): void {
    this.#intensity.advanceTo(at);
    if (at === this.#repriceAt) {
      this.#repriceAt = Number.POSITIVE_INFINITY;
      this.#react();
      return;
    }
    const pick = this.#rng.uniform() * this.#rateBound;
    const takers = this.#intensity.perSecond;
    const arrivals = 2 * this.#profile.arrivalRate;
    if (pick < takers) this.#take();
    else if (this.#rateBound - pick < arrivals) this.#arrive();
    else if (this.#rateBound - pick - arrivals < this.#cancelBound()) this.#mayCancel();
    this.#propose(at);
  }

  /** What became of a crowd order: `lots` of it traded, were cancelled or expired. */
  reduced(id: number, lots: number): void {
    this.#orders.reduce(id, lots);
  }

  /** After the engine ran: plans the makers' reaction when the touch or the fair price asks for it. */
  watch(at: VenueTimeUs): void {
    if (this.#repriceAt !== Number.POSITIVE_INFINITY) return;
    this.#engine.touch(this.#symbol, this.#touch);
    const { bidLots, askLots, bidTicks, askTicks } = this.#touch;
    const emptied =
      bidLots === 0 ||
      askLots === 0 ||
      bidTicks < this.#quotedBid ||
      askTicks > this.#quotedBid + 1;
    if (!emptied && !this.#fair.hasLeft(this.#quotedBid)) return;
    this.#repriceAt = at + 1 + Math.round(-Math.log(1 - this.#rng.uniform()) * MAKER_REACTION_US);
  }

  /** The account took `lots` with a market or crossing order: the crowd learns from it as well. */
  accountTook(side: MatchSide, lots: number): void {
    this.#fair.learn(side === BUY ? 1 : -1, lots, this.#fair.buyChance(this.#quotedBid));
  }

  /** Moves the clock by `us` microseconds in which nothing happened. */
  delay(us: number): void {
    this.#proposalAt += us;
    this.#repriceAt += us;
    this.#intensity.delay(us);
  }

  #cancelBound(): number {
    return this.#orders.count * this.#profile.highestCancelRate;
  }

  #propose(at: VenueTimeUs): void {
    this.#rateBound =
      this.#intensity.perSecond + 2 * this.#profile.arrivalRate + this.#cancelBound();
    const wait = -Math.log(1 - this.#rng.uniform()) / this.#rateBound;
    this.#proposalAt = at + Math.max(1, Math.round(wait * 1e6));
  }

  #take(): void {
    const chance = this.#fair.buyChance(this.#quotedBid);
    const sign = this.#rng.uniform() < chance ? 1 : -1;
    const lots = this.#takerSizes.draw();
    const reach = Math.ceil(this.#quotedBid * TAKER_REACH);
    const worst = Math.max(1, this.#quotedBid + sign * reach);
    this.#engine.market(this.#symbol, 0, CROWD, sign > 0 ? BUY : SELL, worst, lots);
    this.#intensity.excite();
    this.#fair.learn(sign, lots, chance);
  }

  #arrive(): void {
    const distance = this.#profile.drawArrival(this.#rng);
    const tilt =
      distance === 0
        ? TOUCH_TILT * Math.max(-1, Math.min(1, this.#fair.pressure(this.#quotedBid)))
        : 0;
    const side = this.#rng.uniform() < 0.5 + 0.5 * tilt ? BUY : SELL;
    this.#place(side, distance);
  }

  #mayCancel(): void {
    if (this.#orders.count === 0) return;
    const index = Math.floor(this.#rng.uniform() * this.#orders.count);
    const slot = this.#orders.slotAt(index);
    const rate = this.#profile.cancelRate(this.#distanceOf(slot));
    if (this.#rng.uniform() * this.#profile.highestCancelRate < rate) this.#cancel(slot);
  }

  #react(): void {
    const bid = Math.max(1, Math.floor(this.#fair.ticks));
    if (this.#fair.hasLeft(this.#quotedBid) && bid !== this.#quotedBid) {
      this.#reprice(bid);
      return;
    }
    this.#engine.touch(this.#symbol, this.#touch);
    const { bidLots, askLots, bidTicks, askTicks } = this.#touch;
    if (bidLots === 0 || bidTicks < this.#quotedBid) this.#fill(BUY, 0, 0);
    if (askLots === 0 || askTicks > this.#quotedBid + 1) this.#fill(SELL, 0, 0);
  }

  #reprice(bid: number): void {
    const moved = bid - this.#quotedBid;
    const left = moved > 0 ? BUY : SELL;
    const oldTouch = left === BUY ? this.#quotedBid : this.#quotedBid + 1;
    this.#quotedBid = bid;
    for (let index = this.#orders.count - 1; index >= 0; index -= 1) {
      const slot = this.#orders.slotAt(index);
      if (this.#distanceOf(slot) < 0) this.#cancel(slot);
      else if (this.#orders.side[slot] === left && this.#orders.ticks[slot] === oldTouch) {
        if (this.#rng.uniform() < TOUCH_FOLLOWS) this.#cancel(slot);
      }
    }
    this.#fill(left, 0, 0);
    this.#fill(left === BUY ? SELL : BUY, 0, 0);
    this.#fill(left, 1, Math.abs(moved));
    this.#fair.drawThreshold();
  }

  /** Distance of an order from its side's touch, ticks; negative when it is stale. */
  #distanceOf(slot: number): number {
    const ticks = this.#orders.ticks[slot]!;
    return this.#orders.side[slot] === BUY ? this.#quotedBid - ticks : ticks - this.#quotedBid - 1;
  }

  /** Places as many orders between two distances as the profile expects there. */
  #fill(side: MatchSide, from: number, to: number): void {
    const expected = this.#profile.expectedBetween(from, to);
    const whole = Math.floor(expected);
    const count = whole + (this.#rng.uniform() < expected - whole ? 1 : 0);
    for (let i = 0; i < count; i += 1) {
      this.#place(side, this.#profile.drawStanding(from, to, this.#rng));
    }
  }

  #place(side: MatchSide, distance: number): void {
    const ticks = side === BUY ? this.#quotedBid - distance : this.#quotedBid + 1 + distance;
    if (ticks < 1) return;
    const lots = this.#makerSizes.draw();
    const id = this.#orders.add(side, ticks, lots);
    if (id === 0) return;
    this.#engine.limit(this.#symbol, id, CROWD, side, ticks, lots, MATCH_FLAGS.gtc);
  }

  #cancel(slot: number): void {
    this.#engine.cancel(this.#symbol, this.#orders.idOf(slot));
  }
}
