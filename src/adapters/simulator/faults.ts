import type { Rng } from '../../core/index.ts';
import type { FrameInFlight } from './frame-queue.ts';
import type { VenueFaults } from './options.ts';

/** Most frames that overtake one that is held back. */
const MOST_OVERTAKERS = 40;

/**
 * Breaks a connection in the ways that real ones break, with seeded probabilities.
 *
 * Determinism: a function of the generator's seed and of the calls. A fault of probability 0 draws
 * nothing, so that other faults do not shift when one is turned off.
 */
export class FaultyLine {
  readonly #faults: VenueFaults;
  readonly #rng: Rng;
  #heldBack: FrameInFlight | null = null;
  #overtakers = 0;

  constructor(faults: VenueFaults, rng: Rng) {
    this.#faults = faults;
    this.#rng = rng;
  }

  /** The frames that arrive in place of one: none, itself, itself twice, broken, or a late one. */
  frames(frame: FrameInFlight): readonly FrameInFlight[] {
    const late = this.#latecomer(frame.at);
    if (this.#happens(this.#faults.dropFrame)) return late;
    if (this.#heldBack === null && this.#happens(this.#faults.reorderFrame)) {
      this.#heldBack = frame;
      this.#overtakers = 1 + Math.floor(this.#rng.uniform() * MOST_OVERTAKERS);
      return late;
    }
    const arriving = this.#happens(this.#faults.corruptFrame) ? this.#corrupt(frame) : frame;
    const out = [arriving];
    if (this.#happens(this.#faults.duplicateFrame)) out.push(arriving);
    return [...out, ...late];
  }

  /** Whether a request is lost on its way to the venue. */
  losesRequest(): boolean {
    return this.#happens(this.#faults.loseRequest);
  }

  /** Whether a report is lost on its way back. */
  losesReport(): boolean {
    return this.#happens(this.#faults.loseReport);
  }

  /** Whether an account question fails. */
  failsAccount(): boolean {
    return this.#happens(this.#faults.failAccount);
  }

  /** The frame that was held back, once enough others have overtaken it. */
  #latecomer(at: number): readonly FrameInFlight[] {
    const late = this.#heldBack;
    if (late === null) return [];
    this.#overtakers -= 1;
    if (this.#overtakers > 0) return [];
    this.#heldBack = null;
    return [{ ...late, at }];
  }

  #happens(probability: number | undefined): boolean {
    return probability !== undefined && probability > 0 && this.#rng.uniform() < probability;
  }

  #corrupt(frame: FrameInFlight): FrameInFlight {
    const bytes = frame.bytes.slice();
    const at = Math.floor(this.#rng.uniform() * bytes.length);
    bytes[at] = bytes[at]! ^ (1 + Math.floor(this.#rng.uniform() * 255));
    return { ...frame, bytes };
  }
}
