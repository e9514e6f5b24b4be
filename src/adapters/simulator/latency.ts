import { assert, type Rng, standardNormal } from '../../core/index.ts';
import type { LatencyModel } from './options.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Longest delay ever drawn, us: longer ones are cut here. */
const MAX_DELAY_US = 1_000_000;

/** Where the delays of one direction come from. */
export type DelaySource =
  | {
      /** `median * exp(sigma * N(0, 1))`; constant when sigma is 0. */
      readonly kind: 'log-normal';
      readonly medianMs: number;
      readonly sigma: number;
    }
  | {
      /** Drawn from recorded delays with replacement, each equally likely. */
      readonly kind: 'recorded';
      readonly delaysMs: readonly number[];
    };

/** The source of one direction of a connection. */
export function delaySource(model: LatencyModel, line: 'feed' | 'order' | 'response'): DelaySource {
  const delaysMs = model.recorded?.[line];
  if (delaysMs !== undefined) return { kind: 'recorded', delaysMs };
  const medianMs = { feed: model.feedMs, order: model.orderMs, response: model.responseMs }[line];
  const shape = line === 'feed' ? model.feedSigma : model.orderSigma;
  return { kind: 'log-normal', medianMs, sigma: shape ?? model.sigma };
}

/**
 * One direction of a connection: draws a delay for each message and never lets one overtake
 * another, as a TCP stream does. A delay is at most one second.
 *
 * Determinism: a function of the generator's seed and of the calls: the n-th message takes the n-th
 *              draw of this line's own generator, whatever happens on other lines.
 */
export class DelayLine {
  readonly #source: DelaySource;
  readonly #rng: Rng;
  #lastArrival: VenueTimeUs = 0;

  constructor(source: DelaySource, rng: Rng) {
    assert(source.kind !== 'recorded' || source.delaysMs.length > 0, 'recorded delays hold one');
    this.#source = source;
    this.#rng = rng;
  }

  /** When a message that leaves at `at` arrives, with so many microseconds of its own on top. */
  arrival(at: VenueTimeUs, extraUs = 0): VenueTimeUs {
    const drawn = this.#drawMs() * 1000;
    const arrives = at + Math.round(Math.min(drawn, MAX_DELAY_US)) + extraUs;
    this.#lastArrival = Math.max(this.#lastArrival, arrives);
    return this.#lastArrival;
  }

  #drawMs(): number {
    const source = this.#source;
    if (source.kind === 'log-normal') {
      return source.medianMs * Math.exp(source.sigma * standardNormal(this.#rng));
    }
    const { delaysMs } = source;
    return delaysMs[Math.floor(this.#rng.uniform() * delaysMs.length)]!;
  }

  /** Moves what is under way later by `us` microseconds. */
  delay(us: number): void {
    this.#lastArrival += us;
  }
}
