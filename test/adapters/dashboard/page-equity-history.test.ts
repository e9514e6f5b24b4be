import { describe, expect, it } from 'vitest';
import {
  type EquityHistory,
  extended,
  lastSpan,
  stopsIn,
} from '../../../src/adapters/dashboard/page/equity-history.ts';
import { sampleEquityCurve, sampleView } from '../../observe/sample-view.ts';

const history: EquityHistory = {
  atS: [100, 160, 220, 280],
  equity: [1, 2, 3, 4],
  drawdown: [0, 0.1, 0.2, 0],
};
const latest = (atMs: number) => ({ ...sampleView().equity, atMs, equity: '5.50', drawdown: 0.3 });

describe('extended', () => {
  it('adds a newer equity behind the curve', () => {
    expect(extended(history, latest(281_500))).toEqual({
      atS: [100, 160, 220, 280, 281.5],
      equity: [1, 2, 3, 4, 5.5],
      drawdown: [0, 0.1, 0.2, 0, 0.3],
    });
  });

  it('leaves the curve alone when the equity is not newer', () => {
    expect(extended(history, latest(280_000))).toBe(history);
    expect(extended(history, latest(1_000))).toBe(history);
  });

  it('begins an empty curve', () => {
    const empty = { atS: [], equity: [], drawdown: [] };
    expect(extended(empty, latest(7_000)).atS).toEqual([7]);
  });
});

describe('lastSpan', () => {
  it('cuts what is older than the span before the last point', () => {
    expect(lastSpan(history, 120)).toEqual({
      atS: [160, 220, 280],
      equity: [2, 3, 4],
      drawdown: [0.1, 0.2, 0],
    });
  });

  it('keeps everything when no span or a longer one is asked for', () => {
    expect(lastSpan(history, null)).toBe(history);
    expect(lastSpan(history, 1_000)).toEqual(history);
  });

  it('takes an empty curve as it is', () => {
    const empty = { atS: [], equity: [], drawdown: [] };
    expect(lastSpan(empty, 60)).toBe(empty);
  });
});

describe('stopsIn', () => {
  /** Times that begin at `fromS` with these intervals. */
  const times = (intervals: readonly number[], fromS = 1_000): number[] => {
    const atS = [fromS];
    for (const interval of intervals) atS.push(atS.at(-1)! + interval);
    return atS;
  };
  const steady = (interval: number, count: number): number[] => Array(count).fill(interval);

  it('finds a stop of more than ten intervals', () => {
    expect(stopsIn(times([...steady(1, 20), 11, ...steady(1, 20)]))).toEqual([20]);
    expect(stopsIn(times([...steady(1, 20), 10, ...steady(1, 20)]))).toEqual([]);
  });

  it('finds every stop, also two close to each other', () => {
    expect(stopsIn(times([...steady(1, 5), 60, 1, 1, 3_600, ...steady(1, 5)]))).toEqual([5, 8]);
  });

  it('takes more than two minutes for a stop although ten intervals are longer', () => {
    expect(stopsIn(times([...steady(20, 10), 121, ...steady(20, 10)]))).toEqual([10]);
    expect(stopsIn(times([...steady(20, 10), 120, ...steady(20, 10)]))).toEqual([]);
  });

  it('calls no short hesitation of frequent samples a stop', () => {
    expect(stopsIn(times([...steady(0.25, 20), 9, ...steady(0.25, 20)]))).toEqual([]);
  });

  it('draws a thinned curve through, whose old points are minutes apart', () => {
    expect(stopsIn(times([...steady(512, 20), 384, ...steady(256, 20), ...steady(1, 20)]))).toEqual(
      [],
    );
    expect(stopsIn(times([...steady(256, 20), 7_200, ...steady(256, 20)]))).toEqual([20]);
  });

  it('draws the whole of a long run without a stop, as thinned as it is', () => {
    const { atMs } = sampleEquityCurve().series();
    expect(atMs.length).toBeGreaterThan(1_000);
    expect(stopsIn(atMs.map((at) => at / 1_000))).toEqual([]);
  });

  it('finds none in a curve of no, one or two points', () => {
    expect(stopsIn([])).toEqual([]);
    expect(stopsIn([7])).toEqual([]);
    expect(stopsIn([7, 9])).toEqual([]);
  });
});
