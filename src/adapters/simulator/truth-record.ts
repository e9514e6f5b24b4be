import type { VenueTerms } from '../../execution/ports.ts';
import type {
  AccountCharge,
  ClientOrderId,
  ClosingCause,
  Fill,
  InstrumentId,
  Money,
  OcoGroup,
  OrderTerms,
  OrderType,
  PriceTicks,
  QtyLots,
  Side,
  TimeInForce,
  VenueOrderId,
} from '../../model/index.ts';
import type { VenueTimeUs } from './schedule.ts';

/** An order as the venue took it. Members that an order does not need are absent. */
export interface HeldOrder extends Omit<OrderTerms, 'expireAt'> {
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId: VenueOrderId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly type: OrderType;
  readonly price: PriceTicks;
  /** What was asked for. */
  readonly quantity: QtyLots;
  /** What the venue took of it: less when a reduce-only order was cut to the position. */
  readonly taken: QtyLots;
  readonly filled: QtyLots;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** When a good-till-date order ends. */
  readonly expiresAt?: VenueTimeUs;
  /** A stop that has triggered: it waits no more. */
  readonly triggered?: boolean;
  /** Best trade price since a trailing stop arrived. */
  readonly waterMark?: PriceTicks;
  /** Lots that it lost to another order of the account instead of trading with it. */
  readonly prevented?: QtyLots;
  /** Number of the latest amend that was carried out. */
  readonly amendments?: number;
}

/** An amend that was carried out: the order's terms from then on. */
export interface HeldAmend {
  readonly amendment: number;
  readonly price: PriceTicks;
  readonly quantity: QtyLots;
  /** What the venue takes of it, as on arrival. */
  readonly taken: QtyLots;
}

/** How an order ended. */
export type EndState = 'filled' | 'cancelled' | 'rejected' | 'expired';

/** An order that ended, with its end. */
export interface EndedOrder {
  readonly clientOrderId: ClientOrderId;
  /** Null for an order that was refused on arrival. */
  readonly venueOrderId: VenueOrderId | null;
  readonly state: EndState;
  readonly reason: string;
  readonly at: VenueTimeUs;
  /** Its OCO group, of which nothing is left once one of its orders has ended. */
  readonly ocoGroup?: OcoGroup;
  /** Terms at its end, of an order that was amended. */
  readonly amended?: VenueTerms;
}

/** A position, or a part of one, that the venue closed by itself. */
export interface HeldClosing {
  readonly cause: ClosingCause;
  readonly fill: Fill;
}

/** The whole truth in one record, which begins every compacted ledger. */
export interface TruthImage {
  readonly kind: 'image';
  readonly at: VenueTimeUs;
  readonly session: number;
  readonly cash: Money;
  readonly positions: readonly (readonly [InstrumentId, QtyLots])[];
  readonly open: readonly HeldOrder[];
  readonly ended: readonly EndedOrder[];
  readonly fills: readonly Fill[];
  /** OCO groups of which an order traded, triggered or ended, and when; oldest first. */
  readonly doneGroups: readonly (readonly [OcoGroup, VenueTimeUs])[];
  readonly marks: readonly (readonly [InstrumentId, PriceTicks])[];
  /** Funding and interest, oldest first. */
  readonly charges: readonly AccountCharge[];
  readonly closings: readonly HeldClosing[];
  /** How many positions the venue ever closed by itself. */
  readonly closingCount: number;
  /** Own traded value by hour since 1970, of the last 30 days. */
  readonly volume: readonly (readonly [number, Money])[];
  /** Fills, charges and closings at or before this time may be forgotten; 0 while none is. */
  readonly fillsForgottenUpTo: VenueTimeUs;
  /** Orders that ended at or before this time may be forgotten; 0 while none is. */
  readonly endsForgottenUpTo: VenueTimeUs;
}

/** One thing that happened at the venue and must survive its process. */
export type TruthRecord =
  | TruthImage
  | { readonly kind: 'session'; readonly at: VenueTimeUs; readonly session: number }
  | { readonly kind: 'deposit'; readonly at: VenueTimeUs; readonly amount: Money }
  | { readonly kind: 'order'; readonly at: VenueTimeUs; readonly order: HeldOrder }
  | { readonly kind: 'fill'; readonly at: VenueTimeUs; readonly fill: Fill }
  | { readonly kind: 'charge'; readonly at: VenueTimeUs; readonly charge: AccountCharge }
  | ({ readonly kind: 'closing'; readonly at: VenueTimeUs } & HeldClosing)
  | { readonly kind: 'end'; readonly at: VenueTimeUs; readonly end: EndedOrder }
  | {
      /** A stop woke, a trailing stop's water mark moved, a self-trade was prevented, or an amend. */
      readonly kind: 'change';
      readonly at: VenueTimeUs;
      readonly clientOrderId: ClientOrderId;
      readonly triggered?: true;
      readonly waterMark?: PriceTicks;
      readonly prevented?: QtyLots;
      readonly amended?: HeldAmend;
    }
  | {
      readonly kind: 'marks';
      readonly at: VenueTimeUs;
      readonly marks: readonly (readonly [InstrumentId, PriceTicks])[];
    };

/** A fill of an image: its members in this order, without their names, which are half the bytes. */
const fillRow = (fill: Fill) => [
  fill.tradeId,
  fill.clientOrderId,
  fill.instrument,
  fill.side,
  fill.price,
  fill.quantity,
  String(fill.fee),
  fill.liquidity,
  String(fill.at),
];

/** Writes a record as one line of JSON; bigints become decimal strings. */
export function encodeRecord(record: TruthRecord): string {
  if (record.kind === 'image') {
    const { cash, fills, charges, closings, volume, ...rest } = record;
    return JSON.stringify({
      ...rest,
      cash: String(cash),
      fills: fills.map(fillRow),
      charges: charges.map(textOfBigints),
      closings: closings.map(({ cause, fill }) => ({ cause, fill: fillRow(fill) })),
      volume: volume.map(([hour, value]) => [hour, String(value)]),
    });
  }
  return JSON.stringify(record, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

const textOfBigints = (charge: AccountCharge) => ({
  ...charge,
  amount: String(charge.amount),
  at: String(charge.at),
});
