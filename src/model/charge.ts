import type { Brand, EventTimeNs } from '../core/index.ts';
import type { InstrumentId } from './instrument.ts';
import type { Money } from './units.ts';

/** The venue's own name of a charge; never given twice. */
export type ChargeId = Brand<string, 'ChargeId'>;

/** Why a venue charges an account beside the fees of its fills. */
export const CHARGE_CAUSES = ['funding', 'borrow'] as const;

/** Funding of a perpetual, or interest on what was borrowed. */
export type ChargeCause = (typeof CHARGE_CAUSES)[number];

/** Money that the venue took from an account, or gave to it, without a fill. */
export interface AccountCharge {
  readonly chargeId: ChargeId;
  readonly cause: ChargeCause;
  /** Null: it concerns the account as a whole. */
  readonly instrument: InstrumentId | null;
  /** Paid by the account, quote currency; negative when it was received. */
  readonly amount: Money;
  /** Venue time. */
  readonly at: EventTimeNs;
}

/** Why a venue closes a position, or a part of one, without an order of ours. */
export const CLOSING_CAUSES = ['liquidation', 'auto-deleveraging'] as const;

/** Too little margin, or a winner that pays for the bankruptcy of others. */
export type ClosingCause = (typeof CLOSING_CAUSES)[number];
