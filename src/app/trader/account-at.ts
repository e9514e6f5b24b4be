import type { EventTimeNs } from '../../core/index.ts';
import type { InstrumentId, OcoGroup, PriceTicks } from '../../model/index.ts';
import type { RiskContext } from '../../risk/index.ts';
import { AWAITING_RECONCILIATION } from '../../safety/index.ts';
import type { TradingState } from './trading-state.ts';

/** The marks that risk and valuation use. */
export interface MarkSource {
  /** Mark of a synchronised, fresh book; null otherwise. */
  freshMark(instrument: InstrumentId): PriceTicks | null;
  /** Latest known marks, stale ones included. */
  marks(): ReadonlyMap<InstrumentId, PriceTicks>;
}

/**
 * The account at the moment of a decision. Equity is valued only when a limit asks for it.
 *
 * Cost: one object an order. As a literal with a getter each would bring a hidden class of its own,
 *       which lives until a full collection.
 */
export class AccountAt implements RiskContext {
  readonly at: EventTimeNs;
  readonly #state: TradingState;
  readonly #marks: MarkSource;

  constructor(at: EventTimeNs, state: TradingState, marks: MarkSource) {
    this.at = at;
    this.#state = state;
    this.#marks = marks;
  }

  get mode() {
    return this.#state.safety.mode;
  }

  get reconciled(): boolean {
    return this.#state.safety.cause(AWAITING_RECONCILIATION) === null;
  }

  get equity() {
    return this.#state.portfolio.equity(this.#marks.marks());
  }

  get openOrders(): number {
    return this.#state.orders.openCount;
  }

  mark(instrument: InstrumentId) {
    return this.#marks.freshMark(instrument);
  }

  position(instrument: InstrumentId) {
    return this.#state.portfolio.position(instrument).lots;
  }

  reserved(instrument: InstrumentId, without?: OcoGroup) {
    return this.#state.orders.reserved(instrument, without);
  }
}
