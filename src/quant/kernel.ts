import { assert } from '../core/index.ts';
import { loadAddon } from '../native/index.ts';

/**
 * The kernel of a name in the addon: takes Float64Arrays, inputs before outputs, and returns 0 or a
 * status code of its own. For a workspace at the end its length is enough: the addon then makes one
 * for the call, which costs no zeroing. Callers check shapes before: the kernel trusts them.
 */
export function kernel(name: string): (...slices: (Float64Array | number)[]) => number {
  const found = loadAddon().quant[name];
  assert(found !== undefined, `the addon has a kernel ${name}`);
  return found;
}
