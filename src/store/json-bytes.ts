const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const MINUS = 0x2d;

/** Longest text of a number, with its sign. */
const NUMBER_BYTES = 40;

/**
 * Canonical JSON written as bytes, without the strings that would be garbage a moment later.
 *
 * The usual case, printable ASCII without escapes and whole numbers of 32 bits, is written byte by
 * byte; everything else goes through `JSON.stringify` and is the same. The buffer grows when needed
 * and goes back to its first size at `restart`.
 */
export class JsonBytes {
  readonly #kept: Buffer;
  #bytes: Buffer;
  #length = 0;

  /** Keeps a buffer of `size` bytes. */
  constructor(size: number) {
    this.#kept = Buffer.allocUnsafe(size);
    this.#bytes = this.#kept;
  }

  /** What is written, and room behind it. Another buffer after it grew. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Bytes written so far, those that `restart` left free included. */
  get length(): number {
    return this.#length;
  }

  /** Begins anew behind `free` bytes. */
  restart(free: number): void {
    this.#bytes = this.#kept;
    this.#length = free;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  /** One byte. */
  byte(code: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = code;
    this.#length += 1;
  }

  /** Bytes as they are: the fixed parts of what is written. */
  raw(part: Uint8Array): void {
    this.#reserve(part.length);
    const to = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < part.length; i += 1, at += 1) to[at] = part[i]!;
    this.#length = at;
  }

  /** Text that is JSON already. */
  json(text: string): void {
    this.#reserve(3 * text.length);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** A string with its quotes and escapes. */
  string(value: string): void {
    this.#reserve(value.length + 2);
    const to = this.#bytes;
    let at = this.#length;
    to[at] = QUOTE;
    at += 1;
    for (let i = 0; i < value.length; i += 1, at += 1) {
      const code = value.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
        this.json(JSON.stringify(value));
        return;
      }
      to[at] = code;
    }
    to[at] = QUOTE;
    this.#length = at + 1;
  }

  /** A safe integer. */
  integer(value: number): void {
    if (value !== (value | 0)) {
      this.json(`${value}`);
      return;
    }
    this.#reserve(NUMBER_BYTES);
    let rest = value;
    if (rest < 0) {
      this.#bytes[this.#length] = MINUS;
      this.#length += 1;
      rest = -rest;
    }
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits += 1;
    const end = this.#length + digits;
    for (let at = end - 1; at >= this.#length; at -= 1) {
      const next = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    this.#length = end;
  }

  /** A bigint: a string of decimal digits. */
  bigint(value: bigint): void {
    this.string(value.toString());
  }
}
