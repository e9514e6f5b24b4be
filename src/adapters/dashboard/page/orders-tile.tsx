import type { OrderView, SystemView } from '../../../observe/ports.ts';
import type { Connection } from './connection.ts';
import { Amount, type Column, DataTable, Decimal, digitsOf, SideMark } from './data-table.tsx';
import { age, symbolOf } from './format.ts';
import { Tile } from './tile.tsx';

const STATUS_WORDS: Readonly<Record<OrderView['status'], string>> = {
  pending: 'sent',
  accepted: 'working',
  'partially-filled': 'partly filled',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
  unknown: '? unknown',
};

function statusWords(order: OrderView): string {
  const marks = [
    order.type === 'market' ? 'market' : '',
    order.timeInForce === 'ioc' ? 'IOC' : '',
    order.postOnly ? 'post-only' : '',
    order.reduceOnly ? 'reduce-only' : '',
    order.cancelRequested ? 'cancelling' : '',
  ];
  return [STATUS_WORDS[order.status], ...marks].filter((mark) => mark !== '').join(', ');
}

const columns = (view: SystemView, connection: Connection): readonly Column<OrderView>[] => [
  { head: 'Instrument', cell: (row) => <strong>{symbolOf(row.instrument)}</strong> },
  { head: 'Side', cell: (row) => <SideMark side={row.side} /> },
  {
    head: 'Quantity',
    numeric: true,
    cell: (row, rows) => (
      <Amount
        text={row.quantity}
        unit={row.base}
        digits={digitsOf(rows, (other) => other.quantity)}
      />
    ),
  },
  {
    head: 'Filled',
    numeric: true,
    cell: (row, rows) => (
      <Amount text={row.filled} unit={row.base} digits={digitsOf(rows, (other) => other.filled)} />
    ),
  },
  {
    head: `Price ${view.currency}`,
    numeric: true,
    cell: (row, rows) => (
      <Decimal text={row.price} digits={digitsOf(rows, (other) => other.price)} />
    ),
  },
  { head: 'Status', wraps: true, cell: statusWords },
  { head: 'Strategy', secondary: true, cell: (row) => row.strategy },
  { head: 'Age', numeric: true, cell: (row) => age(connection.ageOf(row.createdAtMs)) },
];

/** Orders that may still trade. */
export function OrdersTile(props: {
  readonly view: SystemView;
  readonly connection: Connection;
  readonly ageMs: number;
}) {
  const { view, connection, ageMs } = props;
  const hidden = view.orderCount - view.orders.length;
  return (
    <Tile id="orders" title="Open orders" ageMs={ageMs}>
      <DataTable
        label="Open orders"
        columns={columns(view, connection)}
        rows={view.orders}
        keyOf={(row) => row.clientOrderId}
        empty="No order is open."
      />
      {hidden > 0 && <p class="quiet">and {hidden} more</p>}
    </Tile>
  );
}
