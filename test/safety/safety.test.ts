import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import {
  AWAITING_RECONCILIATION,
  handleCommand,
  RESTORE_LOCK_MS,
  Safety,
} from '../../src/safety/index.ts';
import { life } from '../execution/sample-orders.ts';
import { at, throughDisk } from '../portfolio/sample-account.ts';
import {
  applyAll,
  causeOf,
  HOUR,
  raised,
  reconciled,
  running,
  runStarted,
} from './sample-causes.ts';

const ids = (safety: Safety) => safety.causes().map((cause) => cause.id);

describe('the mode', () => {
  it('is PAUSE before anything happened and until the account is reconciled', () => {
    const safety = new Safety();
    expect(safety.mode).toBe('PAUSE');
    safety.apply(runStarted(5));
    expect([safety.mode, ids(safety)]).toEqual(['PAUSE', [AWAITING_RECONCILIATION]]);
    expect(safety.modeSince).toBe(at(5));
    safety.apply(reconciled(9));
    expect([safety.mode, safety.modeSince]).toEqual(['NORMAL', at(9)]);
  });

  it('waits for reconciliation again on every start', () => {
    const safety = running(runStarted(100));
    expect(safety.mode).toBe('PAUSE');
    safety.apply(reconciled(101));
    expect(safety.mode).toBe('NORMAL');
  });

  it('is that of the most severe cause, and causes are listed by severity and age', () => {
    const safety = running(
      raised('feeds-stale', 'PAUSE', 'automatic', at(30)),
      raised('drawdown-reduce', 'REDUCE', 'automatic', at(40)),
      raised('clock-skew', 'PAUSE', 'automatic', at(20)),
    );
    expect(safety.mode).toBe('REDUCE');
    expect(ids(safety)).toEqual(['drawdown-reduce', 'clock-skew', 'feeds-stale']);
  });

  it('changes its since only when the mode itself changes', () => {
    const safety = running(
      raised('feeds-stale', 'PAUSE', 'automatic', at(30)),
      raised('clock-skew', 'PAUSE', 'automatic', at(40)),
    );
    expect(safety.modeSince).toBe(at(30));
  });

  it('does not fall by a restart: causes outlive it', () => {
    for (const origin of ['automatic', 'human', 'hardware'] as const) {
      const before = running(raised('x', 'REDUCE', origin));
      const after = Safety.restore(throughDisk(before.snapshot()));
      applyAll(after, [runStarted(100), reconciled(101)]);
      expect(after.mode, origin).toBe('REDUCE');
    }
  });
});

describe('a cause', () => {
  it('that is active in a milder mode is raised to the more severe one, keeping its age', () => {
    const safety = running(raised('x', 'PAUSE', 'automatic', at(5)));
    const event = safety.raise(causeOf('x', 'REDUCE', 'automatic', at(9)));
    applyAll(safety, event === null ? [] : [event]);
    expect(safety.cause('x')).toMatchObject({ mode: 'REDUCE', since: at(5) });
  });

  it('never falls to a milder mode by being raised again', () => {
    const safety = running(raised('x', 'REDUCE'));
    expect(safety.raise(causeOf('x', 'PAUSE'))).toBeNull();
    expect(safety.raise(causeOf('x', 'REDUCE'))).toBeNull();
    safety.apply(raised('x', 'PAUSE'));
    expect(safety.mode).toBe('REDUCE');
  });
});

