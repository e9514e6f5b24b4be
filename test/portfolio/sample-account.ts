import { canonicalJson, type EventTimeNs, eventTime, type Json } from '../../src/core/index.ts';
import {
  type ClientOrderId,
  type DomainEvent,
  type Fill,
  type Instrument,
  type Money,
  money,
  parseE8,
  priceTicks,
  qtyLots,
  type Side,
  type TradeId,
} from '../../src/model/index.ts';
import { sampleInstrument } from '../model/sample-instrument.ts';

/** An amount of quote currency from its decimal text. */
export function usdt(text: string): Money {
  return money(parseE8(text)!);
}

export const BTC = sampleInstrument(0, 'BTC', '0.1', '0.001');
export const ETH = sampleInstrument(1, 'ETH', '0.01', '0.001');
/** Its tick times step is below 1e-8, so that values really are rounded. */
export const DUST = sampleInstrument(2, 'DUST', '0.00000007', '0.0003');
export const INSTRUMENTS = [BTC, ETH, DUST];

/** Milliseconds after the start of a test's time. */
export const at = (ms: number): EventTimeNs =>
  eventTime(1_700_000_000_000_000_000n + BigInt(Math.round(ms * 1e6)));

interface FillTerms {
  readonly trade: string;
  readonly order?: string;
  readonly of?: Instrument;
  readonly side: Side;
  readonly price: number;
  readonly lots: number;
  readonly fee?: string;
  readonly ms?: number;
}

/** A fill with the terms that matter to a test. */
export const fillOf = (terms: FillTerms): Fill => ({
  tradeId: terms.trade as TradeId,
  clientOrderId: (terms.order ?? 'b4-1-1') as ClientOrderId,
  instrument: (terms.of ?? BTC).id,
  side: terms.side,
  price: priceTicks(terms.price),
  quantity: qtyLots(terms.lots),
  fee: usdt(terms.fee ?? '0'),
  liquidity: 'taker',
  at: at(terms.ms ?? 0),
});

/** The event that reports a fill. */
export const filled = (terms: FillTerms): DomainEvent => {
  const fill = fillOf(terms);
  return { kind: 'order-filled', at: fill.at, fill };
};

/** What a snapshot looks like after it went to disk and back. */
export const throughDisk = (snapshot: Json): Json => JSON.parse(canonicalJson(snapshot)) as Json;
