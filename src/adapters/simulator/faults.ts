import type { Rng } from '../../core/index.ts';
import type { FaultKind, FaultRule } from './fault-rules.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import type { FrameInFlight } from './frame-queue.ts';
import type { VenueFaults } from './options.ts';
import type { VenueTimeUs } from './schedule.ts';

/** Most frames that overtake one that is held back. */
const MOST_OVERTAKERS = 40;

/** The rules that the plain probabilities stand for. */
const PLAIN: readonly (readonly [Exclude<keyof VenueFaults, 'rules'>, FaultKind])[] = [
  ['dropFrame', 'drop-frames'],
  ['duplicateFrame', 'duplicate-frames'],
  ['reorderFrame', 'reorder-frames'],
  ['corruptFrame', 'corrupt-frames'],
  ['loseRequest', 'lose-requests'],
  ['loseReport', 'lose-reports'],
  ['failAccount', 'fail-account'],
];

/** All faults as rules. */
export const rulesOf = (faults: VenueFaults): readonly FaultRule[] => [
  ...PLAIN.flatMap(([name, kind]) => {
    const probability = faults[name];
    return probability === undefined || probability === 0 ? [] : [{ kind, probability }];
  }),
  ...(faults.rules ?? []),
];

/**
 * Breaks the stream of market messages in the ways that real ones break.
 *
 * Determinism: a function of the schedule, the generator's seed and the calls.
 */
export class FaultyFeed {
  readonly #faults: FaultSchedule;
  readonly #rng: Rng;
  #heldBack: FrameInFlight | null = null;
  #overtakers = 0;

  constructor(faults: FaultSchedule, rng: Rng) {
    this.#faults = faults;
    this.#rng = rng;
  }

  /**
   * The frames that arrive in place of one that left at `now`: none, itself, itself twice, broken,
   * or a late one.
   */
  frames(frame: FrameInFlight, now: VenueTimeUs): readonly FrameInFlight[] {
    const faults = this.#faults;
    if (faults.isEmpty) return [frame];
    const late = this.#latecomer(frame.at);
    if (faults.holds('disconnect', now) !== null || faults.touches('drop-frames', now) !== null) {
      return late;
    }
    if (this.#heldBack === null && faults.touches('reorder-frames', now) !== null) {
      this.#heldBack = frame;
      this.#overtakers = 1 + Math.floor(this.#rng.uniform() * MOST_OVERTAKERS);
      return late;
    }
    const isBroken = faults.touches('corrupt-frames', now) !== null;
    const arriving = isBroken ? this.#corrupt(frame) : frame;
    const out = [arriving];
    if (faults.touches('duplicate-frames', now) !== null) out.push(arriving);
    return [...out, ...late];
  }

  /** The frame that was held back, once enough others have overtaken it. */
  #latecomer(at: VenueTimeUs): readonly FrameInFlight[] {
    const late = this.#heldBack;
    if (late === null) return [];
    this.#overtakers -= 1;
    if (this.#overtakers > 0) return [];
    this.#heldBack = null;
    return [{ ...late, at }];
  }

  #corrupt(frame: FrameInFlight): FrameInFlight {
    const bytes = frame.bytes.slice();
    const at = Math.floor(this.#rng.uniform() * bytes.length);
    bytes[at] = bytes[at]! ^ (1 + Math.floor(this.#rng.uniform() * 255));
    return { ...frame, bytes };
  }
}
