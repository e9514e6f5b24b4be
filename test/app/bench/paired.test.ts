import { describe, expect, it } from 'vitest';
import {
  ChecksumsDiffer,
  measureAlone,
  measurePair,
  quantile,
  type Runner,
  spreadOf,
} from '../../../src/app/bench/paired.ts';
import { AppFailure } from '../../../src/app/contracts.ts';

const effort = { rounds: 31, fewestRounds: 31, budgetMs: 0 };
const never = new AbortController().signal;

/** A runner whose batches take the given times in turn, and that notes when it ran. */
function runner(name: string, ns: readonly number[], order: string[], checksum = 'c'): Runner {
  let batch = 0;
  return {
    name,
    operations: 10,
    run() {
      order.push(name);
      batch += 1;
      return { ns: ns[batch % ns.length]!, checksum };
    },
  };
}

describe('a pair', () => {
  it('alternates subject, peer, peer, subject in every round', async () => {
    const order: string[] = [];
    await measurePair(runner('a', [1], order), runner('b', [2], order), effort, never);
    const measured = order.slice(4);
    expect(measured).toHaveLength(31 * 4);
    for (let i = 0; i < measured.length; i += 4) {
      expect(measured.slice(i, i + 4)).toEqual(['a', 'b', 'b', 'a']);
    }
  });

  it('gives the ratio of paired times and ns per operation', async () => {
    const pair = await measurePair(runner('a', [100], []), runner('b', [350], []), effort, never);
    expect(pair).toMatchObject({ subject: 'a', peer: 'b', operations: 10, checksum: 'c' });
    expect(pair.ratio).toEqual({ median: 3.5, low5: 3.5, high95: 3.5, n: 31 });
    expect(pair.subjectNs.median).toBe(10);
    expect(pair.peerNs.median).toBe(35);
  });

  it('fails by naming both when their results differ', async () => {
    const wrong = runner('peer', [1], [], 'd');
    const measured = measurePair(runner('own', [1], []), wrong, effort, never);
    await expect(measured).rejects.toThrow(ChecksumsDiffer);
    await expect(measurePair(runner('own', [1], []), wrong, effort, never)).rejects.toThrow(
      'own and peer give different results: checksums c and d',
    );
  });

  it('fails when the two do not do the same number of operations', async () => {
    const other = { ...runner('peer', [1], []), operations: 11 };
    await expect(measurePair(runner('own', [1], []), other, effort, never)).rejects.toThrow(
      'own does 10 operations, peer 11',
    );
  });

  it('ends as interrupted when asked to', async () => {
    const aborted = AbortSignal.abort();
    const measured = measurePair(runner('a', [1], []), runner('b', [1], []), effort, aborted);
    await expect(measured).rejects.toThrow(AppFailure);
    await expect(measured).rejects.toMatchObject({ kind: 'interrupted' });
  });

  it('stops at its time, but not before the fewest rounds', async () => {
    const few = { rounds: 1_000, fewestRounds: 7, budgetMs: 0 };
    const pair = await measurePair(runner('a', [1], []), runner('b', [1], []), few, never);
    expect(pair.ratio.n).toBe(7);
  });
});

describe('a workload alone', () => {
  it('fails when it gives another result each time', async () => {
    let batch = 0;
    const changing: Runner = {
      name: 'changing',
      operations: 1,
      run: () => {
        batch += 1;
        return { ns: 1, checksum: String(batch) };
      },
    };
    await expect(measureAlone(changing, effort, never)).rejects.toThrow(
      'changing gives another result each time: 1, then 2',
    );
  });
});

describe('a spread', () => {
  it('takes the smallest value that a part of them does not exceed', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.51)).toBe(3);
    expect(quantile([4, 1, 3, 2], 0)).toBe(1);
    expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  });

  it('takes nearest ranks of the sorted values', () => {
    const values = Array.from({ length: 101 }, (_, i) => 100 - i);
    expect(spreadOf(values)).toEqual({ median: 50, low5: 5, high95: 95, n: 101 });
    expect(quantile([10, 9, 100], 0.5)).toBe(10);
  });
});
