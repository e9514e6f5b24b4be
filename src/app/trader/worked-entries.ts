import type { EventTimeNs } from '../../core/index.ts';
import {
  type CostTerms,
  edgeExceedsCost,
  flatProfile,
  roundTripCostBps,
  sliceVolumes,
  type VolumeProfile,
  VolumeTally,
} from '../../execution/index.ts';
import {
  type DomainEvent,
  type Instrument,
  type InstrumentId,
  type MarketMoment,
  type Money,
  notional,
  type OrderRequest,
  type ParentSpec,
  priceTicks,
} from '../../model/index.ts';
import type { TakeIntent } from '../../strategy/index.ts';

/** How the taking entries of an instrument are executed. */
export interface EntryExecution {
  /** Kind of the parent order; null: every entry is one order. */
  readonly algorithm: 'twap' | 'vwap' | 'pov' | 'is' | 'adaptive' | 'sniper' | null;
  /** Entries worth more than this are worked. */
  readonly aboveNotional: Money;
  readonly durationMs: number;
  readonly slices: number;
  readonly style: 'take' | 'rest';
  /** How far beyond the far touch a child may execute, bps. */
  readonly limitBps: number;
  readonly participation: number;
  /** 1 / quote currency. */
  readonly riskAversion: number;
  readonly impactBps: number;
  /** Move that a right decision is expected to earn, bps; null: entries are not held against the cost model. */
  readonly expectedMoveBps: number | null;
}

/** Whether a request is large enough to be worked. */
export const isWorked = (
  { algorithm, aboveNotional }: EntryExecution,
  request: OrderRequest,
  instrument: Instrument,
): boolean =>
  algorithm !== null && notional(instrument, request.price, request.quantity) > aboveNotional;

function ownTerms(
  execution: EntryExecution,
  profile: VolumeProfile,
  at: EventTimeNs,
): ParentSpec['terms'] {
  const { slices, durationMs, participation, riskAversion, impactBps } = execution;
  switch (execution.algorithm) {
    case 'vwap':
      return { slices, profile: sliceVolumes(profile, at, durationMs, slices) };
    case 'pov':
      return { rate: participation };
    case 'is':
    case 'adaptive':
      return { slices, riskAversion, impactBps };
    case 'sniper':
      return {};
    default:
      return { slices };
  }
}

/** The parent order that an entry becomes, with its price limit from the market of the moment. */
export function workedEntry(
  request: OrderRequest,
  execution: EntryExecution,
  market: MarketMoment,
  profile: VolumeProfile,
  at: EventTimeNs,
): ParentSpec {
  const { instrument, strategy, side, quantity } = request;
  const { algorithm, durationMs, style, limitBps } = execution;
  const touch = side === 'buy' ? market.ask : market.bid;
  const reach = Math.floor((touch * limitBps) / 10_000);
  const limitPrice = priceTicks(Math.max(1, side === 'buy' ? touch + reach : touch - reach));
  return {
    kind: algorithm ?? 'twap',
    instrument,
    strategy,
    side,
    quantity,
    terms: {
      durationMs,
      limitPrice,
      style: algorithm === 'sniper' ? 'take' : style,
      ...ownTerms(execution, profile, at),
    },
  };
}

/**
 * Whether an entry's expected gain pays for taking in and out again, by the cost model:
 *
 *   (2 p - 1) * expected move > round-trip cost
 *
 * with p the probability of the direction taken. True where nothing is to be checked.
 */
export function entryPays(
  { side, probability, quantity }: TakeIntent,
  { expectedMoveBps }: EntryExecution,
  costs: CostTerms,
  market: MarketMoment | null,
): boolean {
  if (expectedMoveBps === null) return true;
  if (market === null) return false;
  const p = side === 'buy' ? probability : 1 - probability;
  const { bid, ask, bidLots, askLots, volatility } = market;
  // What is displayed is taken as what comes anew each second.
  const volume = side === 'buy' ? askLots : bidLots;
  const cost = roundTripCostBps(
    costs,
    { bid, ask, volatility, volume, volumeHorizonS: 1, fundingPerHour: 0 },
    { quantity, side, liquidity: 'taker', durationS: 0, holdingHours: 0 },
  );
  return edgeExceedsCost((2 * p - 1) * expectedMoveBps, cost);
}

/** Where in the day the volume of each instrument trades, learned from the bars that were seen. */
export class VolumeProfiles {
  readonly #tallies = new Map<InstrumentId, VolumeTally>();

  /** Takes an event of the journal in. */
  readonly observe = (event: DomainEvent): void => {
    if (event.kind !== 'bar-closed') return;
    const { instrument } = event.bar;
    const tally = this.#tallies.get(instrument) ?? new VolumeTally();
    this.#tallies.set(instrument, tally);
    tally.add(event.bar);
  };

  /** The profile by now; flat before the first bar. */
  of(instrument: InstrumentId): VolumeProfile {
    return this.#tallies.get(instrument)?.profile() ?? flatProfile();
  }
}
