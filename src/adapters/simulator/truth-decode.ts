import type { EventTimeNs } from '../../core/index.ts';
import type { VenueTerms } from '../../execution/ports.ts';
import {
  type AccountCharge,
  CHARGE_CAUSES,
  type ChargeCause,
  type ChargeId,
  CLOSING_CAUSES,
  type ClientOrderId,
  type ClosingCause,
  type Fill,
  type InstrumentId,
  type Liquidity,
  type Money,
  money,
  type OcoGroup,
  ORDER_TYPES,
  type OrderType,
  priceTicks,
  qtyLots,
  type Side,
  TIMES_IN_FORCE,
  type TimeInForce,
  type TradeId,
  type VenueOrderId,
} from '../../model/index.ts';
import type {
  EndedOrder,
  EndState,
  HeldAmend,
  HeldClosing,
  HeldOrder,
  TruthImage,
  TruthRecord,
} from './truth-record.ts';

class ShapeError extends Error {}

type Raw = Readonly<Record<string, unknown>>;

const object = (value: unknown, name: string): Raw => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShapeError(`${name} is no object`);
  }
  return value as Raw;
};

const list = <T>(value: unknown, name: string, item: (value: unknown) => T): readonly T[] => {
  if (!Array.isArray(value)) throw new ShapeError(`${name} is no list`);
  return value.map(item);
};

const text = (raw: Raw, name: string): string => {
  const value = raw[name];
  if (typeof value !== 'string') throw new ShapeError(`${name} is no text`);
  return value;
};

const whole = (raw: Raw, name: string): number => {
  const value = raw[name];
  if (!Number.isSafeInteger(value)) throw new ShapeError(`${name} is no whole number`);
  return value as number;
};

const flag = (raw: Raw, name: string): boolean => {
  const value = raw[name];
  if (typeof value !== 'boolean') throw new ShapeError(`${name} is neither true nor false`);
  return value;
};

const big = (raw: Raw, name: string): bigint => {
  const value = text(raw, name);
  if (!/^-?\d+$/.test(value)) throw new ShapeError(`${name} is no whole number: ${value}`);
  return BigInt(value);
};

const oneOf = <T extends string>(raw: Raw, name: string, allowed: readonly T[]): T => {
  const value = text(raw, name);
  const found = allowed.find((word) => word === value);
  if (found === undefined) {
    throw new ShapeError(`${name} is "${value}", allowed are ${allowed.join(', ')}`);
  }
  return found;
};

const pair = <T>(name: string, brand: (value: number) => T) => {
  return (value: unknown): readonly [InstrumentId, T] => {
    if (!Array.isArray(value) || typeof value[0] !== 'string' || !Number.isSafeInteger(value[1])) {
      throw new ShapeError(`${name} is no pair of instrument and number`);
    }
    return [value[0] as InstrumentId, brand(value[1] as number)];
  };
};

const side = (raw: Raw): Side => oneOf(raw, 'side', ['buy', 'sell']);

/** A whole-number member that may be absent, by itself in an object. */
const maybeWhole = <K extends string, T>(
  raw: Raw,
  name: K,
  brand: (value: number) => T,
): { readonly [N in K]?: T } =>
  (raw[name] === undefined ? {} : { [name]: brand(whole(raw, name)) }) as { readonly [N in K]?: T };

const plain = (value: number): number => value;

const maybeGroup = (raw: Raw): { readonly ocoGroup?: OcoGroup } =>
  raw['ocoGroup'] === undefined ? {} : { ocoGroup: text(raw, 'ocoGroup') as OcoGroup };

