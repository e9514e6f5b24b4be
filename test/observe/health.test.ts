import { describe, expect, it } from 'vitest';
import { evaluateHealth, type HealthCheck, type SystemView } from '../../src/observe/index.ts';
import { SAMPLE_AT_MS, sampleView } from './sample-view.ts';

const healthy = sampleView();
const check = (view: SystemView, name: HealthCheck['name'], nowMs = SAMPLE_AT_MS): HealthCheck =>
  evaluateHealth(view, nowMs).checks.find((found) => found.name === name)!;
const inMode = (mode: SystemView['mode']['mode']): SystemView => ({
  ...healthy,
  mode: { mode, sinceMs: 0, causes: [] },
});
const withDelay = (p99: number): SystemView => ({
  ...healthy,
  process: { ...healthy.process, eventLoopDelayP99Ms: p99 },
});

describe('evaluateHealth', () => {
  it('calls a run in full swing ok in every check', () => {
    const report = evaluateHealth(healthy, SAMPLE_AT_MS + 300);
    expect(report.status).toBe('ok');
    expect(report.checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'view ok',
      'mode ok',
      'journal ok',
      'venues ok',
      'feeds ok',
      'database ok',
      'event-loop ok',
    ]);
  });

  it('fails when the trader stopped reporting for more than 5 s', () => {
    expect(check(healthy, 'view', SAMPLE_AT_MS + 5_000).status).toBe('ok');
    expect(check(healthy, 'view', SAMPLE_AT_MS + 5_001)).toMatchObject({
      status: 'failed',
      detail: 'the trader reported 5 s ago',
    });
    expect(evaluateHealth(healthy, SAMPLE_AT_MS + 60_000).status).toBe('failed');
  });

  it('does not show a negative age when the clocks disagree', () => {
    expect(check(healthy, 'view', SAMPLE_AT_MS - 9_000).detail).toContain('less than 1 s ago');
  });

  it.each([
    ['NORMAL', 'ok'],
    ['PAUSE', 'degraded'],
    ['REDUCE', 'degraded'],
    ['EMERGENCY', 'failed'],
  ] as const)('judges the mode %s as %s', (mode, status) => {
    expect(evaluateHealth(inMode(mode), SAMPLE_AT_MS).status).toBe(status);
    expect(check(inMode(mode), 'mode').detail).toContain(mode);
  });

  it('fails on a journal that cannot be written and names its last entry', () => {
    const view = { ...healthy, journal: { ...healthy.journal, writable: false } };
    expect(check(view, 'journal')).toMatchObject({
      status: 'failed',
      detail: 'not writable after entry 184223',
    });
  });

  it('counts entries that are written but not yet on the disk', () => {
    expect(check(healthy, 'journal').detail).toBe('entry 184223 written, 4 not yet on the disk');
  });

  it('degrades when one venue of two is gone and fails when all are', () => {
    const gone = { ...healthy.venues[0]!, venue: 'other', connected: false };
    const one = check({ ...healthy, venues: [...healthy.venues, gone] }, 'venues');
    expect(one).toMatchObject({ status: 'degraded', detail: 'not connected: other' });
    expect(check({ ...healthy, venues: [gone] }, 'venues').status).toBe('failed');
    expect(check({ ...healthy, venues: [] }, 'venues').status).toBe('failed');
  });

  it('degrades when one book is unusable and fails when all are', () => {
    const stale = (view: SystemView, count: number): SystemView => ({
      ...view,
      feeds: view.feeds.map((feed, i) => (i < count ? { ...feed, state: 'stale' as const } : feed)),
    });
    expect(check(stale(healthy, 1), 'feeds')).toMatchObject({
      status: 'degraded',
      detail: 'sim:BTCUSDT is stale',
    });
    expect(check(stale(healthy, 3), 'feeds').status).toBe('failed');
    expect(check({ ...healthy, feeds: [] }, 'feeds').status).toBe('failed');
  });

  it('only degrades when the database is away, since trading goes on', () => {
    const view: SystemView = {
      ...healthy,
      database: { state: 'unavailable', lagEntries: 40_312, detail: 'connection refused' },
    };
    expect(evaluateHealth(view, SAMPLE_AT_MS).status).toBe('degraded');
    expect(check(view, 'database').detail).toBe(
      'unavailable, 40312 entries behind: connection refused',
    );
  });

  it.each([
    [100, 'ok'],
    [100.1, 'degraded'],
    [1_000, 'degraded'],
    [1_000.1, 'failed'],
  ])('judges an event-loop delay of %d ms as %s', (p99, status) => {
    expect(check(withDelay(p99), 'event-loop').status).toBe(status);
  });
});
