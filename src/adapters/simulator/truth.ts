import { assert, type EventTimeNs } from '../../core/index.ts';
import {
  type AccountCharge,
  type ClientOrderId,
  type Fill,
  type Instrument,
  type InstrumentId,
  notional,
  type OcoGroup,
  type PriceTicks,
  qtyLots,
} from '../../model/index.ts';
import { MarginAccount } from './account.ts';
import { VolumeWindow } from './fee-tiers.ts';
import { toVenueTime, type VenueTimeUs } from './schedule.ts';
import type {
  EndedOrder,
  HeldClosing,
  HeldOrder,
  TruthImage,
  TruthRecord,
} from './truth-record.ts';

/** Fills that are kept for questions; older ones are forgotten in batches. */
export const KEPT_FILLS = 50_000;

/** Charges, and closings by the venue, that are kept for questions, each. */
export const KEPT_CHARGES = 20_000;

/** Ended orders that are kept for questions; older ones are forgotten in batches. */
export const KEPT_ENDED = 20_000;

/**
 * How long an ended order and its client order id are remembered at most, us: 24 hours. An id that
 * comes again after that, or after 20,000 later ends, is a new order.
 */
export const KEPT_ENDED_US = 24 * 3600 * 1_000_000;

/** OCO groups of which one order is done: as many and as long as ended orders. */
const KEPT_GROUPS = KEPT_ENDED;

/** How many beyond that gather before the oldest are dropped. */
const FORGET_BATCH = 1_000;

/** An end with the terms at which it came, when they are not those that were sent. */
function withTerms(end: EndedOrder, open: HeldOrder | undefined): EndedOrder {
  if (open?.amendments === undefined) return end;
  const { price, quantity, filled, amendments } = open;
  return { ...end, amended: { price, quantity, filled, amendments } };
}

/**
 * What the venue knows of its one account: a pure fold over the records of the ledger, so that a
 * restarted venue knows exactly what the killed one had written.
 *
 * Bounds: all open orders; the latest 50,000 to 51,000 fills, 20,000 to 21,000 ended orders, charges
 *         and closings each; the traded value of 721 hours.
 */
export class VenueTruth {
  readonly account = new MarginAccount();
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly #open = new Map<ClientOrderId, HeldOrder>();
  readonly #ended = new Map<ClientOrderId, EndedOrder>();
  readonly #doneGroups = new Map<OcoGroup, VenueTimeUs>();
  readonly #marks = new Map<InstrumentId, PriceTicks>();
  /** Own traded value of the last 30 days. */
  readonly volume = new VolumeWindow();
  #fills: Fill[] = [];
  #charges: AccountCharge[] = [];
  #closings: HeldClosing[] = [];
  #closingCount = 0;
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

  /** Funding and interest, oldest first. */
  get charges(): readonly AccountCharge[] {
    return this.#charges;
  }

  /** What the venue closed by itself, oldest first. */
  get closings(): readonly HeldClosing[] {
    return this.#closings;
  }

  /** How many positions the venue ever closed by itself. */
  get closingCount(): number {
    return this.#closingCount;
  }