const orderOf = (value: unknown): HeldOrder => {
  const raw = object(value, 'order');
  return {
    clientOrderId: text(raw, 'clientOrderId') as ClientOrderId,
    venueOrderId: text(raw, 'venueOrderId') as VenueOrderId,
    instrument: text(raw, 'instrument') as InstrumentId,
    side: side(raw),
    type: oneOf<OrderType>(raw, 'type', ORDER_TYPES),
    price: priceTicks(whole(raw, 'price')),
    quantity: qtyLots(whole(raw, 'quantity')),
    taken: qtyLots(whole(raw, 'taken')),
    filled: qtyLots(whole(raw, 'filled')),
    timeInForce: oneOf<TimeInForce>(raw, 'timeInForce', TIMES_IN_FORCE),
    postOnly: flag(raw, 'postOnly'),
    reduceOnly: flag(raw, 'reduceOnly'),
    ...maybeWhole(raw, 'triggerPrice', priceTicks),
    ...maybeWhole(raw, 'trailOffset', plain),
    ...maybeWhole(raw, 'displayQuantity', qtyLots),
    ...maybeWhole(raw, 'expiresAt', plain),
    ...maybeGroup(raw),
    ...(raw['triggered'] === undefined ? {} : { triggered: flag(raw, 'triggered') }),
    ...maybeWhole(raw, 'waterMark', priceTicks),
    ...maybeWhole(raw, 'prevented', qtyLots),
    ...maybeWhole(raw, 'amendments', plain),
  };
};

const termsOf = (value: unknown): VenueTerms => {
  const raw = object(value, 'amended');
  return {
    price: priceTicks(whole(raw, 'price')),
    quantity: qtyLots(whole(raw, 'quantity')),
    filled: qtyLots(whole(raw, 'filled')),
    ...maybeWhole(raw, 'amendments', plain),
  };
};

const amendOf = (value: unknown): HeldAmend => {
  const raw = object(value, 'amended');
  return {
    amendment: whole(raw, 'amendment'),
    price: priceTicks(whole(raw, 'price')),
    quantity: qtyLots(whole(raw, 'quantity')),
    taken: qtyLots(whole(raw, 'taken')),
  };
};

const endOf = (value: unknown): EndedOrder => {
  const raw = object(value, 'end');
  return {
    clientOrderId: text(raw, 'clientOrderId') as ClientOrderId,
    venueOrderId: raw['venueOrderId'] === null ? null : (text(raw, 'venueOrderId') as VenueOrderId),
    state: oneOf<EndState>(raw, 'state', ['filled', 'cancelled', 'rejected', 'expired']),
    reason: text(raw, 'reason'),
    at: whole(raw, 'at'),
    ...maybeGroup(raw),
    ...(raw['amended'] === undefined ? {} : { amended: termsOf(raw['amended']) }),
  };
};

const fillOf = (value: unknown): Fill => {
  const raw = object(value, 'fill');
  return {
    tradeId: text(raw, 'tradeId') as TradeId,
    clientOrderId: text(raw, 'clientOrderId') as ClientOrderId,
    instrument: text(raw, 'instrument') as InstrumentId,
    side: side(raw),
    price: priceTicks(whole(raw, 'price')),
    quantity: qtyLots(whole(raw, 'quantity')),
    fee: money(big(raw, 'fee')),
    liquidity: oneOf<Liquidity>(raw, 'liquidity', ['maker', 'taker']),
    at: big(raw, 'at') as EventTimeNs,
  };
};

const fillOfRow = (value: unknown): Fill => {
  if (!Array.isArray(value)) return fillOf(value);
  const [tradeId, clientOrderId, instrument, side, price, quantity, fee, liquidity, at] = value;
  return fillOf({
    tradeId,
    clientOrderId,
    instrument,
    side,
    price,
    quantity,
    fee,
    liquidity,
    at,
  });
};

const chargeOf = (value: unknown): AccountCharge => {
  const raw = object(value, 'charge');
  return {
    chargeId: text(raw, 'chargeId') as ChargeId,
    cause: oneOf<ChargeCause>(raw, 'cause', CHARGE_CAUSES),
    instrument: raw['instrument'] === null ? null : (text(raw, 'instrument') as InstrumentId),
    amount: money(big(raw, 'amount')),
    at: big(raw, 'at') as EventTimeNs,
  };
};

const closingOf = (value: unknown): HeldClosing => {
  const raw = object(value, 'closing');
  return {
    cause: oneOf<ClosingCause>(raw, 'cause', CLOSING_CAUSES),
    fill: fillOfRow(raw['fill']),
  };
};

const volumeOf = (value: unknown): readonly [number, Money] => {
  const [hour, amount] = Array.isArray(value) ? value : [];
  if (!Number.isSafeInteger(hour)) throw new ShapeError('volume is no pair of hour and amount');
  return [hour, money(big({ volume: amount }, 'volume'))];
};

