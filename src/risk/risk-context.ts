import type { EventTimeNs } from '../core/index.ts';
import type {
  ControlMode,
  InstrumentId,
  Money,
  OcoGroup,
  PriceTicks,
  QtyLots,
} from '../model/index.ts';

/**
 * What pending, working and unknown orders could still do to one instrument's position, in lots not
 * yet filled. Reduce-only orders are counted apart, since they can open nothing.
 */
export interface ReservedExposure {
  readonly buyLots: QtyLots;
  readonly sellLots: QtyLots;
  readonly reduceOnlyBuyLots: QtyLots;
  readonly reduceOnlySellLots: QtyLots;
}

/** The account at the moment of a decision, as the owners of these facts know it. */
export interface RiskContext {
  /** Event time of the decision. */
  readonly at: EventTimeNs;
  readonly mode: ControlMode;
  /** Whether the books were compared with the venue in this run. Before that nothing is sent. */
  readonly reconciled: boolean;
  /** Cash plus the value of the positions at the marks. */
  readonly equity: Money;
  /** Fresh mark of an instrument; null when its book is stale or not synchronised. */
  mark(instrument: InstrumentId): PriceTicks | null;
  /** Signed position in lots; zero when flat. */
  position(instrument: InstrumentId): QtyLots;
  /** Of an OCO group only its largest order counts; `without` leaves one group out. */
  reserved(instrument: InstrumentId, without?: OcoGroup): ReservedExposure;
  /** Number of orders that are not final, over all instruments. */
  readonly openOrders: number;
}
