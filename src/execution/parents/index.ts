import type { ParentMachine } from '../parent-machine.ts';

/** Every kind of parent order, by its name. */
export const PARENT_MACHINES: ReadonlyMap<string, ParentMachine> = new Map(
  ([] as readonly ParentMachine[]).map((machine) => [machine.kind, machine]),
);
