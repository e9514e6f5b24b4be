/** How the cells of a column stand: numbers align on their decimal point. */
export type Alignment = 'left' | 'right' | 'decimal';

/** A column of a table: heading, with the unit where there is one, and alignment. */
export interface Column {
  readonly heading: string;
  readonly align: Alignment;
}

const pointOf = (cell: string): number => {
  const at = cell.indexOf('.');
  return at < 0 ? cell.length : at;
};

function alignedCells(cells: readonly string[], align: Alignment): readonly string[] {
  if (align !== 'decimal') return cells;
  const before = Math.max(0, ...cells.map(pointOf));
  const after = Math.max(0, ...cells.map((cell) => cell.length - pointOf(cell)));
  return cells.map((cell) => {
    const point = pointOf(cell);
    return ' '.repeat(before - point) + cell + ' '.repeat(after - (cell.length - point));
  });
}

/** Lines of a table with two spaces between columns; headings stand as their column's cells do. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const rendered = columns.map(({ heading, align }, index) => {
    const cells = alignedCells(
      rows.map((row) => row[index] ?? ''),
      align,
    );
    const width = Math.max(heading.length, ...cells.map((cell) => cell.length));
    const pad = (cell: string) => (align === 'left' ? cell.padEnd(width) : cell.padStart(width));
    return [heading, ...cells].map(pad);
  });
  return Array.from({ length: rows.length + 1 }, (_, row) =>
    rendered
      .map((column) => column[row]!)
      .join('  ')
      .trimEnd(),
  );
}

/** Lines of a two-column list: names on the left, values on the right, without headings. */
export function listLines(
  entries: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd());
}
