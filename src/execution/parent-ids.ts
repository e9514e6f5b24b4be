import { assert } from '../core/index.ts';
import type { ParentOrderId } from '../model/index.ts';

const PATTERN = /^p-([0-9a-z]{1,11})-([0-9a-z]{1,11})$/;

/** What a parent order id carries. */
export interface ParentOrderIdParts {
  readonly runEpoch: number;
  /** Position among the parents of its run, from 1. */
  readonly counter: number;
}

/** Writes `p-<epoch>-<counter>`, both in base 36. */
export const parentOrderId = ({ runEpoch, counter }: ParentOrderIdParts): ParentOrderId =>
  `p-${runEpoch.toString(36)}-${counter.toString(36)}` as ParentOrderId;

/** Reads a parent order id; null when it cannot be one of ours. */
export function parseParentOrderId(id: string): ParentOrderIdParts | null {
  const match = PATTERN.exec(id);
  if (match === null) return null;
  const runEpoch = Number.parseInt(match[1]!, 36);
  const counter = Number.parseInt(match[2]!, 36);
  return parentOrderId({ runEpoch, counter }) === id ? { runEpoch, counter } : null;
}

/** Hands out the parent order ids of one run, which the fsynced run epoch makes unique. */
export class ParentOrderIds {
  readonly runEpoch: number;
  #counter = 0;

  /** Requires a whole `runEpoch` above zero. */
  constructor(runEpoch: number) {
    assert(Number.isSafeInteger(runEpoch) && runEpoch > 0, `a run epoch is above 0: ${runEpoch}`);
    this.runEpoch = runEpoch;
  }

  /** The next id, never given before. */
  next(): ParentOrderId {
    this.#counter += 1;
    return parentOrderId({ runEpoch: this.runEpoch, counter: this.#counter });
  }
}
