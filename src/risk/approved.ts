const approval: unique symbol = Symbol('approved by risk');

/**
 * A request that passed every limit. Only this folder can make one: the symbol is not exported, so
 * outside it neither a literal nor a copy of one carries the mark.
 */
export type RiskApproved<T> = T & { readonly [approval]: true };

/**
 * Marks a copy of a request as approved. Not exported by the context: only the gate calls it.
 *
 * Cost: the mark stands first, since V8 lets what is added behind a spread live until a full
 *       collection: half a kilobyte an order, whose copying stopped the process for milliseconds.
 */
export const approve = <T extends object>(request: T): RiskApproved<T> =>
  Object.freeze({ [approval]: true as const, ...request });

/** Whether a request really came through the gate, for callers that assert it at run time. */
export const isRiskApproved = (request: object): boolean =>
  (request as { readonly [approval]?: unknown })[approval] === true && Object.isFrozen(request);
