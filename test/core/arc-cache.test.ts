import { describe, expect, it } from 'vitest';
import { ArcCache, seededRng } from '../../src/core/index.ts';
import fc from '../fast-check.ts';

/** Asks for the key and stores it when it is not there; whether it was. */
const use = (cache: ArcCache<number, number>, key: number): boolean => {
  if (cache.get(key) !== undefined) return true;
  cache.set(key, key * 2);
  return false;
};

/** The paper's figure 4 with plain arrays, most recently used last. */
class SlowArc {
  t1: number[] = [];
  t2: number[] = [];
  b1: number[] = [];
  b2: number[] = [];
  p = 0;
  readonly c: number;

  constructor(c: number) {
    this.c = c;
  }

  request(x: number): boolean {
    const without = (list: number[]) => list.filter((key) => key !== x);
    if (this.t1.includes(x) || this.t2.includes(x)) {
      this.t1 = without(this.t1);
      this.t2 = [...without(this.t2), x];
      return true;
    }
    if (this.b1.includes(x)) {
      const delta = this.b1.length >= this.b2.length ? 1 : this.b2.length / this.b1.length;
      this.p = Math.min(this.p + delta, this.c);
      this.replace(x);
      this.b1 = without(this.b1);
      this.t2.push(x);
      return false;
    }
    if (this.b2.includes(x)) {
      const delta = this.b2.length >= this.b1.length ? 1 : this.b1.length / this.b2.length;
      this.p = Math.max(this.p - delta, 0);
      this.replace(x);
      this.b2 = without(this.b2);
      this.t2.push(x);
      return false;
    }
    const all = this.t1.length + this.t2.length + this.b1.length + this.b2.length;
    if (this.t1.length + this.b1.length === this.c) {
      if (this.t1.length < this.c) {
        this.b1.shift();
        this.replace(x);
      } else {
        this.t1.shift();
      }
    } else if (all >= this.c) {
      if (all === 2 * this.c) this.b2.shift();
      this.replace(x);
    }
    this.t1.push(x);
    return false;
  }

  replace(x: number): void {
    const { length } = this.t1;
    if (length >= 1 && ((this.b2.includes(x) && length === this.p) || length > this.p)) {
      this.b1.push(this.t1.shift()!);
    } else {
      this.b2.push(this.t2.shift()!);
    }
  }
}

describe('an ARC cache', () => {
  it('gives what was stored, counts hits and misses, and forgets what is deleted', () => {
    const cache = new ArcCache<string, number | null>(2);
    expect(cache.get('a')).toBeUndefined();
    cache.set('a', 1);
    cache.set('b', null);
    expect(cache.get('a')).toBe(1);
    expect(cache.get('b')).toBeNull();
    cache.set('a', 3);
    expect(cache.get('a')).toBe(3);
    expect(cache.counts).toEqual({ hits: 3, misses: 1 });
    expect(cache.delete('a')).toBe(true);
    expect(cache.delete('a')).toBe(false);
    expect(cache.has('a')).toBe(false);
    expect(cache.size).toBe(1);
    cache.clear();
    expect(cache.size + cache.ghosts).toBe(0);
  });

  it('refuses a capacity that is no whole number of at least 1', () => {
    expect(() => new ArcCache(0)).toThrow('at least 1');
    expect(() => new ArcCache(2.5)).toThrow('2.5');
  });

  it('keeps the keys in daily use through a scan of keys that come once', () => {
    const cache = new ArcCache<number, number>(20);
    for (let round = 0; round < 3; round += 1)
      for (let key = 0; key < 10; key += 1) use(cache, key);
    for (let key = 1000; key < 2000; key += 1) use(cache, key);
    for (let key = 0; key < 10; key += 1) expect(cache.has(key)).toBe(true);
  });

  it('hits and misses as the figure of the paper does, on random requests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 600 }),
        (capacity, keys) => {
          const cache = new ArcCache<number, number>(capacity);
          const slow = new SlowArc(capacity);
          for (const key of keys) {
            expect(use(cache, key)).toBe(slow.request(key));
            expect(cache.size).toBe(slow.t1.length + slow.t2.length);
            expect(cache.ghosts).toBe(slow.b1.length + slow.b2.length);
          }
        },
      ),
    );
  });

  it('never holds more values or remembers more keys than its capacity, with deletions between', () => {
    const rng = seededRng(5);
    let overfull = 0;
    for (const capacity of [1, 2, 7, 50]) {
      const cache = new ArcCache<number, number>(capacity);
      for (let step = 0; step < 20_000; step += 1) {
        const key = Math.floor(rng.uniform() ** 2 * capacity * 4);
        if (rng.uniform() < 0.1) cache.delete(key);
        else use(cache, key);
        if (cache.size > capacity || cache.ghosts > capacity) overfull += 1;
      }
    }
    expect(overfull).toBe(0);
  });
});
