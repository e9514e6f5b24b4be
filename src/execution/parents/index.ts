import type { ParentMachine } from '../parent-machine.ts';
import { BRACKET } from './bracket.ts';
import { ICEBERG } from './iceberg.ts';
import { OCO, STOP, STOP_LIMIT, TIME_STOP, TRAILING_STOP } from './standing.ts';

const ALL: readonly ParentMachine[] = [
  STOP,
  STOP_LIMIT,
  TRAILING_STOP,
  OCO,
  BRACKET,
  TIME_STOP,
  ICEBERG,
];

/** Every kind of parent order, by its name. */
export const PARENT_MACHINES: ReadonlyMap<string, ParentMachine> = new Map(
  ALL.map((machine) => [machine.kind, machine]),
);
