import { join } from 'node:path';
import { FileAuditLog } from '../../../adapters/audit-log/index.ts';
import { FileJournal } from '../../../adapters/journal/index.ts';
import { auditDraftOf } from '../../../audit/index.ts';
import { assert, type EventTimeNs, eventTime, type Result } from '../../../core/index.ts';
import {
  ClientOrderIds,
  NO_COSTS,
  PARENT_MACHINES,
  VenueAccess,
} from '../../../execution/index.ts';
import {
  type Instrument,
  type InstrumentId,
  money,
  type Order,
  priceTicks,
  qtyLots,
  type VenueReport,
} from '../../../model/index.ts';
import { Engine } from '../../../native/index.ts';
import { riskLimits } from '../../../risk/index.ts';
import type { Strategy } from '../../../strategy/index.ts';
import { ExecutionMemory } from '../../trader/execution-memory.ts';
import { MarketDesk } from '../../trader/market-desk.ts';
import { momentsOf } from '../../trader/market-moment.ts';
import { OrderDesk } from '../../trader/order-desk.ts';
import { ParentDesk } from '../../trader/parent-desk.ts';
import { RecentActivity } from '../../trader/recent-activity.ts';
import { Recorder, type WriteObserver } from '../../trader/recorder.ts';
import { StrategyDesk } from '../../trader/strategy-desk.ts';
import { TradingHalt } from '../../trader/trading-halt.ts';
import { TradingState } from '../../trader/trading-state.ts';
import { VolumeProfiles } from '../../trader/worked-entries.ts';
import type { Load } from '../load.ts';
import { SteadyStrategy } from './steady-strategy.ts';
import { EncodingGateway, type RequestReady } from './venue-requests.ts';

/** Messages of the load that build the book. */
const BOOK_MESSAGES = 200;

/** Prices that orders go round, so that none equals one sent a moment before. */
const PRICES = 1_200;
const LOTS = 10;

/** Accounts of the bench never run out of limits: what is measured is the path, not its refusals. */
function openLimits() {
  const limits = riskLimits({
    ...{ maxPositionNotional: '1000000000', maxGrossNotional: '10000000000' },
    ...{ maxOpenOrders: 2_000, maxLeverage: 20 },
  });
  assert(limits.ok, 'the limits of the bench are in bounds');
  return { ...limits.value, maxOrdersPerSecond: 1e6, orderBurst: 1e6 };
}

function orFail<T>(result: Result<T, { readonly detail: string }>): T {
  assert(
    result.ok,
    () => `the bench writes its directory: ${result.ok ? '' : result.error.detail}`,
  );
  return result.value;
}

/**
 * The way of an order as the service goes it, from the intent to the bytes of the venue's request:
 * strategy, risk, journal and audit log on the disk, books, request. The venue is the bench itself.
 */
export class OrderPath {
  readonly orders: OrderDesk;
  readonly state: TradingState;
  readonly journal: FileJournal;
  readonly audit: FileAuditLog;
  readonly gateway: EncodingGateway;
  readonly #engine: Engine;
  readonly #instrument: Instrument;
  readonly #market: MarketDesk;
  readonly #strategies: StrategyDesk;
  readonly #startAt: EventTimeNs;
  #offered = 0;

