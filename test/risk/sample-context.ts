import type { EventTimeNs } from '../../src/core/index.ts';
import {
  type ClientOrderId,
  type ControlMode,
  type DomainEvent,
  type Instrument,
  type InstrumentId,
  type Money,
  type OrderRequest,
  type PriceTicks,
  priceTicks,
  qtyLots,
  type StrategyId,
} from '../../src/model/index.ts';
import {
  type ReservedExposure,
  type RiskContext,
  type RiskLimits,
  riskLimits,
} from '../../src/risk/index.ts';
import { at, BTC, ETH, usdt } from '../portfolio/sample-account.ts';

/** Limits with the given ones changed; fails the test when they are refused. */
export const limitsWith = (given: Readonly<Record<string, unknown>> = {}): RiskLimits => {
  const limits = riskLimits(given);
  if (!limits.ok) throw new Error(limits.error.map((fault) => fault.message).join('; '));
  return limits.value;
};

/** A buy of 0.1 BTC at 60,000, with the given terms changed. */
export const requestWith = (terms: Partial<OrderRequest> = {}): OrderRequest => ({
  instrument: BTC.id,
  strategy: 'tester' as StrategyId,
  side: 'buy',
  type: 'limit',
  price: priceTicks(600_000),
  quantity: qtyLots(100),
  timeInForce: 'gtc',
  postOnly: false,
  reduceOnly: false,
  ...terms,
});

/** An account in few words: lots by instrument, marks by instrument, what is pending. */
export interface Situation {
  readonly at?: EventTimeNs;
  readonly mode?: ControlMode;
  readonly equity?: Money;
  readonly marks?: readonly (readonly [Instrument, number])[];
  readonly positions?: readonly (readonly [Instrument, number])[];
  readonly reserved?: readonly (readonly [
    Instrument,
    Partial<Record<keyof ReservedExposure, number>>,
  ])[];
  readonly openOrders?: number;
}

const byId = <T>(pairs: readonly (readonly [Instrument, T])[]): Map<InstrumentId, T> =>
  new Map(pairs.map(([instrument, value]) => [instrument.id, value]));

/** A context: by default flat, marked at 60,000 and 3,000, with 100,000 of equity. */
export const contextOf = (situation: Situation = {}): RiskContext => {
  const marks = byId(
    situation.marks ?? [
      [BTC, 600_000],
      [ETH, 300_000],
    ],
  );
  const positions = byId(situation.positions ?? []);
  const reserved = byId(situation.reserved ?? []);
  return {
    at: situation.at ?? at(0),
    mode: situation.mode ?? 'NORMAL',
    reconciled: true,
    equity: situation.equity ?? usdt('100000'),
    mark: (id) => (marks.get(id) ?? null) as PriceTicks | null,
    position: (id) => qtyLots(positions.get(id) ?? 0),
    reserved: (id) => ({
      buyLots: qtyLots(reserved.get(id)?.buyLots ?? 0),
      sellLots: qtyLots(reserved.get(id)?.sellLots ?? 0),
      reduceOnlyBuyLots: qtyLots(reserved.get(id)?.reduceOnlyBuyLots ?? 0),
      reduceOnlySellLots: qtyLots(reserved.get(id)?.reduceOnlySellLots ?? 0),
    }),
    openOrders: situation.openOrders ?? 0,
  };
};

/** The event of a submitted order. */
export const submitted = (
  request: OrderRequest,
  ms: number,
  id = 'b4-1-1',
): Extract<DomainEvent, { kind: 'order-submitted' }> => ({
  kind: 'order-submitted',
  at: at(ms),
  clientOrderId: id as ClientOrderId,
  request,
});
