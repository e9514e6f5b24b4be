import type { Fill } from '../model/index.ts';

/** One value of a row, as the database client takes it. */
export type Cell = string | number | bigint | boolean | null;

/** Tables that only grow: one row for one journal entry, its `seq` the key. */
export const APPENDED_TABLES = {
  cash_flows: { at: 'timestamptz', amount: 'numeric' },
  charges: {
    at: 'timestamptz',
    charged_at: 'timestamptz',
    charge_id: 'text',
    cause: 'text',
    instrument: 'text',
    amount: 'numeric',
  },
  equity: {
    at: 'timestamptz',
    equity: 'numeric',
    cash: 'numeric',
    realised: 'numeric',
    unrealised: 'numeric',
    fees: 'numeric',
    marks: 'jsonb',
  },
  decisions: {
    at: 'timestamptz',
    instrument: 'text',
    side: 'text',
    quantity_lots: 'bigint',
    probability: 'float8',
    edge: 'float8',
    reason_bits: 'bigint',
  },
  mode_changes: {
    at: 'timestamptz',
    change: 'text',
    cause_id: 'text',
    mode: 'text',
    origin: 'text',
    detail: 'text',
    due_at: 'timestamptz',
  },
  run_events: {
    at: 'timestamptz',
    event: 'text',
    run_epoch: 'bigint',
    kernel_target: 'text',
    configuration_hash: 'text',
    version: 'text',
    detail: 'text',
  },
  refusals: {
    at: 'timestamptz',
    instrument: 'text',
    strategy: 'text',
    side: 'text',
    price_ticks: 'bigint',
    quantity_lots: 'bigint',
    code: 'text',
    detail: 'text',
  },
  book_states: {
    at: 'timestamptz',
    instrument: 'text',
    synchronised: 'boolean',
    update_id: 'numeric',
    reason: 'text',
  },
} as const;

/** Name of a table that only grows. */
export type AppendedTable = keyof typeof APPENDED_TABLES;

/** A row of a new order, in the order of `NEW_ORDER_COLUMNS`. */
export const NEW_ORDER_COLUMNS = {
  client_order_id: 'text',
  submitted_seq: 'bigint',
  instrument: 'text',
  strategy: 'text',
  side: 'text',
  type: 'text',
  price_ticks: 'bigint',
  quantity_lots: 'bigint',
  time_in_force: 'text',
  post_only: 'boolean',
  reduce_only: 'boolean',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
} as const;

/** How orders end, apart from being filled. */
export type OrderEnd = 'cancelled' | 'rejected' | 'expired';

/** Everything a batch says of one order, folded in journal order; null members stay as they are. */
export interface OrderChange {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly ended: OrderEnd | null;
  readonly reason: string | null;
  readonly doubted: boolean | null;
  readonly cancelRequested: boolean;
  /** Terms of the latest amend, ticks and lots. */
  readonly price: number | null;
  readonly quantity: number | null;
  readonly updatedAt: string;
}

/** A fill with its place in the journal. */
export interface JournalledFill {
  readonly seq: bigint;
  readonly fill: Fill;
}

/** A row of a bar, in the order of `BAR_COLUMNS`. */
export const BAR_COLUMNS = {
  instrument: 'text',
  interval_ms: 'bigint',
  opened_at: 'timestamptz',
  open_ticks: 'bigint',
  high_ticks: 'bigint',
  low_ticks: 'bigint',
  close_ticks: 'bigint',
  volume_lots: 'bigint',
  buy_volume_lots: 'bigint',
  trades: 'bigint',
  seq: 'bigint',
} as const;

/** What a batch of journal entries writes into the database. */
export interface ProjectionBatch {
  readonly appended: { readonly [T in AppendedTable]: (readonly Cell[])[] };
  readonly newOrders: (readonly Cell[])[];
  readonly orderChanges: readonly OrderChange[];
  readonly fills: readonly JournalledFill[];
  /** The last bar of each (instrument, interval, opening time). */
  readonly bars: readonly (readonly Cell[])[];
}
