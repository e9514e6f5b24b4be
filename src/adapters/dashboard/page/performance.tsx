import { useEffect, useState } from 'preact/hooks';
import { type Column, DataTable } from './data-table.tsx';

interface Goal {
  readonly name: string;
  readonly peer: string | null;
  readonly unit: string;
  readonly goal: number;
  readonly bound: 'at-least' | 'at-most';
  readonly median: number | null;
  readonly low5: number | null;
  readonly high95: number | null;
  readonly met: boolean;
  readonly note: string | null;
}

interface Stage {
  readonly stage: string;
  readonly load: string;
  readonly p50: number;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly n: number;
}

interface Manifest {
  readonly goals: readonly Goal[];
  readonly stages: readonly Stage[];
  readonly machine: { readonly cpuModel: string; readonly measuredAt: string };
}

const figure = (value: number | null): string => {
  if (value === null) return '–';
  return Math.abs(value) >= 1_000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));
};

const GOALS: readonly Column<Goal>[] = [
  { head: 'What', wraps: true, cell: (row) => row.name },
  { head: 'Peer', wraps: true, cell: (row) => row.peer ?? '–' },
  {
    head: 'Goal',
    cell: (row) => `${row.bound === 'at-least' ? '≥' : '≤'} ${figure(row.goal)} ${row.unit}`,
  },
  { head: 'Median', numeric: true, cell: (row) => figure(row.median) },
  { head: '5 %', numeric: true, secondary: true, cell: (row) => figure(row.low5) },
  { head: '95 %', numeric: true, secondary: true, cell: (row) => figure(row.high95) },
  {
    head: 'Met',
    wraps: true,
    cell: (row) =>
      row.median === null ? (row.note ?? 'not measured') : row.met ? '✓ met' : '✕ missed',
  },
];

const STAGES: readonly Column<Stage>[] = [
  { head: 'Stage', cell: (row) => row.stage },
  { head: 'Load', cell: (row) => row.load },
  { head: 'p50 ns', numeric: true, cell: (row) => figure(row.p50) },
  { head: 'p99 ns', numeric: true, cell: (row) => figure(row.p99) },
  { head: 'p99.9 ns', numeric: true, secondary: true, cell: (row) => figure(row.p999) },
  { head: 'n', numeric: true, secondary: true, cell: (row) => figure(row.n) },
];

/** What `bot4 bench --save` measured of this build; nothing where it was not run. */
export function Performance() {
  const [manifest, setManifest] = useState<Manifest | null>(null);
  useEffect(() => {
    fetch('/api/performance')
      .then((answer) => (answer.ok ? answer.json() : null))
      .then(setManifest)
      .catch(() => {});
  }, []);
  if (manifest === null) return null;
  const { goals, stages, machine } = manifest;
  return (
    <details class="tile performance">
      <summary>
        Performance of this build: {goals.filter(({ met }) => met).length} of {goals.length} goals
        met
      </summary>
      <p>
        Measured by <code>bot4 bench --save</code> at {machine.measuredAt} on {machine.cpuModel}.
      </p>
      <DataTable
        label="Goals"
        columns={GOALS}
        rows={goals}
        keyOf={(row) => `${row.name} ${row.peer}`}
        empty="No goal was measured."
        compact
      />
      <DataTable
        label="Stages, ns per message"
        columns={STAGES}
        rows={stages}
        keyOf={(row) => `${row.stage} ${row.load}`}
        empty="No stage was measured."
        compact
      />
    </details>
  );
}
