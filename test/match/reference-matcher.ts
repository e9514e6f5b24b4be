import {
  BUY,
  MATCH_FLAGS,
  type MatchSide,
  type PlacedOrder,
  PREVENTION,
} from '../../src/native/index.ts';

/** One event: its kind, then its values. */
export type Line = readonly [string, ...(number | string | boolean)[]];

interface Resting {
  order: PlacedOrder;
  ticks: number;
  shown: number;
  hidden: number;
  /** Place in its queue: of a level, or of a trigger price. */
  queue: number;
  /** Order of arrival. */
  arrival: number;
  group: number;
  waits: boolean;
  trigger: number | null;
  mark: number | null;
}

interface Taking {
  readonly order: PlacedOrder;
  left: number;
  group: number;
  end: string | null;
  readonly prices: number[];
}

const has = (order: PlacedOrder, flag: number): boolean => (order.flags & flag) !== 0;
const sign = (side: MatchSide): 1 | -1 => (side === BUY ? 1 : -1);
const preventionOf = (order: PlacedOrder): number => (order.flags / MATCH_FLAGS.prevention) & 3;
const mayRest = (order: PlacedOrder): boolean =>
  !has(order, MATCH_FLAGS.ioc) && !has(order, MATCH_FLAGS.fok) && !has(order, MATCH_FLAGS.market);

/**
 * The rules of the matching engine once more, written for plainness: one list of orders, filtered
 * and sorted anew for every step. One symbol.
 */
export class ReferenceMatcher {
  readonly lines: Line[] = [];
  #orders: Resting[] = [];
  #pending: PlacedOrder[] = [];
  readonly #positions = new Map<number, number>();
  #lastTrade: number | null = null;
  #now = 0;
  #count = 0;

  place(order: PlacedOrder): void {
    const refused = this.#refusal(order);
    if (refused !== null) this.lines.push(['rejected', order.id, refused]);
    else this.#submit(order);
    this.#runPending();
  }

  replace(target: number, order: PlacedOrder): void {
    const refused = this.#refusal(order);
    const found = this.#find(target);
    if (refused !== null) {
      this.lines.push(['rejected', order.id, refused]);
    } else if (found !== undefined && found.order.owner === order.owner) {
      this.#end(found, 'cancelled', 'requested');
      this.#submit(order);
    } else {
      this.lines.push(['cancel-rejected', target, 'unknown-order']);
      if (has(order, MATCH_FLAGS.allowFailure)) this.#submit(order);
      else this.lines.push(['rejected', order.id, 'not-attempted']);
    }
    this.#runPending();
  }

  cancel(id: number): void {
    const found = this.#find(id);
    if (found === undefined) this.lines.push(['cancel-rejected', id, 'unknown-order']);
    else this.#end(found, 'cancelled', 'requested');
  }

  amend(id: number, to: { ticks: number; lots: number; trigger: number }): void {
    const found = this.#find(id);
    const refused = found === undefined ? 'unknown-order' : this.#amendRefusal(found, to);
    if (found === undefined || refused !== null) {
      this.lines.push(['amend-rejected', id, refused ?? '']);
      return;
    }
    const lots = to.lots || found.shown + found.hidden;
    const ticks = to.ticks || found.ticks;
    if (found.waits) this.#amendStop(found, ticks, lots, to.trigger);
    else if (ticks === found.ticks) this.#amendLots(found, lots);
    else {
      this.lines.push(['amended', id, ticks, lots, false]);
      this.#orders = this.#orders.filter((one) => one !== found);
      this.#work({ ...found.order, ticks, lots, group: found.group });
    }
    this.#runPending();
  }

  clock(now: number): void {
    this.#now = Math.max(this.#now, now);
    for (;;) {
      const [due] = this.#orders
        .filter(({ order }) => (order.expiresAt ?? 0) !== 0 && order.expiresAt! <= this.#now)
        .sort((a, b) => a.order.expiresAt! - b.order.expiresAt! || a.arrival - b.arrival);
      if (due === undefined) return;
      this.#end(due, 'expired', 'timed-out');
    }
  }

  position(owner: number, lots: number): void {
    this.#positions.set(owner, lots);
  }

  /** Visible lots of a side by price. */
  levels(side: MatchSide): ReadonlyMap<number, number> {
    const levels = new Map<number, number>();
    for (const one of this.#orders) {
      if (one.waits || one.order.side !== side) continue;
      levels.set(one.ticks, (levels.get(one.ticks) ?? 0) + one.shown);
    }
    return levels;
  }

  #find(id: number): Resting | undefined {
    return this.#orders.find((one) => one.order.id === id);
  }

