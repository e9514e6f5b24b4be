import { ok } from '../core/index.ts';
import { seriesRefusal } from './change-point-costs.ts';
import { badInput, type QuantResult } from './errors.ts';
import { lgamma } from './special-functions.ts';

/** Prior and limits of the online detector. */
export interface BocpdOptions {
  /** Expected points between changes; the hazard is one over it. Default 100. */
  readonly expectedRunLength?: number;
  /** Prior mean of a segment; default 0. */
  readonly priorMean?: number;
  /** Prior weight of that mean, in points; default 0.01. */
  readonly priorWeight?: number;
  /** Shape of the inverse gamma prior of the variance; default 1. */
  readonly priorShape?: number;
  /** Scale of the inverse gamma prior of the variance; default 1. */
  readonly priorScale?: number;
  /** Longest run that is kept; older starts are forgotten. Default 2000. */
  readonly longestRun?: number;
}

/** What the detector knows after a point. */
export interface BocpdState {
  /** Points since the last change by the most probable run length; 0 is a change at this point. */
  readonly runLength: number;
  /** P(this point starts a new segment | points to it). */
  readonly changeProbability: number;
  /** ln density of the point given those before it. */
  readonly logDensity: number;
}

/** The detector over a whole series. */
export interface BocpdResult {
  /** First index of each new segment, 0-based, on the most probable segmentation of the series. */
  readonly changePoints: readonly number[];
  readonly runLengths: Int32Array;
  readonly changeProbabilities: Float64Array;
  readonly logLikelihood: number;
}

type Settings = Required<BocpdOptions>;

const kDefaults: Settings = {
  expectedRunLength: 100,
  priorMean: 0,
  priorWeight: 0.01,
  priorShape: 1,
  priorScale: 1,
  longestRun: 2000,
};

function settingsFault(s: Settings): string | null {
  const positive = ['priorWeight', 'priorShape', 'priorScale'] as const;
  for (const name of positive) {
    if (!(s[name] > 0 && s[name] < 1e100))
      return `${name} is ${s[name]}; a number above 0 is allowed`;
  }
  if (!(Math.abs(s.priorMean) <= 1e100)) {
    return `priorMean is ${s.priorMean}; at most 1e100 in size is allowed`;
  }
  if (!(s.expectedRunLength > 1 && s.expectedRunLength < 1e15)) {
    return `expectedRunLength is ${s.expectedRunLength}; a number above 1 is allowed`;
  }
  if (Number.isInteger(s.longestRun) && s.longestRun >= 2 && s.longestRun <= 1e6) return null;
  return `longestRun is ${s.longestRun}; a whole number from 2 to 1000000 is allowed`;
}

/**
 * Bayesian online change-point detection for normal segments with unknown mean and variance.
 *
 *   P(run t = r + 1) ∝ P(run t−1 = r) p(x | run) (1 − h),  P(run t = 0) ∝ h p(x | prior)
 *
 * The predictive density of a run is a Student-t with 2a degrees of freedom (normal, inverse gamma
 * prior m, k, a, b). A change at t means that x[t] is the first point of a segment.
 *
 * Determinism: a function of the points and the options.
 * Cost:        O(min(points since a change, longestRun)) a point.
 * Source:      Adams & MacKay (2007), arXiv:0710.3742; the most probable segmentation by
 *              Fearnhead & Liu (2007), JRSS B 69(4).
 */
export class BayesianChangeDetector {
  readonly #settings: Settings;
  /** Index r is the run whose latest point is its (r + 1)-th. */
  #log: Float64Array;
  #mean: Float64Array;
  #scale: Float64Array;
  /** ln of each scale, carried along: one logarithm a run and point instead of two. */
  #logScale: Float64Array;
  #path: Float64Array;
  #runs = 0;
  #seen = 0;
  readonly #constant: number[] = [];
  /** Of point t at t % length: its run on the best segmentation up to it. */
  readonly #bestRun: Int32Array;

  private constructor(settings: Settings, history: number) {
    this.#settings = settings;
    this.#bestRun = new Int32Array(history);
    const room = settings.longestRun + 1;
    [this.#log, this.#mean] = [new Float64Array(room), new Float64Array(room)];
    [this.#scale, this.#path] = [new Float64Array(room), new Float64Array(room)];
    this.#logScale = new Float64Array(room);
  }

  /**
   * A detector that has seen nothing, or what is wrong with the options. `history` points, a whole
   * number from 1 to 1e8, are kept for `changePoints`; memory does not grow beyond.
   */
  static create(options: BocpdOptions = {}, history = 65_536): QuantResult<BayesianChangeDetector> {
    const settings = { ...kDefaults, ...options };
    const fault = settingsFault(settings);
    if (fault !== null) return badInput(fault);
    if (!(Number.isInteger(history) && history >= 1 && history <= 1e8)) {
      return badInput(`history is ${history}; a whole number from 1 to 100000000 is allowed`);
    }
    return ok(new BayesianChangeDetector(settings, history));
  }

  /** Part of the log predictive density that depends on the length of the run alone. */
  #constantOf(length: number): number {
    const known = this.#constant[length];
    if (known !== undefined) return known;
    const { priorShape, priorWeight } = this.#settings;
    const a = priorShape + length / 2;
    const k = priorWeight + length;
    const value = lgamma(a + 0.5) - lgamma(a) - 0.5 * Math.log((2 * Math.PI * (k + 1)) / k);
    this.#constant[length] = value;
    return value;
  }

  /** ln density of x after `length` points, whose scale has this logarithm and grows by `growth`. */
  #density(length: number, logScale: number, growth: number): number {
    const a = this.#settings.priorShape + length / 2;
    return this.#constantOf(length) - 0.5 * logScale - (a + 0.5) * growth;
  }

