import type { OrderStatus } from '../model/index.ts';

/** The statuses in the order of the published table. */
export const ORDER_STATUSES = [
  'pending',
  'accepted',
  'partially-filled',
  'unknown',
  'filled',
  'cancelled',
  'rejected',
  'expired',
] as const satisfies readonly OrderStatus[];

/** What can happen to an order, as seen by the machine. */
export const ORDER_TRIGGERS = [
  /** The venue has it; nothing of it is filled. */
  'accepted',
  /** The venue has it; a part is filled already. */
  'accepted-partly',
  /** A fill that leaves a rest. */
  'fill',
  /** The fill that completes it. */
  'last-fill',
  /** A fill beyond what is left. */
  'overfill',
  /** The venue works it with other terms; nothing of it is filled. */
  'amended',
  /** The same after fills; a rest is open. */
  'amended-partly',
  /** An answer to an amend shows that what is filled is all of it. */
  'completed',
  'cancelled',
  'rejected',
  'expired',
  /** No answer within the limit. */
  'doubted',
] as const;

/** One of `ORDER_TRIGGERS`. */
export type OrderTrigger = (typeof ORDER_TRIGGERS)[number];

/** What a trigger does to an order's status. */
export type Transition =
  | { readonly to: OrderStatus; readonly ignored: null; readonly contradiction: false }
  | {
      /** Why the status stays as it is. A fill that fits is added to the filled quantity anyway. */
      readonly ignored: string;
      readonly to: null;
      /** Whether the venue contradicts what it said before. */
      readonly contradiction: boolean;
    };

const to = (status: OrderStatus): Transition => ({
  to: status,
  ignored: null,
  contradiction: false,
});
const late = (reason: string): Transition => ({ to: null, ignored: reason, contradiction: false });
const contradicts = (reason: string): Transition => ({
  to: null,
  ignored: reason,
  contradiction: true,
});

const OVERFILL = contradicts('fill beyond the quantity: not added to the order');

const final = (status: OrderStatus): Record<OrderTrigger, Transition> => ({
  accepted: late('acknowledgement after the end'),
  'accepted-partly': late('acknowledgement after the end'),
  fill: late('late fill: counted, the end stands'),
  'last-fill': late('late fill: counted, the end stands'),
  overfill: OVERFILL,
  amended: late('terms noted, the end stands'),
  'amended-partly': late('terms noted, the end stands'),
  completed: late('terms noted, the end stands'),
  cancelled: late(`already ${status}`),
  rejected: late(`already ${status}`),
  expired: late(`already ${status}`),
  doubted: late('its fate is known'),
});

/**
 * The order state machine: what every status does with every trigger. Nothing leaves a final
 * status; docs/orders.md prints this table and a test holds the two together.
 */
export const ORDER_TRANSITIONS: Readonly<
  Record<OrderStatus, Readonly<Record<OrderTrigger, Transition>>>
> = {
  pending: {
    accepted: to('accepted'),
    'accepted-partly': to('partially-filled'),
    fill: to('partially-filled'),
    'last-fill': to('filled'),
    overfill: OVERFILL,
    amended: to('accepted'),
    'amended-partly': to('partially-filled'),
    completed: to('filled'),
    cancelled: to('cancelled'),
    rejected: to('rejected'),
    expired: to('expired'),
    doubted: to('unknown'),
  },
  accepted: {
    accepted: late('already accepted'),
    'accepted-partly': late('already accepted'),
    fill: to('partially-filled'),
    'last-fill': to('filled'),
    overfill: OVERFILL,
    amended: to('accepted'),
    'amended-partly': to('partially-filled'),
    completed: to('filled'),
    cancelled: to('cancelled'),
    rejected: to('rejected'),
    expired: to('expired'),
    doubted: to('unknown'),
  },
  'partially-filled': {
    accepted: late('already accepted'),
    'accepted-partly': late('already accepted'),
    fill: to('partially-filled'),
    'last-fill': to('filled'),
    overfill: OVERFILL,
    amended: to('partially-filled'),
    'amended-partly': to('partially-filled'),
    completed: to('filled'),
    cancelled: to('cancelled'),
    rejected: to('cancelled'),
    expired: to('expired'),
    doubted: to('unknown'),
  },
  unknown: {
    accepted: to('accepted'),
    'accepted-partly': to('partially-filled'),
    fill: to('partially-filled'),
    'last-fill': to('filled'),
    overfill: OVERFILL,
    amended: to('accepted'),
    'amended-partly': to('partially-filled'),
    completed: to('filled'),
    cancelled: to('cancelled'),
    rejected: to('rejected'),
    expired: to('expired'),
    doubted: to('unknown'),
  },
  filled: {
    ...final('filled'),
    fill: OVERFILL,
    'last-fill': OVERFILL,
    rejected: contradicts('refused after it was filled'),
  },
  cancelled: final('cancelled'),
  rejected: {
    ...final('rejected'),
    accepted: contradicts('accepted after it was refused'),
    'accepted-partly': contradicts('accepted after it was refused'),
    amended: contradicts('amended after it was refused'),
    'amended-partly': contradicts('amended after it was refused'),
    fill: contradicts('fill of a refused order: counted, the end stands'),
    'last-fill': contradicts('fill of a refused order: counted, the end stands'),
  },
  expired: final('expired'),
};

/** Whether an order in this status can no longer do anything. */
export const isFinal = (status: OrderStatus): boolean =>
  status === 'filled' || status === 'cancelled' || status === 'rejected' || status === 'expired';

/** Looks a transition up. */
export const transition = (status: OrderStatus, trigger: OrderTrigger): Transition =>
  ORDER_TRANSITIONS[status][trigger];

/** The table as Markdown, statuses down and triggers across: what docs/orders.md prints. */
export function transitionTable(): string {
  const lines = [
    `| status | ${ORDER_TRIGGERS.join(' | ')} |`,
    `|---|${ORDER_TRIGGERS.map(() => '---|').join('')}`,
  ];
  for (const status of ORDER_STATUSES) {
    const cells = ORDER_TRIGGERS.map((trigger) => {
      const { to: next, ignored, contradiction } = transition(status, trigger);
      if (next !== null) return `**${next}**`;
      return contradiction ? `! ${ignored}` : `– ${ignored}`;
    });
    lines.push(`| ${status} | ${cells.join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}
