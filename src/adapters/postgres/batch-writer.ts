import { assert } from '../../core/index.ts';
import {
  formatE8,
  type Instrument,
  type InstrumentId,
  type JournalEntry,
  notional,
} from '../../model/index.ts';
import {
  APPENDED_TABLES,
  BAR_COLUMNS,
  type Cell,
  foldFill,
  type JournalledFill,
  NEW_ORDER_COLUMNS,
  NO_POSITION,
  type OrderChange,
  type ProjectedPosition,
  projectionBatch,
  storable,
  timestamp,
  unitsOf,
} from '../../store/ports.ts';
import type { DatabaseClient } from './connection.ts';

type Columns = Readonly<Record<string, string>>;

const SEQ_COLUMN = { seq: 'bigint' } as const;

const FILL_COLUMNS = {
  instrument: 'text',
  trade_id: 'text',
  seq: 'bigint',
  at: 'timestamptz',
  client_order_id: 'text',
  side: 'text',
  price_ticks: 'bigint',
  quantity_lots: 'bigint',
  notional: 'numeric',
  fee: 'numeric',
  liquidity: 'text',
} as const;

const POSITION_COLUMNS = {
  instrument: 'text',
  lots: 'bigint',
  cost: 'numeric',
  realised: 'numeric',
  fees: 'numeric',
  fills: 'bigint',
  updated_at: 'timestamptz',
} as const;

const CHANGE_COLUMNS = {
  client_order_id: 'text',
  venue_order_id: 'text',
  ended: 'text',
  reason: 'text',
  doubted: 'boolean',
  cancel_requested: 'boolean',
  price_ticks: 'bigint',
  quantity_lots: 'bigint',
  updated_at: 'timestamptz',
} as const;

/** A fill of an instrument whose grid nobody told: its value cannot be known. */
export class UnknownInstrumentError extends Error {
  override readonly name = 'UnknownInstrumentError';
}

/** Writes what journal entries say into the tables. Runs inside the caller's transaction. */
export class BatchWriter {
  readonly #client: DatabaseClient;
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>;

  constructor(client: DatabaseClient, instruments: ReadonlyMap<InstrumentId, Instrument>) {
    this.#client = client;
    this.#instruments = instruments;
  }

  /** Writes one batch. Rows that are there already (same key) are left or replaced, never doubled. */
  async write(entries: readonly JournalEntry[]): Promise<void> {
    const batch = projectionBatch(entries);
    await this.#insert('orders', NEW_ORDER_COLUMNS, batch.newOrders, 'ON CONFLICT DO NOTHING');
    await this.#changeOrders(batch.orderChanges);
    await this.#insertFills(batch.fills);
    await this.#insert('bars', BAR_COLUMNS, batch.bars, replacing(BAR_COLUMNS, BAR_KEY));
    for (const [table, columns] of Object.entries(APPENDED_TABLES)) {
      const rows = batch.appended[table as keyof typeof APPENDED_TABLES];
      await this.#insert(table, { ...SEQ_COLUMN, ...columns }, rows, 'ON CONFLICT DO NOTHING');
    }
  }

