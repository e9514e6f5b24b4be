import { CONTROL_MODES } from '../model/index.ts';
import type { SystemView } from './system-view.ts';

/** A counter only rises while the process lives; a gauge goes both ways. */
export type MetricType = 'gauge' | 'counter';

/** One value with the labels that tell it from its siblings. */
export interface MetricReading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its present readings. */
export interface MetricFamily {
  /** Prometheus name with the unit last; counters end in `_total`. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** Unit of the values, for people; `1` for counts and fractions. */
  readonly unit: string;
  readonly labelNames: readonly string[];
  readonly readings: readonly MetricReading[];
}

/** A metric and how it is read from a view. */
export interface MetricDefinition extends Omit<MetricFamily, 'readings'> {
  read(view: SystemView): readonly MetricReading[];
}

type Facts = readonly [name: string, help: string, unit: string];

const single =
  (type: MetricType) =>
  ([name, help, unit]: Facts, value: (view: SystemView) => number): MetricDefinition => ({
    name,
    type,
    help,
    unit,
    labelNames: [],
    read: (view) => [{ labels: {}, value: value(view) }],
  });

const gauge = single('gauge');
const counter = single('counter');

function labelled(
  type: MetricType,
  [name, help, unit]: Facts,
  labelNames: readonly string[],
  read: (view: SystemView) => readonly (readonly [labels: readonly string[], value: number])[],
): MetricDefinition {
  return {
    name,
    type,
    help,
    unit,
    labelNames,
    read: (view) =>
      read(view).map(([labels, value]) => ({
        labels: Object.fromEntries(labelNames.map((label, index) => [label, labels[index]!])),
        value,
      })),
  };
}

const byStatus = (
  instrument: string,
  counts: Readonly<Record<string, number>>,
): (readonly [labels: readonly string[], value: number])[] =>
  Object.entries(counts).map(([status, count]) => [[instrument, status], count]);

const secondsOrNaN = (ms: number | null): number => (ms === null ? Number.NaN : ms / 1000);

/**
 * Every metric of the service, all read from the latest view at scrape time: nothing is counted on
 * the message path for them. Amounts become floats here, since Prometheus knows nothing else; the
 * books keep the exact values.
 */
