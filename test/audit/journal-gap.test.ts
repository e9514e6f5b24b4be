import { describe, expect, it } from 'vitest';
import { JournalGap } from '../../src/audit/index.ts';
import fc from '../fast-check.ts';

const missing = (seqs: readonly number[], capacity?: number): JournalGap => {
  const gap = new JournalGap(capacity);
  for (const seq of seqs) gap.miss(BigInt(seq));
  return gap;
};

describe('a gap in what is audited of the journal', () => {
  it('admits everything while nothing is missing', () => {
    const gap = missing([]);
    expect([gap.from, gap.admits(1n), gap.admits(9n)]).toEqual([null, true, true]);
  });

  it('admits only the first missing entry, then the next, and is closed by the last', () => {
    const gap = missing([10, 14, 20]);
    for (const next of [10n, 14n, 20n]) {
      expect(gap.from).toBe(next);
      const others = [14n, 20n, 21n].filter((seq) => seq > next);
      expect(others.map((seq) => gap.admits(seq))).toEqual(others.map(() => false));
      expect(gap.admits(next)).toBe(true);
      gap.fill(next);
    }
    expect([gap.from, gap.admits(21n)]).toEqual([null, true]);
  });

  it('is not changed by an entry that is missing already or was before it', () => {
    const gap = missing([10, 14, 10, 14]);
    gap.fill(9n);
    expect(gap.from).toBe(10n);
    gap.fill(10n);
    gap.fill(14n);
    expect(gap.from).toBeNull();
  });

  it('opens anew after it was closed, also at a lower entry', () => {
    const gap = missing([10]);
    gap.fill(10n);
    gap.miss(4n);
    expect([gap.from, gap.admits(5n)]).toEqual([4n, false]);
  });

  it('goes on behind the entries it knows one by one, up to the last, in ascending order', () => {
    const gap = missing([10, 14, 20, 25, 30], 2);
    gap.fill(10n);
    expect([gap.from, gap.admits(20n)]).toEqual([14n, false]);
    gap.fill(14n);
    expect([gap.from, gap.admits(20n), gap.admits(31n)]).toEqual([15n, true, false]);
    gap.fill(20n);
    gap.miss(35n);
    expect([gap.from, gap.admits(35n), gap.admits(36n)]).toEqual([21n, true, false]);
    gap.fill(25n);
    gap.fill(30n);
    gap.fill(35n);
    expect(gap.from).toBeNull();
  });

  it('leaves no hole behind whatever fails, for an owner that refills or one that never does', () => {
    const step = fc.record({
      wrong: fc.boolean(),
      kind: fc.constantFrom('live' as const, 'live' as const, 'refill' as const, 'leap' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const gap = new JournalGap(1_000);
        const written: bigint[] = [];
        const tried: bigint[] = [];
        const attempt = (seq: bigint, fails: boolean): void => {
          if (!gap.admits(seq) || fails) gap.miss(seq);
          else {
            written.push(seq);
            gap.fill(seq);
          }
        };
        for (const { kind, wrong } of steps) {
          if (kind === 'live') {
            tried.push(BigInt(3 * tried.length + 1));
            attempt(tried.at(-1)!, wrong);
          } else if (gap.from !== null) {
            attempt(kind === 'refill' ? gap.from : tried.at(-1)!, wrong);
          }
          expect(written).toEqual(tried.slice(0, written.length));
          expect(gap.from).toBe(tried[written.length] ?? null);
        }
      }),
    );
  });
});
