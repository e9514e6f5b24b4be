import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import {
  createSharedRing,
  SharedRingConsumer,
  SharedRingProducer,
} from '../../src/native/index.ts';
import fc from '../fast-check.ts';

const records = (from: number, count: number, words: number): Float64Array =>
  Float64Array.from(
    { length: count * words },
    (_, at) => from + Math.floor(at / words) + (at % words) / 8,
  );

describe('a ring over shared memory', () => {
  it('refuses what does not fit, counts it, and hands out the rest in order', () => {
    const memory = createSharedRing({ capacity: 4, words: 2 });
    const producer = new SharedRingProducer(memory);
    const consumer = new SharedRingConsumer(memory);
    const out = new Float64Array(20);
    expect(consumer.pop(out)).toBe(0);
    expect(producer.push(records(0, 6, 2))).toBe(4);
    expect(producer.refused).toBe(2);
    expect(consumer.refused).toBe(2);
    expect(consumer.pop(out)).toBe(4);
    expect([...out.subarray(0, 8)]).toEqual([...records(0, 4, 2)]);
    expect(consumer.pop(out)).toBe(0);
  });

  it('equals a bounded list under any sizes of batches', () => {
    const size = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), size)), (steps) => {
        const memory = createSharedRing({ capacity: 8, words: 3 });
        const producer = new SharedRingProducer(memory);
        const consumer = new SharedRingConsumer(memory);
        let [written, read] = [0, 0];
        for (const [pushes, count] of steps) {
          if (pushes) {
            const fits = Math.min(count, 8 - (written - read));
            expect(producer.push(records(written, count, 3), count)).toBe(fits);
            written += fits;
          } else {
            const there = Math.min(count, written - read);
            const out = new Float64Array(count * 3);
            expect(consumer.pop(out)).toBe(there);
            expect([...out.subarray(0, there * 3)]).toEqual([...records(read, there, 3)]);
            read += there;
          }
        }
      }),
    );
  });

  it('equals a bounded list when records are written and read in its own memory', () => {
    const kind = fc.constantFrom('claim', 'push', 'peek', 'pop');
    const size = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, size, size)), (steps) => {
        const memory = createSharedRing({ capacity: 8, words: 3 });
        const producer = new SharedRingProducer(memory);
        const consumer = new SharedRingConsumer(memory);
        let [written, read] = [0, 0];
        for (const [step, count, part] of steps) {
          const room = 8 - (written - read);
          if (step === 'claim') {
            const claimed = producer.claim(count);
            expect(claimed).toBe(Math.min(count, room, 8 - (written % 8)));
            producer.slots.set(records(written, claimed, 3), producer.place);
            producer.commit(Math.min(part, claimed));
            written += Math.min(part, claimed);
          } else if (step === 'push') {
            written += producer.push(records(written, Math.min(count, room), 3));
          } else if (step === 'peek') {
            const there = consumer.peek(count);
            expect(there).toBe(Math.min(count, written - read, 8 - (read % 8)));
            const seen = consumer.slots.subarray(consumer.place, consumer.place + there * 3);
            expect([...seen]).toEqual([...records(read, there, 3)]);
            consumer.release(Math.min(part, there));
            read += Math.min(part, there);
          } else {
            const out = new Float64Array(count * 3);
            const there = consumer.pop(out);
            expect([...out.subarray(0, there * 3)]).toEqual([...records(read, there, 3)]);
            read += there;
          }
        }
      }),
    );
  });

  it('hands over no record that was not claimed, and takes back none that was not there', () => {
    const memory = createSharedRing({ capacity: 4, words: 2 });
    const producer = new SharedRingProducer(memory);
    const consumer = new SharedRingConsumer(memory);
    expect(() => producer.commit(1)).toThrow('1 of 0 claimed records');
    expect(producer.claim(3)).toBe(3);
    producer.commit(2);
    expect(() => producer.commit(2)).toThrow('2 of 1 claimed records');
    expect(() => producer.claim(-1)).toThrow('-1 records');
    expect(() => consumer.release(1)).toThrow('1 of 0 records');
    expect(consumer.peek(9)).toBe(2);
    expect(() => consumer.release(3)).toThrow('3 of 2 records');
  });

  it('refuses sizes outside its bounds and memory that is no ring', () => {
    expect(() => createSharedRing({ capacity: 3, words: 1 })).toThrow('capacity 3');
    expect(() => createSharedRing({ capacity: 4, words: 65 })).toThrow('words 65');
    expect(() => new SharedRingConsumer(new SharedArrayBuffer(1024))).toThrow('shared ring');
    const producer = new SharedRingProducer(createSharedRing({ capacity: 4, words: 2 }));
    expect(() => producer.push(new Float64Array(3))).toThrow('1.5 records');
    expect(() => producer.push(new Float64Array(2), 2)).toThrow('2 records');
  });

  it('keeps order and wholeness between two threads', async () => {
    const memory = createSharedRing({ capacity: 64, words: 5 });
    const count = 50_000;
    // Node 20 runs no TypeScript in a worker.
    const bundle = buildSync({
      entryPoints: [fileURLToPath(new URL('../../src/native/shared-ring.ts', import.meta.url))],
      bundle: true,
      format: 'esm',
      write: false,
    });
    const module = `data:text/javascript,${encodeURIComponent(bundle.outputFiles[0]!.text)}`;
    const worker = new Worker(new URL('./shared-ring-child.mjs', import.meta.url), {
      workerData: { memory, count, module },
    });
    const answer = once(worker, 'message');
    const producer = new SharedRingProducer(memory);
    const until = Date.now() + 100_000;
    let next = 0;
    for (let size = 1; next < count && Date.now() < until; size = (size % 40) + 1) {
      const fits = producer.push(records(next, Math.min(size, count - next), 5));
      next += fits;
      // Gives way to the worker, and lets its errors arrive.
      if (fits === 0) await setTimeout(1);
    }
    const [result] = (await answer) as [{ next: number; faults: number; refused: number }];
    expect(result.next).toBe(count);
    expect(result.faults).toBe(0);
    expect(result.refused).toBe(producer.refused);
    await worker.terminate();
  });
});
