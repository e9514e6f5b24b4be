import { createHash, hash } from 'node:crypto';
import { JsonBytes } from '../core/index.ts';

/** Block of SHA-256, bytes. */
const BLOCK = 64;

/** What the key is combined with, for the inner and the outer hash. */
const INNER = 0x36;
const OUTER = 0x5c;

const padded = (key: Uint8Array, pad: number): Uint8Array =>
  Uint8Array.from({ length: BLOCK }, (_, i) => (key[i] ?? 0) ^ pad);

/**
 * HMAC-SHA-256 with one key for many short messages, each written into a buffer of its own.
 *
 *   HMAC(K, m) = H((K ^ opad) | H((K ^ ipad) | m))
 *
 * Cost:    two one-shot hashes and their two strings. An `Hmac` object of node:crypto costs twice the
 *          time, and each of them is one more weak handle that the next collection has to end.
 * Source:  RFC 2104.
 */
export class HmacSha256 {
  readonly #inner: Uint8Array;
  readonly #message: JsonBytes;
  readonly #outer = new JsonBytes(2 * BLOCK);

  /** Keeps room for messages of `size` bytes; longer ones are possible. */
  constructor(key: Uint8Array, size: number) {
    const short = key.length <= BLOCK ? key : createHash('sha256').update(key).digest();
    this.#inner = padded(short, INNER);
    this.#message = new JsonBytes(BLOCK + size);
    this.#outer.raw(padded(short, OUTER));
  }

  /** Begins a message: what is written to the result is what `hex` signs. */
  begin(): JsonBytes {
    this.#message.restart(0);
    this.#message.raw(this.#inner);
    return this.#message;
  }

  /** Where a message begins in what `begin` gave. */
  readonly messageStart = BLOCK;

  /** The HMAC of what was written since `begin`, lower-case hex. */
  hex(): string {
    const digest = hash('sha256', this.#message.written, 'binary');
    this.#outer.restart(BLOCK);
    this.#outer.latin1(digest);
    return hash('sha256', this.#outer.written, 'hex');
  }
}
