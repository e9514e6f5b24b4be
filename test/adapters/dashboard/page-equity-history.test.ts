import { describe, expect, it } from 'vitest';
import {
  type EquityHistory,
  extended,
  lastSpan,
} from '../../../src/adapters/dashboard/page/equity-history.ts';
import { sampleView } from '../../observe/sample-view.ts';

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
