import { type EventTimeNs, toIso } from '../../core/index.ts';
import {
  type DomainEvent,
  formatE8,
  type Instrument,
  type InstrumentId,
  type Money,
  type Order,
  type PriceTicks,
} from '../../model/index.ts';
import { priceText, quantityText } from '../../observe/index.ts';
import { positionValue } from '../../portfolio/index.ts';
import type { TradingState } from '../trader/trading-state.ts';
import type { ReplayedOrder, ReplayedPosition, ReplayReport } from './report.ts';

/** The marks that a journal knows: those of the latest equity sample. */
export class JournalMarks {
  #marks: ReadonlyMap<InstrumentId, PriceTicks> = new Map();

  /** Takes note of an event. */
  observe(event: DomainEvent): void {
    if (event.kind !== 'equity-sampled') return;
    this.#marks = new Map(event.marks.map(({ instrument, price }) => [instrument, price]));
  }

  /** The marks of the latest sample that was observed; empty before any. */
  latest(): ReadonlyMap<InstrumentId, PriceTicks> {
    return this.#marks;
  }
}

/** The part of the report that the state alone tells. */
export type StateReport = Pick<
  ReplayReport,
  | 'runEpoch'
  | 'reconciledAt'
  | 'mode'
  | 'modeSince'
  | 'causes'
  | 'currency'
  | 'cash'
  | 'deposits'
  | 'realised'
  | 'unrealised'
  | 'fees'
  | 'charges'
  | 'equity'
  | 'maxDrawdownFraction'
  | 'positions'
  | 'openOrders'
  | 'stateHash'
>;

function replayedOrder(instrument: Instrument, order: Order): ReplayedOrder {
  const { clientOrderId, request, status, filled, createdAt, cancelRequested } = order;
  return {
    clientOrderId,
    instrument: instrument.id,
    strategy: request.strategy,
    side: request.side,
    status,
    price: priceText(instrument, request.price),
    quantity: quantityText(instrument, request.quantity),
    filled: quantityText(instrument, filled),
    createdAt: toIso(createdAt),
    cancelRequested,
  };
}

function replayedPositions(
  state: TradingState,
  instruments: readonly Instrument[],
  marks: ReadonlyMap<InstrumentId, PriceTicks>,
): readonly ReplayedPosition[] {
  return instruments.flatMap((instrument) => {
    const position = state.portfolio.position(instrument.id);
    const mark = marks.get(instrument.id) ?? position.lastPrice;
    if (position.lots === 0 || mark === null) return [];
    const unrealised = positionValue(position, instrument, mark) - position.cost;
    return [
      {
        instrument: instrument.id,
        position: quantityText(instrument, position.lots),
        mark: priceText(instrument, mark),
        unrealised: formatE8(unrealised as Money),
      },
    ];
  });
}

const isoOrNull = (at: EventTimeNs): string | null => (at === 0n ? null : toIso(at));

/** Shows a state to people: exact plain decimals, times in ISO 8601. */
export function stateReport(
  state: TradingState,
  instruments: readonly Instrument[],
  marks: ReadonlyMap<InstrumentId, PriceTicks>,
): StateReport {
  const value = state.portfolio.value(marks);
  const byId = new Map(instruments.map((each) => [each.id, each]));
  return {
    runEpoch: state.runEpoch,
    reconciledAt: isoOrNull(state.reconciledAt),
    mode: state.safety.mode,
    modeSince: toIso(state.safety.modeSince),
    causes: state.safety.causes().map(({ since, ...cause }) => ({ ...cause, since: toIso(since) })),
    currency: instruments[0]?.quote ?? 'USDT',
    cash: formatE8(value.cash),
    deposits: formatE8(value.deposits),
    realised: formatE8(value.realised),
    unrealised: formatE8(value.unrealised),
    fees: formatE8(value.fees),
    ...(value.charges === 0n ? {} : { charges: formatE8(value.charges) }),
    equity: formatE8(value.equity),
    maxDrawdownFraction: state.portfolio.deepestDrawdown,
    positions: replayedPositions(state, instruments, marks),
    openOrders: state.orders.open().flatMap((order) => {
      const instrument = byId.get(order.request.instrument);
      return instrument === undefined ? [] : [replayedOrder(instrument, order)];
    }),
    stateHash: state.hash(),
  };
}
