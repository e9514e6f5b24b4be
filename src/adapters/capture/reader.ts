import { type EventTimeNs, eventTime, NS_PER_S } from '../../core/index.ts';
import { CaptureText } from './text.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const ZERO = 48;
const TIME_DIGITS = 19;

/** Longest line a capture may hold, bytes. A longer one is counted as unreadable and passed over. */
export const MAX_LINE_BYTES = 2 << 20;

/** One line of a capture: when it was received and the raw venue message. */
export interface CapturedMessage {
  readonly receivedAt: EventTimeNs;
  /** Valid until the next message of the same capture is asked for. */
  readonly bytes: Buffer;
}

/** The second that was read last, in ns: most messages share it with the one before. */
class SecondMemory {
  seconds = -1;
  ns = 0n;
}

/** Reads the 19 digits at `at`; null unless a space and at least one byte follow before `stop`. */
function receiveTime(
  block: Buffer,
  at: number,
  stop: number,
  last: SecondMemory,
): EventTimeNs | null {
  if (stop - at < TIME_DIGITS + 2 || block[at + TIME_DIGITS] !== SPACE) return null;
  let seconds = 0;
  let nanoseconds = 0;
  for (let i = 0; i < TIME_DIGITS; i += 1) {
    const digit = block[at + i]! - ZERO;
    if (digit < 0 || digit > 9) return null;
    if (i < 10) seconds = seconds * 10 + digit;
    else nanoseconds = nanoseconds * 10 + digit;
  }
  if (seconds !== last.seconds) {
    last.seconds = seconds;
    last.ns = BigInt(seconds) * NS_PER_S;
  }
  return eventTime(last.ns + BigInt(nanoseconds));
}

/**
 * One recorded stream: lines `<receive time, ns, 19 digits> <raw JSON>`, plain or gzip.
 *
 * Memory: a few blocks and one line, whatever the size of the file.
 * Errors: `CaptureError` when the file cannot be opened; a damaged line, a line longer than
 *         `MAX_LINE_BYTES`, an unfinished last line and a truncated gzip stream are counted in
 *         `unreadable` and passed over.
 */
export class Capture {
  readonly path: string;
  unreadable = 0;
  messages = 0;
  readonly #text: CaptureText;
  /** Reused from block to block; `#block` is the part in use. */
  #room: Buffer = Buffer.alloc(0);
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  #skippingLongLine = false;
  readonly #second = new SecondMemory();

  private constructor(text: CaptureText) {
    this.path = text.path;
    this.#text = text;
  }

  /** Opens a capture. */
  static async open(path: string): Promise<Capture> {
    return new Capture(await CaptureText.open(path));
  }

  /** The next message if it is already in memory; null means: call `fill` first, or the end. */
  next(): CapturedMessage | null {
    for (;;) {
      const end = this.#block.indexOf(LINE_FEED, this.#at);
      if (end < 0) return null;
      const at = this.#at;
      const stop = end > at && this.#block[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
      this.#at = end + 1;
      if (this.#skippingLongLine) {
        this.#skippingLongLine = false;
        continue;
      }
      const receivedAt =
        stop - at > MAX_LINE_BYTES ? null : receiveTime(this.#block, at, stop, this.#second);
      if (receivedAt === null) {
        this.unreadable += 1;
        continue;
      }
      this.messages += 1;
      return { receivedAt, bytes: this.#block.subarray(at + TIME_DIGITS + 1, stop) };
    }
  }

  /** Reads on until another whole line is in memory. False at the end of the data. */
  async fill(): Promise<boolean> {
    while (!this.#ended) {
      const block = await this.#text.next();
      const rest = this.#block.length - this.#at;
      if (block === null) {
        this.#ended = true;
        this.unreadable += this.#text.damages;
        if (rest > 0 && !this.#skippingLongLine) this.unreadable += 1;
        return false;
      }
      this.#append(block);
      if (this.#block.includes(LINE_FEED, rest)) return true;
      if (this.#block.length > MAX_LINE_BYTES) {
        if (!this.#skippingLongLine) this.unreadable += 1;
        this.#skippingLongLine = true;
        this.#block = this.#room.subarray(0, 0);
        this.#at = 0;
      }
    }
    return false;
  }

  /** Moves the unread rest to the front of the room and puts a block behind it. */
  #append(block: Buffer): void {
    const rest = this.#block.subarray(this.#at);
    const length = rest.length + block.length;
    const room = length > this.#room.length ? Buffer.allocUnsafe(length * 2) : this.#room;
    rest.copy(room, 0);
    block.copy(room, rest.length);
    this.#room = room;
    this.#block = room.subarray(0, length);
    this.#at = 0;
  }

  /** Stops reading and closes the file. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#text.close();
  }
}
