import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { canonicalJson, type EventTimeNs } from '../../src/core/index.ts';
import type { OrderGateway, VenueNotice } from '../../src/execution/index.ts';
import type { MarketFrame } from '../../src/market/index.ts';
import type { DomainEvent, VenueReport } from '../../src/model/index.ts';

/** What enters the core: everything that its state is a function of. */
export type Input =
  | { readonly kind: 'frame'; readonly frame: MarketFrame }
  | { readonly kind: 'timer'; readonly at: EventTimeNs }
  | { readonly kind: 'report'; readonly report: VenueReport }
  | { readonly kind: 'notice'; readonly notice: VenueNotice }
  /** The answer to the question that was asked as the `question`-th, from 0. */
  | { readonly kind: 'answer'; readonly question: number; readonly answer: AccountAnswer };

type AccountAnswer = Parameters<Parameters<OrderGateway['account']>[1]>[0];

const FRAME = 0;
const OTHER = 1;
const BUFFER_BYTES = 4 * 1024 * 1024;

/** JSON with the bigints and maps that answers of the venue carry. */
const toText = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return { $big: String(each) };
    return each instanceof Map ? { $map: [...each] } : each;
  });

const fromText = (text: string): unknown =>
  JSON.parse(text, (_, each: unknown) => {
    if (typeof each !== 'object' || each === null) return each;
    if ('$big' in each) return BigInt(each.$big as string);
    return '$map' in each ? new Map(each.$map as [unknown, unknown][]) : each;
  });

/** Writes inputs to a file, one after the other. */
export class InputWriter {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(BUFFER_BYTES);
  #used = 0;
  #count = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  /** Inputs written so far. */
  get count(): number {
    return this.#count;
  }

  write(input: Input): void {
    this.#count += 1;
    if (input.kind !== 'frame') {
      this.#record(OTHER, 0, 0, 0, Buffer.from(toText(input)));
      return;
    }
    const { symbol, seconds, nanoseconds, bytes } = input.frame;
    this.#record(FRAME, symbol, seconds, nanoseconds, bytes);
  }

  #record(kind: number, symbol: number, seconds: number, ns: number, bytes: Uint8Array): void {
    if (this.#used + 18 + bytes.length > BUFFER_BYTES) this.#flush();
    const buffer = this.#buffer;
    let at = this.#used;
    at = buffer.writeUInt32LE(bytes.length, at);
    at = buffer.writeUInt8(kind, at);
    at = buffer.writeUInt8(symbol, at);
    at = buffer.writeDoubleLE(seconds, at);
    at = buffer.writeUInt32LE(ns, at);
    buffer.set(bytes, at);
    this.#used = at + bytes.length;
  }

  #flush(): void {
    let written = 0;
    while (written < this.#used) {
      written += writeSync(this.#file, this.#buffer, written, this.#used - written);
    }
    this.#used = 0;
  }

  /** Writes what is left and closes the file. */
  close(): void {
    this.#flush();
    closeSync(this.#file);
  }
}

/** Reads the inputs of a file, one after the other. */
export function* readInputs(path: string): Generator<Input> {
  const file = openSync(path, 'r');
  try {
    let buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(BUFFER_BYTES);
      const length = readSync(file, chunk, 0, BUFFER_BYTES, null);
      if (length === 0) return;
      buffer = Buffer.concat([buffer, chunk.subarray(0, length)]);
      let at = 0;
      while (at + 18 <= buffer.length) {
        const size = buffer.readUInt32LE(at);
        if (at + 18 + size > buffer.length) break;
        const bytes = buffer.subarray(at + 18, at + 18 + size);
        if (buffer.readUInt8(at + 4) === FRAME) {
          const symbol = buffer.readUInt8(at + 5);
          const seconds = buffer.readDoubleLE(at + 6);
          const nanoseconds = buffer.readUInt32LE(at + 14);
          yield { kind: 'frame', frame: { symbol, seconds, nanoseconds, bytes } };
        } else yield fromText(bytes.toString()) as Input;
        at += 18 + size;
      }
      buffer = buffer.subarray(at);
    }
  } finally {
    closeSync(file);
  }
}

/** A venue that only remembers what was asked of it; its words come from a recording. */
export class RecordedGateway implements OrderGateway {
  readonly #sent = createHash('sha256');
  readonly #questions: Parameters<OrderGateway['account']>[1][] = [];
  #report: ((report: VenueReport) => void) | null = null;
  #notice: ((notice: VenueNotice) => void) | null = null;

  submit(order: { readonly clientOrderId: string }): void {
    this.#sent.update(`submit ${order.clientOrderId}\n`);
  }

  cancel(order: { readonly clientOrderId: string }): void {
    this.#sent.update(`cancel ${order.clientOrderId}\n`);
  }

  amend(order: { readonly clientOrderId: string }): void {
    this.#sent.update(`amend ${order.clientOrderId}\n`);
  }

  onReport(receive: (report: VenueReport) => void): void {
    this.#report = receive;
  }

  onNotice(receive: (notice: VenueNotice) => void): void {
    this.#notice = receive;
  }

  account(_since: EventTimeNs, answer: Parameters<OrderGateway['account']>[1]): void {
    this.#questions.push(answer);
  }

  /** Hands over what the venue said. */
  hand(input: Extract<Input, { readonly kind: 'report' | 'notice' | 'answer' }>): void {
    if (input.kind === 'report') this.#report?.(input.report);
    else if (input.kind === 'notice') this.#notice?.(input.notice);
    else this.#questions[input.question]?.(input.answer);
  }

  /** SHA-256 of everything that was sent. */
  sentHash(): string {
    return this.#sent.copy().digest('hex');
  }
}

/** A hash over events as they are recorded; the start of a run names its kernel target and is left out. */
export class EventHash {
  readonly #hash = createHash('sha256');
  count = 0;

  add(event: DomainEvent): void {
    this.count += 1;
    if (event.kind === 'run-started') return;
    this.#hash.update(`${canonicalJson({ ...event })}\n`);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
