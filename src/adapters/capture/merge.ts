import type { Capture, CapturedMessage } from './reader.ts';

/**
 * Hands out the messages of several captures in order of receive time; ties go to the capture that
 * was named first. A capture whose own times run backwards keeps its own order.
 */
export class MergedCaptures {
  #captures: readonly Capture[];
  #heads: (CapturedMessage | null)[] = [];
  #given = -1;

  /** Position, in the list that was merged, of the capture that the latest message came from. */
  get source(): number {
    return this.#given;
  }

  constructor(captures: readonly Capture[]) {
    this.#captures = captures;
  }

  /** The next message if every capture has one in memory, else null: call `fill`. */
  next(): CapturedMessage | null {
    if (this.#heads.length === 0) return null;
    if (this.#given >= 0) {
      const head = this.#captures[this.#given]!.next();
      this.#heads[this.#given] = head;
      if (head === null) return null;
      this.#given = -1;
    }
    let first = -1;
    for (let i = 0; i < this.#heads.length; i += 1) {
      const head = this.#heads[i];
      if (head == null) continue;
      if (first < 0 || head.receivedAt < this.#heads[first]!.receivedAt) first = i;
    }
    if (first < 0) return null;
    this.#given = first;
    return this.#heads[first]!;
  }

  /** Reads on where a capture ran dry. False when all of them have ended. */
  async fill(): Promise<boolean> {
    const dry =
      this.#heads.length === 0
        ? this.#captures.map((_, i) => i)
        : this.#given < 0
          ? []
          : [this.#given];
    for (const i of dry) {
      const capture = this.#captures[i]!;
      let head = capture.next();
      while (head === null && (await capture.fill())) head = capture.next();
      this.#heads[i] = head;
    }
    this.#given = -1;
    return this.#heads.some((head) => head !== null);
  }
}
