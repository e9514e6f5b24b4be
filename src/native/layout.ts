/** Element types of the shared memory. */
export type FieldType = 'u32' | 'i32' | 'i64' | 'f64';

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
  /** `stride` is the size of a frame's header. */
  readonly inbox: Region;
}

/** The object that `createEngine` returns. Everything in it keeps the engine alive. */
export interface NativeEngine {
  /** The engine's memory. Valid for as long as it is reachable. */
  readonly arena: ArrayBuffer;
  readonly layout: ArenaLayout;
  /** Processes the inbox; an integer, see `RUN_RESULTS`. */
  run(): number;
  /** null, or the name of the policy field that is out of bounds. */
  applyPolicy(symbol: number): string | null;
  /** [bids, asks, then ticks and lots of each bid and each ask, best first]. */
  book(symbol: number, depth: number): Float64Array;
  stateHash(): bigint;
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
  createEngine(options: {
    readonly instruments: readonly {
      readonly symbol: string;
      readonly tickSizeE8: bigint;
      readonly stepSizeE8: bigint;
      readonly sequenceRule: string;
    }[];
    readonly inboxBytes: number;
    readonly intentCapacity: number;
  }): NativeEngine;
  /** With `shareModel` all blocks of eight symbols use one model block. */
  createDecisionKernel(symbols: number, shareModel: boolean): NativeDecisionKernel;
  /**
   * The quantitative kernels by name: Float64Arrays in and out, a status code as the result. Their
   * typed faces are in src/quant.
   */
  readonly quant: Readonly<Record<string, (...slices: Float64Array[]) => number>>;
  /** A clock for benches that makes no garbage: `read` writes ns since its making into the f64. */
  createStopwatch(): { readonly memory: ArrayBuffer; read(): void };
}
