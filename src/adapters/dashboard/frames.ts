import { performance } from 'node:perf_hooks';
import { type Clock, NS_PER_MS } from '../../core/index.ts';
import type { DashboardDocument, ReadModel } from '../../observe/ports.ts';
import type { PageFrame } from './page-frame.ts';
import { eventFrame } from './streams.ts';

/** One reading of the source in the forms in which it is sent. */
export interface PreparedFrame {
  readonly document: DashboardDocument;
  readonly json: Buffer;
  readonly event: Buffer;
}

/**
 * Reads the source at most once per interval, however many clients ask: that bounds what they can
 * cost the process that trades.
 */
export class Frames {
  readonly #source: ReadModel;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  readonly #maxEventBytes: number;
  #prepared: PreparedFrame | null = null;
  #preparedAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: {
    readonly source: ReadModel;
    readonly clock: Clock;
    readonly maxAgeMs: number;
    readonly maxEventBytes: number;
  }) {
    this.#source = deps.source;
    this.#clock = deps.clock;
    this.#maxAgeMs = deps.maxAgeMs;
    this.#maxEventBytes = deps.maxEventBytes;
  }

  /** The present frame, read anew when the last one is older than the interval. */
  latest(): PreparedFrame {
    const nowMs = performance.now();
    if (this.#prepared !== null && nowMs - this.#preparedAtMs < this.#maxAgeMs) {
      return this.#prepared;
    }
    return this.next();
  }

  /** Reads the source now. */
  next(): PreparedFrame {
    const sentAtMs = Number(this.#clock.now() / NS_PER_MS);
    const document = this.#source.document(sentAtMs);
    const frame: PageFrame = { ...document, sentAtMs };
    const text = JSON.stringify(frame);
    const event = eventFrame('view', text);
    this.#prepared = {
      document,
      json: Buffer.from(text),
      // A frame beyond the cap of a client is fetched by it instead of pushed to it.
      event: event.length <= this.#maxEventBytes ? event : eventFrame('fetch-view', '{}'),
    };
    this.#preparedAtMs = performance.now();
    return this.#prepared;
  }
}