  async #insert(
    table: string,
    columns: Columns,
    rows: readonly (readonly Cell[])[],
    ending: string,
  ): Promise<readonly Record<string, unknown>[]> {
    if (rows.length === 0) return [];
    const names = Object.keys(columns);
    const sql = `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM ${unnest(columns)} ${ending}`;
    const result = await this.#client.query(sql, columnArrays(names, rows));
    return result.rows as readonly Record<string, unknown>[];
  }

  async #changeOrders(changes: readonly OrderChange[]): Promise<void> {
    if (changes.length === 0) return;
    const rows = changes.map((change) => [
      change.clientOrderId,
      change.venueOrderId,
      change.ended,
      change.reason,
      change.doubted,
      change.cancelRequested,
      change.price,
      change.quantity,
      change.updatedAt,
    ]);
    const names = Object.keys(CHANGE_COLUMNS);
    await this.#client.query(
      `UPDATE orders o SET
         venue_order_id = coalesce(c.venue_order_id, o.venue_order_id),
         ended = coalesce(o.ended, c.ended),
         reason = coalesce(c.reason, o.reason),
         doubted = coalesce(c.doubted, o.doubted),
         cancel_requested = o.cancel_requested OR c.cancel_requested,
         price_ticks = coalesce(c.price_ticks, o.price_ticks),
         quantity_lots = coalesce(c.quantity_lots, o.quantity_lots),
         updated_at = c.updated_at
       FROM ${unnest(CHANGE_COLUMNS)} AS c (${names.join(', ')})
       WHERE o.client_order_id = c.client_order_id`,
      columnArrays(names, rows),
    );
  }

  /** Adds the fills that are new, and with exactly those the orders and positions. */
  async #insertFills(fills: readonly JournalledFill[]): Promise<void> {
    if (fills.length === 0) return;
    const inserted = await this.#insert(
      'fills',
      FILL_COLUMNS,
      fills.map((each) => this.#fillRow(each)),
      'ON CONFLICT DO NOTHING RETURNING seq',
    );
    const isNew = new Set(inserted.map((row) => BigInt(String(row['seq']))));
    const fresh = fills.filter(({ seq }) => isNew.has(seq));
    await this.#fillOrders(fresh);
    await this.#movePositions(fresh);
  }

  #fillRow({ seq, fill }: JournalledFill): readonly Cell[] {
    const value = notional(this.#instrumentOf(fill.instrument), fill.price, fill.quantity);
    return [
      storable(fill.instrument),
      storable(fill.tradeId),
      seq,
      timestamp(fill.at),
      storable(fill.clientOrderId),
      fill.side,
      fill.price,
      fill.quantity,
      formatE8(value),
      formatE8(fill.fee),
      fill.liquidity,
    ];
  }

  async #fillOrders(fills: readonly JournalledFill[]): Promise<void> {
    const sums = new Map<string, { lots: bigint; tickLots: bigint }>();
    for (const { fill } of fills) {
      const id = storable(fill.clientOrderId);
      const { lots, tickLots } = sums.get(id) ?? { lots: 0n, tickLots: 0n };
      const quantity = BigInt(fill.quantity);
      sums.set(id, { lots: lots + quantity, tickLots: tickLots + quantity * BigInt(fill.price) });
    }
    if (sums.size === 0) return;
    await this.#client.query(
      `UPDATE orders o SET filled_lots = o.filled_lots + s.lots,
         filled_tick_lots = o.filled_tick_lots + s.tick_lots
       FROM unnest($1::text[], $2::bigint[], $3::numeric[]) AS s (id, lots, tick_lots)
       WHERE o.client_order_id = s.id`,
      columnArrays(
        ['id', 'lots', 'tick_lots'],
        [...sums].map(([id, s]) => [id, s.lots, s.tickLots]),
      ),
    );
  }

  async #movePositions(fills: readonly JournalledFill[]): Promise<void> {
    const touched = [...new Set(fills.map(({ fill }) => fill.instrument))];
    if (touched.length === 0) return;
    const positions = await this.#positionsOf(touched);
    const updatedAt = new Map<InstrumentId, string>();
    for (const { fill } of fills) {
      const before = positions.get(fill.instrument) ?? NO_POSITION;
      positions.set(fill.instrument, foldFill(before, this.#instrumentOf(fill.instrument), fill));
      updatedAt.set(fill.instrument, timestamp(fill.at));
    }
    const rows = touched.map((instrument) => {
      const position = positions.get(instrument);
      assert(position !== undefined, 'every touched position was folded');
      return [
        storable(instrument),
        position.lots,
        formatE8(position.cost),
        formatE8(position.realised),
        formatE8(position.fees),
        position.fills,
        updatedAt.get(instrument) ?? null,
      ];
    });
    const ending = replacing(POSITION_COLUMNS, ['instrument']);
    await this.#insert('positions', POSITION_COLUMNS, rows, ending);
  }

  async #positionsOf(
    instruments: readonly InstrumentId[],
  ): Promise<Map<InstrumentId, ProjectedPosition>> {
    const found = await this.#client.query<Record<string, string>>(
      `SELECT instrument, lots::text, cost::text, realised::text, fees::text, fills::text
       FROM positions WHERE instrument = ANY ($1)`,
      [instruments.map(storable)],
    );
    return new Map(
      found.rows.map((row) => [
        row['instrument'] as InstrumentId,
        {
          lots: Number(row['lots']),
          cost: unitsOf(row['cost']!),
          realised: unitsOf(row['realised']!),
          fees: unitsOf(row['fees']!),
          fills: Number(row['fills']),
        },
      ]),
    );
  }

  #instrumentOf(id: InstrumentId): Instrument {
    const instrument = this.#instruments.get(id);
    if (instrument === undefined) {
      throw new UnknownInstrumentError(`the grid of instrument ${id} is not known`);
    }
    return instrument;
  }
}

const BAR_KEY = ['instrument', 'interval_ms', 'opened_at'];

const unnest = (columns: Columns): string =>
  `unnest(${Object.values(columns)
    .map((type, index) => `$${index + 1}::${type}[]`)
    .join(', ')})`;

function replacing(columns: Columns, key: readonly string[]): string {
  const rest = Object.keys(columns).filter((name) => !key.includes(name));
  const sets = rest.map((name) => `${name} = EXCLUDED.${name}`).join(', ');
  return `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${sets}`;
}

/** One array for each column, which is how thousands of rows become one statement. */
function columnArrays(names: readonly string[], rows: readonly (readonly Cell[])[]): Cell[][] {
  return names.map((_, column) =>
    rows.map((row) => {
      const cell = row[column];
      assert(cell !== undefined, 'a row has a cell for every column');
      return cell;
    }),
  );
}
