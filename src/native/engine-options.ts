import type { Instrument } from '../model/index.ts';
import type { CircuitBreaker } from './breaker.ts';
import type { EngineComposite } from './composites.ts';
import type { EngineConnection, EngineThreads } from './connections.ts';
import type { NativeAddon } from './layout.ts';
import type { MemoryOptions } from './memory.ts';

/** What an engine is made for. */
export interface EngineOptions {
  /** In order of their `index`, which counts from 0. */
  readonly instruments: readonly Instrument[];
  /** Room for frames between two runs; 4 KiB to 256 MiB, 1 MiB when absent. */
  readonly inboxBytes?: number;
  /** Intents between two `takeIntents`, rounded up to a power of two; 1024 when absent. */
  readonly intentCapacity?: number;
  /**
   * Trades between two `takeTrades`, rounded up to a power of two; at most 2^24, and never fewer
   * than fit into the inbox, which is the default.
   */
  readonly tradeCapacity?: number;
  /** At most 64; absent: one of the first instrument's venue whose frames are messages. */
  readonly connections?: readonly EngineConnection[];
  /**
   * Watched by the gate of every symbol: the circuit of all venues and that of its own venue, see
   * `circuitOf`. Absent or null: none.
   */
  readonly breaker?: CircuitBreaker | null;
  /** Best bids and offers over several instruments; none when absent. */
  readonly composites?: readonly EngineComposite[];
  /**
   * How the memory of the arena is to be had, and on threads that of every shard's arena and rings.
   * What books and decoders allocate themselves is not covered. Absent or null: as it comes.
   */
  readonly memory?: MemoryOptions | null;
  /** null or absent: the engine runs in the event loop, inside `run`. */
  readonly threads?: EngineThreads | null;
}

/** The options as the addon takes them. */
export function nativeOptions(options: EngineOptions): Parameters<NativeAddon['createEngine']>[0] {
  const { instruments, connections, threads } = options;
  const carriers = new Map<number, number>();
  connections?.forEach(({ instruments: carried }, connection) => {
    for (const index of carried ?? []) carriers.set(index, connection);
  });
  return {
    instruments: instruments.map((instrument) => {
      const { index, symbol, tickSizeE8, stepSizeE8, sequenceRule } = instrument;
      const { depth, priceDecimals, quantityDecimals } = instrument;
      const connection = carriers.get(index);
      return {
        symbol,
        tickSizeE8,
        stepSizeE8,
        sequenceRule,
        ...(connection === undefined ? {} : { connection }),
        ...(depth === undefined ? {} : { depth }),
        ...(priceDecimals === undefined ? {} : { priceDecimals }),
        ...(quantityDecimals === undefined ? {} : { quantityDecimals }),
      };
    }),
    ...(connections === undefined ? {} : { connections }),
    breaker: options.breaker?.handle ?? null,
    ...(options.composites === undefined ? {} : { composites: options.composites }),
    threads: threads ?? null,
    memory: options.memory ?? null,
    inboxBytes: options.inboxBytes ?? 1 << 20,
    intentCapacity: options.intentCapacity ?? 1024,
    ...(options.tradeCapacity === undefined ? {} : { tradeCapacity: options.tradeCapacity }),
  };
}
