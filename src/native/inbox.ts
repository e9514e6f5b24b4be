import { assert, type EventTimeNs } from '../core/index.ts';
import { type Arena, placeOf } from './arena.ts';
import type { ArenaLayout } from './layout.ts';

/** Frames on their way into an engine: copied one behind the other into its arena. */
export class Inbox {
  readonly #arena: Arena;
  readonly #start: number;
  readonly #bytes: number;
  readonly #headerBytes: number;
  readonly #lengthPlace: number;
  readonly #symbolPlace: number;
  readonly #receivedPlace: number;
  readonly #readPlace: number;
  readonly #writePlace: number;
  #oversized = 0;

  constructor(arena: Arena, { control, inbox }: ArenaLayout) {
    assert(
      inbox.stride % 8 === 0 && inbox.offset % 8 === 0,
      'frame headers are aligned to 8 bytes',
    );
    this.#arena = arena;
    this.#start = inbox.offset;
    this.#bytes = inbox.count;
    this.#headerBytes = inbox.stride;
    this.#lengthPlace = placeOf(inbox, 'length', 'u32');
    this.#symbolPlace = placeOf(inbox, 'symbol', 'i32');
    this.#receivedPlace = placeOf(inbox, 'receivedNs', 'i64');
    this.#readPlace = placeOf(control, 'inboxRead', 'u32');
    this.#writePlace = placeOf(control, 'inboxWrite', 'u32');
  }

  /** Frames that were longer than the whole inbox. */
  get oversizedFrames(): number {
    return this.#oversized;
  }

  /** Copies one frame; false when there is no room before the next run. */
  push(symbol: number, receivedAt: EventTimeNs, bytes: Uint8Array): boolean {
    const { u8, u32, i32, i64 } = this.#arena;
    const need = this.#headerBytes + ((bytes.length + 7) & ~7);
    if (need > this.#bytes) {
      this.#oversized += 1;
      return true;
    }
    let write = u32[this.#writePlace]!;
    if (write + need > this.#bytes) {
      write = this.#makeRoom(write);
      if (write + need > this.#bytes) return false;
    }
    u32[this.#lengthPlace + (write >>> 2)] = bytes.length;
    i32[this.#symbolPlace + (write >>> 2)] = symbol;
    i64[this.#receivedPlace + (write >>> 3)] = receivedAt;
    u8.set(bytes, this.#start + write + this.#headerBytes);
    u32[this.#writePlace] = write + need;
    return true;
  }

  /** Moves waiting frames to the front and returns the new end. */
  #makeRoom(write: number): number {
    const { u8, u32 } = this.#arena;
    const read = u32[this.#readPlace]!;
    if (read === 0) return write;
    u8.copyWithin(this.#start, this.#start + read, this.#start + write);
    u32[this.#readPlace] = 0;
    u32[this.#writePlace] = write - read;
    return write - read;
  }
}
