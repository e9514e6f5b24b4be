import { describe, expect, it } from 'vitest';
import { METRICS, readMetrics, type SystemView } from '../../src/observe/index.ts';
import { sampleView } from './sample-view.ts';

const view = sampleView();
const family = (name: string, of: SystemView = view) =>
  readMetrics(of).find((found) => found.name === name)!;

describe('metrics', () => {
  it('have unique names in the Prometheus style, counters and only counters end in _total', () => {
    const names = METRICS.map((metric) => metric.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, type } of METRICS) {
      expect(name).toMatch(/^bot4_[a-z0-9_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
    }
  });

  it('say what they are and in which unit, and name the unit where there is one', () => {
    const suffixes: Record<string, RegExp> = {
      s: /_seconds$/,
      bytes: /_bytes$/,
      'quote currency': /_quote$/,
      'base currency': /_base$/,
      '1': /./,
    };
    for (const { name, help, unit } of METRICS) {
      expect(help.length, name).toBeGreaterThan(8);
      expect(name).toMatch(suffixes[unit]!);
    }
  });

  it('give each reading exactly the declared labels', () => {
    for (const { name, labelNames, readings } of readMetrics(view)) {
      for (const reading of readings) {
        expect(Object.keys(reading.labels), name).toEqual(labelNames);
        expect(Object.values(reading.labels).every((value) => typeof value === 'string')).toBe(
          true,
        );
      }
    }
  });

  it('give finite numbers for a complete view', () => {
    for (const { name, readings } of readMetrics(view)) {
      for (const reading of readings) expect(Number.isFinite(reading.value), name).toBe(true);
    }
  });

  it('read amounts, times and sizes in base units', () => {
    expect(family('bot4_equity_quote').readings[0]!.value).toBe(Number(view.equity.equity));
    expect(family('bot4_view_timestamp_seconds').readings[0]!.value).toBe(view.atMs / 1000);
    expect(family('bot4_event_loop_delay_seconds').readings).toEqual([
      { labels: { quantile: '0.5' }, value: 0.31 / 1000 },
      { labels: { quantile: '0.99' }, value: 2.84 / 1000 },
    ]);
    expect(family('bot4_resident_memory_bytes').readings[0]!.value).toBe(187_432_960);
    expect(family('bot4_journal_unsynced_entries').readings[0]!.value).toBe(4);
  });

  it('mark exactly one control mode as the one in force', () => {
    const paused = { ...view, mode: { mode: 'PAUSE' as const, sinceMs: 0, causes: [] } };
    expect(family('bot4_control_mode', paused).readings).toEqual([
      { labels: { mode: 'NORMAL' }, value: 0 },
      { labels: { mode: 'PAUSE' }, value: 1 },
      { labels: { mode: 'REDUCE' }, value: 0 },
      { labels: { mode: 'EMERGENCY' }, value: 0 },
    ]);
  });

  it('say NaN, not zero, for an age or a latency that does not exist yet', () => {
    const young: SystemView = {
      ...view,
      venues: [
        { venue: 'sim', connected: false, lastMessageAgeMs: null, latencyMs: null, breaker: null },
      ],
      feeds: [{ ...view.feeds[0]!, state: 'waiting', lastUpdateAgeMs: null }],
    };
    expect(family('bot4_venue_last_message_age_seconds', young).readings[0]!.value).toBeNaN();
    expect(family('bot4_venue_latency_seconds', young).readings[0]!.value).toBeNaN();
    expect(family('bot4_book_age_seconds', young).readings[0]!.value).toBeNaN();
    expect(family('bot4_venue_connected', young).readings[0]!.value).toBe(0);
    expect(family('bot4_book_synchronised', young).readings[0]!.value).toBe(0);
  });

  it('count messages by status, and by decoder of their connection', () => {
    expect(family('bot4_market_messages_unapplied_total').readings).toContainEqual({
      labels: { instrument: 'none', status: 'unknown-symbol' },
      value: 2,
    });
    expect(family('bot4_connection_fallbacks_total').readings).toEqual([
      { labels: { connection: '0' }, value: 12 },
    ]);
  });

  it('drop the reading of a position that was closed', () => {
    expect(family('bot4_position_base').readings).toHaveLength(3);
    expect(family('bot4_position_base', { ...view, positions: [] }).readings).toEqual([]);
  });
});
