import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type HmmModel, modelFault } from './hidden-markov.ts';

/** What a state of the market is called. */
export type RegimeLabel = 'strong-bull' | 'bull' | 'sideways' | 'bear' | 'crisis' | 'recovery';

/** All labels, from the best for a long position to the worst; recovery stands after bull. */
export const kRegimeLabels: readonly RegimeLabel[] = [
  'strong-bull',
  'bull',
  'recovery',
  'sideways',
  'bear',
  'crisis',
];

/** How states get their labels. */
export interface RegimeLabelOptions {
  /**
   * `rank` gives each of six states its own label; `threshold` lets states share labels and takes
   * any number of them. Default: rank for six states, else threshold.
   */
  readonly rule?: 'rank' | 'threshold';
  /** Which number of an observation is the return; default 0. */
  readonly dimension?: number;
  /** Threshold rule: |mean| up to this is sideways, in long-run standard deviations. Default 0.03. */
  readonly sidewaysBand?: number;
  /** Threshold rule: a mean from this on is a strong bull, in the same unit. Default 0.15. */
  readonly strongBand?: number;
  /** Threshold rule: a falling state this many times as volatile as the long run is a crisis. Default 1.5. */
  readonly crisisVolatility?: number;
}

/** One state described. */
export interface Regime {
  readonly state: number;
  readonly label: RegimeLabel;
  /** Mean return of a bar. */
  readonly mean: number;
  /** Standard deviation of the return of a bar; null for Student-t with ν up to 2, which has none. */
  readonly volatility: number | null;
  /** Long-run share of time in the state. */
  readonly share: number;
  /** Expected bars from entering to leaving: 1 / (1 − p(stay)); null for a state never left. */
  readonly expectedDuration: number | null;
  /** Part of the entries that come from states with a mean below the long-run mean. */
  readonly entriesFromBelow: number;
}

type Traits = Omit<Regime, 'label'>;

/** Long-run shares: the average of the distribution over the steps of the lazy chain (I + P) / 2. */
function longRunShares(model: HmmModel): readonly number[] {
  const k = model.initial.length;
  let p = Array.from({ length: k }, (_, i) =>
    Array.from({ length: k }, (_unused, j) => (model.transitions[i]![j]! + (i === j ? 1 : 0)) / 2),
  );
  // Squared 40 times: a trillion steps. Rows are scaled, since rounding grows with every square.
  for (let step = 0; step < 40; step += 1) {
    const squared = p.map((row) =>
      row.map((_, j) => row.reduce((sum, value, m) => sum + value * p[m]![j]!, 0)),
    );
    p = squared.map((row) => {
      const sum = row.reduce((a, b) => a + b, 0);
      return row.map((value) => value / sum);
    });
  }
  return p[0]!.map((_, j) => model.initial.reduce((sum, q, i) => sum + q * p[i]![j]!, 0));
}

function traitsOf(model: HmmModel, dimension: number): readonly Traits[] {
  const shares = longRunShares(model);
  const means = model.means.map((mean) => mean[dimension]!);
  const overall = means.reduce((sum, mean, k) => sum + mean * shares[k]!, 0);
  return means.map((mean, state) => {
    const scale = model.covariances[state]![dimension]![dimension]!;
    const nu = model.degreesOfFreedom?.[state] ?? null;
    const variance = nu === null ? scale : nu > 2 ? (scale * nu) / (nu - 2) : null;
    const leave = 1 - model.transitions[state]![state]!;
    let entries = 0;
    let fromBelow = 0;
    means.forEach((other, from) => {
      if (from === state) return;
      const flow = shares[from]! * model.transitions[from]![state]!;
      entries += flow;
      if (other < overall) fromBelow += flow;
    });
    return {
      state,
      mean,
      volatility: variance === null ? null : Math.sqrt(variance),
      share: shares[state]!,
      expectedDuration: leave > 0 ? 1 / leave : null,
      entriesFromBelow: entries > 0 ? fromBelow / entries : 0,
    };
  });
}

/** A volatility that does not exist counts as the largest. */
const volatilityOf = ({ volatility }: Traits): number => volatility ?? Number.POSITIVE_INFINITY;

