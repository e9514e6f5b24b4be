import { CLOSING_CAUSES } from '../../model/index.ts';

/** Role of what the exits of another parent closed beyond their own. */
export const OTHERS_ROLE = 'others';

/**
 * Roles that close what is guarded: children at the target, at a stop's limit and at the market, what
 * the venue closed by itself, which stands under the name of its cause, and what another parent did.
 */
export const EXIT_ROLES = ['target', 'limit', 'exit', ...CLOSING_CAUSES, OTHERS_ROLE] as const;
