import {
  CHARGE_CAUSES,
  CLOSING_CAUSES,
  type DomainEvent,
  ORDER_TYPES,
  type PlainRecord,
  TIMES_IN_FORCE,
} from '../../src/model/index.ts';
import { EVENT_KINDS } from '../../src/store/index.ts';
import fc from '../fast-check.ts';

/** Arbitraries of every kind of domain event, for property tests of what stores them. */
type Kind = DomainEvent['kind'];
type EventOf<K extends Kind> = Extract<DomainEvent, { readonly kind: K }>;
/** An arbitrary that ignores brands: the values are the plain ones that the brands stand for. */
type Plain<T> = T extends bigint
  ? bigint
  : T extends number
    ? number
    : T extends string
      ? string
      : T extends object
        ? PlainRecord extends T
          ? object
          : { readonly [K in keyof T]: Plain<T[K]> }
        : T;

const name = fc.string({ minLength: 1, maxLength: 24 });
const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string());
const int = fc.integer({ min: -(2 ** 45), max: 2 ** 45 });
const count = fc.nat({ max: 2 ** 31 - 1 });
const amount = fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n });
const at = fc.bigInt({ min: 0n, max: 2n ** 62n });
const side = fc.constantFrom('buy' as const, 'sell' as const);
const float = fc.double({ noNaN: true, noDefaultInfinity: true });

const request = fc.record(
  {
    instrument: name,
    strategy: name,
    side,
    type: fc.constantFrom(...ORDER_TYPES),
    price: count,
    quantity: count,
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    postOnly: fc.boolean(),
    reduceOnly: fc.boolean(),
    triggerPrice: count,
    trailOffset: count,
    displayQuantity: count,
    expireAt: at,
    ocoGroup: name,
    parent: fc.record({ id: name, role: name }),
  },
  {
    requiredKeys: [
      'instrument',
      'strategy',
      'side',
      'type',
      'price',
      'quantity',
      'timeInForce',
      'postOnly',
      'reduceOnly',
    ],
  },
);

const market = fc.record({
  bid: count,
  bidLots: count,
  ask: count,
  askLots: count,
  volatility: float,
});

const plain = fc.oneof(fc.constant(null), fc.boolean(), float, int, words);
const plainRecord = fc.dictionary(
  name.filter((key) => key !== '__proto__'),
  fc.oneof(plain, fc.array(plain, { maxLength: 3 })),
  { maxKeys: 4 },
);

const fill = fc.record({
  tradeId: name,
  clientOrderId: name,
  instrument: name,
  side,
  price: count,
  quantity: count,
  fee: amount,
  liquidity: fc.constantFrom('maker' as const, 'taker' as const),
  at,
});

const members: { readonly [K in Kind]: fc.Arbitrary<Omit<Plain<EventOf<K>>, 'kind' | 'at'>> } = {
  'order-accepted': fc.record({ clientOrderId: name, venueOrderId: name }),
  'order-rejected': fc.record({ clientOrderId: name, reason: words }),
  'order-filled': fc.record({ fill }),
  'account-charged': fc.record({
    charge: fc.record({
      chargeId: name,
      cause: fc.constantFrom(...CHARGE_CAUSES),
      instrument: fc.option(name),
      amount,
      at,
    }),
  }),
  'position-closed': fc.record({ cause: fc.constantFrom(...CLOSING_CAUSES), fill }),
  'order-cancelled': fc.record({ clientOrderId: name, reason: words }),
  'order-expired': fc.record({ clientOrderId: name, reason: words }),
  'cancel-rejected': fc.record({ clientOrderId: name, reason: words }),
  'amend-requested': fc.record({
    clientOrderId: name,
    amendment: count,
    price: count,
    quantity: count,
  }),
  'order-amended': fc.record({
    clientOrderId: name,
    amendment: count,
    price: count,
    quantity: count,
    filled: count,
  }),
  'amend-rejected': fc.record({
    clientOrderId: name,
    amendment: count,
    reason: words,
    orderWorks: fc.boolean(),
  }),
  'run-started': fc.record({
    runEpoch: count,
    kernelTarget: name,
    configurationHash: name,
    version: name,
  }),
  'run-stopped': fc.record({ reason: words }),
  'parent-opened': fc.record({
    parent: name,
    spec: fc.record({
      kind: name,
      instrument: name,
      strategy: name,
      side,
      quantity: count,
      terms: plainRecord,
    }),
  }),
  'parent-updated': fc.record({ parent: name, memory: plainRecord }),
  'parent-ended': fc.record(
    { parent: name, reason: words, market },
    { requiredKeys: ['parent', 'reason'] },
  ),
  'cash-deposited': fc.record({ amount }),
  'order-submitted': fc.record(
    { clientOrderId: name, request, market },
    { requiredKeys: ['clientOrderId', 'request'] },
  ),
  'cancel-requested': fc.record({ clientOrderId: name }),
  'order-doubted': fc.record({ clientOrderId: name, reason: words }),
  'order-refused': fc.record({ request, code: name, detail: words }),
  reconciled: fc.record({ resolutions: fc.array(words, { maxLength: 5 }) }),
  'cause-raised': fc.record({
    cause: fc.record({
      id: name,
      mode: fc.constantFrom(
        'NORMAL' as const,
        'PAUSE' as const,
        'REDUCE' as const,
        'EMERGENCY' as const,
      ),
      origin: fc.constantFrom(
        'start-up' as const,
        'automatic' as const,
        'human' as const,
        'hardware' as const,
      ),
      detail: words,
      since: at,
    }),
  }),
  'cause-cleared': fc.record({ causeId: name, reason: words }),
  'restore-requested': fc.record({ causeId: name, dueAt: at }),
  'restore-cancelled': fc.record({ causeId: name }),
  'equity-sampled': fc.record({
    equity: amount,
    cash: amount,
    realised: amount,
    unrealised: amount,
    fees: amount,
    marks: fc.array(fc.record({ instrument: name, price: count }), { maxLength: 4 }),
  }),
  'decision-sampled': fc.record({
    instrument: name,
    side: fc.constantFrom('buy' as const, 'sell' as const, 'none' as const),
    quantity: int,
    probability: float,
    edge: float,
    reasonBits: count,
  }),
  'bar-closed': fc.record({
    bar: fc.record({
      instrument: name,
      openedAt: at,
      intervalMs: count,
      open: count,
      high: count,
      low: count,
      close: count,
      volume: count,
      buyVolume: count,
      trades: count,
    }),
  }),
  'book-desynchronised': fc.record({ instrument: name, reason: words }),
  'book-synchronised': fc.record({
    instrument: name,
    updateId: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  }),
};

/** Any event of one kind. */
export const arbitraryEvent = (kind: Kind): fc.Arbitrary<DomainEvent> =>
  fc
    .tuple(at, members[kind] as fc.Arbitrary<object>)
    .map(([when, rest]) => ({ kind, at: when, ...rest }) as unknown as DomainEvent);

/** Any event of any kind, every kind equally likely. */
export const anyEvent: fc.Arbitrary<DomainEvent> = fc.oneof(...EVENT_KINDS.map(arbitraryEvent));
