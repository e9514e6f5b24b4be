import {
  type InstrumentId,
  ORDER_TYPES,
  type OrderRequest,
  waitsForTrigger,
} from '../model/index.ts';

const FIRST_CAPACITY = 64;
const NONE = -1;

const TYPE_NUMBERS: ReadonlyMap<OrderRequest['type'], number> = new Map(
  ORDER_TYPES.map((type, number) => [type, number]),
);

/** What tells orders of one type apart by their trigger; NaN where an order has none. */
const triggerOf = ({ triggerPrice, trailOffset }: OrderRequest): number =>
  triggerPrice ?? trailOffset ?? Number.NaN;

/** A stop and a limit order of equal price are not the same order, a limit and a market order are. */
const kindOf = ({ type }: OrderRequest): number =>
  waitsForTrigger(type) ? TYPE_NUMBERS.get(type)! : 0;

/** The text that names what makes two orders equal. */
export function orderKey(request: OrderRequest): string {
  const { instrument, side, price, quantity, type } = request;
  const plain = `${instrument}|${side}|${price}|${quantity}`;
  return waitsForTrigger(type)
    ? `${plain}|${type}|${request.triggerPrice ?? request.trailOffset}`
    : plain;
}

/** The columns of a table of so many entries. */
class Columns {
  readonly instruments: InstrumentId[];
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  readonly triggers: Float64Array;
  /** Twice the number of the kind, and one more for a sale. */
  readonly kinds: Uint8Array;
  readonly sentAt: BigInt64Array;
  /** 0 for an entry that is forgotten. */
  readonly held: Uint8Array;
  /** Places of the first entry of each bucket, and of the next one behind each entry. */
  readonly buckets: Int32Array;
  readonly behind: Int32Array;

  constructor(capacity: number) {
    this.instruments = new Array<InstrumentId>(capacity).fill('' as InstrumentId);
    this.prices = new Float64Array(capacity);
    this.quantities = new Float64Array(capacity);
    this.triggers = new Float64Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.sentAt = new BigInt64Array(capacity);
    this.held = new Uint8Array(capacity);
    this.buckets = new Int32Array(capacity).fill(NONE);
    this.behind = new Int32Array(capacity).fill(NONE);
  }
}

/**
 * The orders sent last with their times, oldest first: a ring of columns and a hash table over it.
 *
 * Nothing of an entry is an object: at thousands of orders a second the keys and times of a `Map`
 * were most of what outlived a collection.
 */
export class SentOrders {
  #columns = new Columns(FIRST_CAPACITY);
  #capacity = FIRST_CAPACITY;
  #first = 0;
  #next = 0;
  #size = 0;

  /** Orders that are here. */
  get size(): number {
    return this.#size;
  }

  /** When an equal order was sent, ns; null when it is not here. */
  sentAt(request: OrderRequest): bigint | null {
    const place = this.#find(request);
    return place === NONE ? null : this.#columns.sentAt[place]!;
  }

