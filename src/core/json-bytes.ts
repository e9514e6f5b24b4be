const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;

/** Longest text of a number, with its sign. */
const NUMBER_BYTES = 40;

/** Decimal digits are written in groups of nine: what a group holds fits 32 bits. */
const GROUP = 1e9;
const GROUP_DIGITS = 9;

/** Beyond these a bigint is written as text. */
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

const UTF_8 = new TextEncoder();

/** Lengths whose view of the kept buffer is made once. */
const KEPT_VIEWS = 2_048;

/**
 * Canonical JSON written as bytes, without the strings that would be garbage a moment later.
 *
 * The usual case, printable ASCII without escapes and whole numbers of 32 bits, is written byte by
 * byte; everything else goes through `JSON.stringify` and is the same. The buffer grows when needed
 * and goes back to its first size at `restart`.
 */
export class JsonBytes {
  readonly #kept: Uint8Array;
  #bytes: Uint8Array;
  #length = 0;
  /** A 64-bit integer and its four words, the lowest first: its digits come without a bigint. */
  readonly #int64 = new BigInt64Array(1);
  readonly #words = new Uint16Array(this.#int64.buffer);
  readonly #views: (Uint8Array | undefined)[] = [];

  /** Keeps a buffer of `size` bytes. */
  constructor(size: number) {
    this.#kept = new Uint8Array(size);
    this.#bytes = this.#kept;
  }

  /** What is written, and room behind it. Another buffer after it grew. */
  get bytes(): Uint8Array {
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

  /** What is written; valid until the next writing. Of the usual lengths it is one object each. */
  get written(): Uint8Array {
    const length = this.#length;
    if (length >= KEPT_VIEWS || this.#bytes !== this.#kept) return this.#bytes.subarray(0, length);
    const known = this.#views[length];
    if (known !== undefined) return known;
    while (this.#views.length <= length) this.#views.push(undefined);
    const made = this.#kept.subarray(0, length);
    this.#views[length] = made;
    return made;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
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
  raw(part: Uint8Array, start = 0, end = part.length): void {
    this.#reserve(end - start);
    const to = this.#bytes;
    let at = this.#length;
    for (let i = start; i < end; i += 1, at += 1) to[at] = part[i]!;
    this.#length = at;
  }

  /** Text that is JSON already. */
  json(text: string): void {
    this.#reserve(3 * text.length);
    const to = this.#bytes;
    const start = this.#length;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7e) {
        this.#length += UTF_8.encodeInto(text, to.subarray(start)).written;
        return;
      }
      to[start + i] = code;
    }
    this.#length = start + text.length;
  }

  /** Text of one byte a character, as it stands. */
  latin1(text: string): void {
    this.#reserve(text.length);
    const to = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i += 1, at += 1) to[at] = text.charCodeAt(i);
    this.#length = at;
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
    this.#reserve(NUMBER_BYTES);
    let rest = value;
    if (rest < 0) {
      this.#bytes[this.#length] = MINUS;
      this.#length += 1;
      rest = -rest;
    }
    if (rest < GROUP) {
      this.#leading(rest);
      return;
    }
    // The remainder of doubles costs more than everything else here.
    const high = Math.floor(rest / GROUP);
    const low = rest - high * GROUP;
    const isAbove = low < 0;
    this.#leading(isAbove ? high - 1 : high);
    this.#group(isAbove ? low + GROUP : low);
  }

  /** A bigint: a string of decimal digits. */
  bigint(value: bigint): void {
    if (value < MIN_INT64 || value > MAX_INT64) {
      this.string(value.toString());
      return;
    }
    this.byte(QUOTE);
    this.digits(value);
    this.byte(QUOTE);
  }

  /** The decimal digits of a bigint of 64 bits. */
  digits(value: bigint): void {
    this.#reserve(NUMBER_BYTES);
    this.#int64[0] = value;
    if (this.#words[3]! >= 0x8000) {
      this.#bytes[this.#length] = MINUS;
      this.#length += 1;
      this.#int64[0] = -value;
    }
    const lowest = this.#divideByGroup();
    const middle = this.#divideByGroup();
    const highest = this.#words[0]!;
    if (highest > 0) {
      this.#leading(highest);
      this.#group(middle);
      this.#group(lowest);
    } else if (middle > 0) {
      this.#leading(middle);
      this.#group(lowest);
    } else this.#leading(lowest);
  }

  /** Divides the words by a group, as unsigned; gives the remainder. Long division, word by word. */
  #divideByGroup(): number {
    const words = this.#words;
    let rest = 0;
    for (let i = 3; i >= 0; i -= 1) {
      const part = rest * 65_536 + words[i]!;
      const quotient = Math.floor(part / GROUP);
      rest = part - quotient * GROUP;
      words[i] = quotient;
    }
    return rest;
  }

  /** The digits of a whole number below 2^31, without leading zeros. */
  #leading(value: number): void {
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits += 1;
    this.#fixed(value, digits);
  }

  #group(value: number): void {
    this.#fixed(value, GROUP_DIGITS);
  }

  #fixed(value: number, digits: number): void {
    const end = this.#length + digits;
    const to = this.#bytes;
    const start = this.#length;
    let rest = value;
    for (let at = end - 1; at >= start; at -= 1) {
      // The double 0.1 lies above a tenth, so that no product falls below a whole number.
      const next = (rest * 0.1) | 0;
      to[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    this.#length = end;
  }

  /**
   * A whole number of units of 10^-`decimals` as a plain decimal, for example 618001 with one decimal
   * as `61800.1`. Requires a safe `units` of at least 0 and at most eight decimals.
   */
  decimal(units: number, decimals: number): void {
    const scale = 10 ** decimals;
    const fraction = units % scale;
    this.integer((units - fraction) / scale);
    if (decimals === 0) return;
    this.byte(POINT);
    this.#reserve(decimals);
    this.#fixed(fraction, decimals);
  }
}
