import { CLOSING_CAUSES } from '../../model/index.ts';

/**
 * Roles that close what is guarded: children at the target, at a stop's limit and at the market, and
 * what the venue closed by itself, which stands under the name of its cause.
 */
export const EXIT_ROLES = ['target', 'limit', 'exit', ...CLOSING_CAUSES] as const;
