import { assert, type EventTimeNs } from '../core/index.ts';
import { type Arena, placeOf } from './arena.ts';
import type { ArenaLayout } from './layout.ts';

/** What `#begin` gives in place of a frame's place. */
const FULL = -1;
const OVERSIZED = -2;

/** Frames on their way into an engine: copied one behind the other into its arena. */
export class Inbox {
  readonly #arena: Arena;
  readonly #start: number;
  readonly #bytes: number;
  readonly #headerBytes: number;
  readonly #lengthPlace: number;
  readonly #symbolPlace: number;
  readonly #connectionPlace: number;
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
    this.#symbolPlace = placeOf(inbox, 'symbol', 'i16');
    this.#connectionPlace = placeOf(inbox, 'connection', 'u16');
    this.#receivedPlace = placeOf(inbox, 'receivedNs', 'i64');
    this.#readPlace = placeOf(control, 'inboxRead', 'u32');
    this.#writePlace = placeOf(control, 'inboxWrite', 'u32');
  }

  /** Frames that were longer than the whole inbox. */
  get oversizedFrames(): number {
    return this.#oversized;
  }

  /** Copies one frame; false when there is no room before the next run. */
  push(symbol: number, receivedAt: EventTimeNs, bytes: Uint8Array, connection: number): boolean {
    const write = this.#begin(symbol, bytes, connection);
    if (write < 0) return write === OVERSIZED;
    this.#arena.i64[this.#receivedPlace + (write >>> 3)] = receivedAt;
    return true;
  }

  /** The same with a receive time in two numbers, which makes no garbage. */
  pushAt(
    symbol: number,
    seconds: number,
    nanoseconds: number,
    bytes: Uint8Array,
    connection: number,
  ): boolean {
    assert(
      seconds >= 0 && seconds < 2 ** 32 && nanoseconds >= 0 && nanoseconds < 1e9,
      'a receive time has whole seconds below 2^32 and nanoseconds below 10^9',
    );
    const write = this.#begin(symbol, bytes, connection);
    if (write < 0) return write === OVERSIZED;
    // seconds * 10^9 + nanoseconds in two words: every product here is exact below 2^53.
    const upper = Math.floor(seconds / 2 ** 16) * 1e9;
    const lower = (upper % 2 ** 16) * 2 ** 16 + (seconds % 2 ** 16) * 1e9 + nanoseconds;
    const { u32 } = this.#arena;
    const place = 2 * (this.#receivedPlace + (write >>> 3));
    u32[place] = lower % 2 ** 32;
    u32[place + 1] = Math.floor(upper / 2 ** 16) + Math.floor(lower / 2 ** 32);
    return true;
  }

  /** Copies everything but the time; the frame's place, or why there is none. */
  #begin(symbol: number, bytes: Uint8Array, connection: number): number {
    const { u8, u16, u32, i16 } = this.#arena;
    const need = this.#headerBytes + ((bytes.length + 7) & ~7);
    if (need > this.#bytes) {
      this.#oversized += 1;
      return OVERSIZED;
    }
    let write = u32[this.#writePlace]!;
    if (write + need > this.#bytes) {
      write = this.#makeRoom(write);
      if (write + need > this.#bytes) return FULL;
    }
    u32[this.#lengthPlace + (write >>> 2)] = bytes.length;
    i16[this.#symbolPlace + (write >>> 1)] = symbol;
    u16[this.#connectionPlace + (write >>> 1)] = connection;
    u8.set(bytes, this.#start + write + this.#headerBytes);
    u32[this.#writePlace] = write + need;
    return write;
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
