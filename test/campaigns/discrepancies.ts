import { Orders } from '../../src/execution/index.ts';
import {
  type ClientOrderId,
  instrumentId,
  money,
  priceTicks,
  qtyLots,
  type TradeId,
} from '../../src/model/index.ts';
import { Portfolio } from '../../src/portfolio/index.ts';
import { REMEMBERED_FILLS, RUN_EPOCH, type TwinAccount, type TwinOrder } from './twin-account.ts';

/** One way in which our books and the venue's account can differ. */
export interface Discrepancy {
  /** What is wrong, for people. */
  readonly what: string;
  readonly outcome: 'resolved' | 'refused';
  /** What reconciliation says of it; `…` stands for names and numbers. */
  readonly says: string;
  /** Whether an order is to be cancelled at the venue. */
  readonly cancels?: true;
  /** Makes it. Gives our side where it is not the twin's own. */
  readonly make: (twin: TwinAccount) => void;
  /** Whether our side has no books yet. */
  readonly isFirstRun?: true;
}

const FOREIGN = 'web-17' as ClientOrderId;
const ELSEWHERE = instrumentId('sim', 'XRPUSDT');

/** An order that both sides know and that works. */
const working = (twin: TwinAccount) => {
  const order = twin.sent();
  const open = twin.works(order);
  twin.acknowledged(order);
  return { order, open };
};

const filledFully = (twin: TwinAccount) => {
  const { order } = working(twin);
  twin.filledAtVenue(order, order.request.quantity);
  twin.ends(order, 'filled');
};

const endsUnseen = (end: 'cancelled' | 'rejected' | 'expired') => (twin: TwinAccount) => {
  const order = twin.sent();
  twin.works(order);
  if (end !== 'rejected') twin.acknowledged(order);
  twin.ends(order, end);
};

/** Other terms for an order that works: `lots` more or fewer, one tick dearer. */
const other = ({ request }: TwinOrder, lots: number) => ({
  price: priceTicks(request.price + 1),
  quantity: qtyLots(request.quantity + lots),
});

/** An order that both sides know, with an amend that is in doubt. */
const amending = (twin: TwinAccount, lots: number) => {
  const { order, open } = working(twin);
  const terms = other(order, lots);
  twin.amends(order, terms);
  twin.doubted(order);
  return { order, open, terms };
};

/** An order of an earlier run. */
const workingOfBefore = (twin: TwinAccount) => {
  const order = twin.order({}, RUN_EPOCH - 1);
  twin.sent({}, order);
  twin.works(order);
  twin.acknowledged(order);
  return order;
};