  /** Whether an order of an OCO group traded, triggered or ended: the group takes no more. */
  isGroupDone(group: OcoGroup): boolean {
    return this.#doneGroups.has(group);
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
      case 'charge':
        this.account.charge(record.charge.amount);
        this.#charges.push(record.charge);
        this.#charges = this.#kept(this.#charges, ({ at }) => at);
        break;
      case 'closing':
        this.#close(record);
        break;
      case 'end':
        this.#end(record.end);
        break;
      case 'change':
        this.#change(record);
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
      doneGroups: [...this.#doneGroups],
      marks: [...this.#marks],
      charges: this.#charges,
      closings: this.#closings,
      closingCount: this.#closingCount,
      volume: this.volume.hours(),
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
    this.#doneGroups.clear();
    for (const [group, at] of image.doneGroups) this.#doneGroups.set(group, at);
    this.#marks.clear();
    for (const [id, price] of image.marks) this.#marks.set(id, price);
    this.#charges = [...image.charges];
    this.#closings = [...image.closings];
    this.#closingCount = image.closingCount;
    this.volume.restore(image.volume);
    this.#fillsForgottenUpTo = image.fillsForgottenUpTo;
    this.#endsForgottenUpTo = image.endsForgottenUpTo;
  }

  #fill(fill: Fill, at: VenueTimeUs): void {
    const instrument = this.#instruments.get(fill.instrument);
    const order = this.#open.get(fill.clientOrderId);
    assert(instrument !== undefined, `a fill names an instrument of the venue: ${fill.instrument}`);
    assert(order !== undefined, `a fill belongs to an open order: ${fill.clientOrderId}`);
    this.account.fill(instrument, fill.side, fill.price, fill.quantity, fill.fee);
    this.volume.add(at, notional(instrument, fill.price, fill.quantity));
    this.#fills.push(fill);
    this.#groupDone(order.ocoGroup, at);
    const filled = qtyLots(order.filled + fill.quantity);
    assert(filled <= order.taken, `${fill.clientOrderId} fills at most what the venue took`);
    this.#open.set(order.clientOrderId, { ...order, filled });
    if (filled === order.taken) {
      const whole = order.taken === order.quantity;
      this.#end({
        clientOrderId: order.clientOrderId,
        venueOrderId: order.venueOrderId,
        state: whole ? 'filled' : 'expired',
        reason: whole ? 'filled' : order.prevented ? 'self-trade' : 'reduce-only-cut',
        at,
      });
    }
    if (this.#fills.length > KEPT_FILLS + FORGET_BATCH) {
      const last = this.#fills[FORGET_BATCH - 1]!;
      this.#fills = this.#fills.slice(FORGET_BATCH);
      this.#fillsForgottenUpTo = Math.max(this.#fillsForgottenUpTo, toVenueTime(last.at));
    }
  }

  #close({ cause, fill }: HeldClosing): void {
    const instrument = this.#instruments.get(fill.instrument);
    assert(
      instrument !== undefined,
      `a closing names an instrument of the venue: ${fill.instrument}`,
    );
    this.account.fill(instrument, fill.side, fill.price, fill.quantity, fill.fee);
    this.#closings.push({ cause, fill });
    this.#closingCount += 1;
    this.#closings = this.#kept(this.#closings, (closing) => closing.fill.at);
  }

  /** A list without its oldest batch, once it is too long; what goes is forgotten like old fills. */
  #kept<T>(list: T[], at: (one: T) => EventTimeNs): T[] {
    if (list.length <= KEPT_CHARGES + FORGET_BATCH) return list;
    const last = toVenueTime(at(list[FORGET_BATCH - 1]!));
    this.#fillsForgottenUpTo = Math.max(this.#fillsForgottenUpTo, last);
    return list.slice(FORGET_BATCH);
  }

  #change(change: Extract<TruthRecord, { readonly kind: 'change' }>): void {
    const order = this.#open.get(change.clientOrderId);
    assert(order !== undefined, `a change belongs to an open order: ${change.clientOrderId}`);
    const { triggered, waterMark, prevented, amended } = change;
    if (triggered === true) this.#groupDone(order.ocoGroup, change.at);
    this.#open.set(order.clientOrderId, {
      ...order,
      ...(triggered !== undefined && { triggered }),
      ...(waterMark !== undefined && { waterMark }),
      ...(prevented !== undefined && {
        taken: qtyLots(order.taken - prevented),
        prevented: qtyLots((order.prevented ?? 0) + prevented),
      }),
      ...(amended !== undefined && {
        price: amended.price,
        quantity: amended.quantity,
        taken: amended.taken,
        amendments: amended.amendment,
      }),
    });
  }

  #groupDone(group: OcoGroup | undefined, at: VenueTimeUs): void {
    if (group === undefined || this.#doneGroups.has(group)) return;
    this.#doneGroups.set(group, at);
    for (const [old, since] of this.#doneGroups) {
      if (this.#doneGroups.size <= KEPT_GROUPS && since >= at - KEPT_ENDED_US) break;
      this.#doneGroups.delete(old);
    }
  }

  #end(end: EndedOrder): void {
    const open = this.#open.get(end.clientOrderId);
    this.#groupDone(open?.ocoGroup ?? end.ocoGroup, end.at);
    this.#open.delete(end.clientOrderId);
    this.#ended.set(end.clientOrderId, withTerms(end, open));
    let surplus = this.#ended.size > KEPT_ENDED + FORGET_BATCH ? FORGET_BATCH : 0;
    for (const [id, old] of this.#ended) {
      if (surplus === 0 && old.at >= end.at - KEPT_ENDED_US) break;
      surplus = Math.max(0, surplus - 1);
      this.#ended.delete(id);
      this.#endsForgottenUpTo = Math.max(this.#endsForgottenUpTo, old.at);
    }
  }
}
