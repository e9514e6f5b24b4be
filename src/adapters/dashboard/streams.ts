import type { ServerResponse } from 'node:http';
import type { DashboardLimits } from './limits.ts';

interface Stream {
  readonly response: ServerResponse;
  /** When its buffer was last seen empty, monotonic ms. */
  drainedAtMs: number;
}

/**
 * The clients of the event stream. Each gets the latest view, never a queue of old ones: a frame
 * that does not fit into a client's small buffer is skipped, and a client whose buffer never
 * empties is closed. All clients share the bytes of a frame.
 */
export class EventStreams {
  readonly #limits: DashboardLimits;
  readonly #streams = new Set<Stream>();

  constructor(limits: DashboardLimits) {
    this.#limits = limits;
  }

  /** Clients connected now. */
  get size(): number {
    return this.#streams.size;
  }

  /** Whether one more client would be too many. */
  get full(): boolean {
    return this.#streams.size >= this.#limits.maxStreams;
  }

  /** Bytes that wait unsent for the client with the most of them. */
  get maxBufferedBytes(): number {
    return Math.max(0, ...[...this.#streams].map(({ response }) => response.writableLength));
  }

  /** Takes over a response whose headers are written, and sends it the first frame. */
  add(response: ServerResponse, frame: Buffer, nowMs: number): void {
    const stream = { response, drainedAtMs: nowMs };
    this.#streams.add(stream);
    response.on('close', () => this.#streams.delete(stream));
    response.on('error', () => this.#drop(stream));
    this.#send(stream, frame, nowMs);
  }

  /** Sends a frame to everybody who can take it. */
  broadcast(frame: Buffer, nowMs: number): void {
    for (const stream of this.#streams) this.#send(stream, frame, nowMs);
  }

  /** Closes every stream at once. */
  closeAll(): void {
    for (const stream of this.#streams) this.#drop(stream);
  }

  #send(stream: Stream, frame: Buffer, nowMs: number): void {
    const buffered = stream.response.writableLength;
    if (buffered === 0) stream.drainedAtMs = nowMs;
    else if (nowMs - stream.drainedAtMs > this.#limits.drainLimitMs) {
      this.#drop(stream);
      return;
    }
    if (buffered + frame.length <= this.#limits.maxBufferedBytes) stream.response.write(frame);
  }

  #drop(stream: Stream): void {
    this.#streams.delete(stream);
    stream.response.destroy();
  }
}

/** One server-sent event with JSON data, which must not hold a line break. */
export const eventFrame = (event: string, json: string): Buffer =>
  Buffer.from(`event: ${event}\ndata: ${json}\n\n`);