  #refusal(order: PlacedOrder): string | null {
    if (this.#find(order.id) !== undefined) return 'duplicate-id';
    const { display = 0, group = 0, trigger = 0, trail = 0, expiresAt = 0 } = order;
    const stop = trigger !== 0 || trail !== 0;
    const rests = mayRest(order);
    if (has(order, MATCH_FLAGS.postOnly) && !rests) return 'bad-terms';
    if (has(order, MATCH_FLAGS.ioc) && has(order, MATCH_FLAGS.fok)) return 'bad-terms';
    if (display > order.lots || (display > 0 && !rests)) return 'bad-terms';
    if (group !== 0) {
      if (!rests && !stop) return 'bad-terms';
      const others = this.#orders.filter((one) => one.group === group);
      if (others.some((one) => one.order.owner !== order.owner)) return 'bad-terms';
    }
    if (expiresAt !== 0 && expiresAt <= this.#now) return 'timed-out';
    if (has(order, MATCH_FLAGS.reduceOnly)) {
      if (order.owner === 0) return 'bad-terms';
      if (this.#closable(order) === 0) return 'reduce-only';
    }
    if (trigger === 0 || this.#lastTrade === null) return null;
    const at = trail === 0 ? trigger : trigger + sign(order.side) * trail;
    return this.#reached(order.side, this.#lastTrade, at) ? 'would-trigger' : null;
  }

  #reached(side: MatchSide, price: number, trigger: number): boolean {
    return sign(side) * price >= sign(side) * trigger;
  }

  #closable({ owner, side }: PlacedOrder): number {
    return Math.max(0, -sign(side) * (this.#positions.get(owner) ?? 0));
  }

  #submit(order: PlacedOrder): void {
    const { trigger = 0, trail = 0 } = order;
    const stop = trigger !== 0 || trail !== 0;
    if (has(order, MATCH_FLAGS.postOnly) && !stop && this.#facing(order).length > 0) {
      this.lines.push(['rejected', order.id, 'post-only-would-take']);
      return;
    }
    this.lines.push(['accepted', order.id]);
    if (!stop) {
      this.#work(order);
      return;
    }
    const mark = trail === 0 ? null : trigger !== 0 ? trigger : this.#lastTrade;
    const one = this.#keep(order, order.lots, 0, order.group ?? 0);
    one.waits = true;
    one.trigger = trail === 0 ? trigger : null;
    if (mark !== null) this.#setMark(one, mark);
  }

  #keep(order: PlacedOrder, shown: number, hidden: number, group: number): Resting {
    this.#count += 1;
    const place = { queue: this.#count, arrival: this.#count };
    const state = { waits: false, trigger: null, mark: null };
    const one = { order, ticks: order.ticks, shown, hidden, group, ...place, ...state };
    this.#orders.push(one);
    return one;
  }

  #setMark(one: Resting, price: number): void {
    one.mark = price;
    one.trigger = Math.max(0, price + sign(one.order.side) * (one.order.trail ?? 0));
    this.#count += 1;
    one.queue = this.#count;
  }

  /** The resting orders that an order can take, the first to trade first. */
  #facing({ side, ticks }: PlacedOrder): Resting[] {
    return this.#orders
      .filter((one) => !one.waits && one.order.side !== side)
      .filter((one) => sign(side) * one.ticks <= sign(side) * ticks)
      .sort((a, b) => sign(side) * (a.ticks - b.ticks) || a.queue - b.queue);
  }

