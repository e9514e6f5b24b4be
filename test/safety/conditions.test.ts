import { describe, expect, it } from 'vitest';
import {
  ConditionMonitor,
  evaluateConditions,
  SAFETY_THRESHOLDS,
  type Safety,
  type SafetyReadings,
  safetyThresholds,
} from '../../src/safety/index.ts';
import { at } from '../portfolio/sample-account.ts';
import { applyAll, raised, running, thresholdsWith } from './sample-causes.ts';

const readings = (terms: Partial<SafetyReadings> = {}, ms = 100): SafetyReadings => ({
  at: at(ms),
  drawdown: 0,
  journalWritable: true,
  freshestFeedAgeMs: 10,
  venueReachable: true,
  reconciliationMismatch: false,
  oldestUnknownOrderMs: 0,
  eventLoopStallMs: 0,
  clockSkewMs: 0,
  ...terms,
});

const activeIds = (terms: Partial<SafetyReadings>) =>
  evaluateConditions(readings(terms), thresholdsWith())
    .filter((condition) => condition.active)
    .map((condition) => `${condition.causeId} ${condition.mode}`);

describe('conditions', () => {
  it('are all quiet in a healthy service', () => {
    expect(activeIds({})).toEqual([]);
    expect(activeIds({ clockSkewMs: null })).toEqual([]);
  });

  it.each([
    [{ drawdown: 0.1 }, ['drawdown-reduce REDUCE']],
    [{ drawdown: 0.2 }, ['drawdown-reduce REDUCE', 'drawdown-emergency EMERGENCY']],
    [{ journalWritable: false }, ['journal-unwritable PAUSE']],
    [{ freshestFeedAgeMs: 5_001 }, ['feeds-stale PAUSE']],
    [{ venueReachable: false }, ['venue-unreachable PAUSE']],
    [{ reconciliationMismatch: true }, ['reconciliation-mismatch PAUSE']],
    [{ oldestUnknownOrderMs: 30_001 }, ['orders-unknown PAUSE']],
    [{ eventLoopStallMs: 2_001 }, ['event-loop-stalled PAUSE']],
    [{ clockSkewMs: 1_001 }, ['clock-skew PAUSE']],
    [{ clockSkewMs: -1_001 }, ['clock-skew PAUSE']],
  ] as const)('trip beyond their limit: %j', (terms, expected) => {
    expect(activeIds(terms)).toEqual(expected);
  });

  it.each([
    { drawdown: 0.0999 },
    { freshestFeedAgeMs: 5_000 },
    { oldestUnknownOrderMs: 30_000 },
    { eventLoopStallMs: 2_000 },
    { clockSkewMs: -1_000 },
  ])('stay quiet at their limit: %j', (terms) => {
    expect(activeIds(terms)).toEqual([]);
  });

  it('name value and limit', () => {
    const found = evaluateConditions(readings({ drawdown: 0.125 }), thresholdsWith());
    expect(found[0]?.detail).toBe('drawdown 12.50 %; limit 10.00 %');
  });
});

