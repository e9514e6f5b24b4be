import { describe, expect, it } from 'vitest';
import { makeDepthStream } from '../../../src/app/bench/depth-stream.ts';
import { depthLoad, peakOf } from '../../../src/app/bench/load.ts';
import { makeOrderStream } from '../../../src/app/bench/order-stream.ts';
import { Engine } from '../../../src/native/index.ts';

describe('the generated depth stream', () => {
  const stream = makeDepthStream(4_000);

  it('is the same for the same seed and another for another', () => {
    expect(makeDepthStream(4_000).messages).toEqual(stream.messages);
    expect(makeDepthStream(4_000, 43).messages).not.toEqual(stream.messages);
  });

  it('has twenty levels in every update, as many as were announced', () => {
    const updates = stream.messages.slice(stream.snapshotAt + 1);
    expect(updates).toHaveLength(4_000);
    for (const text of updates) {
      const { data } = JSON.parse(text) as { data: { a: unknown[]; b: unknown[] } };
      expect([data.b.length, data.a.length]).toEqual([10, 10]);
    }
    expect(stream.updateLevels).toHaveLength(80_000);
  });

  it('keeps the engine synchronised from the snapshot to the end, with a decision per update', () => {
    const load = depthLoad(stream);
    const engine = new Engine({ instruments: load.instruments, inboxBytes: 4 << 20 });
    for (const { symbol, at, bytes } of load.messages) {
      engine.push(symbol, at, bytes);
      engine.run(null);
    }
    const { counters } = engine.state(0);
    expect(engine.syncState(0)).toBe('synchronised');
    expect(counters).toMatchObject({ gaps: 0, crossed: 0, duplicates: 0, snapshots: 1 });
    expect(counters.depthApplied).toBe(4_001);
  });

  it('moves the price so that the window of a book has to follow', () => {
    const prices = stream.updateLevels.map(({ ticks }) => ticks);
    expect(Math.max(...prices) - Math.min(...prices)).toBeGreaterThan(1_000);
  });
});

describe('the generated orders', () => {
  const words = makeOrderStream(20_000);
  const steps = Array.from({ length: 20_000 }, (_, i) => words.subarray(i * 5, i * 5 + 5));

  it('cancel only what rests, and leave an empty book', () => {
    const resting = new Set<number>();
    for (const [cancel, id] of steps) {
      if (cancel === 0) resting.add(id!);
      else expect(resting.delete(id!)).toBe(true);
    }
    expect(resting.size).toBe(0);
  });

  it('never meet: every bid lies below every ask', () => {
    const bids = steps.filter(([, , side]) => side === 0).map(([, , , ticks]) => ticks!);
    const asks = steps.filter(([, , side]) => side === 1).map(([, , , ticks]) => ticks!);
    expect(Math.max(...bids)).toBeLessThan(Math.min(...asks));
  });
});

describe('the peak of a load', () => {
  it('counts the busiest second and the busiest 100 ms', () => {
    const load = depthLoad(makeDepthStream(200));
    const spaced = load.messages.map((message, i) => ({
      ...message,
      at: (message.at + BigInt(i < 100 ? i * 50_000_000 : 5_000_000_000 + i)) as typeof message.at,
    }));
    const peak = peakOf({ ...load, messages: spaced });
    expect(peak).toMatchObject({ perSecond: 121, per100Ms: 103, messages: 202 });
  });
});