  /** Shifts the runs by one point and puts the run that starts at x in front. */
  #advance(x: number): void {
    const { priorWeight, priorMean, priorScale, longestRun, expectedRunLength } = this.#settings;
    const stay = Math.log1p(-1 / expectedRunLength);
    const change = this.#seen === 0 ? 0 : -Math.log(expectedRunLength);
    const kept = Math.min(this.#runs, longestRun - 1);
    for (let r = kept; r > 0; r -= 1) {
      const [m, b, logScale] = [this.#mean[r - 1]!, this.#scale[r - 1]!, this.#logScale[r - 1]!];
      const k = priorWeight + r;
      const added = (k * (x - m) ** 2) / (2 * (k + 1));
      const growth = Math.log1p(added / b);
      const gain = this.#density(r, logScale, growth) + stay;
      this.#log[r] = this.#log[r - 1]! + gain;
      this.#path[r] = this.#path[r - 1]! + gain;
      this.#mean[r] = m + (x - m) / (k + 1);
      this.#scale[r] = b + added;
      this.#logScale[r] = logScale + growth;
    }
    const added = (priorWeight * (x - priorMean) ** 2) / (2 * (priorWeight + 1));
    const growth = Math.log1p(added / priorScale);
    const fresh = this.#density(0, Math.log(priorScale), growth) + change;
    this.#log[0] = fresh;
    this.#path[0] = fresh;
    this.#mean[0] = priorMean + (x - priorMean) / (priorWeight + 1);
    this.#scale[0] = priorScale + added;
    this.#logScale[0] = Math.log(priorScale) + growth;
    this.#runs = kept + 1;
    this.#seen += 1;
  }

  /** Takes the next point. */
  update(x: number): QuantResult<BocpdState> {
    if (!(Math.abs(x) <= 1e100)) return badInput(`x is ${x}; a number up to 1e100 is allowed`);
    this.#advance(x);
    let top = 0;
    let road = 0;
    for (let r = 1; r < this.#runs; r += 1) {
      if (this.#log[r]! > this.#log[top]!) top = r;
      if (this.#path[r]! > this.#path[road]!) road = r;
    }
    const largest = this.#log[top]!;
    let sum = 0;
    for (let r = 0; r < this.#runs; r += 1) sum += Math.exp(this.#log[r]! - largest);
    const total = largest + Math.log(sum);
    for (let r = 0; r < this.#runs; r += 1) this.#log[r] = this.#log[r]! - total;
    // Only differences between paths count: the best one stays at 0, whatever the length.
    const best = this.#path[road]!;
    for (let r = 0; r < this.#runs; r += 1) this.#path[r] = this.#path[r]! - best;
    this.#bestRun[(this.#seen - 1) % this.#bestRun.length] = road;
    return ok({ runLength: top, changeProbability: Math.exp(this.#log[0]!), logDensity: total });
  }

  /**
   * First index of each segment but the first on the most probable segmentation so far, as far back
   * as `history` points reach; those before are left out.
   */
  changePoints(): readonly number[] {
    const found: number[] = [];
    const kept = this.#bestRun.length;
    for (let end = this.#seen; end > Math.max(0, this.#seen - kept); ) {
      const start = end - 1 - this.#bestRun[(end - 1) % kept]!;
      if (start > 0) found.push(start);
      end = start;
    }
    return found.reverse();
  }
}

/**
 * Runs the Bayesian online detector over a series.
 *
 * Errors: `bad-input` for an empty series, values that are not finite, options out of range.
 * Cost:   O(n min(n, longestRun)).
 */
export function bocpd(x: Float64Array, options: BocpdOptions = {}): QuantResult<BocpdResult> {
  const refusal = seriesRefusal(x, 1);
  if (refusal !== null) return refusal;
  const detector = BayesianChangeDetector.create(options, x.length);
  if (!detector.ok) return detector;
  const runLengths = new Int32Array(x.length);
  const changeProbabilities = new Float64Array(x.length);
  let logLikelihood = 0;
  for (let t = 0; t < x.length; t += 1) {
    const state = detector.value.update(x[t]!);
    if (!state.ok) return state;
    runLengths[t] = state.value.runLength;
    changeProbabilities[t] = state.value.changeProbability;
    logLikelihood += state.value.logDensity;
  }
  const changePoints = detector.value.changePoints();
  return ok({ changePoints, runLengths, changeProbabilities, logLikelihood });
}
