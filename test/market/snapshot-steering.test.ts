import { describe, expect, it } from 'vitest';
import { type BookState, type BookSync, SnapshotSteering } from '../../src/market/index.ts';
import { at, BTC, ETH } from '../portfolio/sample-account.ts';

const book = (state: BookState, terms: Partial<BookSync> = {}): BookSync => ({
  symbol: 0,
  instrument: BTC.id,
  state,
  updateId: 77n,
  reason: null,
  ...terms,
});

/** When snapshots were asked for, looking every 100 ms while the book stays in one state. */
const requestTimes = (steering: SnapshotSteering, state: BookState, from: number, to: number) => {
  const times: number[] = [];
  for (let ms = from; ms <= to; ms += 100) {
    if (steering.observe([book(state)], at(ms)).requests.length > 0) times.push(ms);
  }
  return times;
};

describe('snapshots are asked for', () => {
  it('at once on the start, then with a doubling wait', () => {
    const times = requestTimes(new SnapshotSteering(), 'waiting-snapshot', 0, 20_000);
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
  });

  it('at most once a minute, however long the venue fails', () => {
    const times = requestTimes(new SnapshotSteering(), 'waiting-snapshot', 0, 600_000);
    const waits = times.slice(1).map((time, index) => time - times[index]!);
    expect(Math.max(...waits)).toBe(60_000);
    expect(times.length).toBeLessThan(18);
  });

  it('not while the book is synchronised', () => {
    expect(requestTimes(new SnapshotSteering(), 'synchronised', 0, 5_000)).toEqual([]);
  });

  it('at once and with the short wait after a gap in a book that was stable for a minute', () => {
    const steering = new SnapshotSteering();
    requestTimes(steering, 'waiting-snapshot', 0, 7_000);
    steering.observe([book('synchronised')], at(7_100));
    expect(requestTimes(steering, 'broken', 67_100, 68_500)).toEqual([67_100, 68_100]);
  });

  it('with the long wait kept when a book breaks again and again', () => {
    const steering = new SnapshotSteering();
    let requests = 0;
    for (let ms = 0; ms < 60_000; ms += 100) {
      const state = (ms / 100) % 2 === 0 ? 'broken' : 'synchronised';
      requests += steering.observe([book(state)], at(ms)).requests.length;
    }
    expect(requests).toBeLessThanOrEqual(7);
  });

  it('for each instrument by itself', () => {
    const steering = new SnapshotSteering();
    steering.observe([book('waiting-snapshot')], at(0));
    const both = [
      book('waiting-snapshot'),
      book('waiting-snapshot', { symbol: 1, instrument: ETH.id }),
    ];
    expect(steering.observe(both, at(10)).requests).toEqual([1]);
  });
});

describe('transitions of a book', () => {
  it('are told once each, with update id and reason', () => {
    const steering = new SnapshotSteering();
    const tell = (sync: BookSync, ms: number) => steering.observe([sync], at(ms)).events;
    expect(tell(book('waiting-snapshot'), 0)).toEqual([]);
    expect(tell(book('synchronised'), 1)).toEqual([
      { kind: 'book-synchronised', at: at(1), instrument: BTC.id, updateId: 77n },
    ]);
    expect(tell(book('synchronised'), 2)).toEqual([]);
    expect(tell(book('broken', { reason: 'sequence-gap' }), 3)).toEqual([
      { kind: 'book-desynchronised', at: at(3), instrument: BTC.id, reason: 'sequence-gap' },
    ]);
    expect(tell(book('broken'), 4)).toEqual([]);
  });
});
