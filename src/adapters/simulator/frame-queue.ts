import type { VenueTimeUs } from './schedule.ts';

/** A market message under way. */
export interface FrameInFlight {
  readonly at: VenueTimeUs;
  readonly symbol: number;
  readonly bytes: Uint8Array;
}

/** Frames that may be under way at a time; beyond it the oldest is dropped, as a full socket does. */
const CAPACITY = 65_536;

/**
 * Market messages under way from the venue, in order of arrival.
 *
 * Bounds: 65,536 frames; when full the oldest is dropped and counted, and the receiver sees a gap.
 */
export class FrameQueue {
  #frames: FrameInFlight[] = [];
  #first = 0;
  #dropped = 0;

  /** When the next frame arrives, or Infinity. */
  get nextAt(): VenueTimeUs {
    return this.#frames[this.#first]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Frames dropped because the queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds a frame that arrives no earlier than those before it. */
  add(frame: FrameInFlight): void {
    this.#frames.push(frame);
    if (this.#frames.length - this.#first <= CAPACITY) return;
    this.#first += 1;
    this.#dropped += 1;
    this.#compact();
  }

  /** Takes the frame that arrives next, or null. */
  take(): FrameInFlight | null {
    const frame = this.#frames[this.#first];
    if (frame === undefined) return null;
    this.#first += 1;
    this.#compact();
    return frame;
  }

  /** Moves every arrival later by `us` microseconds. */
  delay(us: number): void {
    this.#frames = this.#frames
      .slice(this.#first)
      .map((frame) => ({ ...frame, at: frame.at + us }));
    this.#first = 0;
  }

  #compact(): void {
    if (this.#first === this.#frames.length) {
      this.#frames = [];
      this.#first = 0;
    } else if (this.#first >= 1024 && this.#first * 2 >= this.#frames.length) {
      this.#frames = this.#frames.slice(this.#first);
      this.#first = 0;
    }
  }
}
