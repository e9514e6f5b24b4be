import { type EventTimeNs, type Json, NS_PER_MS } from '../core/index.ts';
import { type OrderRequest, waitsForTrigger } from '../model/index.ts';

/** What makes two orders equal. A stop and a limit order of equal price are not the same order. */
const keyOf = (request: OrderRequest): string => {
  const { instrument, side, price, quantity, type } = request;
  const plain = `${instrument}|${side}|${price}|${quantity}`;
  return waitsForTrigger(type)
    ? `${plain}|${type}|${request.triggerPrice ?? request.trailOffset}`
    : plain;
};

/** Whether two requests have the same key. */
const isEqual = (a: OrderRequest, b: OrderRequest): boolean =>
  a.instrument === b.instrument &&
  a.side === b.side &&
  a.price === b.price &&
  a.quantity === b.quantity &&
  a.type === b.type &&
  a.triggerPrice === b.triggerPrice &&
  a.trailOffset === b.trailOffset;

/**
 * Remembers the orders of the last moments, to refuse one that is sent twice by mistake.
 *
 * Bounded: entries older than the window are dropped whenever one is added, and the order rate
 * bounds how many fit into the window.
 */
export class RecentOrders {
  readonly #windowNs: bigint;
  readonly #sentAt: Map<string, bigint>;
  /** The request asked about last and its key: the same terms are added a moment later. */
  #asked: OrderRequest | null = null;
  #askedKey = '';

  constructor(windowMs: number, entries: readonly (readonly [string, bigint])[] = []) {
    this.#windowNs = BigInt(Math.round(windowMs * Number(NS_PER_MS)));
    this.#sentAt = new Map(entries);
  }

  /** When an equal order was sent within the window before `at`; null when none was. */
  equalSentAt(request: OrderRequest, at: EventTimeNs): EventTimeNs | null {
    const key = keyOf(request);
    this.#asked = request;
    this.#askedKey = key;
    const sent = this.#sentAt.get(key);
    return sent !== undefined && at - sent < this.#windowNs ? (sent as EventTimeNs) : null;
  }

  /** Remembers an order and forgets those that left the window. */
  add(request: OrderRequest, at: EventTimeNs): void {
    for (const [key, sent] of this.#sentAt) {
      if (at - sent < this.#windowNs) break;
      this.#sentAt.delete(key);
    }
    const known = this.#asked !== null && isEqual(this.#asked, request);
    const key = known ? this.#askedKey : keyOf(request);
    this.#asked = null;
    this.#sentAt.delete(key);
    this.#sentAt.set(key, at);
  }

  /** Orders remembered now. */
  get size(): number {
    return this.#sentAt.size;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return [...this.#sentAt];
  }
}
