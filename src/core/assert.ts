/** A broken invariant: a bug, never a bad input. Caught only at the top, where safety pauses. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly code = 'ERR_BOT4_INVARIANT';
}

/**
 * Throws `InvariantError` unless `condition` holds. The message says what must be true; as a
 * function it is made only when needed, for places where making text would cost.
 */
export function assert(condition: boolean, mustHold: string | (() => string)): asserts condition {
  if (condition) return;
  const message = typeof mustHold === 'string' ? mustHold : mustHold();
  throw new InvariantError(`invariant broken: ${message}`);
}

/** Marks a branch that a closed union rules out; the compiler checks it, the runtime refuses it. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable case: ${JSON.stringify(value)}`);
}
