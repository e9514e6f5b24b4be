import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How the process is doing, for health and metrics. */
export interface ProcessVitals {
  readonly rssBytes: number;
  readonly eventLoopDelayP50Ms: number;
  readonly eventLoopDelayP99Ms: number;
  /** Longest standstill since the last reading, ms. */
  readonly eventLoopStallMs: number;
}

const RESOLUTION_MS = 10;

/** Measures the delay of the event loop; percentiles are over the last one to two minutes. */
export class VitalSigns {
  #current: IntervalHistogram;
  #previous: IntervalHistogram | null = null;
  #turnedAt = performance.now();
  #beatAt = performance.now();
  #longestGapMs = 0;

  constructor() {
    this.#current = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#current.enable();
  }

  /** To be called from the service's main timer: gaps between calls are standstills. */
  beat(): void {
    const now = performance.now();
    this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#beatAt);
    this.#beatAt = now;
  }

  /** Reads the vital signs and starts counting standstills anew. */
  read(): ProcessVitals {
    const now = performance.now();
    if (now - this.#turnedAt > 60_000) {
      this.#previous?.disable();
      this.#previous = this.#current;
      this.#previous.disable();
      this.#current = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.#current.enable();
      this.#turnedAt = now;
    }
    const source = this.#previous ?? this.#current;
    const toMs = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
    const stall = this.#longestGapMs;
    this.#longestGapMs = 0;
    return {
      rssBytes: process.memoryUsage.rss(),
      eventLoopDelayP50Ms: source.count > 0 ? toMs(source.percentile(50)) : 0,
      eventLoopDelayP99Ms: source.count > 0 ? toMs(source.percentile(99)) : 0,
      eventLoopStallMs: stall,
    };
  }

  /** Stops measuring. */
  close(): void {
    this.#current.disable();
    this.#previous?.disable();
  }
}
