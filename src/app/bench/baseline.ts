import { readFile, writeFile } from 'node:fs/promises';
import { AppFailure } from '../contracts.ts';
import type { BenchComparison, BenchPair, BenchPart, BenchReport } from './report.ts';

/** Ratios of an earlier run, which later ones must not fall below by more than its noise. */
export interface Baseline {
  readonly version: 1;
  readonly measuredAt: string;
  readonly cpuModel: string;
  readonly kernelTarget: string;
  readonly pairs: Readonly<
    Record<
      string,
      {
        /** Median of the paired ratios. */
        readonly ratio: number;
        /** Part of the ratio that it may lose before that counts, 0 to 1. */
        readonly noise: number;
      }
    >
  >;
}

/** Least part that a ratio may lose: other machines, compilers and loads move it that much. */
const LEAST_NOISE = 0.25;
/** Most part: a ratio that halves has fallen, however noisy it is. */
const MOST_NOISE = 0.5;

/** Twice the distance from the median to its lower 5 % point, as a part of the median. */
const noiseOf = ({ ratio: { median, low5 } }: BenchPair): number =>
  Math.min(MOST_NOISE, Math.max(LEAST_NOISE, (2 * (median - low5)) / median));

/** The baseline that a report makes. */
export const baselineOf = ({ peers, machine }: BenchReport): Baseline => ({
  version: 1,
  measuredAt: machine.measuredAt,
  cpuModel: machine.cpuModel,
  kernelTarget: machine.kernelTarget,
  pairs: Object.fromEntries(
    peers.map((pair) => [
      pair.peer,
      {
        ratio: Number(pair.ratio.median.toPrecision(4)),
        noise: Number(noiseOf(pair).toFixed(2)),
      },
    ]),
  ),
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPairs = (value: unknown): value is Baseline['pairs'] =>
  isRecord(value) &&
  Object.values(value).every(
    (each) =>
      isRecord(each) &&
      typeof each['ratio'] === 'number' &&
      each['ratio'] > 0 &&
      typeof each['noise'] === 'number' &&
      each['noise'] >= 0 &&
      each['noise'] < 1,
  );

/** Reads a baseline. Errors: throws `AppFailure` naming the file and what is wrong with it. */
export async function readBaseline(path: string): Promise<Baseline> {
  const refuse = (why: string): AppFailure =>
    new AppFailure(
      'failed',
      `${path} is no baseline: ${why}`,
      'Make one with "bot4 bench --save-baseline FILE".',
    );
  let read: unknown;
  try {
    read = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  if (!isRecord(read) || read['version'] !== 1) throw refuse('its version is not 1');
  const pairs = read['pairs'];
  if (!isPairs(pairs)) throw refuse('a pair lacks a positive ratio or a noise from 0 to below 1');
  return read as unknown as Baseline;
}

/** Writes text to a file. Errors: throws `AppFailure` naming it. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new AppFailure('failed', error instanceof Error ? error.message : String(error));
  }
}

/** Compares the ratios of a run with a baseline; times are left alone, machines differ. */
export function compareWith(
  path: string,
  baseline: Baseline,
  peers: readonly BenchPair[],
): BenchComparison {
  const now = new Map(peers.map((pair) => [pair.peer, pair.ratio.median]));
  const fallen: BenchComparison['fallen'][number][] = [];
  const missing: string[] = [];
  for (const [pair, { ratio: before, noise }] of Object.entries(baseline.pairs)) {
    const ratio = now.get(pair);
    const allowed = before * (1 - noise);
    if (ratio === undefined) missing.push(pair);
    else if (!(ratio >= allowed)) fallen.push({ pair, ratio, baseline: before, allowed });
  }
  const compared = Object.keys(baseline.pairs).length - missing.length;
  return { baseline: path, fallen, compared, missing };
}

/**
 * Refuses a comparison that would compare nothing, before anything is measured.
 *
 * Errors: throws `AppFailure` for a baseline of another kernel target, and where the pairs are not
 *         among the parts to measure.
 */
export function requireComparable(
  path: string,
  { kernelTarget }: Baseline,
  target: string,
  parts: readonly BenchPart[],
): void {
  if (kernelTarget !== target) {
    throw new AppFailure(
      'failed',
      `${path} has the ratios of kernel target ${kernelTarget}, and this run uses ${target}`,
      `Compare with a baseline of ${target}; --save-baseline writes one.`,
    );
  }
  if (!parts.includes('peers')) {
    throw new AppFailure(
      'failed',
      `${path} has ratios with peers, and --only leaves the part peers out`,
      'Add peers to --only, or leave --only away.',
    );
  }
}

/** Pairs of the baseline that are missing without the machine or an installation being the reason. */
export function unexplained(
  { baseline, compared, missing }: BenchComparison,
  absent: BenchReport['absentPeers'],
): readonly string[] {
  const excused = new Set(
    absent.flatMap(({ peer, reason }) =>
      reason === 'not-installed' || reason === 'not-available' ? [peer] : [],
    ),
  );
  const faults = missing
    .filter((peer) => !excused.has(peer))
    .map((peer) => `${peer} is in ${baseline} and was not measured`);
  return compared === 0 ? [...faults, `no ratio of ${baseline} was compared`] : faults;
}
