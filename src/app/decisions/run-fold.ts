import type { Json } from '../../core/index.ts';
import { parseClientOrderId } from '../../execution/index.ts';
import type { ControlMode, DomainEvent, Fill, VenueReport } from '../../model/index.ts';
import { Safety } from '../../safety/index.ts';

/** What is kept for looking back, entries each. */
const MEMORY = 10_000;

/** A report of the venue about an order, by the order's number in its run. */
export interface ReportNote {
  readonly order: string;
  /** Number of the order in the run; -1 for one of an earlier run. */
  readonly number: number;
  readonly kind: VenueReport['kind'];
  readonly seq: bigint;
  readonly at: bigint;
  /** From the submission to this report, ns; null where the order is older than the run. */
  readonly delayNs: bigint | null;
  readonly fill: Fill | null;
  readonly reason: string | null;
}

/**
 * An order by its number in its run, which is the same in a live run and its backtest; one of an
 * earlier run says how many runs ago.
 */
export const orderNumber = (clientOrderId: string, runEpoch: number | null): string => {
  const parts = parseClientOrderId(clientOrderId);
  if (parts === null) return clientOrderId;
  const runsAgo = runEpoch === null ? 0 : runEpoch - parts.runEpoch;
  const order = `order ${parts.counter}`;
  return runsAgo === 0 ? order : `${order} of ${runsAgo} runs before`;
};

/** An instrument without its venue, which a recorded and a simulated one do not share. */
export const symbolOf = (instrument: string): string => instrument.replace(/^[^:]*:/, '');

/** Keeps a value; gives the one that was forgotten for it, or null. */
const keep = <K, V>(map: Map<K, V>, key: K, value: V): V | null => {
  map.set(key, value);
  const oldest = map.entries().next();
  if (map.size <= MEMORY || oldest.done) return null;
  map.delete(oldest.value[0]);
  return oldest.value[1];
};

/** What a run knew and met so far, as far as its events tell: a fold. */
export class RunFold {
  #safety = new Safety();
  readonly #positions = new Map<string, number>();
  readonly #submittedAt = new Map<string, bigint>();
  /** Reports of this run, by order and kind. */
  readonly reports = new Map<string, ReportNote>();
  readonly bars = new Map<string, string>();
  readonly marks = new Map<string, number>();
  readonly samples = new Map<string, string>();
  #forgotten = -1;
  /** Number of the run; null before it began. */
  runEpoch: number | null = null;
  version: string | null = null;
  configuration: string | null = null;

  /** Takes positions and causes from the state of a checkpoint. */
  goOnFrom(state: Json): void {
    const { portfolio, safety } = state as unknown as {
      readonly portfolio: {
        readonly books: readonly {
          readonly position: { readonly instrument: string; readonly lots: number };
        }[];
      };
      readonly safety: Json;
    };
    this.#safety = Safety.restore(safety);
    this.#positions.clear();
    for (const { position } of portfolio.books) {
      this.#positions.set(symbolOf(position.instrument), position.lots);
    }
  }

  /** Folds one event. */
  apply(event: DomainEvent, seq: bigint): void {
    this.#safety.apply(event);
    switch (event.kind) {
      case 'run-started':
        this.runEpoch = event.runEpoch;
        this.reports.clear();
        this.#submittedAt.clear();
        this.#forgotten = -1;
        this.version = event.version;
        this.configuration = event.configurationHash;
        return;
      case 'order-submitted':
        keep(this.#submittedAt, event.clientOrderId as string, event.at as bigint);
        return;
      case 'bar-closed': {
        const { instrument, openedAt, ...bar } = event.bar;
        keep(this.bars, `${symbolOf(instrument)} ${openedAt}`, JSON.stringify(bar));
        return;
      }
      case 'equity-sampled':
        for (const { instrument, price } of event.marks) {
          this.marks.set(symbolOf(instrument), price);
        }
        return;
      case 'decision-sampled': {
        const { instrument, side, probability, edge, reasonBits } = event;
        const text = `${side}, probability ${probability}, edge ${edge}, reasons ${reasonBits}`;
        this.samples.set(symbolOf(instrument), text);
        return;
      }
      case 'position-closed':
        this.#fill(event.fill);
        return;
      case 'order-filled':
        this.#fill(event.fill);
        this.#report(event, event.fill.clientOrderId, seq);
        return;
      case 'order-accepted':
      case 'order-rejected':
      case 'order-cancelled':
      case 'order-expired':
      case 'cancel-rejected':
      case 'order-amended':
      case 'amend-rejected':
        this.#report(event, event.clientOrderId, seq);
        return;
      default:
        return;
    }
  }

  #fill({ instrument, side, quantity }: Fill): void {
    const symbol = symbolOf(instrument);
    const signed = side === 'buy' ? quantity : -quantity;
    this.#positions.set(symbol, (this.#positions.get(symbol) ?? 0) + signed);
  }

  #report(event: VenueReport, clientOrderId: string, seq: bigint): void {
    const order = orderNumber(clientOrderId, this.runEpoch);
    const parts = parseClientOrderId(clientOrderId);
    const isOwn = parts !== null && (this.runEpoch === null || parts.runEpoch === this.runEpoch);
    const submitted = this.#submittedAt.get(clientOrderId);
    let key = `${order} ${event.kind}`;
    for (let n = 2; this.reports.has(key); n += 1) key = `${order} ${event.kind} ${n}`;
    const forgotten = keep(this.reports, key, {
      order,
      number: isOwn ? parts.counter : -1,
      kind: event.kind,
      seq,
      at: event.at,
      delayNs: submitted === undefined ? null : event.at - submitted,
      fill: event.kind === 'order-filled' ? event.fill : null,
      reason: 'reason' in event ? event.reason : null,
    });
    if (forgotten !== null) this.#forgotten = Math.max(this.#forgotten, forgotten.number, 0);
  }

  /** Orders up to this number may have reports that are forgotten; -1: none has. */
  get forgottenOrders(): number {
    return this.#forgotten;
  }

  /** Signed lots by symbol, as the fills in the events come to. */
  position(symbol: string): number {
    return this.#positions.get(symbol) ?? 0;
  }

  get mode(): ControlMode {
    return this.#safety.mode;
  }

  /** The causes of the mode, for people. */
  causes(): string {
    return this.#safety
      .causes()
      .map(({ id, detail }) => `${id} (${detail})`)
      .join(', ');
  }
}