describe('an automatic cause', () => {
  const trip = (safety: Safety, hours: number) => {
    safety.apply(raised('feeds-stale', 'PAUSE', 'automatic', at(hours * HOUR)));
    const cleared = safety.selfClear('feeds-stale', at(hours * HOUR + 1), 'gone');
    if (cleared.ok) safety.apply(cleared.value);
    return cleared.ok ? 'lifted' : cleared.error.code;
  };

  it('lifts itself three times in 24 h and not a fourth time', () => {
    const safety = running();
    expect([0, 1, 2, 3].map((hours) => trip(safety, hours))).toEqual([
      'lifted',
      'lifted',
      'lifted',
      'too-often',
    ]);
    expect(safety.mode).toBe('PAUSE');
  });

  it('may lift itself again when the first of the three is 24 h old', () => {
    const safety = running();
    for (const hours of [0, 8, 16]) expect(trip(safety, hours)).toBe('lifted');
    const early = trip(safety, 23.9);
    const late = safety.selfClear('feeds-stale', at(24 * HOUR + 2), 'gone');
    expect([early, late.ok]).toEqual(['too-often', true]);
  });

  it('is not helped by a restart: the three times are remembered', () => {
    const before = running();
    for (const hours of [0, 1, 2]) trip(before, hours);
    const after = Safety.restore(throughDisk(before.snapshot()));
    expect(trip(after, 3)).toBe('too-often');
  });

  it('is counted by itself, not together with others', () => {
    const safety = running();
    for (const hours of [0, 1, 2]) trip(safety, hours);
    safety.apply(raised('clock-skew', 'PAUSE'));
    expect(safety.selfClear('clock-skew', at(3 * HOUR), 'gone').ok).toBe(true);
  });

  it('of a drawdown or a bug never lifts itself', () => {
    for (const id of ['drawdown-reduce', 'drawdown-emergency', 'invariant-broken']) {
      const safety = running(raised(id, 'REDUCE'));
      const cleared = safety.selfClear(id, at(HOUR), 'gone');
      expect(!cleared.ok && cleared.error.code, id).toBe('needs-restore');
      expect(safety.needsRestore(safety.cause(id)!, at(HOUR)), id).toBe(true);
    }
  });

  it('that is not active cannot be lifted', () => {
    const cleared = running().selfClear('feeds-stale', at(1), 'gone');
    expect(!cleared.ok && cleared.error.code).toBe('no-such-cause');
  });
});

describe('commands that lower risk', () => {
  it.each([
    ['pause', 'PAUSE', 'human-pause'],
    ['reduce', 'REDUCE', 'human-reduce'],
    ['emergency', 'EMERGENCY', 'human-emergency'],
  ] as const)('%s is accepted at once and in every state', (kind, mode, id) => {
    for (const safety of [
      new Safety(),
      running(),
      running(raised('human-emergency', 'EMERGENCY', 'human')),
    ]) {
      const outcome = handleCommand(safety, { kind }, at(10));
      expect(outcome.accepted).toBe(true);
      applyAll(safety, outcome.events);
      expect(safety.cause(id)).toMatchObject({ mode, origin: 'human' });
    }
  });

  it('are harmless when repeated', () => {
    const safety = running();
    applyAll(safety, handleCommand(safety, { kind: 'pause' }, at(10)).events);
    const again = handleCommand(safety, { kind: 'pause' }, at(20));
    expect([again.accepted, again.events]).toEqual([true, []]);
  });

  it('carry the words they were given with', () => {
    const safety = running();
    const command = { kind: 'pause', detail: 'holiday' } as const;
    applyAll(safety, handleCommand(safety, command, at(10)).events);
    expect(safety.cause('human-pause')?.detail).toBe('holiday');
  });

  it('revoke a restore that is pending for the same cause', () => {
    const safety = running();
    applyAll(safety, handleCommand(safety, { kind: 'pause' }, at(10)).events);
    applyAll(safety, handleCommand(safety, { kind: 'restore' }, at(20)).events);
    expect(safety.pendingRestores()).toHaveLength(1);
    applyAll(safety, handleCommand(safety, { kind: 'pause' }, at(30)).events);
    expect(safety.pendingRestores()).toEqual([]);
  });
});