export const METRICS: readonly MetricDefinition[] = [
  labelled(
    'gauge',
    ['bot4_info', 'Always 1; the labels say what runs', '1'],
    ['version', 'environment', 'kernel_target', 'run_epoch'],
    (view) => [[[view.version, view.environment, view.kernelTarget, String(view.runEpoch)], 1]],
  ),
  gauge(
    ['bot4_view_timestamp_seconds', 'When the trader took the view these values come from', 's'],
    (view) => view.atMs / 1000,
  ),
  gauge(
    ['bot4_start_timestamp_seconds', 'When the process started', 's'],
    (view) => view.process.startedAtMs / 1000,
  ),
  labelled(
    'gauge',
    ['bot4_control_mode', '1 for the control mode in force, 0 for the others', '1'],
    ['mode'],
    (view) => CONTROL_MODES.map((mode) => [[mode], view.mode.mode === mode ? 1 : 0]),
  ),
  gauge(
    ['bot4_mode_causes', 'Active causes of the control mode', '1'],
    (view) => view.mode.causes.length,
  ),
  gauge(['bot4_equity_quote', 'Equity of the account', 'quote currency'], (view) =>
    Number(view.equity.equity),
  ),
  gauge(['bot4_cash_quote', 'Cash of the account', 'quote currency'], (view) =>
    Number(view.equity.cash),
  ),
  gauge(
    ['bot4_realised_pnl_quote', 'Realised profit and loss before fees', 'quote currency'],
    (view) => Number(view.equity.realised),
  ),
  gauge(['bot4_unrealised_pnl_quote', 'Unrealised profit and loss', 'quote currency'], (view) =>
    Number(view.equity.unrealised),
  ),
  gauge(['bot4_fees_paid_quote', 'Fees paid less rebates', 'quote currency'], (view) =>
    Number(view.equity.fees),
  ),
  gauge(
    ['bot4_charges_paid_quote', 'Funding and interest paid less received', 'quote currency'],
    (view) => Number(view.equity.charges),
  ),
  gauge(
    [
      'bot4_drawdown_ratio',
      'Fall from the highest equity since the data directory began, or since a drawdown was lifted, as a fraction of it',
      '1',
    ],
    (view) => view.equity.drawdown,
  ),
  gauge(
    [
      'bot4_max_drawdown_ratio',
      'Deepest drawdown since the data directory began as a fraction',
      '1',
    ],
    (view) => view.equity.maxDrawdown,
  ),
  labelled(
    'gauge',
    ['bot4_position_base', 'Position, negative when short', 'base currency'],
    ['instrument'],
    (view) => view.positions.map((position) => [[position.instrument], Number(position.quantity)]),
  ),
  gauge(['bot4_open_orders', 'Orders that may still trade', '1'], (view) => view.orderCount),
  labelled(
    'gauge',
    ['bot4_venue_connected', '1 when the venue is connected', '1'],
    ['venue'],
    (view) => view.venues.map((venue) => [[venue.venue], venue.connected ? 1 : 0]),
  ),
  labelled(
    'gauge',
    [
      'bot4_venue_breaker_open',
      '1 while the circuit breaker lets nothing new through to the venue',
      '1',
    ],
    ['venue'],
    (view) => view.venues.map((venue) => [[venue.venue], venue.breaker === null ? 0 : 1]),
  ),
  labelled(
    'gauge',
    ['bot4_venue_last_message_age_seconds', 'Age of the latest message, NaN before the first', 's'],
    ['venue'],
    (view) => view.venues.map((venue) => [[venue.venue], secondsOrNaN(venue.lastMessageAgeMs)]),
  ),
  labelled(
    'gauge',
    ['bot4_venue_latency_seconds', 'Median time to an order acknowledgement, NaN before one', 's'],
    ['venue'],
    (view) => view.venues.map((venue) => [[venue.venue], secondsOrNaN(venue.latencyMs)]),
  ),
  labelled(
    'gauge',
    ['bot4_book_synchronised', '1 when the book may be traded on', '1'],
    ['instrument'],
    (view) => view.feeds.map((feed) => [[feed.instrument], feed.state === 'synchronised' ? 1 : 0]),
  ),
  labelled(
    'gauge',
    ['bot4_book_age_seconds', 'Age of the latest book update, NaN before the first', 's'],
    ['instrument'],
    (view) => view.feeds.map((feed) => [[feed.instrument], secondsOrNaN(feed.lastUpdateAgeMs)]),
  ),
  labelled(
    'counter',
    ['bot4_book_gaps_total', 'Sequence breaks, each resynchronised', '1'],
    ['instrument'],
    (view) => view.feeds.map((feed) => [[feed.instrument], feed.gaps]),
  ),
  labelled(
    'counter',
    ['bot4_market_messages_refused_total', 'Messages that decoder or book refused', '1'],
    ['instrument'],
    (view) => view.feeds.map((feed) => [[feed.instrument], feed.refused]),
  ),
  labelled(
    'counter',
    [
      'bot4_market_messages_unapplied_total',
      'Messages that were not applied, by status; those of no traded instrument under "none"',
      '1',
    ],
    ['instrument', 'status'],
    (view) => [
      ...view.feeds.flatMap(({ instrument, statuses }) => byStatus(instrument, statuses)),
      ...byStatus('none', view.totals.unassigned),
    ],
  ),
  labelled(
    'counter',
    ['bot4_book_checksum_checks_total', 'Books compared with the checksum of the venue', '1'],
    ['instrument'],
    (view) => view.feeds.map((feed) => [[feed.instrument], feed.checksumChecks]),
  ),
  labelled(
    'counter',
    ['bot4_book_checksum_mismatches_total', 'Books that the checksum of the venue broke', '1'],
    ['instrument'],
    (view) => view.feeds.map((feed) => [[feed.instrument], feed.checksumMismatches]),
  ),
  labelled(
    'counter',
    ['bot4_connection_messages_total', 'Messages given to the decoder of a connection', '1'],
    ['connection'],
    (view) => view.connections.map((each) => [[String(each.connection)], each.messages]),
  ),
  labelled(
    'counter',
    [
      'bot4_connection_fallbacks_total',
      'Of these, messages that the exact-shape decoder left to the general one',
      '1',
    ],
    ['connection'],
    (view) => view.connections.map((each) => [[String(each.connection)], each.fallbacks]),
  ),
  labelled(
    'counter',
    [
      'bot4_connection_sequence_gaps_total',
      'Messages whose number did not follow, where a venue numbers those of a connection',
      '1',
    ],
    ['connection'],
    (view) => view.connections.map((each) => [[String(each.connection)], each.sequenceGaps]),
  ),
  counter(
    ['bot4_market_messages_total', 'Market messages read', '1'],
    (view) => view.totals.messages,
  ),
  counter(
    ['bot4_decisions_total', 'Decisions of the engine', '1'],
    (view) => view.totals.decisions,
  ),
  counter(
    ['bot4_intents_total', 'Intents that passed the gate', '1'],
    (view) => view.totals.intents,
  ),
  labelled(
    'counter',
    ['bot4_engine_losses_total', 'What the engine lost for want of room, by kind', '1'],
    ['kind'],
    (view) => Object.entries(view.totals.losses).map(([kind, count]) => [[kind], count]),
  ),
  counter(
    ['bot4_clock_backwards_total', 'Frames stamped earlier than the one before them', '1'],
    (view) => view.totals.clockBackwards,
  ),
  counter(
    ['bot4_orders_submitted_total', 'Orders journalled and sent', '1'],
    (view) => view.totals.ordersSubmitted,
  ),
  counter(
    ['bot4_orders_refused_total', 'Order requests that risk refused', '1'],
    (view) => view.totals.ordersRefused,
  ),
  labelled(
    'counter',
    ['bot4_entries_left_out_total', 'Entries that were not tried, such as by the cost check', '1'],
    ['reason'],
    (view) => Object.entries(view.totals.entriesLeftOut).map(([why, count]) => [[why], count]),
  ),
  counter(
    ['bot4_orders_rejected_total', 'Orders that a venue rejected', '1'],
    (view) => view.totals.ordersRejected,
  ),
  counter(
    ['bot4_fills_total', 'Fills received, duplicates apart', '1'],
    (view) => view.totals.fills,
  ),
  gauge(['bot4_database_connected', '1 when the database takes projections', '1'], (view) =>
    view.database.state === 'connected' ? 1 : 0,
  ),
  gauge(
    ['bot4_database_lag_entries', 'Journal entries not yet in the database', '1'],
    (view) => view.database.lagEntries,
  ),
  gauge(['bot4_journal_writable', '1 when the journal takes entries', '1'], (view) =>
    view.journal.writable ? 1 : 0,
  ),
  counter(['bot4_journal_entries_total', 'Sequence number of the latest entry', '1'], (view) =>
    Number(view.journal.seq),
  ),
  gauge(
    ['bot4_journal_unsynced_entries', 'Entries written but not yet known to be on the disk', '1'],
    (view) => Number(BigInt(view.journal.seq) - BigInt(view.journal.durableSeq)),
  ),
  labelled(
    'gauge',
    ['bot4_event_loop_delay_seconds', 'Delay of the event loop', 's'],
    ['quantile'],
    (view) => [
      [['0.5'], view.process.eventLoopDelayP50Ms / 1000],
      [['0.99'], view.process.eventLoopDelayP99Ms / 1000],
    ],
  ),
  gauge(
    ['bot4_resident_memory_bytes', 'Resident memory of the process', 'bytes'],
    (view) => view.process.rssBytes,
  ),
];

/** Reads every metric from one view, in the order of `METRICS`. */
export const readMetrics = (view: SystemView): readonly MetricFamily[] =>
  METRICS.map(({ read, ...facts }) => ({ ...facts, readings: read(view) }));
