import { describe, expect, it } from 'vitest';
import { FrameQueue } from '../../../src/adapters/simulator/frame-queue.ts';
import { DelayLine } from '../../../src/adapters/simulator/latency.ts';
import { Schedule, toEventTime, toVenueTime } from '../../../src/adapters/simulator/schedule.ts';
import { eventTime, seededRng } from '../../../src/core/index.ts';

describe('venue time', () => {
  it('is event time to the microsecond, rounded down', () => {
    expect(toVenueTime(eventTime(1_700_000_000_123_456_789n))).toBe(1_700_000_000_123_456);
    expect(toEventTime(1_700_000_000_123_456)).toBe(1_700_000_000_123_456_000n);
  });
});

describe('Schedule', () => {
  it('runs entries by time, and those of one time in the order in which they were added', () => {
    const rng = seededRng(3);
    const schedule = new Schedule();
    const wanted: { at: number; n: number }[] = [];
    const ran: { at: number; n: number }[] = [];
    for (let n = 0; n < 2000; n += 1) {
      const at = rng.uint32() % 300;
      wanted.push({ at, n });
      schedule.add(at, () => ran.push({ at, n }));
      if (rng.uint32() % 10 === 0) {
        const next = schedule.nextAt;
        schedule.runNext();
        expect(ran.at(-1)!.at).toBe(next);
        wanted.splice(
          wanted.findIndex((entry) => entry.n === ran.at(-1)!.n),
          1,
        );
        ran.pop();
      }
    }
    while (schedule.size > 0) schedule.runNext();
    expect(ran).toEqual([...wanted].sort((a, b) => a.at - b.at || a.n - b.n));
    expect(schedule.nextAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('moves everything later together', () => {
    const schedule = new Schedule();
    const ran: string[] = [];
    schedule.add(10, () => ran.push('a'));
    schedule.add(5, () => ran.push('b'));
    schedule.delay(100);
    expect(schedule.nextAt).toBe(105);
    schedule.runNext();
    schedule.runNext();
    expect(ran).toEqual(['b', 'a']);
  });

  it('asserts that a time is a whole number', () => {
    expect(() => new Schedule().add(Number.NaN, () => undefined)).toThrow('safe integer');
  });
});

describe('DelayLine', () => {
  it('draws log-normal delays around the median and lets none overtake another', () => {
    const line = new DelayLine({ kind: 'log-normal', medianMs: 2, sigma: 0.3 }, seededRng(1));
    const delays: number[] = [];
    let last = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const at = i * 1_000_000;
      const arrival = line.arrival(at);
      expect(arrival).toBeGreaterThanOrEqual(last);
      last = arrival;
      delays.push(arrival - at);
    }
    delays.sort((a, b) => a - b);
    expect(delays[10_000]! / 2000).toBeCloseTo(1, 1);
    const p84 = delays[Math.floor(20_000 * 0.8413)]!;
    expect(Math.log(p84 / delays[10_000]!)).toBeCloseTo(0.3, 1);
  });

  it('keeps the order of messages that leave together', () => {
    const line = new DelayLine({ kind: 'log-normal', medianMs: 2, sigma: 1.5 }, seededRng(5));
    const arrivals = Array.from({ length: 500 }, () => line.arrival(0));
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
  });

  it('never takes longer than a second, and is constant without spread', () => {
    const wild = new DelayLine({ kind: 'log-normal', medianMs: 900, sigma: 2 }, seededRng(2));
    for (let i = 0; i < 1000; i += 1) {
      const at = i * 2_000_000;
      expect(wild.arrival(at) - at).toBeLessThanOrEqual(1_000_000);
    }
    const constant = new DelayLine({ kind: 'log-normal', medianMs: 3, sigma: 0 }, seededRng(2));
    expect(constant.arrival(7)).toBe(3007);
  });
});

describe('FrameQueue', () => {
  const frame = (at: number) => ({ at, symbol: 0, bytes: new Uint8Array(1) });

  it('gives frames back in order', () => {
    const queue = new FrameQueue();
    expect(queue.take()).toBeNull();
    for (let at = 0; at < 5000; at += 1) {
      queue.add(frame(at));
      if (at % 3 === 2) expect(queue.take()!.at).toBe((at - 2) / 3);
    }
    expect(queue.nextAt).toBe(1666);
    queue.delay(10);
    expect(queue.nextAt).toBe(1676);
  });

  it('drops the oldest frame when full and counts it', () => {
    const queue = new FrameQueue();
    for (let at = 0; at < 65_536 + 10; at += 1) queue.add(frame(at));
    expect(queue.dropped).toBe(10);
    expect(queue.take()!.at).toBe(10);
  });
});