  #work(order: PlacedOrder): void {
    const taking: Taking = {
      order,
      left: order.lots,
      group: order.group ?? 0,
      end: null,
      prices: [],
    };
    if (has(order, MATCH_FLAGS.fok) && !this.#fillsWhole(order)) taking.end = 'not-fillable';
    else if (has(order, MATCH_FLAGS.postOnly) && this.#facing(order).length > 0) {
      taking.end = 'post-only-would-take';
    } else {
      while (taking.left > 0 && taking.end === null) {
        const [maker] = this.#facing(order);
        if (maker === undefined) break;
        this.#meet(taking, maker);
      }
    }
    if (taking.end === null && taking.left > 0 && mayRest(order)) {
      const shown = Math.min(taking.left, order.display || taking.left);
      this.#keep(order, shown, taking.left - shown, taking.group);
    } else if (taking.end !== null || taking.left > 0) {
      this.lines.push(['expired', order.id, taking.left, taking.end ?? 'none']);
      this.#cancelGroup(taking.group);
    }
    const [first] = taking.prices;
    const last = taking.prices.at(-1);
    if (first !== undefined) this.#tradedAt(first);
    if (last !== undefined && last !== first) this.#tradedAt(last);
  }

  #meet(taking: Taking, maker: Resting): void {
    const { order } = taking;
    if (order.owner !== 0 && maker.order.owner === order.owner) {
      this.#prevent(taking, maker);
      return;
    }
    let lots = Math.min(taking.left, maker.shown);
    if (has(maker.order, MATCH_FLAGS.reduceOnly)) {
      lots = Math.min(lots, this.#closable(maker.order));
      if (lots === 0) {
        this.#end(maker, 'cancelled', 'reduce-only');
        return;
      }
    }
    if (has(order, MATCH_FLAGS.reduceOnly)) {
      lots = Math.min(lots, this.#closable(order));
      if (lots === 0) {
        taking.end = 'reduce-only';
        return;
      }
    }
    taking.left -= lots;
    taking.prices.push(maker.ticks);
    const rest = maker.shown + maker.hidden - lots;
    this.lines.push(['trade', maker.order.id, order.id, order.side, maker.ticks, lots, rest]);
    for (const [owner, change] of [
      [order.owner, sign(order.side) * lots],
      [maker.order.owner, -sign(order.side) * lots],
    ] as const) {
      this.#positions.set(owner, (this.#positions.get(owner) ?? 0) + change);
    }
    const { group } = maker;
    maker.group = 0;
    this.#takeShown(maker, lots);
    this.#cancelGroup(group);
    this.#cancelGroup(taking.group);
    taking.group = 0;
  }

  /** Takes lots off the visible slice; a used-up slice is followed by the next, at the back. */
  #takeShown(one: Resting, lots: number): void {
    one.shown -= lots;
    if (one.shown > 0) return;
    if (one.hidden === 0) {
      this.#orders = this.#orders.filter((other) => other !== one);
      return;
    }
    one.shown = Math.min(one.hidden, one.order.display ?? 0);
    one.hidden -= one.shown;
    this.#count += 1;
    one.queue = this.#count;
  }

  #prevent(taking: Taking, maker: Resting): void {
    const mode = preventionOf(taking.order);
    if (mode === PREVENTION.decrement) {
      const lots = Math.min(taking.left, maker.shown);
      const rest = maker.shown + maker.hidden - lots;
      taking.left -= lots;
      this.lines.push(['prevented', maker.order.id, taking.order.id, lots, rest]);
      if (taking.left === 0) taking.end = 'self-trade';
      if (rest > 0) {
        this.#takeShown(maker, lots);
        return;
      }
      maker.shown = 0;
      if (this.#sibling(taking, maker)) taking.end ??= 'one-cancels-other';
      this.#end(maker, 'cancelled', 'self-trade');
      return;
    }
    if (mode !== PREVENTION.cancelResting) taking.end = 'self-trade';
    if (this.#sibling(taking, maker)) taking.end ??= 'one-cancels-other';
    if (mode !== PREVENTION.cancelNew) this.#end(maker, 'cancelled', 'self-trade');
  }

  #sibling(taking: Taking, maker: Resting): boolean {
    return maker.group !== 0 && maker.group === taking.group;
  }

