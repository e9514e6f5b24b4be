import { AppFailure } from '../contracts.ts';
import type { BenchBatch, BenchPair, Spread } from './report.ts';

/** One batch: its time, and the checksum of its outputs. */
export interface TimedBatch {
  readonly ns: number;
  readonly checksum: string;
}

/** Something to measure in batches. */
export interface Runner {
  readonly name: string;
  /** Operations of one batch. */
  readonly operations: number;
  /** Does one batch; what is not to be timed happens outside of its `ns`. */
  run(): TimedBatch;
}

/** How long to measure. */
export interface Effort {
  /** Rounds of A B B A, or batches of a workload alone, unless they take longer than allowed. */
  readonly rounds: number;
  readonly fewestRounds: number;
  /** Time for one pair, ms; after it the fewest rounds are still done. */
  readonly budgetMs: number;
}

/** The least rounds whose range can meet a goal: the method asks for 31. */
export const FULL_ROUNDS = 31;

/** The smallest value that a part `q` of the values does not exceed: nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

/** Median with 5 and 95 % points. */
export const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  low5: quantile(values, 0.05),
  high95: quantile(values, 0.95),
  n: values.length,
});

/** Lets signals in. Errors: throws `AppFailure` when the bench was interrupted. */
export async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new AppFailure('interrupted', 'the bench was interrupted');
}

/** Two runners whose outputs differ: one of them does not do what the other does. */
export class ChecksumsDiffer extends Error {
  override readonly name = 'ChecksumsDiffer';
}

function same(subject: Runner, a: TimedBatch, peer: Runner, b: TimedBatch): void {
  if (a.checksum === b.checksum) return;
  throw new ChecksumsDiffer(
    `${subject.name} and ${peer.name} give different results: checksums ${a.checksum} and ${b.checksum}`,
  );
}

/**
 * Measures `subject` against `peer`, alternating A B B A on the same input.
 *
 * Errors: throws `ChecksumsDiffer` naming both, and `AppFailure` for an interruption.
 */
export async function measurePair(
  subject: Runner,
  peer: Runner,
  effort: Effort,
  signal: AbortSignal,
): Promise<BenchPair> {
  if (subject.operations !== peer.operations) {
    throw new ChecksumsDiffer(
      `${subject.name} does ${subject.operations} operations, ${peer.name} ${peer.operations}`,
    );
  }
  for (let warm = 0; warm < 2; warm += 1) same(subject, subject.run(), peer, peer.run());
  const [subjectNs, peerNs, ratios]: number[][] = [[], [], []];
  const { operations } = subject;
  let checksum = '';
  const started = performance.now();
  while (
    ratios!.length < effort.fewestRounds ||
    (ratios!.length < effort.rounds && performance.now() - started < effort.budgetMs)
  ) {
    await nextTurn(signal);
    const [a1, b1, b2, a2] = [subject.run(), peer.run(), peer.run(), subject.run()];
    same(subject, a1!, peer, b1!);
    same(subject, a2!, peer, b2!);
    checksum = a1!.checksum;
    subjectNs!.push((a1!.ns + a2!.ns) / 2 / operations);
    peerNs!.push((b1!.ns + b2!.ns) / 2 / operations);
    ratios!.push((b1!.ns + b2!.ns) / (a1!.ns + a2!.ns));
  }
  return {
    subject: subject.name,
    peer: peer.name,
    operations,
    subjectNs: spreadOf(subjectNs!),
    peerNs: spreadOf(peerNs!),
    ratio: spreadOf(ratios!),
    checksum,
  };
}

/** Measures a workload alone, and gives the ns per operation of every batch. */
export async function measureAlone(
  runner: Runner,
  effort: Effort,
  signal: AbortSignal,
): Promise<{ readonly batch: BenchBatch; readonly samples: readonly number[] }> {
  let { checksum } = runner.run();
  const samples: number[] = [];
  const started = performance.now();
  while (
    samples.length < effort.fewestRounds ||
    (samples.length < effort.rounds && performance.now() - started < effort.budgetMs)
  ) {
    if (samples.length % 16 === 0) await nextTurn(signal);
    const timed = runner.run();
    if (timed.checksum !== checksum) {
      throw new ChecksumsDiffer(
        `${runner.name} gives another result each time: ${checksum}, then ${timed.checksum}`,
      );
    }
    checksum = timed.checksum;
    samples.push(timed.ns / runner.operations);
  }
  const { name, operations } = runner;
  return { batch: { name, operations, ns: spreadOf(samples), checksum }, samples };
}
