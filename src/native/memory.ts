import { assert } from '../core/index.ts';
import type { NativeMemoryReport } from './layout.ts';
import { loadAddon } from './load.ts';

/** The part of the addon that `native/binding/memory.cc` registers. */
export interface MemoryAddon {
  poolBytes(orders: number, ticks: number, signals: number, shards: number): PoolSizes;
  allowedCpus(): number[];
}

/** One number for each pool of records: how many it holds, or its bytes. */
export interface PoolSizes {
  /** Orders that rest at the simulated venue. */
  readonly orders: number;
  /** Trades between two visits of the event loop. */
  readonly ticks: number;
  /** Intents between two visits of the event loop. */
  readonly signals: number;
}

/** How the memory of the native side is to be had. */
export interface MemoryOptions {
  /** Asks the kernel for 2 MiB pages where it can give them. */
  readonly hugePages: boolean;
  /** Never swapped out. */
  readonly lock: boolean;
  /** Every page is touched now, so that none faults later. */
  readonly prefault: boolean;
}

/** An option that this machine refused, and its words. */
export interface MemoryRefusal {
  readonly option: 'hugePages' | 'lock';
  readonly reason: string;
}

/** What became of memory that was prepared. */
export interface MemoryPreparation {
  readonly refusals: readonly MemoryRefusal[];
  /** Bytes of it that lie in the memory of the machine now. */
  readonly residentBytes: number;
}

const memoryAddon = (): MemoryAddon => loadAddon() as unknown as MemoryAddon;

/** What became of memory, from the words of the addon. */
export function preparationOf(report: NativeMemoryReport): MemoryPreparation {
  const refusals: MemoryRefusal[] = [];
  if (report.hugePagesRefused !== null) {
    refusals.push({ option: 'hugePages', reason: report.hugePagesRefused });
  }
  if (report.lockRefused !== null) refusals.push({ option: 'lock', reason: report.lockRefused });
  return { refusals, residentBytes: report.residentBytes };
}

/**
 * The bytes that pools of these sizes take, of which those of ticks and signals round up to powers
 * of two. Each of `shards` threads adds rings of its own for signals; 0: the engine runs in the loop.
 */
export function poolBytes({ orders, ticks, signals }: PoolSizes, shards = 0): PoolSizes {
  for (const size of [orders, ticks, signals]) {
    assert(Number.isInteger(size) && size > 0 && size <= 1 << 24, `no pool holds ${size}`);
  }
  return memoryAddon().poolBytes(orders, ticks, signals, shards);
}

/** The numbers of the CPUs that this thread may run on. */
export const allowedCpus = (): readonly number[] => memoryAddon().allowedCpus();