describe('the monitor', () => {
  const observe = (monitor: ConditionMonitor, safety: Safety, next: SafetyReadings) => {
    const { events } = monitor.observe(next, safety);
    applyAll(safety, events);
    return events.map((event) => event.kind);
  };

  it('raises a cause once, however long its condition lasts', () => {
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running()];
    expect(observe(monitor, safety, readings({ venueReachable: false }, 100))).toHaveLength(1);
    expect(observe(monitor, safety, readings({ venueReachable: false }, 200))).toEqual([]);
    expect(safety.mode).toBe('PAUSE');
  });

  it('names the red conditions, whether or not they raise anything new', () => {
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running()];
    const bad = readings({ venueReachable: false, clockSkewMs: 5_000 });
    for (let round = 0; round < 2; round += 1) {
      const { events, red } = monitor.observe(bad, safety);
      expect(red).toEqual(['venue-unreachable', 'clock-skew']);
      expect(events).toHaveLength(round === 0 ? 2 : 0);
      applyAll(safety, events);
    }
    expect(monitor.observe(readings({}, 200), safety).red).toEqual([]);
  });

  it('takes no drawdown for red, since its restore is what counts it anew', () => {
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running()];
    const { events, red } = monitor.observe(readings({ drawdown: 0.5 }), safety);
    expect(events).toHaveLength(2);
    expect(red).toEqual([]);
  });

  it('lifts it after the whole quiet time, and a relapse starts the time anew', () => {
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running()];
    observe(monitor, safety, readings({ venueReachable: false }, 100));
    expect(observe(monitor, safety, readings({}, 1_000))).toEqual([]);
    expect(observe(monitor, safety, readings({}, 5_999))).toEqual([]);
    observe(monitor, safety, readings({ venueReachable: false }, 5_999.5));
    expect(observe(monitor, safety, readings({}, 6_000))).toEqual([]);
    expect(observe(monitor, safety, readings({}, 10_999))).toEqual([]);
    expect(observe(monitor, safety, readings({}, 11_000))).toEqual(['cause-cleared']);
    expect(safety.mode).toBe('NORMAL');
  });

  it('lifts a contradiction once both sides agree again for the whole quiet time', () => {
    const contradiction = raised('order-contradiction', 'PAUSE');
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running(contradiction)];
    const differing = { reconciliationMismatch: true };
    observe(monitor, safety, readings(differing, 100));
    observe(monitor, safety, readings({}, 1_000));
    observe(monitor, safety, readings(differing, 2_000));
    observe(monitor, safety, readings({}, 3_000));
    expect(observe(monitor, safety, readings({}, 7_999))).toEqual([]);
    expect(observe(monitor, safety, readings({}, 8_000))).toEqual([
      'cause-cleared',
      'cause-cleared',
    ]);
    expect(safety.mode).toBe('NORMAL');
  });

  it('counts the quiet time anew for a cause that comes back after it was lifted otherwise', () => {
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running()];
    observe(monitor, safety, readings({ venueReachable: false }, 0));
    observe(monitor, safety, readings({}, 1_000));
    const cleared = safety.selfClear('venue-unreachable', at(2_000), 'by another way');
    applyAll(safety, cleared.ok ? [cleared.value] : []);
    observe(monitor, safety, readings({}, 3_000));
    applyAll(safety, [raised('venue-unreachable', 'PAUSE', 'automatic', at(90_000))]);
    expect(observe(monitor, safety, readings({}, 90_001))).toEqual([]);
  });

  it('leaves a drawdown to a person, even when the equity recovers', () => {
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running()];
    observe(monitor, safety, readings({ drawdown: 0.3 }, 100));
    expect(safety.mode).toBe('EMERGENCY');
    observe(monitor, safety, readings({}, 1_000));
    expect(observe(monitor, safety, readings({}, 99_000))).toEqual([]);
    expect(safety.mode).toBe('EMERGENCY');
  });

  it('stops lifting a cause that came back three times in a day', () => {
    const [monitor, safety] = [new ConditionMonitor(thresholdsWith()), running()];
    const lifted = [0, 1, 2, 3].map((round) => {
      const start = round * 60_000;
      observe(monitor, safety, readings({ venueReachable: false }, start));
      observe(monitor, safety, readings({}, start + 10));
      return observe(monitor, safety, readings({}, start + 6_000)).length;
    });
    expect(lifted).toEqual([1, 1, 1, 0]);
    expect(safety.mode).toBe('PAUSE');
  });
});

describe('thresholds', () => {
  it('have defaults within their own bounds', () => {
    for (const { name, min, max, default: standard } of SAFETY_THRESHOLDS) {
      expect(min <= standard && standard <= max, name).toBe(true);
    }
  });

  it('do not know a warning that nobody gives', () => {
    const result = safetyThresholds({ clockSkewWarnMs: 250 });
    expect(!result.ok && result.error[0]?.name).toBe('clockSkewWarnMs');
  });

  it('are refused beyond their bounds, by unknown names and in contradiction', () => {
    const result = safetyThresholds({
      feedStaleMs: 1,
      clearAfterMs: '5',
      nonsense: 1,
      reduceAtDrawdown: 0.3,
    });
    expect(!result.ok && result.error.map((fault) => fault.message)).toEqual([
      'feedStaleMs = 1 is not allowed; allowed: 100 to 600000 ms',
      'clearAfterMs = 5 is not allowed; allowed: 0 to 3600000 ms',
      expect.stringContaining('nonsense is no threshold of safety; allowed: reduceAtDrawdown'),
      'emergencyAtDrawdown = 0.2 is not above reduceAtDrawdown = 0.3',
    ]);
  });
});
