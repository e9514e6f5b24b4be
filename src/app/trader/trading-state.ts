import { canonicalJson, type EventTimeNs, eventTime, type Json } from '../../core/index.ts';
import { Orders, ParentOrders } from '../../execution/index.ts';
import type { DomainEvent, Instrument } from '../../model/index.ts';
import { EquityCurve } from '../../observe/index.ts';
import { Portfolio } from '../../portfolio/index.ts';
import { RiskGate, type RiskLimits } from '../../risk/index.ts';
import { Safety } from '../../safety/index.ts';
import { stateHash } from '../../store/index.ts';

interface StateSnapshot {
  readonly orders: Json;
  /** Absent while there never was a parent order. */
  readonly parents?: Json;
  readonly portfolio: Json;
  readonly safety: Json;
  readonly risk: Json;
  readonly curve: Json;
  readonly runEpoch: number;
  readonly lastEventAt: string;
  readonly reconciledAt: string;
  readonly lastFillAt: string;
}

/**
 * Everything that trading remembers: a fold over the journal.
 *
 * Determinism: the same events give the same state and the same hash, on every kernel target.
 */
export class TradingState {
  readonly orders: Orders;
  readonly parents: ParentOrders;
  readonly portfolio: Portfolio;
  readonly safety: Safety;
  readonly risk: RiskGate;
  readonly curve: EquityCurve;
  readonly #instruments: readonly Instrument[];
  #runEpoch = 0;
  #lastEventAt: EventTimeNs = eventTime(0n);
  #reconciledAt: EventTimeNs = eventTime(0n);
  #lastFillAt: EventTimeNs = eventTime(0n);

  /** Fresh state, or the state of a checkpoint when `snapshot` is given. */
  constructor(
    instruments: readonly Instrument[],
    limits: RiskLimits,
    snapshot: Json | null = null,
  ) {
    const from = snapshot as unknown as StateSnapshot | null;
    this.#instruments = instruments;
    this.orders = from === null ? new Orders() : Orders.restore(from.orders);
    this.parents =
      from?.parents === undefined ? new ParentOrders() : ParentOrders.restore(from.parents);
    this.portfolio =
      from === null ? new Portfolio(instruments) : Portfolio.restore(from.portfolio, instruments);
    this.safety = from === null ? new Safety() : Safety.restore(from.safety);
    this.risk =
      from === null
        ? new RiskGate(instruments, limits)
        : RiskGate.restore(from.risk, instruments, limits);
    this.curve = from === null ? new EquityCurve() : EquityCurve.restore(from.curve);
    this.#runEpoch = from?.runEpoch ?? 0;
    this.#lastEventAt = eventTime(BigInt(from?.lastEventAt ?? 0));
    this.#reconciledAt = eventTime(BigInt(from?.reconciledAt ?? 0));
    this.#lastFillAt = eventTime(BigInt(from?.lastFillAt ?? 0));
  }

  /** Folds one event into every context. */
  apply(event: DomainEvent): void {
    if (event.at > this.#lastEventAt) this.#lastEventAt = event.at;
    if (event.kind === 'reconciled') this.#reconciledAt = event.at;
    const isFill = event.kind === 'order-filled' || event.kind === 'position-closed';
    if (isFill && event.fill.at > this.#lastFillAt) this.#lastFillAt = event.fill.at;
    if (event.kind === 'run-started') this.#runEpoch = Math.max(this.#runEpoch, event.runEpoch);
    this.orders.apply(event);
    this.parents.apply(event, this.orders);
    if (event.kind === 'position-closed') this.#close(event);
    else this.portfolio.apply(event);
    if (event.kind === 'parent-ended') this.#shareExcess(event);
    this.safety.apply(event);
    this.risk.apply(event);
    this.curve.apply(event);
  }

  /** Takes what an ended parent closed beyond its own from the others that guarded it. */
  #shareExcess(event: Extract<DomainEvent, { readonly kind: 'parent-ended' }>): void {
    const spec = this.parents.get(event.parent)?.spec;
    if (spec === undefined) return;
    const lots = this.portfolio.lots().get(spec.instrument) ?? 0;
    this.parents.applyExcess(event, lots);
  }

  /** Books what the venue closed, once, and takes it from the parents that guarded it. */
  #close(event: Extract<DomainEvent, { readonly kind: 'position-closed' }>): void {
    const { instrument } = event.fill;
    const before = this.portfolio.lots().get(instrument) ?? 0;
    this.portfolio.apply(event);
    const after = this.portfolio.lots().get(instrument) ?? 0;
    if (after !== before) this.parents.applyClosing(event, after);
  }

  /** The highest run epoch that the journal names; 0 before the first run. */
  get runEpoch(): number {
    return this.#runEpoch;
  }

  /** The latest time of any event; 0 before the first. Time never goes on from before it. */
  get lastEventAt(): EventTimeNs {
    return this.#lastEventAt;
  }

  /** When the account was last equal to the venue's; 0 before the first time. */
  get reconciledAt(): EventTimeNs {
    return this.#reconciledAt;
  }

  /** Venue time of the latest fill; 0 before the first. */
  get lastFillAt(): EventTimeNs {
    return this.#lastFillAt;
  }

  /** An independent copy. */
  copy(): TradingState {
    const snapshot = JSON.parse(canonicalJson(this.snapshot())) as Json;
    return new TradingState(this.#instruments, this.risk.limits, snapshot);
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return {
      orders: this.orders.snapshot(),
      ...(this.parents.isEmpty ? {} : { parents: this.parents.snapshot() }),
      portfolio: this.portfolio.snapshot(),
      safety: this.safety.snapshot(),
      risk: this.risk.snapshot(),
      curve: this.curve.snapshot(),
      runEpoch: this.#runEpoch,
      lastEventAt: this.#lastEventAt,
      reconciledAt: this.#reconciledAt,
      lastFillAt: this.#lastFillAt,
    };
  }

  /** SHA-256 of the canonical state, hexadecimal. */
  hash(): string {
    return stateHash(this.snapshot());
  }
}
