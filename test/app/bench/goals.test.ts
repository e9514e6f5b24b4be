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
    expect(goal('SPSC one way', 'raw ping-pong, a cache line each way', found)).toMatchObject({
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
    const absentPairs = new Map([
      ['ring.spsc/boost', { reason: 'not-installed', why: 'peer not installed: boost' } as const],
    ]);
    expect(goal('SPSC, C++', 'boost', findings({ absentPairs }))).toMatchObject({
      met: false,
      note: 'peer not installed: boost',
    });
    const figures = new Map([['gate.check', { kind: 'absent', why: 'no such workload' }] as const]);
    expect(goal('gate check', null, findings({ figures })).note).toBe('no such workload');
  });

  it('name both raw ping-pongs that one way is compared with', () => {
    const found = findings(
      {},
      pair('ring.oneway/pingpong', spread(1)),
      pair('ring.oneway/pingpong_one_line', spread(0.5)),
    );
    expect(goal('SPSC one way', 'raw ping-pong, a cache line each way', found).met).toBe(true);
    expect(goal('SPSC one way', 'raw ping-pong, one cache line for both', found)).toMatchObject({
      median: 2,
      met: false,
    });
  });

  it('are not met in fewer rounds than a full run has, and say so', () => {
    const short = pair('book.l2/std::map', { ...spread(9), n: 30 });
    expect(goal('L2 update', 'std::map', findings({}, short))).toMatchObject({
      median: 9,
      met: false,
      note: 'too few rounds to meet a goal: 30 of 31',
    });
    const value = { ...spread(0.5), n: 7 };
    const figure = {
      kind: 'measured',
      value,
      checksum: 'c',
      full: 7,
      note: 'seven of them',
    } as const;
    const found = findings({ figures: new Map([['path.p50', figure]]) });
    expect(
      goal('bytes to intent, 20 levels, 100,000 messages/s, C++, p50', null, found),
    ).toMatchObject({ met: true, note: 'seven of them' });
  });

  it('bind the 95 % end of the garbage, not its median', () => {
    const value = spread(0, 0, 0.2);
    const figures = new Map([['garbage', { kind: 'measured', value, checksum: 'c' }] as const]);
    expect(goal('steady state, JavaScript garbage', null, findings({ figures }))).toMatchObject({
      binds: 'high95',
      met: false,
    });
  });

  it('have a row for the warm backtest and one for the first replay', () => {
    const figure = (rate: number, n: number, full: number) =>
      ({ kind: 'measured', value: { ...spread(rate), n }, checksum: 'c', full }) as const;
    const figures = new Map([
      ['backtest', figure(4e6, 31, 31)],
      ['backtest.first', figure(1e6, 1, 1)],
    ] as const);
    const found = findings({ figures });
    expect(goal('backtest through the fast plane, warm', null, found).met).toBe(true);
    expect(goal('backtest through the fast plane, first', null, found)).toMatchObject({
      median: 1e6,
      met: false,
    });
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
