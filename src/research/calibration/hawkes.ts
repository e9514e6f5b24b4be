import { err, ok } from '../../core/index.ts';
import {
  cholesky,
  choleskyInverse,
  nelderMead,
  numericHessian,
  type QuantResult,
} from '../../quant/index.ts';

/** A self-exciting process with an exponential kernel. */
export interface Hawkes {
  /** Rate of events that no other set off, per second. */
  readonly backgroundPerSecond: number;
  /** Events that each event sets off on average, 0 to 1 exclusive. */
  readonly branchingRatio: number;
  /** Decay of the excitement, per second. */
  readonly decayPerSecond: number;
}

/** A fitted process. */
export interface HawkesFit extends Hawkes {
  /** By observed information and the delta method; null where the Hessian is not definite. */
  readonly standardErrors: Hawkes | null;
  readonly logLikelihood: number;
  readonly poissonLogLikelihood: number;
  readonly events: number;
  readonly seconds: number;
}

/** Fewest events that three parameters are fitted to. */
const FEWEST_EVENTS = 50;

/**
 * Log likelihood of events on (0, seconds].
 *
 *   lambda(t) = m + sum over t[i] < t of n k exp(-k (t - t[i]))
 *   l = sum ln lambda(t[i]) - m T - n sum (1 - exp(-k (T - t[i])))
 *
 * Source: Ozaki (1979), Annals of the Institute of Statistical Mathematics 31, eq. 2.
 */
export function hawkesLogLikelihood(
  times: Float64Array,
  seconds: number,
  { backgroundPerSecond: m, branchingRatio: n, decayPerSecond: k }: Hawkes,
): number {
  let excited = 0;
  let before = 0;
  let sum = -m * seconds;
  for (let i = 0; i < times.length; i += 1) {
    const t = times[i]!;
    excited *= Math.exp(-k * (t - before));
    sum += Math.log(m + n * k * excited) - n * (1 - Math.exp(-k * (seconds - t)));
    excited += 1;
    before = t;
  }
  return sum;
}

const parameters = (x: Float64Array): Hawkes => ({
  backgroundPerSecond: Math.exp(x[0]!),
  branchingRatio: 1 / (1 + Math.exp(-x[1]!)),
  decayPerSecond: Math.exp(x[2]!),
});

/**
 * Fits the process to event times by maximum likelihood, from several starts.
 *
 * Units:  ascending times, s, from the start of the observation, which lasts `seconds`.
 * Errors: `bad-input` for fewer than 50 events or times outside the observation.
 * Source: Ogata (1978), Annals of the Institute of Statistical Mathematics 30, for the errors.
 */
export function fitHawkes(times: Float64Array, seconds: number): QuantResult<HawkesFit> {
  const events = times.length;
  if (events < FEWEST_EVENTS) {
    const detail = `there are ${events} events; a Hawkes process takes at least ${FEWEST_EVENTS}`;
    return err({ code: 'bad-input', detail });
  }
  if (!(times[0]! >= 0 && times[events - 1]! <= seconds)) {
    return err({ code: 'bad-input', detail: `events lie outside the ${seconds} s observed` });
  }
  const rate = events / seconds;
  const loss = (x: Float64Array): number => -hawkesLogLikelihood(times, seconds, parameters(x));
  let best: { readonly x: Float64Array; readonly value: number } | null = null;
  for (const decay of [1, 20, 400]) {
    const start = Float64Array.of(Math.log(rate / 2), 0, Math.log(decay));
    const found = nelderMead(loss, start, { tolerance: 1e-10, maxIterations: 400, size: 0.5 });
    if (best === null || found.value < best.value) best = found;
  }
  const x = best!.x;
  const fitted = parameters(x);
  const hessian = numericHessian(loss, x, Float64Array.of(1e-3, 1e-3, 1e-3));
  const factor = cholesky(hessian, 3);
  const covariance = factor === null ? null : choleskyInverse(factor, 3);
  const deviation = (i: number): number => Math.sqrt(covariance![i * 4]!);
  const { backgroundPerSecond, branchingRatio, decayPerSecond } = fitted;
  return ok({
    ...fitted,
    standardErrors:
      covariance === null
        ? null
        : {
            backgroundPerSecond: backgroundPerSecond * deviation(0),
            branchingRatio: branchingRatio * (1 - branchingRatio) * deviation(1),
            decayPerSecond: decayPerSecond * deviation(2),
          },
    logLikelihood: -best!.value,
    poissonLogLikelihood: events * Math.log(rate) - events,
    events,
    seconds,
  });
}

/**
 * Rescales times between events to what are unit exponentials if the process is right. The first
 * `known` events only build up the excitement and give no residual.
 *
 * Source: Brown, Barbieri, Ventura, Kass & Frank (2002), Neural Computation 14(2): time rescaling.
 */
export function hawkesResiduals(
  times: Float64Array,
  known: number,
  { backgroundPerSecond: m, branchingRatio: n, decayPerSecond: k }: Hawkes,
): Float64Array {
  const out = new Float64Array(Math.max(0, times.length - Math.max(1, known)));
  let excited = 0;
  for (let i = 1, at = 0; i < times.length; i += 1) {
    excited += 1;
    const gap = times[i]! - times[i - 1]!;
    const left = Math.exp(-k * gap);
    if (i >= known) out[at++] = m * gap + n * excited * (1 - left);
    excited *= left;
  }
  return out;
}
