import { canonicalJson, type EventTimeNs, NS_PER_MS } from '../core/index.ts';
import { type DomainEvent, E8, formatE8, type JournalEntry } from '../model/index.ts';
import type {
  AppendedTable,
  Cell,
  JournalledFill,
  OrderChange,
  OrderEnd,
  ProjectionBatch,
} from './projection-tables.ts';

/** A time as PostgreSQL reads it: UTC, cut to microseconds. */
export function timestamp(at: EventTimeNs): string {
  const ms = at / NS_PER_MS;
  const micros = (at / 1000n) % 1000n;
  return new Date(Number(ms)).toISOString().replace('Z', `${micros.toString().padStart(3, '0')}Z`);
}

/** Text as PostgreSQL can hold it: it knows no NUL character and no half of a surrogate pair. */
export const storable = (text: string): string => text.replace(/\p{Surrogate}|\0/gu, '\uFFFD');

type Kind = DomainEvent['kind'];
type Projection<K extends Kind> = (
  into: Folding,
  event: Extract<DomainEvent, { readonly kind: K }>,
  at: string,
  seq: bigint,
) => void;

const PROJECTIONS: { readonly [K in Kind]: Projection<K> } = {
  'order-submitted': (into, { clientOrderId, request: r }, at, seq) =>
    into.newOrders.push([
      storable(clientOrderId),
      seq,
      storable(r.instrument),
      storable(r.strategy),
      r.side,
      r.type,
      r.price,
      r.quantity,
      r.timeInForce,
      r.postOnly,
      r.reduceOnly,
      at,
      at,
    ]),
  'order-accepted': (into, { clientOrderId, venueOrderId }, at) =>
    into.change(clientOrderId, at, { venueOrderId: storable(venueOrderId), doubted: false }),
  'order-rejected': (into, event, at) => into.end(event, at, 'rejected'),
  'order-cancelled': (into, event, at) => into.end(event, at, 'cancelled'),
  'order-expired': (into, event, at) => into.end(event, at, 'expired'),
  'order-filled': (into, { fill }, at, seq) => {
    into.fills.push({ seq, fill });
    into.change(fill.clientOrderId, at, { doubted: false });
  },
  'account-charged': (into, { charge: c }, at, seq) =>
    into.append('charges', [
      seq,
      at,
      timestamp(c.at),
      storable(c.chargeId),
      c.cause,
      c.instrument === null ? null : storable(c.instrument),
      formatE8(c.amount),
    ]),
  'position-closed': (into, { cause, fill }, at, seq) => {
    into.fills.push({ seq, fill });
    const closed = `${fill.side} ${fill.quantity} lots of ${fill.instrument} at ${fill.price} ticks`;
    into.run(cause, `${closed}, trade ${fill.tradeId}`, at, seq);
  },
  'cancel-requested': (into, { clientOrderId }, at) =>
    into.change(clientOrderId, at, { cancelRequested: true }),
  'cancel-rejected': (into, { clientOrderId, reason }, at) =>
    into.change(clientOrderId, at, { reason: storable(reason) }),
  'amend-requested': (into, { clientOrderId }, at) => into.change(clientOrderId, at, {}),
  'order-amended': (into, { clientOrderId, price, quantity }, at) =>
    into.change(clientOrderId, at, { price, quantity, doubted: false }),
  'amend-rejected': (into, { clientOrderId, reason }, at) =>
    into.change(clientOrderId, at, { reason: storable(reason) }),
  'order-doubted': (into, { clientOrderId, reason }, at) =>
    into.change(clientOrderId, at, { doubted: true, reason: storable(reason) }),
  'order-refused': (into, { request: r, code, detail }, at, seq) =>
    into.append('refusals', [
      seq,
      at,
      storable(r.instrument),
      storable(r.strategy),
      r.side,
      r.price,
      r.quantity,
      storable(code),
      storable(detail),
    ]),
  'parent-opened': (into, { parent, spec }, at, seq) =>
    into.run('parent-opened', `${parent} ${canonicalJson(spec)}`, at, seq),
  'parent-updated': (into, { parent, memory }, at, seq) =>
    into.run('parent-updated', `${parent} ${canonicalJson(memory)}`, at, seq),
  'parent-ended': (into, { parent, reason }, at, seq) =>
    into.run('parent-ended', `${parent} ${reason}`, at, seq),
  'cash-deposited': (into, event, at, seq) =>
    into.append('cash_flows', [seq, at, formatE8(event.amount)]),
  'equity-sampled': (into, e, at, seq) =>
    into.append('equity', [
      seq,
      at,
      formatE8(e.equity),
      formatE8(e.cash),
      formatE8(e.realised),
      formatE8(e.unrealised),
      formatE8(e.fees),
      JSON.stringify(Object.fromEntries(e.marks.map((m) => [storable(m.instrument), m.price]))),
    ]),
  'decision-sampled': (into, e, at, seq) =>
    into.append('decisions', [
      seq,
      at,
      storable(e.instrument),
      e.side,
      e.quantity,
      e.probability,
      e.edge,
      e.reasonBits,
    ]),
  'bar-closed': (into, { bar: b }, _at, seq) => {
    const opened = timestamp(b.openedAt);
    const instrument = storable(b.instrument);
    into.bars.set(`${instrument} ${b.intervalMs} ${opened}`, [
      instrument,
      b.intervalMs,
      opened,
      b.open,
      b.high,
      b.low,
      b.close,
      b.volume,
      b.buyVolume,
      b.trades,
      seq,
    ]);
  },
  'cause-raised': (into, { cause: { id, mode, origin, detail } }, at, seq) =>
    into.modeChange('raised', id, [mode, origin, storable(detail), null], at, seq),
  'cause-cleared': (into, { causeId, reason }, at, seq) =>
    into.modeChange('cleared', causeId, [null, null, storable(reason), null], at, seq),
  'restore-requested': (into, { causeId, dueAt }, at, seq) =>
    into.modeChange('restore-requested', causeId, [null, null, null, timestamp(dueAt)], at, seq),
  'restore-cancelled': (into, { causeId }, at, seq) =>
    into.modeChange('restore-cancelled', causeId, [null, null, null, null], at, seq),
  'run-started': (into, { runEpoch, kernelTarget, configurationHash, version }, at, seq) =>
    into.append('run_events', [
      seq,
      at,
      'started',
      runEpoch,
      storable(kernelTarget),
      storable(configurationHash),
      storable(version),
      null,
    ]),
  'run-stopped': (into, { reason }, at, seq) => into.run('stopped', reason, at, seq),
  reconciled: (into, { resolutions }, at, seq) =>
    into.run('reconciled', resolutions.join('\n'), at, seq),
  'book-desynchronised': (into, { instrument, reason }, at, seq) =>
    into.append('book_states', [seq, at, storable(instrument), false, null, storable(reason)]),
  'book-synchronised': (into, { instrument, updateId }, at, seq) =>
    into.append('book_states', [seq, at, storable(instrument), true, updateId, null]),
};

