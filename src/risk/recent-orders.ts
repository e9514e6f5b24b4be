import { type EventTimeNs, type Json, NS_PER_MS } from '../core/index.ts';
import type { OrderRequest } from '../model/index.ts';
import { orderKey, SentOrders } from './sent-orders.ts';

/**
 * Remembers the orders of the last moments, to refuse one that is sent twice by mistake.
 *
 * Bounded: entries older than the window are dropped whenever one is added, and the order rate
 * bounds how many fit into the window.
 */
export class RecentOrders {
  readonly #windowNs: bigint;
  /** What a snapshot brought, by key, oldest first; all of it was sent before what is in `#sent`. */
  readonly #restored: Map<string, bigint>;
  readonly #sent = new SentOrders();

  constructor(windowMs: number, entries: readonly (readonly [string, bigint])[] = []) {
    this.#windowNs = BigInt(Math.round(windowMs * Number(NS_PER_MS)));
    this.#restored = new Map(entries);
  }

  /** When an equal order was sent within the window before `at`; null when none was. */
  equalSentAt(request: OrderRequest, at: EventTimeNs): EventTimeNs | null {
    const sent = this.#sent.sentAt(request) ?? this.#restoredAt(request);
    return sent !== null && at - sent < this.#windowNs ? (sent as EventTimeNs) : null;
  }

  #restoredAt(request: OrderRequest): bigint | null {
    return this.#restored.size === 0 ? null : (this.#restored.get(orderKey(request)) ?? null);
  }

  /** Remembers an order and forgets those that left the window. */
  add(request: OrderRequest, at: EventTimeNs): void {
    this.#forgetRestored(at);
    if (this.#restored.size === 0) this.#sent.forget(at, this.#windowNs);
    else this.#restored.delete(orderKey(request));
    this.#sent.add(request, at);
  }

  #forgetRestored(at: EventTimeNs): void {
    if (this.#restored.size === 0) return;
    for (const [key, sent] of this.#restored) {
      if (at - sent < this.#windowNs) break;
      this.#restored.delete(key);
    }
  }

  /** Orders remembered now. */
  get size(): number {
    return this.#restored.size + this.#sent.size;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return [...this.#restored, ...this.#sent.entries()];
  }
}
