import type { ControlMode, DomainEvent, Instrument, InstrumentId } from '../../model/index.ts';
import type { EventObserver } from '../trader/recorder.ts';
import type { Trader } from '../trader/trader.ts';

/** Events that are decisions: what a run wanted of the venue, or was not allowed to want. */
export type DecisionEvent = Extract<
  DomainEvent,
  {
    readonly kind: 'order-submitted' | 'order-refused' | 'amend-requested' | 'cancel-requested';
  }
>;

/** Whether an event is a decision. */
export const isDecision = (event: DomainEvent): event is DecisionEvent =>
  event.kind === 'order-submitted' ||
  event.kind === 'order-refused' ||
  event.kind === 'amend-requested' ||
  event.kind === 'cancel-requested';

/** What was known when a decision was taken; the journal holds the decision, this its reasons. */
export interface DecisionContext {
  /** Number of the decision in its run, from 1. */
  readonly decision: number;
  readonly instrument: string;
  readonly atNs: string;
  /** Best prices of the book, ticks; null while it is not proven. */
  readonly bid: number | null;
  readonly ask: number | null;
  /** The engine's latest decision for the instrument; null before the first. */
  readonly engine: {
    readonly atNs: string;
    readonly side: string;
    readonly probability: number;
    readonly edge: number;
    readonly reasonBits: number;
  } | null;
  /** Signed lots. */
  readonly position: number;
  readonly mode: ControlMode;
  /** Orders that are not final, this one included. */
  readonly openOrders: number;
}

/** Notes what was known at each decision of a run and hands it on. */
export class DecisionProbe {
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly #take: (context: DecisionContext) => void;
  #trader: Trader | null = null;
  #count = 0;

  constructor(instruments: readonly Instrument[], take: (context: DecisionContext) => void) {
    this.#instruments = new Map(instruments.map((each) => [each.id, each]));
    this.#take = take;
  }

  /** Names the trader whose decisions are observed. */
  attach(trader: Trader): void {
    this.#trader = trader;
  }

  /** Takes note of an event that was applied. */
  readonly observe: EventObserver = (event) => {
    const trader = this.#trader;
    if (trader === null || !isDecision(event)) return;
    const { state, engine } = trader;
    this.#count += 1;
    const id =
      event.kind === 'cancel-requested' || event.kind === 'amend-requested'
        ? state.orders.get(event.clientOrderId)?.request.instrument
        : event.request.instrument;
    const instrument = id === undefined ? undefined : this.#instruments.get(id);
    if (instrument === undefined) return;
    const touch = engine.touch(instrument.index);
    const latest = engine.decision(instrument.index);
    this.#take({
      decision: this.#count,
      instrument: instrument.id,
      atNs: String(event.at),
      bid: touch?.bid ?? null,
      ask: touch?.ask ?? null,
      engine:
        latest === null
          ? null
          : {
              atNs: String(latest.at),
              side: latest.side,
              probability: latest.probability,
              edge: latest.edge,
              reasonBits: latest.reasonBits,
            },
      position: state.portfolio.position(instrument.id).lots,
      mode: state.safety.mode,
      openOrders: state.orders.openCount,
    });
  };
}