  #fillsWhole(order: PlacedOrder): boolean {
    if (has(order, MATCH_FLAGS.reduceOnly) && this.#closable(order) < order.lots) return false;
    let sum = 0;
    const facing = this.#facing(order);
    for (const ticks of new Set(facing.map((one) => one.ticks))) {
      const queue = facing.filter((one) => one.ticks === ticks);
      const own = queue.findIndex((one) => order.owner !== 0 && one.order.owner === order.owner);
      const stops = own >= 0 && preventionOf(order) !== PREVENTION.cancelResting;
      const counted = (stops ? queue.slice(0, own) : queue)
        .filter((one) => order.owner === 0 || one.order.owner !== order.owner)
        .filter((one) => one.group === 0 && !has(one.order, MATCH_FLAGS.reduceOnly));
      for (const one of counted) sum += one.shown + (stops ? 0 : one.hidden);
      if (stops) break;
    }
    return sum >= order.lots;
  }

  #end(one: Resting, kind: 'cancelled' | 'expired', reason: string): void {
    const { group } = one;
    this.#takeOut(one, kind, reason);
    this.#cancelGroup(group);
  }

  #takeOut(one: Resting, kind: 'cancelled' | 'expired', reason: string): void {
    this.#orders = this.#orders.filter((other) => other !== one);
    this.lines.push([kind, one.order.id, one.shown + one.hidden, reason]);
  }

  #cancelGroup(group: number): void {
    if (group === 0) return;
    const others = this.#orders.filter((one) => one.group === group);
    others.sort((a, b) => a.arrival - b.arrival);
    for (const other of others) this.#takeOut(other, 'cancelled', 'one-cancels-other');
  }

  #amendRefusal(one: Resting, to: { ticks: number; lots: number; trigger: number }): string | null {
    if (to.trigger !== 0) {
      if (!one.waits || (one.order.trail ?? 0) !== 0) return 'bad-terms';
      const last = this.#lastTrade;
      if (last !== null && this.#reached(one.order.side, last, to.trigger)) return 'would-trigger';
    }
    const moves = !one.waits && to.ticks !== 0 && to.ticks !== one.ticks;
    const wanted = { ...one.order, ticks: to.ticks || one.ticks };
    const takes = moves && this.#facing(wanted).length > 0;
    return takes && has(one.order, MATCH_FLAGS.postOnly) ? 'post-only-would-take' : null;
  }

  #amendStop(one: Resting, ticks: number, lots: number, trigger: number): void {
    const moves = trigger !== 0 && trigger !== one.trigger;
    one.ticks = ticks;
    one.order = { ...one.order, ticks, lots };
    one.shown = lots;
    this.lines.push(['amended', one.order.id, ticks, lots, !moves]);
    if (!moves) return;
    one.trigger = trigger;
    this.#count += 1;
    one.queue = this.#count;
  }

  #amendLots(one: Resting, lots: number): void {
    const open = one.shown + one.hidden;
    this.lines.push(['amended', one.order.id, one.ticks, lots, lots <= open]);
    if (lots <= open) {
      one.shown = Math.min(one.shown, lots);
    } else {
      one.shown = Math.min(lots, one.order.display || lots);
      this.#count += 1;
      one.queue = this.#count;
    }
    one.hidden = lots - one.shown;
  }

  #tradedAt(price: number): void {
    this.#lastTrade = price;
    for (;;) {
      const [woken] = this.#orders
        .filter((one) => one.waits && one.trigger !== null)
        .filter((one) => this.#reached(one.order.side, price, one.trigger!))
        .sort(
          (a, b) =>
            a.order.side - b.order.side ||
            sign(a.order.side) * (a.trigger! - b.trigger!) ||
            a.queue - b.queue,
        );
      if (woken === undefined) break;
      this.#trigger(woken, price);
    }
    const trailing = this.#orders.filter((one) => one.waits && (one.order.trail ?? 0) !== 0);
    for (const one of trailing.sort((a, b) => a.arrival - b.arrival)) {
      if (one.mark !== null && -sign(one.order.side) * (price - one.mark) <= 0) continue;
      this.#setMark(one, price);
      this.lines.push(['trailed', one.order.id, price]);
    }
  }

  #trigger(one: Resting, price: number): void {
    const { group } = one;
    this.lines.push(['triggered', one.order.id, price]);
    this.#orders = this.#orders.filter((other) => other !== one);
    this.#cancelGroup(group);
    const { ticks, shown: lots } = one;
    this.#pending.push({ ...one.order, ticks, lots, trigger: 0, trail: 0, group: 0 });
  }

  #runPending(): void {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      this.#work(next);
    }
  }
}