/** The discrepancies that reconciliation settles by itself. */
const RESOLVED: readonly Omit<Discrepancy, 'outcome'>[] = [
  {
    what: 'a fill is missing here',
    says: 'trade … of order … was missing here: booked',
    make: (twin) => void twin.filledAtVenue(working(twin).order, twin.lots(9)),
  },
  {
    what: 'an acknowledgement was lost',
    says: 'order … was pending here and works at the venue: accepted',
    make: (twin) => void twin.works(twin.sent()),
  },
  {
    what: 'an order in doubt works',
    says: 'order … was unknown here and works at the venue: accepted',
    make: (twin) => {
      const order = twin.sent();
      twin.works(order);
      twin.doubted(order);
    },
  },
  {
    what: 'an order never arrived',
    says: 'order … is not known at the venue: rejected',
    make: (twin) => twin.doubted(twin.sent()),
  },
  {
    what: 'a cancel was carried out, unseen',
    says: 'order … was accepted here and is cancelled at the venue: ended',
    make: endsUnseen('cancelled'),
  },
  {
    what: 'an order expired, unseen',
    says: 'order … was accepted here and is expired at the venue: ended',
    make: endsUnseen('expired'),
  },
  {
    what: 'an order was rejected, unseen',
    says: 'order … was pending here and is rejected at the venue: ended',
    make: endsUnseen('rejected'),
  },
  {
    what: 'an order was filled, unseen',
    says: 'trade … of order … was missing here: booked',
    make: filledFully,
  },
  {
    what: 'an order was filled in part and its rest cancelled, unseen',
    says: 'order … was accepted here and is cancelled at the venue: ended',
    make: (twin) => {
      const { order } = working(twin);
      twin.filledAtVenue(order, twin.lots(9));
      twin.ends(order, 'cancelled');
    },
  },
  {
    what: 'an acknowledged order is no longer listed',
    says: 'order … no longer works at the venue: cancelled',
    make: (twin) => {
      const { order } = working(twin);
      twin.open.splice(
        twin.open.findIndex((one) => one.clientOrderId === order.id),
        1,
      );
    },
  },
  {
    what: 'a fill came after the end of its order here',
    says: 'trade … of order … was missing here: booked',
    make: (twin) => {
      const { order } = working(twin);
      twin.filledAtVenue(order, twin.lots(9));
      twin.ends(order, 'cancelled');
      twin.endedHere(order, 'order-cancelled');
    },
  },
  {
    what: 'a trade is listed twice with the same content',
    says: 'trade … was reported twice: counted once',
    make: (twin) => {
      const fill = twin.filledAtVenue(working(twin).order, twin.lots(9));
      twin.fills.push({ ...fill });
    },
  },
  {
    what: 'an order of ours works that the journal lost',
    says: 'order … works at the venue but is missing here: taken over, to be cancelled',
    cancels: true,
    make: (twin) => void twin.works(twin.order()),
  },
  {
    what: 'such an order is filled in part',
    says: 'order … works at the venue but is missing here: taken over, to be cancelled',
    cancels: true,
    make: (twin) => {
      const order = twin.order();
      twin.works(order);
      twin.filledAtVenue(order, twin.lots(9));
    },
  },
  {
    what: 'an order of ours ended that the journal lost',
    says: 'trade … of order … was missing here: booked',
    make: (twin) => {
      const order = twin.order();
      twin.works(order);
      twin.filledAtVenue(order, order.request.quantity);
      twin.ends(order, 'filled');
    },
  },
  {
    what: 'an amend in doubt was carried out',
    says: 'order … works with the terms of amend 1: amended',
    make: (twin) => {
      const { order, terms } = amending(twin, 5);
      twin.amendedAtVenue(order, terms);
    },
  },
  {
    what: 'an amend in doubt was not carried out',
    says: 'order … works without the terms of amend 1: not amended',
    make: (twin) => void amending(twin, 5),
  },
  {
    what: 'an amend in doubt was carried out, and then the order was filled beyond its old quantity',
    says: 'order … works with the terms of amend 1: amended',
    make: (twin) => {
      const { order, terms } = amending(twin, 5);
      twin.amendedAtVenue(order, terms);
      twin.filledAtVenue(order, order.request.quantity + twin.lots(4));
    },
  },
  {
    what: 'an amend in doubt made the order smaller, and it was filled',
    says: 'order … works with the terms of amend 1: amended',
    make: (twin) => {
      const { order, terms } = amending(twin, -5);
      twin.amendedAtVenue(order, terms);
      twin.filledAtVenue(order, terms.quantity);
      twin.ends(order, 'filled');
    },
  },
  {
    what: 'an amend in doubt came too late: the order was filled before it',
    says: 'order … was filled without amend 1: not amended',
    make: (twin) => {
      const { order } = amending(twin, 5);
      twin.filledAtVenue(order, order.request.quantity);
      twin.ends(order, 'filled');
    },
  },
  {
    what: 'an order was cancelled after an amend that is in doubt',
    says: 'order … was unknown here and is cancelled at the venue: ended',
    make: (twin) => {
      const { order, terms } = amending(twin, 5);
      twin.amendedAtVenue(order, terms);
      twin.filledAtVenue(order, order.request.quantity + 1);
      twin.ends(order, 'cancelled');
    },
  },
  {
    what: 'an order works with the terms of an amend that the journal lost',
    says: 'order … was amended, which is missing here: terms taken over',
    make: (twin) => {
      const order = workingOfBefore(twin);
      twin.amendedAtVenue(order, other(order, 5), 2);
      twin.filledAtVenue(order, order.request.quantity + twin.lots(4));
    },
  },
  {
    what: 'an order ended with the terms of an amend that the journal lost',
    says: 'order … was amended, which is missing here: terms taken over',
    make: (twin) => {
      const order = workingOfBefore(twin);
      const terms = other(order, -5);
      twin.amendedAtVenue(order, terms);
      twin.filledAtVenue(order, terms.quantity);
      twin.ends(order, 'filled');
    },
  },
  {
    what: 'the first run meets an account with cash and nothing else',
    says: 'opening balance … taken from the venue',
    isFirstRun: true,
    make: (twin) => {
      twin.open.length = 0;
      twin.positions.clear();
      twin.fills = [];
    },
  },
];