/** Turns journal entries, in order, into rows. Pure: the same entries always give the same rows. */
export function projectionBatch(entries: readonly JournalEntry[]): ProjectionBatch {
  const into = new Folding();
  for (const { seq, event } of entries) {
    const project = PROJECTIONS[event.kind] as Projection<Kind>;
    project(into, event, timestamp(event.at), seq);
  }
  return {
    appended: into.appended,
    newOrders: into.newOrders,
    orderChanges: [...into.changes.values()],
    fills: into.fills,
    bars: [...into.bars.values()],
  };
}

const NO_CHANGE: OrderChange = {
  clientOrderId: '',
  venueOrderId: null,
  ended: null,
  reason: null,
  doubted: null,
  cancelRequested: false,
  price: null,
  quantity: null,
  updatedAt: '',
};

/** Collects the rows of one batch; of one order or bar only the outcome. */
class Folding {
  readonly appended: { readonly [T in AppendedTable]: (readonly Cell[])[] } = {
    cash_flows: [],
    charges: [],
    equity: [],
    decisions: [],
    mode_changes: [],
    run_events: [],
    refusals: [],
    book_states: [],
  };
  readonly newOrders: (readonly Cell[])[] = [];
  readonly changes = new Map<string, OrderChange>();
  readonly fills: JournalledFill[] = [];
  readonly bars = new Map<string, readonly Cell[]>();

  append(table: AppendedTable, row: readonly Cell[]): void {
    this.appended[table].push(row);
  }

  change(clientOrderId: string, updatedAt: string, what: Partial<OrderChange>): void {
    const id = storable(clientOrderId);
    const known = this.changes.get(id) ?? { ...NO_CHANGE, clientOrderId: id };
    this.changes.set(id, { ...known, ...what, updatedAt });
  }

  end(event: { clientOrderId: string; reason: string }, at: string, ended: OrderEnd): void {
    this.change(event.clientOrderId, at, { ended, reason: storable(event.reason), doubted: false });
  }

  modeChange(change: string, causeId: string, rest: Cell[], at: string, seq: bigint): void {
    this.append('mode_changes', [seq, at, change, storable(causeId), ...rest]);
  }

  run(event: string, detail: string, at: string, seq: bigint): void {
    this.append('run_events', [seq, at, event, null, null, null, null, storable(detail)]);
  }
}

/** Reads a `numeric` that the database gives as text back into 1e-8 units. */
export function unitsOf(numeric: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(numeric) ?? [];
  if (whole === undefined) throw new RangeError(`${numeric} is not a numeric of at most 8 places`);
  const units = BigInt(whole) * E8 + BigInt(fraction.padEnd(8, '0'));
  return sign === '-' ? -units : units;
}
