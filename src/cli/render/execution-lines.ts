import type { ExecutionSummary, InstrumentSummary } from '../../app/contracts.ts';
import type { Style } from '../style.ts';
import { tableLines } from '../table.ts';

const left = (heading: string) => ({ heading, align: 'left' }) as const;
const decimal = (heading: string) => ({ heading, align: 'decimal' }) as const;

const shown = (bps: number | null): string => (bps === null ? '-' : bps.toFixed(2));

interface Measured {
  readonly instrument: string;
  readonly execution: ExecutionSummary;
}

function costTable(measured: readonly Measured[], style: Style): readonly string[] {
  const [heading, ...lines] = tableLines(
    [
      left('Execution'),
      decimal('value (quote)'),
      decimal('expected bps'),
      decimal('realised bps'),
      decimal('spread'),
      decimal('impact'),
      decimal('delay'),
      decimal('fees'),
      decimal('total cost'),
      decimal('unfilled'),
    ],
    measured.map(({ instrument, execution: each }) => [
      instrument,
      each.value,
      shown(each.predictedBps),
      shown(each.realisedBps),
      each.spread,
      each.impact,
      each.delay,
      each.fees,
      each.total,
      each.opportunityCost,
    ]),
  );
  return [style('strong', heading ?? ''), ...lines, ''];
}

function parentTable(measured: readonly Measured[], style: Style): readonly string[] {
  const rows = measured.flatMap(({ execution }) =>
    execution.parents.map((each) => [
      each.id,
      each.kind,
      each.side,
      `${(each.filledShare * 100).toFixed(1)} %`,
      shown(each.predictedBps),
      shown(each.realisedBps),
      each.cost,
      each.opportunityCost,
      each.ended ?? 'works',
    ]),
  );
  if (rows.length === 0) return [];
  const [heading, ...lines] = tableLines(
    [
      left('Parent order'),
      left('kind'),
      left('side'),
      { heading: 'filled', align: 'right' },
      decimal('expected bps'),
      decimal('realised bps'),
      decimal('cost (quote)'),
      decimal('unfilled'),
      left('ended because'),
    ],
    rows,
  );
  return [style('strong', heading ?? ''), ...lines, ''];
}

/** What executing the orders came to, with an empty line after it; nothing where nothing was filled. */
export function executionLines(
  instruments: readonly InstrumentSummary[],
  style: Style,
): readonly string[] {
  const measured = instruments.flatMap(({ instrument, execution }) =>
    execution === undefined ? [] : [{ instrument, execution }],
  );
  if (measured.length === 0) return [];
  return [...costTable(measured, style), ...parentTable(measured, style)];
}
