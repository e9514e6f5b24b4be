import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { type Matrix, matrixFault } from './linear-algebra.ts';

/** How strategies are compared across splits. */
export interface OverfittingOptions {
  /** Blocks of rows, even; half of them are in sample at a time. Default 16. */
  readonly blocks?: number;
  /** Default `sharpe`: mean over deviation by n - 1; 0 where a strategy does not move. */
  readonly metric?: 'sharpe' | 'mean';
  /**
   * `bailey` (default): relative rank over N + 1, and out-of-sample regressed on in-sample
   * performance.
   * `pbo`, as the R package: rank over N, its logit 6 at the top rank, and in-sample regressed on
   * out-of-sample performance.
   */
  readonly convention?: 'bailey' | 'pbo';
}

/** How often the best strategy in sample is below the median out of sample. */
export interface BacktestOverfitting {
  /** Share of splits whose logit is at most 0. */
  readonly probability: number;
  /** Logit of the out-of-sample relative rank of the in-sample best, per split. */
  readonly logits: Float64Array;
  /** Performance of the in-sample best in sample and out of sample, per split. */
  readonly inSample: Float64Array;
  readonly outOfSample: Float64Array;
  /** The column that was best in sample, per split. */
  readonly best: Int32Array;
  /** Share of splits in which the in-sample best performs below 0 out of sample. */
  readonly lossProbability: number;
  /** Regression of one performance on the other, as the convention says; null without spread. */
  readonly slope: number | null;
  readonly intercept: number | null;
  /** Rows used: the oldest that do not fill a block are left out. */
  readonly rows: number;
}

/** The pbo package puts this in place of an infinite logit. */
const TOP_LOGIT = 6;

const MAX_BLOCKS = 20;

/** Spread below this share of the size of a column is rounding. */
const ROUNDING = 1e-13;

/** Sums of each block about the mean of its column, columns side by side. */
class BlockSums {
  readonly columns: number;
  readonly #means: Float64Array;
  readonly #sizes: Float64Array;
  readonly #rowsPerBlock: number;
  readonly #first: Float64Array;
  readonly #second: Float64Array;

