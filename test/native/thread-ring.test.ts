import { once } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ThreadRing } from '../../src/native/index.ts';

const ADDON = fileURLToPath(new URL('../../build/Release/bot4.node', import.meta.url));

/** Sends numbers of its own through the ring; each record tells whether it is whole. */
const PRODUCER = `
const { workerData } = require('node:worker_threads');
const end = require(workerData.addon).openRing(workerData.number);
const record = new Float64Array(end.record);
const pause = new Int32Array(new SharedArrayBuffer(4));
for (let n = 0; n < workerData.count; n += 1) {
  for (let word = 0; word < 8; word += 1) record[word] = n * 4 + workerData.from + word / 16;
  while (!end.push()) Atomics.wait(pause, 0, 0, 1);
}
`;

describe('a ring between many threads', () => {
  it('refuses a record when it is full and hands records out in order', () => {
    const ring = ThreadRing.create(2);
    const other = ThreadRing.open(ring.number);
    expect(other.capacity).toBe(2);
    expect(other.pop()).toBe(false);
    for (const [value, taken] of [
      [1, true],
      [2, true],
      [3, false],
    ] as const) {
      ring.record.fill(value);
      expect(ring.push()).toBe(taken);
    }
    expect(other.pop()).toBe(true);
    expect([...other.record]).toEqual(Array(8).fill(1));
    expect(ring.pop()).toBe(true);
    expect([...ring.record]).toEqual(Array(8).fill(2));
  });

  it('refuses a capacity that is no power of two, and a number that no ring has', () => {
    for (const capacity of [0, 1, 3, 2.5, 2 ** 21, Number.NaN]) {
      expect(() => ThreadRing.create(capacity)).toThrow('a power of two from 2 to 1048576');
    }
    const ring = ThreadRing.create(2);
    for (const number of [-1, 0, ring.number + 0.5, 2 ** 39, Number.NaN]) {
      expect(() => ThreadRing.open(number)).toThrow('openRing: number');
    }
  });

  it('is given back by close, once, and lives on while another end is open', () => {
    const ring = ThreadRing.create(2);
    const other = ThreadRing.open(ring.number);
    ring.record.fill(7);
    expect(ring.push()).toBe(true);
    ring.close();
    ring.close();
    expect(() => ring.push()).toThrow('the end of the ring is closed');
    expect(() => ring.pop()).toThrow('the end of the ring is closed');
    expect(other.pop()).toBe(true);
    expect(other.record[0]).toBe(7);
    other.close();
    expect(() => ThreadRing.open(ring.number)).toThrow('openRing: number');
  });

  it('may be made again and again when each is closed, and 256 at once are the most', () => {
    for (let i = 0; i < 1000; i += 1) ThreadRing.create(1 << 16).close();
    const open: ThreadRing[] = [];
    expect(() => {
      for (let i = 0; i < 257; i += 1) open.push(ThreadRing.create(2));
    }).toThrow('close() those that are not used');
    for (const ring of open) ring.close();
    ThreadRing.create(2).close();
  });

  it('is collected when it is forgotten: the collector knows how much memory it holds', async () => {
    // Without that it sees a few small objects, and the 257th ring is refused.
    for (let i = 0; i < 400; i += 1) {
      ThreadRing.create(1 << 16);
      await setImmediate();
    }
  });

  it('brings every record of three threads once, whole, and each thread its own in order', async () => {
    const ring = ThreadRing.create(64);
    const count = 5_000;
    const workers = [0, 1, 2].map(
      (from) =>
        new Worker(PRODUCER, {
          eval: true,
          workerData: { addon: ADDON, number: ring.number, from, count },
        }),
    );
    const ended = Promise.all(workers.map((worker) => once(worker, 'exit')));
    const next = [0, 0, 0];
    let faults = 0;
    const until = Date.now() + 100_000;
    for (let taken = 0; taken < 3 * count && Date.now() < until; ) {
      if (!ring.pop()) {
        await setTimeout(1);
        continue;
      }
      taken += 1;
      const first = ring.record[0]!;
      const from = first % 4;
      if (first !== next[from]! * 4 + from) faults += 1;
      next[from]! += 1;
      for (let word = 1; word < 8; word += 1)
        if (ring.record[word] !== first + word / 16) faults += 1;
    }
    await ended;
    expect(next).toEqual([count, count, count]);
    expect(faults).toBe(0);
  });
});