  constructor(load: Load, directory: string, ready: RequestReady) {
    const { instruments, messages } = load;
    const [instrument] = instruments;
    assert(instrument !== undefined, 'the load has an instrument');
    this.#instrument = instrument;
    this.#startAt = messages[messages.length - 1]!.at;
    this.#engine = new Engine({ instruments, inboxBytes: 1 << 20 });
    this.state = new TradingState(instruments, openLimits());
    this.journal = orFail(FileJournal.open({ directory: join(directory, 'journal') }));
    this.audit = orFail(FileAuditLog.open({ dataDir: directory }));
    this.gateway = new EncodingGateway(instruments, ready);
    const byId = new Map(instruments.map((each) => [each.id, each]));
    const recorder = this.#recorder(byId);
    this.journal.checkpointWith(() => recorder.checkpoint());
    const strategy = new SteadyStrategy(instrument);
    const strategies = new Map<InstrumentId, Strategy>([[instrument.id, strategy]]);
    this.#market = this.#marketDesk(recorder, instruments, strategies);
    const { state } = this;
    const gateway = new VenueAccess(this.gateway);
    const ids = new ClientOrderIds(1);
    const momentOf = momentsOf(this.#market, instruments);
    this.orders = new OrderDesk({
      ...{ state, recorder, gateway, ids, runEpoch: 1, instruments: byId, marks: this.#market },
      ...{ momentOf, ackTimeoutMs: 10_000 },
    });
    const { orders } = this;
    const market = this.#market;
    const parents = new ParentDesk({
      ...{ state, recorder, orders, market, instruments, machines: PARENT_MACHINES, runEpoch: 1 },
      momentOf,
    });
    this.#strategies = new StrategyDesk({
      ...{ state, orders, parents, protections: new Map(), executions: new Map(), strategies },
      ...{ costs: NO_COSTS, volumes: new VolumeProfiles(), momentOf },
      freshTouch: (each) => market.freshTouch(each),
    });
    gateway.onReport((report) => this.#onReport(report));
    this.#begin(recorder, load);
  }

  #recorder(instruments: ReadonlyMap<InstrumentId, Instrument>): Recorder {
    const audited: WriteObserver = (event, seq) => {
      const draft = auditDraftOf({ seq, event });
      if (draft !== null) orFail(this.audit.append(draft));
    };
    const activity = new RecentActivity(instruments);
    const memory = new ExecutionMemory([...instruments.values()], NO_COSTS);
    return new Recorder({
      log: this.journal,
      state: this.state,
      onApplied: [activity.observe, memory.observe],
      onWritten: [audited],
    });
  }

  #marketDesk(
    recorder: Recorder,
    instruments: readonly Instrument[],
    strategies: ReadonlyMap<InstrumentId, Strategy>,
  ): MarketDesk {
    return new MarketDesk({
      ...{ engine: this.#engine, state: this.state, recorder, instruments, strategies },
      halt: new TradingHalt(this.#engine, null),
      ...{ feed: null, staleAfterMs: 60_000, afterRun: null, onIntent: () => {} },
    });
  }

  #begin(recorder: Recorder, { messages }: Load): void {
    const at = this.#startAt;
    recorder.record({ kind: 'cash-deposited', at, amount: money(100_000_000_000_000_000n) });
    recorder.record({ kind: 'reconciled', at, resolutions: [] });
    for (const { symbol, at: received, bytes } of messages.slice(0, BOOK_MESSAGES)) {
      const [seconds, nanoseconds] = [received / 1_000_000_000n, received % 1_000_000_000n];
      this.#market.onFrame({
        ...{ symbol, seconds: Number(seconds), nanoseconds: Number(nanoseconds), bytes },
      });
    }
    assert(this.state.safety.mode === 'NORMAL', 'a reconciled account may trade');
    assert(this.#market.freshTouch(this.#instrument) !== null, 'the load makes a book');
  }

  /** Event time so many ns after the beginning. */
  timeAt(ns: number): EventTimeNs {
    return eventTime(this.#startAt + BigInt(Math.round(ns)));
  }

  /** Offers the next intent: one order, and the cancel of an older one. */
  offer(at: EventTimeNs): void {
    const i = this.#offered;
    this.#offered += 1;
    const { bid } = this.#market.freshTouch(this.#instrument)!;
    this.#strategies.onIntent({
      kind: 'take',
      instrument: this.#instrument.id,
      ...{ at, probability: 0.5, edge: 0, reasonBits: 0 },
      side: (i & 1) === 0 ? 'buy' : 'sell',
      price: priceTicks(bid - PRICES + (i % PRICES)),
      quantity: qtyLots(LOTS),
    });
  }

  /** Takes a report as the trader does. */
  report(report: VenueReport): void {
    this.gateway.report(report);
  }

  #onReport(report: VenueReport): void {
    const ended: Order | null = this.orders.onReport(report);
    if (report.kind === 'order-filled') this.#market.holdPositions();
    if (ended !== null) this.#strategies.onOrderEnded(ended, report.at);
  }

  /** Whether no order is in doubt or waits for its acceptance. */
  get isSettled(): boolean {
    return this.state.orders
      .open()
      .every(({ status, cancelRequested }) => status === 'accepted' && !cancelRequested);
  }

  /** Closes journal and audit log. */
  close(): void {
    this.journal.close();
    this.audit.close();
  }
}
