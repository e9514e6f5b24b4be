import { assert, seededRng } from '../../core/index.ts';
import { type Instrument, type PriceTicks, priceTicks, qtyLots } from '../../model/index.ts';
import {
  BUY,
  MatchingEngine,
  type MatchReason,
  type MatchSide,
  type MatchVisitor,
  SELL,
  type Touch,
} from '../../native/index.ts';
import { CROWD_CAPACITY, CROWD_COMMANDS, Crowd } from './crowd.ts';
import { MarketData } from './market-data.ts';
import type { SimulatedInstrument } from './options.ts';
import type { OrderDesk } from './order-desk.ts';
import type { VenueTimeUs } from './schedule.ts';
import type { WireLevel } from './wire.ts';

/** Resting orders of the account that the books hold beside the crowd's. */
const ACCOUNT_CAPACITY = 4096;

/** Resting orders that the crowds of so many instruments and the account need room for. */
export const fewestOrders = (instruments: number): number =>
  instruments * CROWD_CAPACITY + ACCOUNT_CAPACITY;

/** Levels of a side that a snapshot tells, as the venue's REST answer does at most. */
const SNAPSHOT_LEVELS = 1000;

/** Ids of the account's orders are odd, the crowd's are even. */
const isAccount = (id: number): boolean => id % 2 === 1;

/**
 * The trading floor: the books of all symbols, the crowd in each, and the routing of what the engine
 * reports to the market data, the crowd and the account's desk.
 */
export class Exchange implements MatchVisitor {
  readonly engine: MatchingEngine;
  readonly #instruments: readonly SimulatedInstrument[];
  readonly #crowds: readonly Crowd[];
  readonly #data: readonly MarketData[];
  readonly #touches: readonly Touch[];
  #desk: OrderDesk | null = null;
  #at: VenueTimeUs;

