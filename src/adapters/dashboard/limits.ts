/** How much one client, and all of them together, may ask of the trading process. */
export interface DashboardLimits {
  /** How often streams get the latest view, and how long an answer is reused, ms. */
  readonly broadcastIntervalMs: number;
  /** Event streams at the same time; more are answered with 503. */
  readonly maxStreams: number;
  /** Bytes that may wait unsent for one stream; a frame that does not fit is skipped. */
  readonly maxBufferedBytes: number;
  /** A stream whose buffer is never empty for so long is closed, ms. */
  readonly drainLimitMs: number;
  /** Connections at the same time; more are closed at once. */
  readonly maxConnections: number;
  /** From the first byte of a request to the end of its headers, ms. */
  readonly headersTimeoutMs: number;
  /** A connection that moves no byte for so long is closed, ms. */
  readonly idleTimeoutMs: number;
  /** Header bytes of one request. */
  readonly maxHeaderBytes: number;
}

/** The limits of a dashboard that nobody configured. */
export const DEFAULT_DASHBOARD_LIMITS: DashboardLimits = {
  broadcastIntervalMs: 250,
  maxStreams: 64,
  maxBufferedBytes: 65_536,
  drainLimitMs: 10_000,
  maxConnections: 1_024,
  headersTimeoutMs: 5_000,
  idleTimeoutMs: 30_000,
  maxHeaderBytes: 8_192,
};
