import { type Json, LatestMap } from '../core/index.ts';
import type { AccountCharge, Fill, FillStanding } from '../model/index.ts';

/** How many executions of an instrument are remembered by their ids. */
export const FILL_WINDOW = 4_096;

/** What is told apart: a fill by its order and trade, a charge by its own id. */
type Booked = Pick<Fill, 'clientOrderId' | 'tradeId' | 'at'> | AccountCharge;

const keyOf = (booked: Booked): string =>
  'chargeId' in booked ? booked.chargeId : `${booked.clientOrderId}|${booked.tradeId}`;

/**
 * Tells new executions of one instrument, or new charges of the account, from repeated ones, in
 * bounded memory.
 *
 * The ids (order and trade) of the latest executions are kept. When one is dropped, its venue time
 * raises the horizon: a fill younger than the horizon whose id is not here is certainly new, since
 * every dropped one is at or before it. A fill at or before the horizon whose id is not here could
 * be either; it is never booked on a guess but left to reconciliation with the venue's totals.
 */
export class FillWindow {
  readonly #ids: LatestMap<string, bigint>;
  #horizon: bigint | null = null;
  /** What was asked about last and its key: it is asked about again, and added, a moment later. */
  #asked: Booked | null = null;
  #askedKey = '';

  constructor(capacity: number = FILL_WINDOW) {
    this.#ids = new LatestMap(capacity);
  }

  /** Rebuilds the window from a snapshot. */
  static restore(snapshot: Json, capacity: number = FILL_WINDOW): FillWindow {
    const { horizon, ids } = snapshot as {
      readonly horizon: string | null;
      readonly ids: readonly (readonly [string, string])[];
    };
    const window = new FillWindow(capacity);
    window.#horizon = horizon === null ? null : BigInt(horizon);
    for (const [id, at] of ids) window.#keep(id, BigInt(at));
    return window;
  }

  /** How a fill stands to what is remembered. Changes nothing. */
  standing(fill: Booked): FillStanding {
    if (this.#ids.has(this.#keyOf(fill))) return 'duplicate';
    return this.#horizon !== null && fill.at <= this.#horizon ? 'older-than-window' : 'new';
  }

  /** Remembers a fill that is new. */
  add(fill: Booked): void {
    this.#keep(this.#keyOf(fill), fill.at);
    this.#asked = null;
  }

  #keyOf(fill: Booked): string {
    if (this.#asked !== fill) {
      this.#asked = fill;
      this.#askedKey = keyOf(fill);
    }
    return this.#askedKey;
  }

  #keep(id: string, at: bigint): void {
    const dropped = this.#ids.set(id, at);
    if (dropped === undefined) return;
    if (this.#horizon === null || dropped > this.#horizon) this.#horizon = dropped;
  }

  /** Venue time up to which a fill without its id here cannot be told; null when none was dropped. */
  get horizon(): bigint | null {
    return this.#horizon;
  }

  /** Whether nothing was ever remembered. */
  get isEmpty(): boolean {
    return this.#ids.size === 0 && this.#horizon === null;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return { horizon: this.#horizon, ids: [...this.#ids.entries()].map(([id, at]) => [id, at]) };
  }
}
