import type { EventTimeNs } from '../../../core/index.ts';
import {
  money,
  type Order,
  type TradeId,
  type VenueOrderId,
  type VenueReport,
} from '../../../model/index.ts';
import { AppFailure } from '../../contracts.ts';
import type { Now } from '../runners.ts';
import type { OrderPath } from './order-path.ts';
import type { RequestKind, RequestReady } from './venue-requests.ts';

/** The venue answers a request so much later, ns. */
const ANSWER_NS = 1_000_000;

/** An order that fills does so this long after its acceptance, ns. */
const FILL_NS = 300_000;

/**
 * A turn that has nothing to do ends after this, ns: each turn makes garbage, which is the bench's
 * own. At 5,000 orders a second no turn is without something to do at its end.
 */
const LONGEST_TURN_NS = 200_000;

/** Answered entries that a queue keeps in front before it is cut. */
const CUT = 1_024;

interface Answer {
  readonly due: number;
  readonly kind: 'accepted' | 'filled' | 'cancelled';
  readonly order: Order;
  readonly fills: boolean;
}

/** First in, first out; what was taken is not held any longer. */
class Answers {
  readonly #entries: (Answer | null)[] = [];
  #first = 0;

  add(answer: Answer): void {
    this.#entries.push(answer);
  }

  get next(): Answer | null {
    return this.#entries[this.#first] ?? null;
  }

  take(): void {
    this.#entries[this.#first] = null;
    this.#first += 1;
    if (this.#first < CUT) return;
    this.#entries.splice(0, this.#first);
    this.#first = 0;
  }
}

/** A venue's words about an order. */
function reportOf({ kind, order }: Answer, at: EventTimeNs, number: number): VenueReport {
  const { clientOrderId, request } = order;
  switch (kind) {
    case 'accepted':
      return {
        kind: 'order-accepted',
        at,
        clientOrderId,
        venueOrderId: `${number}` as VenueOrderId,
      };
    case 'cancelled':
      return { kind: 'order-cancelled', at, clientOrderId, reason: 'asked for' };
    case 'filled': {
      const { instrument, side, price, quantity } = request;
      const tradeId = `${number}` as TradeId;
      const fee = money(1_000_000n);
      const fill = { tradeId, clientOrderId, instrument, side, price, quantity, fee, at };
      return { kind: 'order-filled', at, fill: { liquidity: 'maker', ...fill } };
    }
  }
}

/** Spins in a function of its own, where no number is made an object: waiting makes no garbage. */
function waitUntil(now: Now, target: number): void {
  for (;;) if (now() >= target) return;
}

/** How a stretch of load is offered. */
export interface OrderSchedule {
  readonly ordersPerSecond: number;
  readonly orders: number;
  readonly signal: AbortSignal;
}

/**
 * Offers orders on a fixed schedule and counts each from its intended time until its bytes are
 * ready to send. The venue's answers come back on the same thread 1 ms later: half of the orders
 * fill, the others are cancelled. The loop turns with the event loop, where group commit lives, and
 * does first what falls due first.
 */
export class OrderLoad {
  readonly path: OrderPath;
  readonly #now: Now;
  readonly #origin: number;
  readonly #answers = new Answers();
  readonly #fills = new Answers();
  #requests = 0;
  #cancels = 0;
  #due = 0;
  #record: (ns: number) => void = () => {};

  constructor(makePath: (ready: RequestReady) => OrderPath, now: Now) {
    this.#now = now;
    this.path = makePath((kind, order) => this.#ready(kind, order));
    this.#origin = now();
  }

  /** Cancels sent so far. */
  get cancels(): number {
    return this.#cancels;
  }

  #ready(kind: RequestKind, order: Order): void {
    const at = this.#now();
    this.#requests += 1;
    const due = at + ANSWER_NS;
    if (kind === 'cancel') {
      this.#cancels += 1;
      this.#answers.add({ due, kind: 'cancelled', order, fills: false });
      return;
    }
    this.#record(Math.max(1, Math.round(at - this.#due)));
    const fills = (this.path.orders.counts.submitted & 2) === 0;
    this.#answers.add({ due, kind: 'accepted', order, fills });
  }

  #answer(queue: Answers, answer: Answer): void {
    queue.take();
    const now = this.#now();
    this.path.report(reportOf(answer, this.path.timeAt(now - this.#origin), this.#requests));
    if (answer.fills) {
      this.#fills.add({ due: now + FILL_NS, kind: 'filled', order: answer.order, fills: false });
    }
  }

  /**
   * One turn of the event loop: does one thing, since others of the loop come in between in the
   * service, too; waits for it a little when nothing is due. True when it was the next order.
   */
  #turn(orderDue: number): boolean {
    const answerDue = this.#answers.next?.due ?? Number.POSITIVE_INFINITY;
    const fillDue = this.#fills.next?.due ?? Number.POSITIVE_INFINITY;
    const first = Math.min(orderDue, answerDue, fillDue);
    waitUntil(this.#now, Math.min(first, this.#now() + LONGEST_TURN_NS));
    return this.#step(orderDue) && this.#due === orderDue;
  }

  /** Does what falls due first, if anything did; false when nothing is due. */
  #step(orderDue: number): boolean {
    const answer = this.#answers.next;
    const fill = this.#fills.next;
    const answerDue = answer?.due ?? Number.POSITIVE_INFINITY;
    const fillDue = fill?.due ?? Number.POSITIVE_INFINITY;
    const first = Math.min(orderDue, answerDue, fillDue);
    if (this.#now() < first) return false;
    if (first === orderDue) {
      this.#due = orderDue;
      this.path.offer(this.path.timeAt(orderDue - this.#origin));
    } else if (first === answerDue) this.#answer(this.#answers, answer!);
    else this.#answer(this.#fills, fill!);
    return true;
  }

  /**
   * Offers the orders of a schedule and waits until all of them were; gives the elapsed ns.
   *
   * Errors: throws `AppFailure` for an interruption.
   */
  offer(schedule: OrderSchedule, record: (ns: number) => void): Promise<number> {
    const { ordersPerSecond, orders, signal } = schedule;
    const interval = 1e9 / ordersPerSecond;
    this.#record = record;
    const start = this.#now() + 1_000_000;
    let done = 0;
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        if (signal.aborted) {
          reject(new AppFailure('interrupted', 'the bench was interrupted'));
          return;
        }
        try {
          const before = done < orders ? start + done * interval : Number.POSITIVE_INFINITY;
          if (this.#turn(before)) done += 1;
        } catch (error) {
          reject(error);
          return;
        }
        const idle = this.#answers.next === null && this.#fills.next === null;
        if (done < orders || !idle) setImmediate(turn);
        else resolve(this.#now() - start);
      };
      setImmediate(turn);
    });
  }
}
