import { AppFailure } from '../../contracts.ts';
import type { BenchAddon } from '../addon.ts';
import { measureAlone, measurePair, nextTurn, quantile, spreadOf } from '../paired.ts';
import { type PairSource, pairSources } from '../peers.ts';
import { namedRunner } from '../runners.ts';
import { effortOf, type PartContext } from './results.ts';
import { threadRing } from './thread-ring.ts';

/** Batches behind one p99, and how many such groups make a spread. */
const P99_BATCHES = 100;
const P99_GROUPS = 11;

/** What a failure that is no fault of the bench says for itself. */
function faultOf(error: unknown): string {
  if (error instanceof AppFailure) throw error;
  return error instanceof Error ? error.message : String(error);
}

/** Measures every pair that this machine can run, then every workload alone. */
export async function peersPart(context: PartContext): Promise<void> {
  const { addon, recordings, stream, now } = context;
  if (addon === null) return;
  for (const source of pairSources({ addon, recordings, stream, now })) {
    await onePair(context, source);
  }
  await threadRing(context);
  await batches(context, addon);
}

async function onePair(context: PartContext, source: PairSource): Promise<void> {
  const { options, results } = context;
  const { peer } = source;
  try {
    const prepared = await source.prepare();
    if (prepared.kind === 'absent') {
      results.absentPairs.set(peer, { reason: prepared.reason, why: prepared.why });
      options.onLine(`  ${peer}: ${prepared.why}`);
      return;
    }
    const { subject, peer: other } = prepared;
    const pair = await measurePair(subject, other, effortOf(options), options.signal);
    results.pairs.set(peer, pair);
    const { ratio, subjectNs } = pair;
    options.onLine(
      `  ${peer}: ${ratio.median.toFixed(2)}x (5 % ${ratio.low5.toFixed(2)}), ` +
        `${subjectNs.median.toFixed(2)} ns per operation, ${ratio.n} rounds`,
    );
  } catch (error) {
    const fault = faultOf(error);
    results.absentPairs.set(peer, { reason: 'failed', why: `failed: ${fault}` });
    results.faults.push(`${peer}: ${fault}`);
    options.onLine(`  ${peer} failed: ${fault}`);
  }
}

/** Trips of the breaker from one core to another: the p99 of each repetition. */
async function trips({ options, results }: PartContext, addon: BenchAddon): Promise<void> {
  const p99s: number[] = [];
  for (let repetition = 0; repetition < P99_GROUPS; repetition += 1) {
    await nextTurn(options.signal);
    const { n, p99 } = addon.tripLatency(options.quick ? 2_000 : 20_000);
    if (n > 0) p99s.push(p99);
  }
  const absent = { kind: 'absent', why: 'not available on this machine: a second core' } as const;
  const value = spreadOf(p99s);
  const found =
    p99s.length === 0
      ? absent
      : ({ kind: 'measured', value, checksum: null, full: P99_GROUPS } as const);
  results.figures.set('breaker.trip.p99', found);
}

/** Every workload that is no peer of another, alone. */
async function batches(context: PartContext, addon: BenchAddon): Promise<void> {
  const { options, results, recordings } = context;
  const { signal } = options;
  const names = addon.list().filter((name) => !name.includes('/'));
  const effort = effortOf(options);
  for (const name of names) {
    try {
      const runner = namedRunner(addon, name, recordings);
      if (runner === null) continue;
      const short = { ...effort, budgetMs: effort.budgetMs / 2 };
      const { batch } = await measureAlone(runner, short, signal);
      results.batches.push(batch);
      options.onLine(`  ${name}: ${batch.ns.median.toFixed(2)} ns per operation`);
      if (name === 'gate.check' || name === 'breaker.check') {
        const { ns: value, checksum } = batch;
        results.figures.set(name, { kind: 'measured', value, checksum });
      }
      if (name === 'decision.bound-single') {
        results.figures.set('decision.single.p99', await p99Of(runner, effort.fewestRounds));
      }
    } catch (error) {
      const fault = faultOf(error);
      results.faults.push(`${name}: ${fault}`);
      options.onLine(`  ${name} failed: ${fault}`);
    }
  }
  for (const name of ['gate.check', 'breaker.check'] as const) {
    if (!results.figures.has(name)) {
      results.figures.set(name, { kind: 'absent', why: `absent: no workload ${name}` });
    }
  }
  await trips(context, addon);
  if (!results.figures.has('decision.single.p99')) {
    const why = 'absent: no workload decision.bound-single';
    results.figures.set('decision.single.p99', { kind: 'absent', why });
  }

  /** The p99 over the batch means of a group, and its spread over groups. */
  async function p99Of(
    runner: NonNullable<ReturnType<typeof namedRunner>>,
    fewest: number,
  ): Promise<{
    readonly kind: 'measured';
    readonly value: ReturnType<typeof spreadOf>;
    readonly checksum: string;
    readonly full: number;
  }> {
    const groups: number[] = [];
    let checksum = '';
    const size = Math.max(fewest, options.quick ? P99_BATCHES / 4 : P99_BATCHES);
    for (let group = 0; group < P99_GROUPS; group += 1) {
      const rounds = { rounds: size, fewestRounds: size, budgetMs: 0 };
      const { samples, batch } = await measureAlone(runner, rounds, signal);
      groups.push(quantile(samples, 0.99));
      checksum = batch.checksum;
    }
    return { kind: 'measured', value: spreadOf(groups), checksum, full: P99_GROUPS };
  }
}
