import { type EventTimeNs, err, type JsonBytes, ok, type Result } from '../core/index.ts';
import {
  type AccountCharge,
  type Bar,
  CHARGE_CAUSES,
  CLOSING_CAUSES,
  CONTROL_MODES,
  type DomainEvent,
  type Fill,
  type MarketMoment,
  type ModeCause,
  ORDER_TYPES,
  type OrderRequest,
  type ParentLink,
  type ParentSpec,
  TIMES_IN_FORCE,
} from '../model/index.ts';
import {
  big,
  finite,
  flag,
  integer,
  listOf,
  literal,
  nullOr,
  oneOf,
  optional,
  plainRecord,
  type Shape,
  ShapeError,
  struct,
  text,
} from './shape.ts';

type EventOf<K extends DomainEvent['kind']> = Extract<DomainEvent, { readonly kind: K }>;

const at = big<EventTimeNs>();
const side = oneOf('buy', 'sell');

const orderRequest = struct<OrderRequest>({
  instrument: text(),
  strategy: text(),
  side,
  type: oneOf(...ORDER_TYPES),
  price: integer(),
  quantity: integer(),
  timeInForce: oneOf(...TIMES_IN_FORCE),
  postOnly: flag,
  reduceOnly: flag,
  triggerPrice: optional(integer()),
  trailOffset: optional(integer()),
  displayQuantity: optional(integer()),
  expireAt: optional(big()),
  ocoGroup: optional(text()),
  parent: optional(struct<ParentLink>({ id: text(), role: text() })),
});

const parentSpec = struct<ParentSpec>({
  kind: text(),
  instrument: text(),
  strategy: text(),
  side,
  quantity: integer(),
  terms: plainRecord(),
});

const market = optional(
  struct<MarketMoment>({
    bid: integer(),
    bidLots: integer(),
    ask: integer(),
    askLots: integer(),
    volatility: finite,
  }),
);

const fill = struct<Fill>({
  tradeId: text(),
  clientOrderId: text(),
  instrument: text(),
  side,
  price: integer(),
  quantity: integer(),
  fee: big(),
  liquidity: oneOf('maker', 'taker'),
  at,
});

const charge = struct<AccountCharge>({
  chargeId: text(),
  cause: oneOf(...CHARGE_CAUSES),
  instrument: nullOr(text()),
  amount: big(),
  at,
});

const modeCause = struct<ModeCause>({
  id: text(),
  mode: oneOf(...CONTROL_MODES),
  origin: oneOf('start-up', 'automatic', 'human', 'hardware'),
  detail: text(),
  since: at,
});

const bar = struct<Bar>({
  instrument: text(),
  openedAt: at,
  intervalMs: integer(),
  open: integer(),
  high: integer(),
  low: integer(),
  close: integer(),
  volume: integer(),
  buyVolume: integer(),
  trades: integer(),
});

const ended = <
  K extends 'order-rejected' | 'order-cancelled' | 'order-expired' | 'cancel-rejected',
>(
  kind: K,
) => struct({ kind: literal(kind), at, clientOrderId: text(), reason: text() });

