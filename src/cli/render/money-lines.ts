import type { InstrumentSummary, ProfitAndLoss } from '../../app/contracts.ts';
import type { Style } from '../style.ts';
import { tableLines } from '../table.ts';

const isZero = (amount: string): boolean => /^-?0(\.0*)?$/.test(amount);

const signed = (amount: string): string =>
  amount.startsWith('-') || isZero(amount) ? amount : `+${amount}`;

/** What fees do to the equity: paid ones take from it, rebates add to it. */
const fromFees = (fees: string): string => {
  if (isZero(fees)) return fees;
  return fees.startsWith('-') ? `+${fees.slice(1)}` : `-${fees}`;
};

/** A fraction as per cent with three places: 0.0123 is `1.230 %`. */
export const percent = (fraction: number): string => `${(fraction * 100).toFixed(3)} %`;

/** A count with thin groups of three digits: `1 234 567`. */
export const grouped = (count: number): string =>
  Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');

/** A count with its noun in the right number: `1 checkpoint`, `2 checkpoints`, `3 entries`. */
export const countOf = (count: number, one: string, more = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : more}`;

/** Counts by their names: `EDGE_BELOW_COST 12`; `none` without any. */
export const counted = (counts: Readonly<Record<string, number>>): string => {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${grouped(count)}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
};

/** Profit and loss as aligned lines, with the currency in the heading. */
export function pnlLines(pnl: ProfitAndLoss, style: Style): readonly string[] {
  const rows = [
    ['deposits', pnl.deposits],
    ['realised', signed(pnl.realised)],
    ['unrealised', signed(pnl.unrealised)],
    ['fees', fromFees(pnl.fees)],
    ...(pnl.charges === undefined ? [] : [['funding and interest', fromFees(pnl.charges)]]),
    ['equity', pnl.equity],
    ['cash', pnl.cash],
  ];
  const [heading, ...lines] = tableLines(
    [
      { heading: 'Profit and loss', align: 'left' },
      { heading: pnl.currency, align: 'decimal' },
    ],
    rows,
  );
  return [
    style('strong', heading ?? ''),
    ...lines,
    `largest drawdown ${percent(pnl.maxDrawdownFraction)} of the peak`,
  ];
}

/** One row for each instrument. */
export function instrumentLines(
  instruments: readonly InstrumentSummary[],
  style: Style,
): readonly string[] {
  const [heading, ...lines] = tableLines(
    [
      { heading: 'Instrument', align: 'left' },
      { heading: 'strategy', align: 'left' },
      { heading: 'messages', align: 'right' },
      { heading: 'book updates', align: 'right' },
      { heading: 'decisions', align: 'right' },
      { heading: 'orders', align: 'right' },
      { heading: 'fills', align: 'right' },
      { heading: 'position (base)', align: 'decimal' },
      { heading: 'mark (quote)', align: 'decimal' },
    ],
    instruments.map((each) => [
      each.instrument,
      each.strategy,
      grouped(each.messagesRead),
      grouped(each.bookUpdatesApplied),
      grouped(each.decisions),
      grouped(each.orders),
      grouped(each.fills),
      each.position,
      each.mark ?? '-',
    ]),
  );
  return [style('strong', heading ?? ''), ...lines];
}
