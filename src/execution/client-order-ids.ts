import { assert } from '../core/index.ts';
import type { ClientOrderId } from '../model/index.ts';

const PATTERN = /^b4-([0-9a-z]{1,11})-([0-9a-z]{1,11})$/;

/** What a client order id of ours carries. */
export interface ClientOrderIdParts {
  readonly runEpoch: number;
  /** Position among the orders of its run, from 1. */
  readonly counter: number;
}

/** Writes `b4-<epoch>-<counter>`, both in base 36. */
export const clientOrderId = ({ runEpoch, counter }: ClientOrderIdParts): ClientOrderId =>
  `b4-${runEpoch.toString(36)}-${counter.toString(36)}` as ClientOrderId;

/** Reads a client order id; null when it cannot be one of ours. */
export function parseClientOrderId(id: string): ClientOrderIdParts | null {
  const match = PATTERN.exec(id);
  if (match === null) return null;
  const runEpoch = Number.parseInt(match[1]!, 36);
  const counter = Number.parseInt(match[2]!, 36);
  if (!Number.isSafeInteger(runEpoch) || !Number.isSafeInteger(counter)) return null;
  return clientOrderId({ runEpoch, counter }) === id ? { runEpoch, counter } : null;
}

/**
 * Hands out the client order ids of one run. The run epoch was fsynced before the run, so no id of
 * any earlier run comes again, whatever part of the journal was lost.
 */
export class ClientOrderIds {
  readonly runEpoch: number;
  readonly #opening: string;
  #counter = 0;

  /** Requires a whole `runEpoch` above zero. */
  constructor(runEpoch: number) {
    assert(
      Number.isSafeInteger(runEpoch) && runEpoch > 0,
      () => `a run epoch is above 0: ${runEpoch}`,
    );
    this.runEpoch = runEpoch;
    this.#opening = `b4-${runEpoch.toString(36)}-`;
  }

  /** The next id, never given before. */
  next(): ClientOrderId {
    this.#counter += 1;
    return `${this.#opening}${this.#counter.toString(36)}` as ClientOrderId;
  }
}
