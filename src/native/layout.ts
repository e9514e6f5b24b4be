import type { SequenceRule } from '../model/index.ts';

/** Element types of the shared memory. */
export type FieldType = 'u16' | 'i16' | 'u32' | 'i32' | 'i64' | 'f64';

/** One field: bytes from the start of its record, element type, elements. */
export interface Field {
  readonly offset: number;
  readonly type: FieldType;
  readonly count: number;
}

/** Records of one kind: bytes from the start of the arena, bytes a record, records. */
export interface Region {
  readonly offset: number;
  readonly stride: number;
  /** Records; for the inbox: bytes. */
  readonly count: number;
  readonly fields: Readonly<Record<string, Field>>;
}

/** Where everything lies in an engine's arena, as the addon exports it. */
export interface ArenaLayout {
  readonly version: number;
  readonly bytes: number;
  readonly control: Region;
  readonly steering: Region;
  readonly states: Region;
  readonly policy: Region;
  readonly intents: Region;
  readonly trades: Region;
  readonly connections: Region;
  readonly controlFrames: Region;
  readonly composites: Region;
  /** `stride` is the size of a frame's header. */
  readonly inbox: Region;
}

/** What the addon says about memory that it prepared. */
export interface NativeMemoryReport {
  readonly hugePagesRefused: string | null;
  readonly lockRefused: string | null;
  readonly residentBytes: number;
}

/** The object that `createEngine` returns. Everything in it keeps the engine alive. */
export interface NativeEngine {
  /** The engine's memory. Valid for as long as it is reachable. */
  readonly arena: ArrayBuffer;
  readonly layout: ArenaLayout;
  /** null when no memory was prepared. */
  readonly memory: NativeMemoryReport | null;
  /** Processes the inbox; an integer, see `RUN_RESULTS`. */
  run(): number;
  /** null, or the name of the policy field that is out of bounds. */
  applyPolicy(symbol: number): string | null;
  /** [bids, asks, then ticks and lots of each bid and each ask, best first]. */
  book(symbol: number, depth: number): Float64Array;
  stateHash(): bigint;
  /** On threads: runs until every shard is done; false when the time was too short. */
  settle(timeoutMs: number): boolean;
  /** The next frame of this connection is the first of a new one. */
  resetConnection(connection: number): void;
  /** In the loop: the arena shows the composites as they are at the last frame's time. */
  refreshComposites(): void;
}

/** The object that `createDecisionKernel` returns. */
export interface NativeDecisionKernel {
  readonly arena: ArrayBuffer;
  readonly layout: Readonly<
    Record<'model' | 'context' | 'result' | 'modelBlock' | 'block' | 'blockResult', Region>
  >;
  /** Bytes from the start of the arena. */
  readonly offsets: Readonly<
    Record<
      'model' | 'context' | 'features' | 'result' | 'modelBlock' | 'block' | 'blockResult',
      number
    >
  >;
  decide(): void;
  decideBatch(): void;
}

/** How far a book is proven. */
export type EngineSyncState = 'waiting-snapshot' | 'synchronised' | 'broken';

/** What the addon exports besides the simulator's part. */
export interface NativeAddon {
  /** The kernel target in use: sse2, avx2 or avx512. */
  readonly target: string;
  /** The targets that this machine can run. */
  readonly supportedTargets: readonly string[];
  readonly statusNames: readonly string[];
  readonly reasonNames: readonly string[];
  readonly featureNames: readonly string[];
  readonly syncStateNames: readonly EngineSyncState[];
  readonly framingErrorNames: readonly string[];
  /** The number of each sequence rule's circuit in a breaker. */
  readonly sequenceRuleCircuits: Readonly<Record<SequenceRule, number>>;
  createEngine(options: {
    readonly instruments: readonly {
      readonly symbol: string;
      readonly tickSizeE8: bigint;
      readonly stepSizeE8: bigint;
      readonly sequenceRule: string;
      readonly connection?: number;
      readonly depth?: number;
      readonly priceDecimals?: number;
      readonly quantityDecimals?: number;
    }[];
    /** Absent: one connection of the first instrument's venue whose frames are messages. */
    readonly connections?: readonly {
      readonly venue: string;
      readonly framing: string;
      readonly maxMessageBytes?: number;
    }[];
    /** What `createBreaker` returned; absent or null: no gate watches one. */
    readonly breaker?: object | null;
    readonly composites?: readonly {
      readonly instruments: readonly number[];
      readonly maxAgeMs: number;
    }[];
    /** Absent or null: the engine runs in the loop. */
    readonly threads?: {
      readonly shards: number;
      readonly pin: readonly number[] | null;
      readonly idle: string;
    } | null;
    /** Absent or null: memory as it comes. */
    readonly memory?: {
      readonly hugePages: boolean;
      readonly lock: boolean;
      readonly prefault: boolean;
    } | null;
    readonly inboxBytes: number;
    readonly intentCapacity: number;
    /** Absent: as many trades as fit into the inbox. */
    readonly tradeCapacity?: number;
  }): NativeEngine;
  /** With `shareModel` `decideBatch` uses `model` for every symbol, and there is no model block. */
  createDecisionKernel(symbols: number, shareModel: boolean): NativeDecisionKernel;
  /**
   * The quantitative kernels by name: Float64Arrays in and out, a status code as the result. In
   * place of the last one its length may be given: it is a workspace then, gone after the call.
   * Their typed faces are in src/quant.
   */
  readonly quant: Readonly<Record<string, (...slices: (Float64Array | number)[]) => number>>;
  /** A clock for benches that makes no garbage: `read` writes ns since its making into the f64. */
  createStopwatch(): { readonly memory: ArrayBuffer; read(): void };
}
