import type { EventTimeNs } from '../core/index.ts';
import { type Arena, placeOf, strideIn } from './arena.ts';
import type { Region } from './layout.ts';

/** One connection to a venue, as the engine reads it. */
export interface EngineConnection {
  readonly venue: 'binance' | 'kraken' | 'coinbase';
  /**
   * `messages`: each pushed frame is one message. `websocket`: frames pushed with symbol -1 are
   * pieces of the connection's byte stream behind TLS, in any cut; a frame that names a symbol is
   * still one whole message, such as the answer to a snapshot request.
   */
  readonly framing: 'messages' | 'websocket';
  /** Bound of one WebSocket message, 1 KiB to 256 MiB; 16 MiB when absent. */
  readonly maxMessageBytes?: number;
  /** Indices of the instruments that come by it; absent: those of its venue that no other lists. */
  readonly instruments?: readonly number[];
}

/** The engine on threads of its own, beside the event loop. */
export interface EngineThreads {
  /** Threads, 1 to the number of instruments: instrument i belongs to shard i mod `shards`. */
  readonly shards: number;
  /** The CPU of each shard, all different and allowed to this process; null: anywhere. */
  readonly pin: readonly number[] | null;
  /**
   * What a shard without work does: `spin` needs one CPU more than shards, `yield` gives its CPU
   * away between two looks, `park` looks for some ten microseconds and then sleeps.
   */
  readonly idle: 'spin' | 'yield' | 'park';
}

/** What the engine tells about one connection. */
export interface EngineConnectionState {
  /** Why its stream cannot be read on; null while it can. Reconnect, then `resetConnection`. */
  readonly framingError: string | null;
  /** Whether the server sent its close frame. */
  readonly isClosed: boolean;
  readonly frames: number;
  readonly bytes: number;
  readonly messages: number;
  /** Messages of another than the exact shape, which the general decoder had to read. */
  readonly fallbacks: number;
  /** Last sequence number of the connection; null where the venue gives none. */
  readonly sequence: number | null;
  /** Messages whose number did not follow the last one. */
  readonly sequenceGaps: number;
}

/** A WebSocket control frame. A ping is to be answered by a pong with the same body. */
export interface EngineControlFrame {
  readonly connection: number;
  readonly kind: 'close' | 'ping' | 'pong';
  readonly at: EventTimeNs;
  /** A copy. */
  readonly body: Uint8Array;
}

const KINDS = { 8: 'close', 9: 'ping', 10: 'pong' } as const;

/** Reads the connections of an engine. */
export class ConnectionReader {
  readonly #arena: Arena;
  readonly #states: Region;
  readonly #errors: readonly string[];

  constructor(arena: Arena, states: Region, errors: readonly string[]) {
    this.#arena = arena;
    this.#states = states;
    this.#errors = errors;
  }

  /** Connections of the engine. */
  get count(): number {
    return this.#states.count;
  }

  /** The state of one connection, copied. */
  state(connection: number): EngineConnectionState {
    const { f64, u32 } = this.#arena;
    const word = (name: string): number =>
      u32[placeOf(this.#states, name, 'u32') + connection * strideIn(this.#states, 'u32')]!;
    const count = (name: string): number =>
      f64[placeOf(this.#states, name, 'f64') + connection * strideIn(this.#states, 'f64')]!;
    const error = word('framingError');
    const sequence = count('sequence');
    return {
      framingError: error === 0 ? null : (this.#errors[error] ?? 'invalid'),
      isClosed: word('closed') !== 0,
      frames: count('frames'),
      bytes: count('bytes'),
      messages: count('messages'),
      fallbacks: count('fallbacks'),
      sequence: sequence < 0 ? null : sequence,
      sequenceGaps: count('sequenceGaps'),
    };
  }
}

/** Reads the ring of control frames of an engine. */
export class ControlFrameReader {
  readonly #arena: Arena;
  readonly #region: Region;

  constructor(arena: Arena, region: Region) {
    this.#arena = arena;
    this.#region = region;
  }

  /** The control frame in slot `index` of the ring. */
  at(index: number): EngineControlFrame {
    const { i64, u32, u8 } = this.#arena;
    const region = this.#region;
    const word = (name: string): number =>
      u32[placeOf(region, name, 'u32') + index * strideIn(region, 'u32')]!;
    const start = placeOf(region, 'body', 'u32') * 4 + index * region.stride;
    return {
      connection: word('connection'),
      kind: KINDS[word('opcode') as keyof typeof KINDS],
      at: i64[placeOf(region, 'atNs', 'i64') + index * strideIn(region, 'i64')]! as EventTimeNs,
      body: u8.slice(start, start + word('length')),
    };
  }
}