/** Fills an order so often that its first fills are no longer remembered; gives those. */
function outgrowWindow(twin: TwinAccount) {
  const order = twin.sent({ quantity: qtyLots(1_000) });
  twin.works(order);
  twin.acknowledged(order);
  const fills = Array.from({ length: REMEMBERED_FILLS + 20 }, () => twin.filledAtVenue(order, 1));
  for (const fill of fills) twin.booked(fill);
  return { order, first: fills[0]! };
}

/** Those that it cannot explain. */
const REFUSED: readonly Omit<Discrepancy, 'outcome'>[] = [
  {
    what: 'a foreign order works',
    says: 'order … works at the venue and is no order of this bot',
    make: (twin) => void twin.works({ ...twin.order(), id: FOREIGN }),
  },
  {
    what: 'a foreign fill',
    says: 'trade … belongs to …, which is no order of this bot',
    make: (twin) => void twin.filledAtVenue({ ...twin.order(), id: FOREIGN }, twin.lots(9)),
  },
  {
    what: 'an order of a run that has not been yet',
    says: 'order … works at the venue and is no order of this bot',
    make: (twin) => void twin.works(twin.order({}, RUN_EPOCH + twin.lots(5))),
  },
  {
    what: 'an order of an unknown instrument',
    says: 'order … is in …, not configured here',
    make: (twin) => void twin.works(twin.order({ instrument: ELSEWHERE })),
  },
  {
    what: 'a fill of an unknown instrument',
    says: 'trade … is in …, not configured here',
    make: (twin) => void twin.fills.push(twin.fill(twin.order({ instrument: ELSEWHERE }), 1)),
  },
  {
    what: 'a position is off by one lot',
    says: 'position of …: … lots here, … lots at the venue',
    make: (twin) => twin.moves(twin.order().request.instrument, 1),
  },
  {
    what: 'the cash is off by 0.00000001',
    says: 'cash: … here, … at the venue',
    make: (twin) => {
      twin.cash += 1n;
    },
  },
  {
    what: 'the balance is missing from the answer',
    says: 'cash: … here, … at the venue',
    make: (twin) => {
      twin.cash = 0n;
    },
  },
  {
    what: 'a fill carries another fee than was charged',
    says: 'cash: … here, … at the venue',
    make: (twin) => {
      const fill = twin.filledAtVenue(working(twin).order, twin.lots(9));
      twin.fills[twin.fills.length - 1] = { ...fill, fee: money(fill.fee + 1n) };
    },
  },
  {
    what: 'a fill carries another price than was paid',
    says: 'cash: … here, … at the venue',
    make: (twin) => {
      const fill = twin.filledAtVenue(working(twin).order, twin.lots(9));
      twin.fills[twin.fills.length - 1] = { ...fill, price: priceTicks(fill.price + 1) };
    },
  },
  {
    what: 'a fill is on the wrong side of its order',
    says: 'trade … is a … of …, its order … a … of …',
    make: (twin) => {
      const { order } = working(twin);
      const side = order.request.side === 'buy' ? 'sell' : 'buy';
      twin.filledAtVenue(order, twin.lots(9), { side });
    },
  },
  {
    what: 'an order works with another price',
    says: 'order …: price … here, … at the venue',
    make: (twin) => {
      const { open } = working(twin);
      open.price = priceTicks(open.price + 1);
    },
  },
  {
    what: 'an order works with another side',
    says: 'order …: side … here, … at the venue',
    make: (twin) => {
      const { open } = working(twin);
      open.side = open.side === 'buy' ? 'sell' : 'buy';
    },
  },
  {
    what: 'an order works with another quantity',
    says: 'order …: quantity … here, … at the venue',
    make: (twin) => {
      const { open } = working(twin);
      open.quantity = qtyLots(open.quantity + 1);
    },
  },
  {
    what: 'an amend is in doubt, and the order works with neither its terms nor the old ones',
    says: 'order …: price … here, … at the venue',
    make: (twin) => {
      const { order } = amending(twin, 5);
      twin.amendedAtVenue(order, { ...other(order, 5), price: priceTicks(1) });
    },
  },
  {
    what: 'an order of this run works with terms that nobody asked for',
    says: 'order …: quantity … here, … at the venue',
    make: (twin) => {
      const order = twin.sent({}, twin.order({}, RUN_EPOCH));
      twin.works(order);
      twin.acknowledged(order);
      twin.amendedAtVenue(order, { ...order.request, quantity: qtyLots(99) });
    },
  },
  {
    what: 'fills are missing from a partial answer',
    says: 'order …: … lots filled here, … at the venue',
    make: (twin) => {
      twin.filledAtVenue(working(twin).order, twin.lots(9));
      twin.fills.pop();
    },
  },
  {
    what: 'an order is filled by fills that are nowhere',
    says: 'order … is filled at the venue, but its fills here sum to … of … lots',
    make: (twin) => twin.ends(working(twin).order, 'filled'),
  },
  {
    what: 'fills exceed the quantity of their order',
    says: 'order … over … lots has fills of … lots at the venue',
    make: (twin) => {
      const { order } = working(twin);
      twin.filledAtVenue(order, order.request.quantity + twin.lots(9));
    },
  },
  {
    what: 'a trade is listed twice with different contents',
    says: 'trade … was reported with two different contents',
    make: (twin) => {
      const fill = twin.filledAtVenue(working(twin).order, twin.lots(9));
      twin.fills.push({ ...fill, fee: money(fill.fee + 1n) });
    },
  },
  {
    what: 'an order both works and has ended',
    says: 'order … is both working and … at the venue',
    make: (twin) => void twin.ended.set(working(twin).order.id, 'expired'),
  },
  {
    what: 'an order was rejected although a part of it is filled',
    says: 'order … is rejected at the venue, but … lots of it are filled',
    make: (twin) => {
      const { order } = working(twin);
      twin.booked(twin.filledAtVenue(order, twin.lots(9)));
      twin.ends(order, 'rejected');
    },
  },
  {
    what: 'an order ended here but works at the venue',
    says: 'order … is … here but works at the venue: to be cancelled',
    cancels: true,
    make: (twin) => twin.endedHere(working(twin).order, 'order-cancelled'),
  },
  {
    what: 'fills of an order that the journal lost are missing',
    says: 'order … has … lots filled at the venue, its fills sum to …',
    cancels: true,
    make: (twin) => {
      const order = twin.order();
      twin.works(order);
      twin.filledAtVenue(order, twin.lots(9));
      twin.fills.pop();
    },
  },
  {
    what: 'a fill older than the window was never booked',
    says: 'position of …: … lots here, … lots at the venue',
    make: (twin) => {
      const { order, first } = outgrowWindow(twin);
      twin.filledAtVenue(order, 1, { tradeId: 'late' as TradeId, at: first.at });
    },
  },
  {
    what: 'the first run meets an account that holds something',
    says: 'first run, but the venue holds … lots of … of unknown origin',
    isFirstRun: true,
    make: (twin) => twin.moves(twin.order().request.instrument, 5_000),
  },
  {
    what: 'the first run meets an account without cash',
    says: 'first run, but the venue holds no cash: …',
    isFirstRun: true,
    make: (twin) => {
      twin.cash = 0n;
    },
  },
];

/** A fill that the window forgot but the totals prove. */
const FORGOTTEN: Discrepancy = {
  what: 'a fill older than the window is booked already',
  outcome: 'resolved',
  says: '',
  make: (twin) => void outgrowWindow(twin),
};

/** Every kind, those that are resolved first. */
export const DISCREPANCIES: readonly Discrepancy[] = [
  ...RESOLVED.map((one) => ({ ...one, outcome: 'resolved' as const })),
  FORGOTTEN,
  ...REFUSED.map((one) => ({ ...one, outcome: 'refused' as const })),
];

/** Our side before it ever met the venue. */
export const emptySide = (twin: TwinAccount) => ({
  ...twin.local(),
  orders: new Orders(),
  positions: new Portfolio([]).lots(),
  cash: money(0n),
  deposits: money(0n),
});

/** The table of docs/orders.md. */
export function discrepancyTable(): string {
  const rows = DISCREPANCIES.map(({ what, outcome, says, cancels }) => {
    const words = says === '' ? 'nothing: the totals prove it' : says;
    return `| ${what} | ${outcome}${cancels ? ', and cancelled there' : ''} | ${words} |`;
  });
  return ['| what differs | outcome | what is said |', '|---|---|---|', ...rows].join('\n');
}
