import type { EventTimeNs } from '../core/index.ts';
import type { Engine } from './engine.ts';
import { toNativeError } from './error.ts';
import type { NativeEngine } from './layout.ts';
import { loadAddon } from './load.ts';

/** What the addon gives for the captures of one engine. */
interface NativeCaptureFeed {
  append(capture: number, bytes: Uint8Array): boolean;
  finish(capture: number): void;
  /** -1: none. */
  dry(): number;
  headAt(): bigint | null;
  messages(capture: number): number;
  unreadable(capture: number): number;
  levelUpdates(): number;
}

/** The part of the addon that `native/binding/capture.cc` registers. */
export interface CaptureAddon {
  createCaptureFeed(engine: NativeEngine, symbols: readonly number[]): NativeCaptureFeed;
}

/**
 * The text of recorded captures on its way into an engine, whose `run` takes the lines: in order of
 * receive time over all captures, ties in the order of the captures, up to the time it is given. It
 * returns `drained` when it cannot know which line is next before `dry` is given more text.
 *
 * The format of a line, and what makes one unreadable, stand in native/decode/capture_lines.h.
 *
 * Memory: at most 8 MiB of text a capture.
 * Errors: `NativeError` for an engine on threads or one that has a feed, and for indices, symbols
 *         and pieces that are not allowed.
 */
export class CaptureFeed {
  readonly #native: NativeCaptureFeed;

  /** `symbols` names the instrument of each capture by its index. */
  constructor(engine: Engine, symbols: readonly number[]) {
    const addon = loadAddon<CaptureAddon>();
    this.#native = guarded(() => addon.createCaptureFeed(engine.handle, symbols));
  }

  /**
   * Copies a piece of text of any cut, at most 4 MiB; false when there is no room before the engine
   * took lines. The capture that is `dry` always has room.
   */
  append(capture: number, bytes: Uint8Array): boolean {
    return guarded(() => this.#native.append(capture, bytes));
  }

  /** Says that a capture has no more text. */
  finish(capture: number): void {
    guarded(() => this.#native.finish(capture));
  }

  /** The capture without whose text it is not known which line is next; null: none. */
  get dry(): number | null {
    const capture = this.#native.dry();
    return capture < 0 ? null : capture;
  }

  /** Receive time of the line that is next; null while a capture is dry, and at the end of all. */
  get headAt(): EventTimeNs | null {
    return this.#native.headAt() as EventTimeNs | null;
  }

  /** Lines of a capture that the engine took. */
  messages(capture: number): number {
    return guarded(() => this.#native.messages(capture));
  }

  /** Lines of a capture that were passed over. */
  unreadable(capture: number): number {
    return guarded(() => this.#native.unreadable(capture));
  }

  /** Price levels in the depth updates and snapshots that the engine decoded. */
  get levelUpdates(): number {
    return this.#native.levelUpdates();
  }
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toNativeError(error);
  }
}