describe('a restore', () => {
  const paused = () => running(raised('human-pause', 'PAUSE', 'human'));
  const asked = (safety: Safety, ms: number) =>
    applyAll(safety, handleCommand(safety, { kind: 'restore' }, at(ms)).events);

  it('takes effect 24 h after it was asked for, not a nanosecond earlier', () => {
    const safety = asked(paused(), 1_000);
    const due = 1_000 + RESTORE_LOCK_MS;
    expect(safety.dueRestores(at(due - 0.000001), [])).toEqual([]);
    applyAll(safety, safety.dueRestores(at(due), []));
    expect(safety.mode).toBe('NORMAL');
    expect(safety.pendingRestores()).toEqual([]);
  });

  it('waits while a check is red and lapses after a day of red', () => {
    const safety = asked(paused(), 0);
    expect(safety.dueRestores(at(25 * HOUR), ['venue'])).toEqual([]);
    expect(safety.dueRestores(at(26 * HOUR), [])).toMatchObject([{ kind: 'cause-cleared' }]);
    const lapsed = safety.dueRestores(at(48 * HOUR), ['venue']);
    expect(lapsed).toEqual([
      { kind: 'restore-cancelled', at: at(48 * HOUR), causeId: 'human-pause' },
    ]);
    applyAll(safety, lapsed);
    expect(safety.dueRestores(at(49 * HOUR), [])).toEqual([]);
    expect(safety.mode).toBe('PAUSE');
  });

  it('can be cancelled while it is pending', () => {
    const safety = asked(paused(), 0);
    const outcome = handleCommand(safety, { kind: 'cancel-restore' }, at(HOUR));
    applyAll(safety, outcome.events);
    expect(outcome.message).toBe('restore of human-pause cancelled');
    expect(safety.dueRestores(at(30 * HOUR), [])).toEqual([]);
    expect(handleCommand(safety, { kind: 'cancel-restore' }, at(2 * HOUR)).accepted).toBe(false);
  });

  it('asked for again while pending does not start its time anew', () => {
    const safety = asked(paused(), 0);
    expect(handleCommand(safety, { kind: 'restore' }, at(HOUR)).events).toEqual([]);
    expect(safety.pendingRestores()[0]?.dueAt).toBe(at(24 * HOUR));
  });

  it('is pending over a restart', () => {
    const before = asked(paused(), 0);
    const after = Safety.restore(throughDisk(before.snapshot()));
    applyAll(after, [runStarted(HOUR), reconciled(HOUR)]);
    applyAll(after, after.dueRestores(at(24 * HOUR), []));
    expect(after.mode).toBe('NORMAL');
  });

  it('lifts hardware causes, drawdowns and what lifted itself too often, each by name or all', () => {
    const safety = running(
      raised('stop-button', 'EMERGENCY', 'hardware'),
      raised('drawdown-reduce', 'REDUCE'),
    );
    const one = handleCommand(safety, { kind: 'restore', causeId: 'drawdown-reduce' }, at(0));
    expect(one.events).toHaveLength(1);
    applyAll(safety, one.events);
    const all = handleCommand(safety, { kind: 'restore' }, at(1));
    expect(all.events).toMatchObject([{ causeId: 'stop-button' }]);
  });

  it('is refused when nothing needs one, and says which causes do', () => {
    const none = handleCommand(running(), { kind: 'restore' }, at(0));
    expect(none).toEqual({
      accepted: false,
      events: [],
      message: 'no active cause needs a restore',
    });
    const other = handleCommand(paused(), { kind: 'restore', causeId: 'feeds-stale' }, at(0));
    expect(other.message).toBe('no cause feeds-stale needs a restore; those that do: human-pause');
  });

  it('is the only way: a log that lifts a human cause otherwise is a bug', () => {
    const safety = asked(paused(), 0);
    const cleared = { kind: 'cause-cleared', causeId: 'human-pause', reason: 'x' } as const;
    expect(() => safety.apply({ ...cleared, at: at(HOUR) })).toThrow(/restore that is due/);
    expect(safety.mode).toBe('PAUSE');
  });
});

describe('the last reduction', () => {
  it('is folded from the orders of safety, and outlives a restart', () => {
    const order = life.submitted(1, 77, { strategy: 'safety' as never });
    const safety = Safety.restore(throughDisk(running(order, life.submitted(2, 99)).snapshot()));
    const { instrument } = (order as Extract<typeof order, { kind: 'order-submitted' }>).request;
    expect(safety.lastReductionAt(instrument)).toBe(at(77));
  });
});

describe('a restart', () => {
  it('continues from a snapshot as if nothing had happened', () => {
    const first = [
      raised('feeds-stale', 'PAUSE', 'automatic', at(3)),
      raised('human-pause', 'PAUSE', 'human', at(4)),
    ];
    const then = [
      { kind: 'restore-requested', at: at(5), causeId: 'human-pause', dueAt: at(6) },
      { kind: 'cause-cleared', at: at(7), causeId: 'human-pause', reason: 'due' },
      { kind: 'cause-cleared', at: at(8), causeId: 'feeds-stale', reason: 'gone' },
    ] as const;
    const restored = Safety.restore(throughDisk(running(...first).snapshot()));
    applyAll(restored, then);
    expect(canonicalJson(restored.snapshot())).toBe(
      canonicalJson(running(...first, ...then).snapshot()),
    );
  });
});
