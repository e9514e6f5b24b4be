import { assert } from '../../core/index.ts';
import {
  type ClientOrderId,
  type Fill,
  type Instrument,
  type InstrumentId,
  type PriceTicks,
  qtyLots,
} from '../../model/index.ts';
import { MarginAccount } from './account.ts';
import { toVenueTime, type VenueTimeUs } from './schedule.ts';
import type { EndedOrder, HeldOrder, TruthImage, TruthRecord } from './truth-record.ts';

/** Fills that are kept for questions; older ones are forgotten in batches. */
export const KEPT_FILLS = 50_000;

/** Ended orders that are kept for questions; older ones are forgotten in batches. */
export const KEPT_ENDED = 20_000;

/** How many beyond that gather before the oldest are dropped. */
const FORGET_BATCH = 1_000;

/**
 * What the venue knows of its one account: a pure fold over the records of the ledger, so that a
 * restarted venue knows exactly what the killed one had written.
 *
 * Bounds: all open orders; the latest 50,000 to 51,000 fills and 20,000 to 21,000 ended orders.
 */
export class VenueTruth {
  readonly account = new MarginAccount();
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly #open = new Map<ClientOrderId, HeldOrder>();
  readonly #ended = new Map<ClientOrderId, EndedOrder>();
  readonly #marks = new Map<InstrumentId, PriceTicks>();
  #fills: Fill[] = [];
  #session = 0;
  #at: VenueTimeUs = 0;
  #fillsForgottenUpTo: VenueTimeUs = 0;
  #endsForgottenUpTo: VenueTimeUs = 0;

  constructor(instruments: readonly Instrument[]) {
    this.#instruments = new Map(instruments.map((one) => [one.id, one]));
  }

  /** Venue processes that have run on this ledger; 0 before the first. */
  get session(): number {
    return this.#session;
  }

  /** Time of the latest record. */
  get at(): VenueTimeUs {
    return this.#at;
  }

  /** Fills at or before this time may be forgotten; 0 while none is. */
  get fillsForgottenUpTo(): VenueTimeUs {
    return this.#fillsForgottenUpTo;
  }

  /** Orders that ended at or before this time may be forgotten; 0 while none is. */
  get endsForgottenUpTo(): VenueTimeUs {
    return this.#endsForgottenUpTo;
  }

  /** Orders that the venue works, oldest first. */
  get open(): ReadonlyMap<ClientOrderId, HeldOrder> {
    return this.#open;
  }

  /** Orders that ended, oldest first. */
  get ended(): ReadonlyMap<ClientOrderId, EndedOrder> {
    return this.#ended;
  }

  /** Executions, oldest first. */
  get fills(): readonly Fill[] {
    return this.#fills;
  }

  /** Last stored price of an instrument, or null. */
  mark(id: InstrumentId): PriceTicks | null {
    return this.#marks.get(id) ?? null;
  }

  /** Applies one record. */
  apply(record: TruthRecord): void {
    this.#at = Math.max(this.#at, record.at);
    switch (record.kind) {
      case 'image':
        this.#restore(record);
        break;
      case 'session':
        this.#session = record.session;
        break;
      case 'deposit':
        this.account.deposit(record.amount);
        break;
      case 'order':
        this.#open.set(record.order.clientOrderId, record.order);
        break;
      case 'fill':
        this.#fill(record.fill, record.at);
        break;
      case 'end':
        this.#end(record.end);
        break;
      case 'marks':
        for (const [id, price] of record.marks) this.#marks.set(id, price);
        break;
    }
  }

  /** Everything that is kept, as one record. */
  image(): TruthImage {
    return {
      kind: 'image',
      at: this.#at,
      session: this.#session,
      cash: this.account.cash,
      positions: [...this.account.positions],
      open: [...this.#open.values()],
      ended: [...this.#ended.values()],
      fills: this.#fills,
      marks: [...this.#marks],
      fillsForgottenUpTo: this.#fillsForgottenUpTo,
      endsForgottenUpTo: this.#endsForgottenUpTo,
    };
  }

  #restore(image: TruthImage): void {
    this.#session = image.session;
    this.account.restore(image.cash, image.positions);
    this.#open.clear();
    for (const order of image.open) this.#open.set(order.clientOrderId, order);
    this.#ended.clear();
    for (const end of image.ended) this.#ended.set(end.clientOrderId, end);
    this.#fills = [...image.fills];
    this.#marks.clear();
    for (const [id, price] of image.marks) this.#marks.set(id, price);
    this.#fillsForgottenUpTo = image.fillsForgottenUpTo;
    this.#endsForgottenUpTo = image.endsForgottenUpTo;
  }

  #fill(fill: Fill, at: VenueTimeUs): void {
    const instrument = this.#instruments.get(fill.instrument);
    const order = this.#open.get(fill.clientOrderId);
    assert(instrument !== undefined, `a fill names an instrument of the venue: ${fill.instrument}`);
    assert(order !== undefined, `a fill belongs to an open order: ${fill.clientOrderId}`);
    this.account.fill(instrument, fill.side, fill.price, fill.quantity, fill.fee);
    this.#fills.push(fill);
    const filled = qtyLots(order.filled + fill.quantity);
    assert(filled <= order.taken, `${fill.clientOrderId} fills at most what the venue took`);
    if (filled < order.taken) {
      this.#open.set(order.clientOrderId, { ...order, filled });
    } else {
      const whole = order.taken === order.quantity;
      this.#end({
        clientOrderId: order.clientOrderId,
        venueOrderId: order.venueOrderId,
        state: whole ? 'filled' : 'expired',
        reason: whole ? 'filled' : 'reduce-only-cut',
        at,
      });
    }
    if (this.#fills.length > KEPT_FILLS + FORGET_BATCH) {
      const last = this.#fills[FORGET_BATCH - 1]!;
      this.#fills = this.#fills.slice(FORGET_BATCH);
      this.#fillsForgottenUpTo = Math.max(this.#fillsForgottenUpTo, toVenueTime(last.at));
    }
  }

  #end(end: EndedOrder): void {
    this.#open.delete(end.clientOrderId);
    this.#ended.set(end.clientOrderId, end);
    if (this.#ended.size <= KEPT_ENDED + FORGET_BATCH) return;
    let surplus = FORGET_BATCH;
    for (const [id, old] of this.#ended) {
      if (surplus === 0) break;
      surplus -= 1;
      this.#ended.delete(id);
      this.#endsForgottenUpTo = Math.max(this.#endsForgottenUpTo, old.at);
    }
  }
}
