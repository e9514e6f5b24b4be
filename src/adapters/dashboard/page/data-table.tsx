import type { ComponentChildren } from 'preact';
import { direction, fractionDigits, grouped, signed, symbolOf } from './format.ts';

/** One column: its heading, with the unit if the cells lack it, and how a row fills it. */
export interface Column<Row> {
  readonly head: string;
  /** Numbers stand right, words left. */
  readonly numeric?: boolean;
  /** Left out on narrow screens. */
  readonly secondary?: boolean;
  /** Words that may take several lines. */
  readonly wraps?: boolean;
  cell(row: Row, rows: readonly Row[]): ComponentChildren;
}

/**
 * A table that becomes a list of cards on narrow screens. The roles are written out, since a
 * browser forgets those of table elements that are laid out otherwise.
 */
export function DataTable<Row>(props: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What to say when there are no rows. */
  readonly empty: string;
  /** Rows stay rows on narrow screens. */
  readonly compact?: boolean;
}) {
  const { label, columns, rows, keyOf, empty, compact = false } = props;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const className = (column: Column<Row>): string =>
    [
      column.numeric ? 'num' : 'text',
      column.secondary ? 'secondary' : '',
      column.wraps ? 'wraps' : '',
    ].join(' ');
  return (
    <div class="table-box">
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <table role="table" class={compact ? 'compact' : 'cards'} aria-label={label}>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <thead role="rowgroup">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
          <tr role="row">
            {columns.map((column) => (
              // biome-ignore lint/a11y/noRedundantRoles: see above
              <th role="columnheader" scope="col" class={className(column)} key={column.head}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tbody role="rowgroup">
          {rows.map((row) => (
            // biome-ignore lint/a11y/noRedundantRoles: see above
            <tr role="row" key={keyOf(row)}>
              {columns.map((column) => (
                // biome-ignore lint/a11y/noRedundantRoles: see above
                <td role="cell" class={className(column)} data-head={column.head} key={column.head}>
                  {column.cell(row, rows)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A decimal, followed by unseen digits so that the points of a whole column stand in one line. */
export function Decimal(props: { readonly text: string; readonly digits: number }) {
  const own = fractionDigits(props.text);
  const missing = Math.max(0, props.digits - own);
  return (
    <span class="decimal">
      {grouped(props.text)}
      {missing > 0 && (
        <span class="pad" aria-hidden="true">
          {`${own === 0 ? '.' : ''}${'0'.repeat(missing)}`}
        </span>
      )}
    </span>
  );
}

/** A quantity with its unit, its decimal point in line with those of the column. */
export function Amount(props: {
  readonly text: string;
  readonly unit: string;
  readonly digits: number;
}) {
  return (
    <span class="amount">
      <Decimal text={props.text} digits={props.digits} />
      <span class="base">{props.unit}</span>
    </span>
  );
}

/** An instrument by its symbol; narrow screens leave the quote currency out. */
export function SymbolName(props: { readonly instrument: string; readonly base: string }) {
  const symbol = symbolOf(props.instrument);
  const rest = symbol.startsWith(props.base) ? symbol.slice(props.base.length) : '';
  return (
    <span class="symbol">
      {symbol.slice(0, symbol.length - rest.length)}
      <span class="symbol-quote">{rest}</span>
    </span>
  );
}

/** Most fraction digits of a column. */
export const digitsOf = <Row,>(rows: readonly Row[], text: (row: Row) => string): number =>
  Math.max(0, ...rows.map((row) => fractionDigits(text(row))));

/** A gain or a loss: sign and arrow say it, colour only repeats it. */
export function Gain(props: { readonly text: string }) {
  const way = direction(props.text);
  return (
    <span class={`gain ${way}`}>
      <span class="arrow" aria-hidden="true">
        {way === 'up' ? '▲' : way === 'down' ? '▼' : '\u2002'}
      </span>
      {signed(props.text)}
    </span>
  );
}

/** Buy or sell as a word with an arrow. */
export function SideMark(props: { readonly side: 'buy' | 'sell' }) {
  const { side } = props;
  return (
    <span class={`side ${side}`}>
      <span class="arrow" aria-hidden="true">
        {side === 'buy' ? '▲' : '▼'}
      </span>
      {side}
    </span>
  );
}