  /** Takes an order in as the latest; an equal one is forgotten. */
  add(request: OrderRequest, at: bigint): void {
    this.delete(request);
    if (this.#next - this.#first === this.#capacity) this.#grow();
    const place = this.#next & (this.#capacity - 1);
    this.#next += 1;
    this.#size += 1;
    const columns = this.#columns;
    columns.instruments[place] = request.instrument;
    columns.prices[place] = request.price;
    columns.quantities[place] = request.quantity;
    columns.triggers[place] = triggerOf(request);
    columns.kinds[place] = 2 * kindOf(request) + (request.side === 'sell' ? 1 : 0);
    columns.sentAt[place] = at;
    columns.held[place] = 1;
    this.#link(place);
  }

  /** Forgets an order; false when it is not here. */
  delete(request: OrderRequest): boolean {
    const place = this.#find(request);
    if (place === NONE) return false;
    this.#drop(place);
    return true;
  }

  /** Forgets the oldest orders while they were sent `windowNs` or longer before `at`. */
  forget(at: bigint, windowNs: bigint): void {
    const { held, sentAt } = this.#columns;
    for (; this.#first < this.#next; this.#first += 1) {
      const place = this.#first & (this.#capacity - 1);
      if (held[place] === 0) continue;
      if (at - sentAt[place]! < windowNs) return;
      this.#drop(place);
    }
  }

  /** Keys and times, oldest first. */
  entries(): (readonly [string, bigint])[] {
    const entries: (readonly [string, bigint])[] = [];
    for (let number = this.#first; number < this.#next; number += 1) {
      const place = number & (this.#capacity - 1);
      if (this.#columns.held[place] === 0) continue;
      entries.push([this.#keyAt(place), this.#columns.sentAt[place]!]);
    }
    return entries;
  }

  #keyAt(place: number): string {
    const { instruments, prices, quantities, triggers, kinds } = this.#columns;
    const side = (kinds[place]! & 1) === 1 ? 'sell' : 'buy';
    const plain = `${instruments[place]}|${side}|${prices[place]}|${quantities[place]}`;
    const kind = kinds[place]! >> 1;
    if (kind === 0) return plain;
    const trigger = triggers[place]!;
    return `${plain}|${ORDER_TYPES[kind]}|${Number.isNaN(trigger) ? undefined : trigger}`;
  }

  #find(request: OrderRequest): number {
    const columns = this.#columns;
    const kind = 2 * kindOf(request) + (request.side === 'sell' ? 1 : 0);
    let place = columns.buckets[this.#bucketOf(request.price, request.quantity, kind)]!;
    for (; place !== NONE; place = columns.behind[place]!) {
      if (
        columns.prices[place] === request.price &&
        columns.quantities[place] === request.quantity &&
        columns.kinds[place] === kind &&
        columns.instruments[place] === request.instrument &&
        (kind < 2 || Object.is(columns.triggers[place], triggerOf(request)))
      ) {
        return place;
      }
    }
    return NONE;
  }

  #bucketOf(price: number, quantity: number, kind: number): number {
    const mixed = Math.imul(Math.imul(price | 0, 0x9e3779b1) ^ (quantity | 0), 0x85ebca6b) ^ kind;
    return (mixed ^ (mixed >>> 15)) & (this.#capacity - 1);
  }

  #bucketAt(place: number): number {
    const { prices, quantities, kinds } = this.#columns;
    return this.#bucketOf(prices[place]!, quantities[place]!, kinds[place]!);
  }

  #link(place: number): void {
    const { buckets, behind } = this.#columns;
    const bucket = this.#bucketAt(place);
    behind[place] = buckets[bucket]!;
    buckets[bucket] = place;
  }

  #drop(place: number): void {
    const { buckets, behind, held } = this.#columns;
    const bucket = this.#bucketAt(place);
    if (buckets[bucket] === place) buckets[bucket] = behind[place]!;
    else {
      let before = buckets[bucket]!;
      while (behind[before] !== place) before = behind[before]!;
      behind[before] = behind[place]!;
    }
    held[place] = 0;
    this.#size -= 1;
  }

  /** Makes room for twice as many, without those that were sent anew. */
  #grow(): void {
    const from = this.#columns;
    const mask = this.#capacity - 1;
    const [first, next] = [this.#first, this.#next];
    if (this.#size * 2 > this.#capacity) this.#capacity *= 2;
    const to = new Columns(this.#capacity);
    this.#columns = to;
    this.#first = 0;
    this.#next = 0;
    for (let number = first; number < next; number += 1) {
      const place = number & mask;
      if (from.held[place] === 0) continue;
      const at = this.#next;
      this.#next += 1;
      to.instruments[at] = from.instruments[place]!;
      to.prices[at] = from.prices[place]!;
      to.quantities[at] = from.quantities[place]!;
      to.triggers[at] = from.triggers[place]!;
      to.kinds[at] = from.kinds[place]!;
      to.sentAt[at] = from.sentAt[place]!;
      to.held[at] = 1;
      this.#link(at);
    }
  }
}