const EVENT_SHAPES: { readonly [K in DomainEvent['kind']]: Shape<EventOf<K>> } = {
  'order-accepted': struct<EventOf<'order-accepted'>>({
    kind: literal('order-accepted'),
    at,
    clientOrderId: text(),
    venueOrderId: text(),
  }),
  'order-rejected': ended('order-rejected') as Shape<EventOf<'order-rejected'>>,
  'order-filled': struct<EventOf<'order-filled'>>({ kind: literal('order-filled'), at, fill }),
  'order-cancelled': ended('order-cancelled') as Shape<EventOf<'order-cancelled'>>,
  'order-expired': ended('order-expired') as Shape<EventOf<'order-expired'>>,
  'cancel-rejected': ended('cancel-rejected') as Shape<EventOf<'cancel-rejected'>>,
  'order-amended': struct<EventOf<'order-amended'>>({
    kind: literal('order-amended'),
    at,
    clientOrderId: text(),
    amendment: integer(),
    price: integer(),
    quantity: integer(),
    filled: integer(),
  }),
  'amend-rejected': struct<EventOf<'amend-rejected'>>({
    kind: literal('amend-rejected'),
    at,
    clientOrderId: text(),
    amendment: integer(),
    reason: text(),
    orderWorks: flag,
  }),
  'account-charged': struct<EventOf<'account-charged'>>({
    kind: literal('account-charged'),
    at,
    charge,
  }),
  'position-closed': struct<EventOf<'position-closed'>>({
    kind: literal('position-closed'),
    at,
    cause: oneOf(...CLOSING_CAUSES),
    fill,
  }),
  'run-started': struct<EventOf<'run-started'>>({
    kind: literal('run-started'),
    at,
    runEpoch: integer(),
    kernelTarget: text(),
    configurationHash: text(),
    version: text(),
  }),
  'run-stopped': struct<EventOf<'run-stopped'>>({
    kind: literal('run-stopped'),
    at,
    reason: text(),
  }),
  'cash-deposited': struct<EventOf<'cash-deposited'>>({
    kind: literal('cash-deposited'),
    at,
    amount: big(),
  }),
  'order-submitted': struct<EventOf<'order-submitted'>>({
    kind: literal('order-submitted'),
    at,
    clientOrderId: text(),
    request: orderRequest,
    market,
  }),
  'cancel-requested': struct<EventOf<'cancel-requested'>>({
    kind: literal('cancel-requested'),
    at,
    clientOrderId: text(),
  }),
  'amend-requested': struct<EventOf<'amend-requested'>>({
    kind: literal('amend-requested'),
    at,
    clientOrderId: text(),
    amendment: integer(),
    price: integer(),
    quantity: integer(),
  }),
  'order-doubted': struct<EventOf<'order-doubted'>>({
    kind: literal('order-doubted'),
    at,
    clientOrderId: text(),
    reason: text(),
  }),
  'order-refused': struct<EventOf<'order-refused'>>({
    kind: literal('order-refused'),
    at,
    request: orderRequest,
    code: text(),
    detail: text(),
  }),
  'parent-opened': struct<EventOf<'parent-opened'>>({
    kind: literal('parent-opened'),
    at,
    parent: text(),
    spec: parentSpec,
    market,
  }),
  'parent-updated': struct<EventOf<'parent-updated'>>({
    kind: literal('parent-updated'),
    at,
    parent: text(),
    memory: plainRecord(),
  }),
  'parent-ended': struct<EventOf<'parent-ended'>>({
    kind: literal('parent-ended'),
    at,
    parent: text(),
    reason: text(),
    market,
  }),
  reconciled: struct<EventOf<'reconciled'>>({
    kind: literal('reconciled'),
    at,
    resolutions: listOf(text()),
  }),
  'cause-raised': struct<EventOf<'cause-raised'>>({
    kind: literal('cause-raised'),
    at,
    cause: modeCause,
  }),
  'cause-cleared': struct<EventOf<'cause-cleared'>>({
    kind: literal('cause-cleared'),
    at,
    causeId: text(),
    reason: text(),
  }),
  'restore-requested': struct<EventOf<'restore-requested'>>({
    kind: literal('restore-requested'),
    at,
    causeId: text(),
    dueAt: at,
  }),
  'restore-cancelled': struct<EventOf<'restore-cancelled'>>({
    kind: literal('restore-cancelled'),
    at,
    causeId: text(),
  }),
  'equity-sampled': struct<EventOf<'equity-sampled'>>({
    kind: literal('equity-sampled'),
    at,
    equity: big(),
    cash: big(),
    realised: big(),
    unrealised: big(),
    fees: big(),
    charges: optional(big()),
    marks: listOf(
      struct<EventOf<'equity-sampled'>['marks'][number]>({ instrument: text(), price: integer() }),
    ),
  }),
  'decision-sampled': struct<EventOf<'decision-sampled'>>({
    kind: literal('decision-sampled'),
    at,
    instrument: text(),
    side: oneOf('buy', 'sell', 'none'),
    quantity: integer(),
    probability: finite,
    edge: finite,
    reasonBits: integer(),
  }),
  'bar-closed': struct<EventOf<'bar-closed'>>({ kind: literal('bar-closed'), at, bar }),
  'book-desynchronised': struct<EventOf<'book-desynchronised'>>({
    kind: literal('book-desynchronised'),
    at,
    instrument: text(),
    reason: text(),
  }),
  'book-synchronised': struct<EventOf<'book-synchronised'>>({
    kind: literal('book-synchronised'),
    at,
    instrument: text(),
    updateId: big(),
  }),
};

/** Every kind of event the journal can hold. */
export const EVENT_KINDS = Object.keys(EVENT_SHAPES) as readonly DomainEvent['kind'][];

/** A payload that is not the shape its kind declares. */
export interface EventShapeFailure {
  readonly code: 'event-shape';
  /** Path, value and what was allowed, for example `event.fill.fee is 3, must be ...`. */
  readonly detail: string;
}

/**
 * Writes an event as canonical JSON, the same bytes that `canonicalJson` gives.
 *
 * Errors:  `InvariantError` when a field has another type than its declaration: it would be
 *          unreadable at recovery.
 */
export function encodeEvent(event: DomainEvent): string {
  return (EVENT_SHAPES[event.kind] as Shape<DomainEvent>).write(event);
}

/**
 * Writes the same bytes as `encodeEvent` behind what `out` holds.
 *
 * Errors:  `InvariantError` as above; what `out` holds is then not to be used.
 */
export function putEvent(event: DomainEvent, out: JsonBytes): void {
  const shape = EVENT_SHAPES[event.kind] as Shape<DomainEvent>;
  if (shape.put === undefined) out.json(shape.write(event));
  else shape.put(event, out);
}

/** Reads an event back from parsed JSON, bigints restored; refuses every other shape. */
export function decodeEvent(json: unknown): Result<DomainEvent, EventShapeFailure> {
  const kind = (json as { readonly kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(EVENT_SHAPES, kind)) {
    const known = EVENT_KINDS.join(', ');
    return err({
      code: 'event-shape',
      detail: `event.kind is ${JSON.stringify(kind)}, must be one of ${known}`,
    });
  }
  try {
    return ok(EVENT_SHAPES[kind as DomainEvent['kind']].read(json, 'event'));
  } catch (cause) {
    if (cause instanceof ShapeError) return err({ code: 'event-shape', detail: cause.message });
    throw cause;
  }
}
