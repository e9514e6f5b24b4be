import { ok } from '../core/index.ts';
import { badInput, type QuantResult } from './errors.ts';
import { lagFault, pairFault, type TransferEntropyOptions } from './transfer-entropy.ts';

/** Removes `basis` (orthogonal columns) from v, twice against rounding. */
function orthogonalise(v: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const out = Float64Array.from(v);
  for (let pass = 0; pass < 2; pass += 1) {
    for (const b of basis) {
      const norm = b.reduce((sum, w) => sum + w * w, 0);
      const along = b.reduce((sum, w, i) => sum + w * out[i]!, 0) / norm;
      for (let i = 0; i < out.length; i += 1) out[i] = out[i]! - along * b[i]!;
    }
  }
  return out;
}

/** The orthogonal basis of columns; null where one depends on those before it. */
function basisOf(columns: readonly Float64Array[]): Float64Array[] | null {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const rest = orthogonalise(column, basis);
    const size = (v: Float64Array) => v.reduce((sum, w) => sum + w * w, 0);
    if (size(rest) <= 1e-20 * size(column)) return null;
    basis.push(rest);
  }
  return basis;
}

/**
 * Computes Gaussian transfer entropy in nats: 0.5 ln(RSS of target on its past / RSS with the past of
 * the source too), both with a constant. Half of Granger's log ratio.
 *
 * Errors: `bad-input` as `transferEntropy`; `singular` for past values that depend on each other or a
 *         target that its past explains fully.
 * Source: Barnett, Barrett & Seth (2009), Phys. Rev. Lett. 103.
 */
export function gaussianTransferEntropy(
  source: Float64Array,
  target: Float64Array,
  options: Pick<TransferEntropyOptions, 'targetLag' | 'sourceLag'> = {},
): QuantResult<number> {
  const { targetLag = 1, sourceLag = 1 } = options;
  const most = Math.max(targetLag, sourceLag);
  const fault = lagFault(options) ?? pairFault(source, target, most + targetLag + sourceLag + 3);
  if (fault !== null) return badInput(fault);
  const n = target.length - most;
  const lagged = (x: Float64Array, k: number) => x.subarray(most - k, most - k + n);
  const ones = new Float64Array(n).fill(1);
  const columns: Float64Array[] = [ones];
  for (let k = 1; k <= targetLag; k += 1) columns.push(lagged(target, k));
  for (let k = 1; k <= sourceLag; k += 1) columns.push(lagged(source, k));
  const basis = basisOf(columns);
  const y = lagged(target, 0);
  const squares = (b: readonly Float64Array[]) =>
    orthogonalise(y, b).reduce((sum, v) => sum + v * v, 0);
  const full = basis === null ? 0 : squares(basis);
  if (basis === null || !(full > 1e-24 * squares([]))) {
    const detail = 'the past values depend on each other, or explain the target fully';
    return { ok: false, error: { code: 'singular', detail } };
  }
  return ok(0.5 * Math.log(squares(basis.slice(0, 1 + targetLag)) / full));
}
