import type { ChargeView, SystemView } from '../../../observe/ports.ts';
import { type Column, DataTable, Decimal } from './data-table.tsx';
import { symbolOf, utcDate, utcTime } from './format.ts';
import { Tile } from './tile.tsx';

const WORDS: Readonly<Record<ChargeView['cause'], string>> = {
  funding: 'funding',
  borrow: 'interest',
  liquidation: 'liquidation fee',
  'auto-deleveraging': 'deleveraging fee',
};

const columns = (currency: string): readonly Column<ChargeView>[] => [
  {
    head: 'Time UTC',
    wraps: true,
    cell: (row) => <time>{`${utcDate(row.atMs).slice(5)} ${utcTime(row.atMs).slice(0, 5)}`}</time>,
  },
  { head: 'For', wraps: true, cell: (row) => WORDS[row.cause] },
  {
    head: 'Symbol',
    wraps: true,
    cell: (row) => (
      <span class="breakable">
        {row.instrument === null ? 'account' : symbolOf(row.instrument)}
      </span>
    ),
  },
  {
    head: `Paid ${currency}`,
    numeric: true,
    cell: (row) => <Decimal text={row.paid} digits={4} />,
  },
];

/** What the venue charged beside the fees of orders; a negative amount was received. */
export function ChargesTile(props: { readonly view: SystemView; readonly ageMs: number }) {
  const { view, ageMs } = props;
  return (
    <Tile id="charges" title="Charges" ageMs={ageMs}>
      <DataTable
        label="Latest charges"
        columns={columns(view.currency)}
        rows={view.charges}
        keyOf={(row) => `${row.instrument} ${row.id}`}
        empty="No charge yet."
        compact
      />
    </Tile>
  );
}
