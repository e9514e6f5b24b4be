import type { Engine } from './engine.ts';
import { loadAddon } from './load.ts';

/** The part of the addon that `native/binding/memory.cc` registers. */
export interface MemoryAddon {
  prepareMemory(
    buffer: ArrayBuffer,
    hugePages: boolean,
    lock: boolean,
    prefault: boolean,
  ): { readonly hugePagesRefused: string | null; readonly lockRefused: string | null };
  allowedCpus(): number[];
}

/** How the memory of an engine is to be had. */
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

const memoryAddon = (): MemoryAddon => loadAddon() as unknown as MemoryAddon;

/** Gives the arena of an engine these options; returns what the machine refused. */
export function prepareEngineMemory(
  engine: Engine,
  { hugePages, lock, prefault }: MemoryOptions,
): readonly MemoryRefusal[] {
  const { arena } = engine.handle;
  const report = memoryAddon().prepareMemory(arena, hugePages, lock, prefault);
  const refusals: MemoryRefusal[] = [];
  if (report.hugePagesRefused !== null) {
    refusals.push({ option: 'hugePages', reason: report.hugePagesRefused });
  }
  if (report.lockRefused !== null) refusals.push({ option: 'lock', reason: report.lockRefused });
  return refusals;
}

/** The numbers of the CPUs that this thread may run on. */
export const allowedCpus = (): readonly number[] => memoryAddon().allowedCpus();
