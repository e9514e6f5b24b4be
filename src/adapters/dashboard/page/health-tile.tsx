import type { CheckStatus, FeedView, HealthReport, SystemView } from '../../../observe/ports.ts';
import { type Column, DataTable, SymbolName } from './data-table.tsx';
import { duration, fixed, megabytes, milliseconds, symbolOf } from './format.ts';
import { Tile } from './tile.tsx';

const SIGNS: Readonly<Record<CheckStatus, string>> = { ok: '✓', degraded: '!', failed: '✕' };

const NAMES: Readonly<Record<HealthReport['checks'][number]['name'], string>> = {
  view: 'Trader',
  mode: 'Mode',
  journal: 'Journal',
  venues: 'Venues',
  feeds: 'Books',
  database: 'Database',
  'event-loop': 'Event loop',
};

/** A feed with the base currency of its instrument; the whole symbol when the view knows none. */
type FeedRow = FeedView & { readonly base: string };

const feedRows = (view: SystemView): FeedRow[] => {
  const bases = new Map(view.instruments.map(({ instrument, base }) => [instrument, base]));
  return view.feeds.map((feed) => ({
    ...feed,
    base: bases.get(feed.instrument) ?? symbolOf(feed.instrument),
  }));
};

const feedColumns: readonly Column<FeedRow>[] = [
  { head: 'Feed', cell: (row) => <SymbolName instrument={row.instrument} base={row.base} /> },
  {
    head: 'Book',
    cell: (row) => (
      <span class={row.state === 'synchronised' ? 'check ok' : 'check degraded'}>
        <span class="sign" aria-hidden="true">
          {row.state === 'synchronised' ? '✓' : '!'}
        </span>
        {row.state}
      </span>
    ),
  },
  { head: 'Age', numeric: true, cell: (row) => milliseconds(row.lastUpdateAgeMs) },
  { head: 'Msg/s', numeric: true, cell: (row) => fixed(row.messagesPerSecond, 1) },
  { head: 'Gaps', numeric: true, secondary: true, cell: (row) => fixed(row.gaps, 0) },
  { head: 'Refused', numeric: true, secondary: true, cell: (row) => fixed(row.refused, 0) },
];

/** Whether every part does its duty. */
export function HealthTile(props: {
  readonly view: SystemView;
  readonly health: HealthReport;
  readonly ageMs: number;
}) {
  const { view, health, ageMs } = props;
  const { process } = view;
  return (
    <Tile id="health" title="Health" ageMs={ageMs}>
      <ul class="checks">
        {health.checks.map((check) => (
          <li class={`check ${check.status}`} key={check.name}>
            <span class="sign" aria-hidden="true">
              {SIGNS[check.status]}
            </span>
            <span class="check-name">{NAMES[check.name]}</span>
            <span class="check-status">{check.status}</span>
            <span class="check-detail">{check.detail}</span>
          </li>
        ))}
      </ul>
      <DataTable
        label="Market data feeds"
        columns={feedColumns}
        rows={feedRows(view)}
        keyOf={(row) => row.instrument}
        empty="No feed is subscribed."
        compact
      />
      <dl class="facts small">
        <div>
          <dt>Memory</dt>
          <dd>{megabytes(process.rssBytes)}</dd>
        </div>
        <div>
          <dt>Event loop p50, p99</dt>
          <dd>
            {milliseconds(process.eventLoopDelayP50Ms)}, {milliseconds(process.eventLoopDelayP99Ms)}
          </dd>
        </div>
        <div>
          <dt>Running for</dt>
          <dd>{duration(view.atMs - process.startedAtMs)}</dd>
        </div>
        <div>
          <dt>Version, run, kernels</dt>
          <dd>
            {view.version}, {view.runEpoch}, {view.kernelTarget}
          </dd>
        </div>
      </dl>
    </Tile>
  );
}