/** What images know since the venue charges accounts; older ones have none of it. */
function settlementsOf(
  raw: Raw,
): Pick<TruthImage, 'charges' | 'closings' | 'closingCount' | 'volume'> {
  if (raw['charges'] === undefined) {
    return { charges: [], closings: [], closingCount: 0, volume: [] };
  }
  return {
    charges: list(raw['charges'], 'charges', chargeOf),
    closings: list(raw['closings'], 'closings', closingOf),
    closingCount: whole(raw, 'closingCount'),
    volume: list(raw['volume'], 'volume', volumeOf),
  };
}

/** Fills that were kept when one mark covered fills and ends alike. */
const KEPT_UNDER_ONE_MARK = 10_000;

/** Up to when an image has forgotten fills and ends. Older ledgers have one mark for both. */
function forgottenOf(
  raw: Raw,
  fills: readonly Fill[],
): Pick<TruthImage, 'fillsForgottenUpTo' | 'endsForgottenUpTo'> {
  if (!('forgottenUpTo' in raw)) {
    return {
      fillsForgottenUpTo: whole(raw, 'fillsForgottenUpTo'),
      endsForgottenUpTo: whole(raw, 'endsForgottenUpTo'),
    };
  }
  const both = whole(raw, 'forgottenUpTo');
  const fillsForgottenUpTo = fills.length < KEPT_UNDER_ONE_MARK ? 0 : both;
  return { fillsForgottenUpTo, endsForgottenUpTo: both };
}

const marksOf = (raw: Raw) => list(raw['marks'], 'marks', pair('mark', priceTicks));

const recordOf = (raw: Raw): TruthRecord => {
  const at = whole(raw, 'at');
  const kind = oneOf(raw, 'kind', [
    'image',
    'session',
    'deposit',
    'order',
    'fill',
    'charge',
    'closing',
    'end',
    'change',
    'marks',
  ] as const);
  switch (kind) {
    case 'session':
      return { kind, at, session: whole(raw, 'session') };
    case 'deposit':
      return { kind, at, amount: money(big(raw, 'amount')) };
    case 'order':
      return { kind, at, order: orderOf(raw['order']) };
    case 'fill':
      return { kind, at, fill: fillOf(raw['fill']) };
    case 'charge':
      return { kind, at, charge: chargeOf(raw['charge']) };
    case 'closing':
      return { kind, at, ...closingOf(raw) };
    case 'end':
      return { kind, at, end: endOf(raw['end']) };
    case 'change':
      return {
        kind,
        at,
        clientOrderId: text(raw, 'clientOrderId') as ClientOrderId,
        ...(raw['triggered'] === undefined ? {} : { triggered: true }),
        ...maybeWhole(raw, 'waterMark', priceTicks),
        ...maybeWhole(raw, 'prevented', qtyLots),
        ...(raw['amended'] === undefined ? {} : { amended: amendOf(raw['amended']) }),
      };
    case 'marks':
      return { kind, at, marks: marksOf(raw) };
    case 'image': {
      const fills = list(raw['fills'], 'fills', fillOfRow);
      return {
        kind,
        at,
        session: whole(raw, 'session'),
        cash: money(big(raw, 'cash')),
        positions: list(raw['positions'], 'positions', pair('position', qtyLots)),
        open: list(raw['open'], 'open', orderOf),
        ended: list(raw['ended'], 'ended', endOf),
        fills,
        // Ledgers of earlier versions know no groups.
        doneGroups:
          raw['doneGroups'] === undefined
            ? []
            : (list(raw['doneGroups'], 'doneGroups', pair('group', plain)) as readonly (readonly [
                string,
                number,
              ])[] as TruthImage['doneGroups']),
        marks: marksOf(raw),
        ...settlementsOf(raw),
        ...forgottenOf(raw, fills),
      };
    }
  }
};

/** Reads a record back; a text that says in what it is wrong when it is none. */
export function decodeRecord(
  json: string,
): { readonly record: TruthRecord } | { readonly wrong: string } {
  try {
    return { record: recordOf(object(JSON.parse(json), 'record')) };
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError)
      return { wrong: error.message };
    throw error;
  }
}
