import { hash } from 'node:crypto';
import { canonicalJson, type Json } from '../core/index.ts';

/** SHA-256 of a state already written as canonical JSON, as text or as its bytes; lower-case hex. */
export const hashState = (canonical: string | Uint8Array): string =>
  hash('sha256', canonical, 'hex');

/**
 * SHA-256 of a state's canonical JSON: the state hash that replays are compared by.
 *
 * Determinism: a bigint and its decimal string give the same hash, so a state read back from a
 * checkpoint hashes as it did in memory.
 */
export const stateHash = (state: Json): string => hashState(canonicalJson(state));
