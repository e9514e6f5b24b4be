import { loadAddon } from '../../native/index.ts';
import type { BenchAddon, NativePath, NativeWorkload, PathKind } from './addon.ts';
import type { Runner } from './paired.ts';

/** Monotonic time, ns. */
export type Now = () => number;

/** A clock that makes no garbage: every clock of Node does, and its collection would show. */
export function stopwatch(): Now {
  const { memory, read } = loadAddon().createStopwatch();
  const ns = new Float64Array(memory);
  return () => {
    read();
    return ns[0]!;
  };
}

/** A native workload as a runner. */
export function nativeRunner(addon: BenchAddon, name: string, workload: NativeWorkload): Runner {
  return {
    name,
    operations: addon.operations(workload),
    run() {
      const [ns, checksum] = addon.run(workload);
      return { ns, checksum };
    },
  };
}

/** The native workload over a path. */
export function pathRunner(
  addon: BenchAddon,
  name: string,
  path: NativePath,
  kind: PathKind,
): Runner {
  return nativeRunner(addon, name, addon.pathWorkload(path, kind));
}

/** The native workload of a name; null where this machine or build has none. */
export function namedRunner(addon: BenchAddon, name: string, recordings: string): Runner | null {
  const workload = addon.list().includes(name) ? addon.make(name, recordings) : null;
  return workload === null ? null : nativeRunner(addon, name, workload);
}

/** A batch in JavaScript; what it needs beside the time is prepared and folded outside of it. */
export interface ScriptBatch {
  readonly operations: number;
  reset?(): void;
  /** Does the batch; may give the checksum at once. */
  run(): string | undefined;
  checksum?(): string;
}

/** A batch in JavaScript as a runner. */
export function scriptRunner(name: string, batch: ScriptBatch, now: Now): Runner {
  return {
    name,
    operations: batch.operations,
    run() {
      batch.reset?.();
      const from = now();
      const given = batch.run();
      const ns = now() - from;
      return { ns, checksum: batch.checksum?.() ?? given ?? '' };
    },
  };
}
