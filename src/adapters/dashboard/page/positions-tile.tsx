import type { PositionView, SystemView } from '../../../observe/ports.ts';
import { Amount, type Column, DataTable, Decimal, digitsOf, Gain } from './data-table.tsx';
import { symbolOf } from './format.ts';
import { Tile } from './tile.tsx';

const columns = (currency: string): readonly Column<PositionView>[] => [
  { head: 'Instrument', cell: (row) => <strong>{symbolOf(row.instrument)}</strong> },
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
    head: `Entry ${currency}`,
    numeric: true,
    cell: (row, rows) => (
      <Decimal text={row.entryPrice} digits={digitsOf(rows, (other) => other.entryPrice)} />
    ),
  },
  {
    head: `Mark ${currency}`,
    numeric: true,
    cell: (row, rows) => (
      <Decimal text={row.markPrice} digits={digitsOf(rows, (other) => other.markPrice)} />
    ),
  },
  {
    head: `Value ${currency}`,
    numeric: true,
    cell: (row) => <Decimal text={row.notional} digits={2} />,
  },
  { head: `Unrealised ${currency}`, numeric: true, cell: (row) => <Gain text={row.unrealised} /> },
  { head: `Realised ${currency}`, numeric: true, cell: (row) => <Gain text={row.realised} /> },
];

/** What is held; a negative quantity is a short position. */
export function PositionsTile(props: { readonly view: SystemView; readonly ageMs: number }) {
  const { view, ageMs } = props;
  return (
    <Tile id="positions" title="Positions" ageMs={ageMs}>
      <DataTable
        label="Positions"
        columns={columns(view.currency)}
        rows={view.positions}
        keyOf={(row) => row.instrument}
        empty="No position is open."
      />
    </Tile>
  );
}