  constructor({ data, rows, columns }: Matrix, blocks: number) {
    this.columns = columns;
    this.#rowsPerBlock = Math.floor(rows / blocks);
    this.#means = new Float64Array(columns);
    this.#sizes = new Float64Array(columns);
    this.#first = new Float64Array(blocks * columns);
    this.#second = new Float64Array(blocks * columns);
    const used = this.#rowsPerBlock * blocks;
    const start = (rows - used) * columns;
    for (let i = 0; i < used * columns; i += 1) {
      const j = i % columns;
      const value = data[start + i]!;
      this.#means[j]! += value / used;
      this.#sizes[j] = Math.max(this.#sizes[j]!, Math.abs(value));
    }
    for (let i = 0; i < used * columns; i += 1) {
      const j = i % columns;
      const at = Math.floor(i / (this.#rowsPerBlock * columns)) * columns + j;
      const off = data[start + i]! - this.#means[j]!;
      this.#first[at]! += off;
      this.#second[at]! += off * off;
    }
  }

  /** Performance of every column over the blocks of a set; a string names one that has none. */
  performance(blocks: readonly number[], metric: 'sharpe' | 'mean', into: Float64Array) {
    const n = blocks.length * this.#rowsPerBlock;
    for (let j = 0; j < this.columns; j += 1) {
      let first = 0;
      let second = 0;
      for (const block of blocks) {
        first += this.#first[block * this.columns + j]!;
        second += this.#second[block * this.columns + j]!;
      }
      const mean = this.#means[j]! + first / n;
      const deviation = Math.sqrt(Math.max(0, second - (first * first) / n) / (n - 1));
      if (metric === 'mean') into[j] = mean;
      else if (deviation > ROUNDING * this.#sizes[j]!) into[j] = mean / deviation;
      else if (Math.abs(mean) <= ROUNDING * this.#sizes[j]!) into[j] = 0;
      else return `column ${j} is ${mean} throughout a half of the blocks; it must vary or be 0`;
    }
    return null;
  }
}

/** Every choice of half of the blocks, in lexical order. */
function* halves(blocks: number): Generator<readonly number[]> {
  const half = blocks / 2;
  const chosen = Array.from({ length: half }, (_, i) => i);
  for (;;) {
    yield chosen;
    let i = half - 1;
    while (i >= 0 && chosen[i] === blocks - half + i) i -= 1;
    if (i < 0) return;
    chosen[i]! += 1;
    for (let j = i + 1; j < half; j += 1) chosen[j] = chosen[j - 1]! + 1;
  }
}

/** Rank from 1 of one value among all, ties averaged. */
function rankOf(values: Float64Array, at: number): number {
  let below = 0;
  let equal = 0;
  for (const value of values) {
    if (value < values[at]!) below += 1;
    else if (value === values[at]) equal += 1;
  }
  return below + (equal + 1) / 2;
}

function line(x: Float64Array, y: Float64Array): readonly [number, number] | null {
  const mean = (v: Float64Array) => v.reduce((sum, each) => sum + each, 0) / v.length;
  const [a, b] = [mean(x), mean(y)];
  const xx = x.reduce((sum, each) => sum + (each - a) ** 2, 0);
  if (!(xx > 0)) return null;
  const slope = x.reduce((sum, each, i) => sum + (each - a) * (y[i]! - b), 0) / xx;
  return [slope, b - slope * a];
}

function optionsFault(x: Matrix, blocks: number): string | null {
  if (!(Number.isInteger(blocks) && blocks % 2 === 0 && blocks >= 2 && blocks <= MAX_BLOCKS)) {
    return `blocks is ${blocks}; an even number from 2 to ${MAX_BLOCKS} is needed`;
  }
  if (x.columns < 2) return `returns have ${x.columns} column; at least 2 strategies are needed`;
  return matrixFault('returns', x, 2 * blocks);
}

/**
 * Estimates the probability of backtest overfitting by combinatorially symmetric cross-validation.
 *
 * Shapes: returns[T x N], a column a strategy, oldest row first.
 * Errors: `bad-input` for fewer than 2 columns, fewer than two rows a block, values that are not
 *         finite, an odd number of blocks, a strategy that earns without ever moving.
 * Cost:   O(T N + C(blocks, blocks / 2) blocks N).
 * Source: Bailey, Borwein, Lopez de Prado & Zhu (2017), J. of Computational Finance 20(4).
 */
export function backtestOverfitting(
  returns: Matrix,
  options: OverfittingOptions = {},
): QuantResult<BacktestOverfitting> {
  const { blocks = 16, metric = 'sharpe', convention = 'bailey' } = options;
  const fault = optionsFault(returns, blocks);
  if (fault !== null) return badInput(fault);
  const sums = new BlockSums(returns, blocks);
  const [inside, outside] = [0, 0].map(() => new Float64Array(returns.columns)) as [
    Float64Array,
    Float64Array,
  ];
  const found = { logits: [] as number[], best: [] as number[], own: [] as number[] };
  const later: number[] = [];
  const places = returns.columns + (convention === 'bailey' ? 1 : 0);
  for (const chosen of halves(blocks)) {
    const rest = Array.from({ length: blocks }, (_, i) => i).filter((i) => !chosen.includes(i));
    const refusal =
      sums.performance(chosen, metric, inside) ?? sums.performance(rest, metric, outside);
    if (refusal !== null) return badInput(refusal);
    let best = 0;
    for (let j = 1; j < inside.length; j += 1) if (inside[j]! > inside[best]!) best = j;
    const share = rankOf(outside, best) / places;
    found.logits.push(share === 1 ? TOP_LOGIT : Math.log(share / (1 - share)));
    found.best.push(best);
    found.own.push(inside[best]!);
    later.push(outside[best]!);
  }
  const inSample = Float64Array.from(found.own);
  const outOfSample = Float64Array.from(later);
  const fit = convention === 'bailey' ? line(inSample, outOfSample) : line(outOfSample, inSample);
  const splits = found.logits.length;
  return ok({
    probability: found.logits.filter((logit) => logit <= 0).length / splits,
    logits: Float64Array.from(found.logits),
    inSample,
    outOfSample,
    best: Int32Array.from(found.best),
    lossProbability: later.filter((value) => value < 0).length / splits,
    slope: fit?.[0] ?? null,
    intercept: fit?.[1] ?? null,
    rows: Math.floor(returns.rows / blocks) * blocks,
  });
}
