import { describe, expect, it } from 'vitest';
import { type Findings, GOAL_ROWS, goalsOf } from '../../../src/app/bench/goals.ts';
import type { BenchPair, Spread } from '../../../src/app/bench/report.ts';

const spread = (median: number, low5 = median, high95 = median): Spread => ({
  median,
  low5,
  high95,
  n: 31,
});

const pair = (peer: string, ratio: Spread, subjectNs = spread(10)): BenchPair => ({
  subject: peer.slice(0, peer.indexOf('/')),
  peer,
  operations: 20_000,
  subjectNs,
  peerNs: spread(50),
  ratio,
  checksum: 'abc',
});

const findings = (over: Partial<Findings>, ...pairs: readonly BenchPair[]): Findings => ({
  pairs: new Map(pairs.map((each) => [each.peer, each])),
  absentPairs: new Map(),
  figures: new Map(),
  kernelTarget: 'avx512',
  ...over,
});

const goal = (name: string, peer: string | null, found: Findings) => {
  const hit = goalsOf(found).find((each) => each.name.startsWith(name) && each.peer === peer);
  if (hit === undefined) throw new Error(`no goal ${name}`);
  return hit;
};

describe('the goals', () => {
  it('have one object per figure with every field that a machine reads', () => {
    const goals = goalsOf(findings({}));
    expect(goals).toHaveLength(GOAL_ROWS.length);
    for (const each of goals) {
      expect(Object.keys(each)).toEqual(
        expect.arrayContaining(['name', 'peer', 'unit', 'goal', 'median', 'low5', 'high95']),
      );
      expect(each).toMatchObject({ met: false, median: null, n: 0 });
      expect(each.note).not.toBeNull();
    }
    expect(new Set(goals.map(({ name, peer }) => `${name} ${peer}`)).size).toBe(goals.length);
  });

  it('bind the lower 5 % of a ratio, not its median', () => {
    const near = pair('book.l2/std::map', spread(6, 4.9, 7));
    expect(goal('L2 update', 'std::map', findings({}, near))).toMatchObject({
      binds: 'low5',
      median: 6,
      low5: 4.9,
      met: false,
      checksum: 'abc',
    });
    const enough = pair('book.l2/std::map', spread(6, 5, 7));
    expect(goal('L2 update', 'std::map', findings({}, enough)).met).toBe(true);
  });

  it('turn the ratio of a bound from above, and bind its upper end', () => {
    const found = findings({}, pair('ring.oneway/pingpong', spread(1, 0.8, 1.25)));
    expect(goal('SPSC one way', 'raw cache-line ping-pong', found)).toMatchObject({
      bound: 'at-most',
      binds: 'high95',
      low5: 0.8,
      high95: 1.25,
      met: false,
    });
  });

  it('turn a time per message into messages per second', () => {
    const found = findings({}, pair('stream.path20/ccxt.pro', spread(30), spread(400, 350, 500)));
    expect(goal('depth messages per core', null, found)).toMatchObject({
      median: 2_500_000,
      low5: 2_000_000,
      met: true,
    });
  });

  it('are not met by what was not measured, and say why', () => {
    const absentPairs = new Map([['ring.spsc/boost', 'peer not installed: boost']]);
    expect(goal('SPSC, C++', 'boost', findings({ absentPairs }))).toMatchObject({
      met: false,
      note: 'peer not installed: boost',
    });
    const figures = new Map([['gate.check', { kind: 'absent', why: 'no such workload' }] as const]);
    expect(goal('gate check', null, findings({ figures })).note).toBe('no such workload');
  });

  it('ask for 5 ns per decision only where AVX-512 is in use', () => {
    const name = 'D64 batch S=64, C++, per decision';
    const fast = pair('decision.batch64/scalar-libm', spread(20), spread(4));
    expect(goal(name, null, findings({}, fast)).met).toBe(true);
    expect(goal(name, null, findings({ kernelTarget: 'avx2' }, fast))).toMatchObject({
      met: false,
      note: 'asked of avx512 alone; in use is avx2',
    });
  });
});