  constructor(deps: {
    readonly instruments: readonly SimulatedInstrument[];
    /** Seed of this session's market. */
    readonly seed: number;
    readonly startAt: VenueTimeUs;
    /** First mid price of this session. */
    readonly startPrice: (instrument: SimulatedInstrument) => PriceTicks;
    /** First update and trade id of this session, exclusive. */
    readonly firstId: number;
    readonly publish: (symbol: number, bytes: Uint8Array) => void;
    /** What the venue's clock shows at a time. */
    readonly clock: (at: VenueTimeUs) => VenueTimeUs;
    /** At least `fewestOrders`; null: just those. */
    readonly maxOrders: number | null;
  }) {
    const symbols = deps.instruments.length;
    this.#at = deps.startAt;
    this.#instruments = deps.instruments;
    this.engine = new MatchingEngine({
      symbols,
      maxOrders: deps.maxOrders ?? fewestOrders(symbols),
      maxCommands: CROWD_COMMANDS + ACCOUNT_CAPACITY,
    });
    this.#data = deps.instruments.map(
      ({ instrument }) =>
        new MarketData(
          instrument,
          deps.firstId,
          (bytes) => deps.publish(instrument.index, bytes),
          deps.clock,
        ),
    );
    this.#crowds = deps.instruments.map(
      (one) =>
        new Crowd({
          instrument: one.instrument,
          symbols,
          market: one.market,
          engine: this.engine,
          rng: seededRng((deps.seed + Math.imul(one.instrument.index + 1, 0x9e3779b9)) | 0),
          startTicks: deps.startPrice(one),
          startAt: deps.startAt,
        }),
    );
    this.#touches = deps.instruments.map(() => ({
      bidTicks: 0,
      bidLots: 0,
      askTicks: 0,
      askLots: 0,
    }));
  }

  /** Opens the floor: the desk's restored orders rest first, then the crowd comes. */
  open(desk: OrderDesk): void {
    this.#desk = desk;
    desk.restore(this.#at);
    this.run(this.#at);
    for (const crowd of this.#crowds) {
      crowd.seed();
      this.run(this.#at);
    }
    for (const data of this.#data) data.forget();
  }

  /** When the crowd of any symbol acts next, or an order of the account expires. */
  get nextAt(): VenueTimeUs {
    let next = this.#desk?.nextExpiry ?? Number.POSITIVE_INFINITY;
    for (const crowd of this.#crowds) next = Math.min(next, crowd.nextAt);
    return next;
  }

  /** Expires what is due at `at`, then lets the crowds that are due act. */
  step(at: VenueTimeUs): void {
    if (this.#theDesk().nextExpiry <= at) {
      this.engine.clock(at);
      this.run(at);
    }
    for (const crowd of this.#crowds) {
      if (crowd.nextAt > at) continue;
      crowd.step(at);
      this.run(at);
    }
  }

  /** Executes what has been written to the engine and tells everybody concerned. */
  run(at: VenueTimeUs): void {
    this.#at = at;
    const desk = this.#theDesk();
    this.engine.run(this);
    while (desk.trim(at)) this.engine.run(this);
    for (const [symbol, lots] of desk.tookLots) {
      this.#crowds[symbol]!.accountTook(lots > 0 ? BUY : SELL, Math.abs(lots));
    }
    for (let symbol = 0; symbol < this.#crowds.length; symbol += 1) {
      const touch = this.#touches[symbol]!;
      this.engine.touch(symbol, touch);
      this.#data[symbol]!.quote(at, touch);
      this.#crowds[symbol]!.watch(at);
    }
    desk.settle();
  }

  /** Publishes a symbol's gathered depth changes. */
  flushDepth(symbol: number, at: VenueTimeUs): void {
    this.#data[symbol]!.flush(at);
  }

  /** Whether a symbol's book changed since its last depth update. */
  changed(symbol: number): boolean {
    return this.#data[symbol]!.changed;
  }

  /** A symbol's whole book as REST bytes. */
  snapshot(symbol: number, at: VenueTimeUs): Uint8Array {
    return this.#data[symbol]!.snapshot(at, this.depth(symbol, BUY), this.depth(symbol, SELL));
  }

  /** Levels of a side, best first, as many as a snapshot tells. */
  depth(symbol: number, side: MatchSide): readonly WireLevel[] {
    const levels: WireLevel[] = [];
    this.engine.depth(symbol, side, SNAPSHOT_LEVELS);
    this.engine.run({
      ...QUIET,
      level: (_symbol, _side, ticks, lots) => levels.push({ ticks, lots }),
    });
    return levels;
  }

  /** Middle of the touch, rounded down to a tick; of what the makers quote when a side is empty. */
  mark(instrument: Instrument): PriceTicks {
    const touch = this.#touches[instrument.index]!;
    if (touch.bidLots === 0 || touch.askLots === 0) {
      return priceTicks(this.#crowds[instrument.index]!.quotedBid);
    }
    return priceTicks(Math.floor((touch.bidTicks + touch.askTicks) / 2));
  }

  /** Marks of all instruments. */
  marks() {
    return this.#instruments.map(
      ({ instrument }) => [instrument.id, this.mark(instrument)] as const,
    );
  }

  /** Moves the crowds' clocks by `us` microseconds in which the venue stood still. */
  delay(us: number): void {
    for (const crowd of this.#crowds) crowd.delay(us);
  }

  /** Lets one symbol's crowd stand still for `us` microseconds. */
  freeze(symbol: number, us: number): void {
    this.#crowds[symbol]!.delay(us);
  }

  accepted(_symbol: number, id: number): void {
    if (isAccount(id)) this.#theDesk().accepted(this.#at);
  }

  rejected(symbol: number, id: number, reason: MatchReason): void {
    if (isAccount(id)) this.#theDesk().rejected(id, reason, this.#at);
    else this.#crowds[symbol]!.reduced(id, Number.POSITIVE_INFINITY);
  }

  trade(
    symbol: number,
    makerId: number,
    takerId: number,
    takerSide: MatchSide,
    ticks: number,
    lots: number,
  ): void {
    const publicId = this.#data[symbol]!.traded(this.#at, takerSide, ticks, lots);
    for (const [id, liquidity] of [
      [makerId, 'maker'],
      [takerId, 'taker'],
    ] as const) {
      if (isAccount(id)) {
        const price = priceTicks(ticks);
        const trade = { publicId, price, quantity: qtyLots(lots), liquidity };
        this.#theDesk().executed(id, trade, this.#at);
      } else {
        this.#crowds[symbol]!.reduced(id, lots);
      }
    }
  }

  cancelled(symbol: number, id: number, lots: number, reason: MatchReason): void {
    if (!isAccount(id)) this.#crowds[symbol]!.reduced(id, lots);
    else if (this.#theDesk().works(id)) this.#theDesk().removed(id, reason, this.#at);
  }

  expired(_symbol: number, id: number, _lots: number, reason: MatchReason): void {
    if (isAccount(id)) this.#theDesk().expired(id, reason, this.#at);
  }

  triggered(_symbol: number, id: number): void {
    this.#theDesk().triggered(id, this.#at);
  }

  trailed(_symbol: number, id: number, ticks: number): void {
    this.#theDesk().trailed(id, priceTicks(ticks), this.#at);
  }

  prevented(_symbol: number, makerId: number, takerId: number, lots: number): void {
    for (const id of [makerId, takerId]) this.#theDesk().prevented(id, qtyLots(lots), this.#at);
  }

  amended(_symbol: number, id: number): void {
    this.#theDesk().amended(id, this.#at);
  }

  amendRejected(_symbol: number, id: number, reason: MatchReason): void {
    this.#theDesk().amendRejected(id, reason);
  }

  cancelRejected(): void {
    // An order of the crowd that traded in the same run: it is gone already.
  }

  level(symbol: number, side: MatchSide, ticks: number, lots: number): void {
    this.#data[symbol]!.levelChanged(side, ticks, lots);
  }

  #theDesk(): OrderDesk {
    assert(this.#desk !== null, 'the exchange is opened before it is used');
    return this.#desk;
  }
}

const nothing = (): void => undefined;

const QUIET: Omit<MatchVisitor, 'level'> = {
  accepted: nothing,
  rejected: nothing,
  trade: nothing,
  cancelled: nothing,
  expired: nothing,
  cancelRejected: nothing,
};
