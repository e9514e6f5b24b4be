/** Additions to a level that are remembered. */
const MOST_ADDITIONS = 256;

/** Relative difference below which two quantities are the same. */
const SAME = 1e-9;

interface Addition {
  readonly quantity: number;
  /** Quantity before it in the queue. */
  ahead: number;
}

/** A queue at one price: what was added to it while the price was the best one. */
class Queue {
  price = Number.NaN;
  quantity = 0;
  readonly additions: Addition[] = [];

  restart(price: number, quantity: number): void {
    this.price = price;
    this.quantity = quantity;
    this.additions.length = 0;
  }
}

/**
 * Finds where in the queue of the best price orders are cancelled. A decrease that equals exactly one
 * earlier increase at the same price, and no trade, is the cancel of that order; its place is what
 * trades and earlier cancels have left before it, over all that stands beside it.
 *
 * Decreases that match nothing or more than one are passed over; they are taken to fall on both
 * parts of the queue in proportion. Only what joined while the price was the best can be found.
 */
export class QueuePositions {
  readonly #bid = new Queue();
  readonly #ask = new Queue();
  readonly #found: (position: number) => void;
  readonly #traded = new Map<number, number>();

  /** `found` takes each position, 0 front to 1 back, both ends excluded. */
  constructor(found: (position: number) => void) {
    this.#found = found;
  }

  /** Notes a trade: what it takes leaves from the front. */
  trade(price: number, quantity: number): void {
    for (const queue of [this.#bid, this.#ask]) {
      if (queue.price !== price) continue;
      this.#traded.set(price, (this.#traded.get(price) ?? 0) + quantity);
    }
  }

  /** Takes the best quotes after a change. */
  quote(bid: number, bidQuantity: number, ask: number, askQuantity: number): void {
    this.#follow(this.#bid, bid, bidQuantity);
    this.#follow(this.#ask, ask, askQuantity);
  }

  #follow(queue: Queue, price: number, quantity: number): void {
    if (queue.price !== price) {
      this.#traded.delete(queue.price);
      queue.restart(price, quantity);
      return;
    }
    const change = quantity - queue.quantity;
    if (change > 0) {
      queue.additions.push({ quantity: change, ahead: queue.quantity });
      if (queue.additions.length > MOST_ADDITIONS) queue.additions.shift();
    } else if (change < 0) {
      this.#shrink(queue, -change);
    }
    queue.quantity = quantity;
  }

  #shrink(queue: Queue, decrease: number): void {
    const traded = Math.min(decrease, this.#traded.get(queue.price) ?? 0);
    if (traded > 0) {
      this.#traded.set(queue.price, (this.#traded.get(queue.price) ?? 0) - traded);
      for (const each of queue.additions) each.ahead = Math.max(0, each.ahead - traded);
      if (decrease > traded) this.#spread(queue, decrease - traded);
      return;
    }
    const same = queue.additions.filter(
      (each) => Math.abs(each.quantity - decrease) <= SAME * decrease,
    );
    if (same.length !== 1) {
      this.#spread(queue, decrease);
      return;
    }
    const gone = same[0]!;
    const others = queue.quantity - gone.quantity;
    const position = gone.ahead / others;
    if (others > 0 && position > 1e-3 && position < 1 - 1e-3) this.#found(position);
    const at = queue.additions.indexOf(gone);
    queue.additions.splice(at, 1);
    for (let i = at; i < queue.additions.length; i += 1) {
      queue.additions[i]!.ahead = Math.max(0, queue.additions[i]!.ahead - gone.quantity);
    }
  }

  #spread(queue: Queue, decrease: number): void {
    const keep = 1 - Math.min(1, decrease / queue.quantity);
    for (const each of queue.additions) each.ahead *= keep;
  }
}