/** The element with the largest value of `key`; of equal ones the first. */
function largest(states: readonly Traits[], key: (state: Traits) => number): Traits | null {
  return states.reduce<Traits | null>(
    (best, each) => (best === null || key(each) > key(best) ? each : best),
    null,
  );
}

/**
 * Crisis: the most volatile of the three states with the lowest means. Recovery: of the three others
 * the one entered most from below the long-run mean. The rest by falling mean.
 */
function byRank(states: readonly Traits[]): ReadonlyMap<number, RegimeLabel> {
  const rising = [...states].sort((a, b) => b.mean - a.mean);
  const crisis = largest(rising.slice(3), volatilityOf);
  const recovery = largest(rising.slice(0, 3), (each) => each.entriesFromBelow);
  const labels = new Map<number, RegimeLabel>();
  if (crisis !== null) labels.set(crisis.state, 'crisis');
  if (recovery !== null) labels.set(recovery.state, 'recovery');
  const others: readonly RegimeLabel[] = ['strong-bull', 'bull', 'sideways', 'bear'];
  for (const [i, each] of rising.filter(({ state }) => !labels.has(state)).entries()) {
    labels.set(each.state, others[i] ?? 'sideways');
  }
  return labels;
}

function byThreshold(
  states: readonly Traits[],
  options: Required<RegimeLabelOptions>,
): ReadonlyMap<number, RegimeLabel> {
  let weight = 0;
  let variance = 0;
  for (const { share, volatility } of states) {
    weight += volatility === null ? 0 : share;
    variance += volatility === null ? 0 : share * volatility ** 2;
  }
  const usual = weight > 0 ? Math.sqrt(variance / weight) : Number.POSITIVE_INFINITY;
  const labelOf = (each: Traits): RegimeLabel => {
    const { mean, entriesFromBelow } = each;
    const volatility = volatilityOf(each);
    const drift = mean / usual;
    if (mean < 0 && volatility >= options.crisisVolatility * usual) return 'crisis';
    if (drift < -options.sidewaysBand) return 'bear';
    if (drift <= options.sidewaysBand) return 'sideways';
    if (volatility > usual && entriesFromBelow > 0.5) return 'recovery';
    return drift >= options.strongBand ? 'strong-bull' : 'bull';
  };
  return new Map(states.map((each) => [each.state, labelOf(each)]));
}

function optionsFault(model: HmmModel, options: Required<RegimeLabelOptions>): string | null {
  const states = model.initial.length;
  const dimensions = model.means[0]?.length ?? 0;
  const { rule, dimension, sidewaysBand, strongBand, crisisVolatility } = options;
  if (rule === 'rank' && states !== 6) return `rule is rank; it needs 6 states, not ${states}`;
  if (!Number.isInteger(dimension) || dimension < 0 || dimension >= dimensions) {
    return `dimension is ${dimension}; from 0 to ${dimensions - 1} is allowed`;
  }
  if (!(sidewaysBand >= 0 && strongBand >= sidewaysBand)) {
    return `sidewaysBand is ${sidewaysBand} and strongBand ${strongBand}; 0 ≤ first ≤ second`;
  }
  return crisisVolatility > 0 ? null : `crisisVolatility is ${crisisVolatility}; it is above 0`;
}

/**
 * Names the states of a model after the market that they describe.
 *
 * Units:  means and volatilities per bar, in the unit of the observations.
 * Errors: `bad-input` for options out of range, and the rank rule without six states.
 */
export function labelRegimes(
  model: HmmModel,
  options: RegimeLabelOptions = {},
): QuantResult<readonly Regime[]> {
  const settings: Required<RegimeLabelOptions> = {
    rule: model.initial.length === 6 ? 'rank' : 'threshold',
    dimension: 0,
    sidewaysBand: 0.03,
    strongBand: 0.15,
    crisisVolatility: 1.5,
    ...options,
  };
  const fault = modelFault(model) ?? optionsFault(model, settings);
  if (fault !== null) return badInput(fault);
  const traits = traitsOf(model, settings.dimension);
  const labels = settings.rule === 'rank' ? byRank(traits) : byThreshold(traits, settings);
  return ok(traits.map((each) => ({ ...each, label: labels.get(each.state) ?? 'sideways' })));
}
