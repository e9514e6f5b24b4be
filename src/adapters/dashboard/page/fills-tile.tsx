import type { FillView, SystemView } from '../../../observe/ports.ts';
import {
  Amount,
  type Column,
  DataTable,
  Decimal,
  digitsOf,
  SideMark,
  SymbolName,
} from './data-table.tsx';
import { utcTime } from './format.ts';
import { Tile } from './tile.tsx';

const columns = (currency: string): readonly Column<FillView>[] => [
  { head: 'Time UTC', cell: (row) => <time>{utcTime(row.atMs)}</time> },
  { head: 'Symbol', cell: (row) => <SymbolName instrument={row.instrument} base={row.base} /> },
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
    head: `Price ${currency}`,
    numeric: true,
    cell: (row, rows) => (
      <Decimal text={row.price} digits={digitsOf(rows, (other) => other.price)} />
    ),
  },
  {
    head: `Fee ${currency}`,
    numeric: true,
    secondary: true,
    cell: (row) => <Decimal text={row.fee} digits={4} />,
  },
  { head: 'Liquidity', secondary: true, cell: (row) => row.liquidity },
];

/** The latest executions. */
export function FillsTile(props: { readonly view: SystemView; readonly ageMs: number }) {
  const { view, ageMs } = props;
  return (
    <Tile id="fills" title="Fills" ageMs={ageMs}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable */}
      <section class="scroll" tabIndex={0} aria-label="Latest fills">
        <DataTable
          label="Latest fills"
          columns={columns(view.currency)}
          rows={view.fills}
          keyOf={(row) => `${row.instrument} ${row.tradeId}`}
          empty="No fill yet."
          compact
        />
      </section>
    </Tile>
  );
}
