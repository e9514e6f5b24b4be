import {
  decay,
  ReferenceMean,
  type ReferenceTime,
  secondsBetween,
  share,
} from './reference-math.ts';

/** What a message changed on one side. */
export interface SideChange {
  readonly added: number;
  readonly removed: number;
  readonly touchRemoved: number;
}

interface Touch {
  readonly ticks: number;
  readonly lots: number;
}

class Queue {
  ticks = 0;
  lots = 0;
  age = 0;
  since = 0n;
  traded = 0;
  removed = 0;
  added = 0;
  cancelled = 0;

  begin({ ticks, lots }: Touch, at: bigint): void {
    Object.assign(this, { ticks, lots, since: at, traded: 0 });
  }

  wait(time: ReferenceTime): number {
    const rate = this.removed * time.per(10);
    return rate * 60 > this.lots ? this.lots / rate : 60;
  }
}

/** The features of queues, limit orders and cancellations. */
export class ReferenceQueues {
  readonly #values: Record<string, number>;
  readonly #bid = new Queue();
  readonly #ask = new Queue();
  readonly #life = new ReferenceMean(16);
  #cancelled1 = 0;
  #cancelled30 = 0;

  constructor(values: Record<string, number>) {
    this.#values = values;
  }

  onTrade(sign: number, lots: number): void {
    (sign > 0 ? this.#ask : this.#bid).traded += lots;
  }

  onBook(
    bid: Touch,
    ask: Touch,
    change: { readonly bid: SideChange; readonly ask: SideChange } | null,
    depth: number,
    at: bigint,
    dt: number,
    time: ReferenceTime,
  ): void {
    if (change === null) {
      this.#bid.begin(bid, at);
      this.#ask.begin(ask, at);
    } else {
      this.#move(this.#bid, bid, at, dt);
      this.#move(this.#ask, ask, at, dt);
      const cancelled =
        this.#orders(this.#bid, change.bid, dt) + this.#orders(this.#ask, change.ask, dt);
      this.#cancelled1 = this.#cancelled1 * decay(dt, 1) + cancelled;
      this.#cancelled30 = this.#cancelled30 * decay(dt, 30) + cancelled;
    }
    this.#publish(depth, at, time);
  }

  #move(queue: Queue, now: Touch, at: bigint, dt: number): void {
    if (now.ticks === queue.ticks) {
      queue.age += dt;
      if (now.lots > queue.lots) queue.age *= queue.lots / now.lots;
    } else {
      this.#life.add(secondsBetween(queue.since, at));
      queue.age = 0;
      queue.since = at;
    }
    queue.ticks = now.ticks;
    queue.lots = now.lots;
  }

  #orders(queue: Queue, change: SideChange, dt: number): number {
    const explained = Math.min(queue.traded, change.removed);
    const cancelled = change.removed - explained;
    queue.traded = (queue.traded - explained) * decay(dt, 1);
    queue.removed = queue.removed * decay(dt, 10) + change.touchRemoved;
    queue.added = queue.added * decay(dt, 5) + change.added;
    queue.cancelled = queue.cancelled * decay(dt, 5) + cancelled;
    return cancelled;
  }

  #publish(depth: number, at: bigint, time: ReferenceTime): void {
    const [bid, ask] = [this.#bid, this.#ask];
    const added = bid.added + ask.added;
    const cancelled = bid.cancelled + ask.cancelled;
    Object.assign(this.#values, {
      bidQueueAge: bid.age,
      askQueueAge: ask.age,
      bidQueueWait: bid.wait(time),
      askQueueWait: ask.wait(time),
      touchAge: Math.min(secondsBetween(bid.since, at), secondsBetween(ask.since, at)),
      touchSurvival: this.#life.value,
      limitIntensity: added * time.per(5) * (1 / depth),
      cancelIntensity: cancelled * time.per(5) * (1 / depth),
      cancelBurst:
        this.#cancelled30 > 0 ? (this.#cancelled1 / this.#cancelled30) * time.ratio(30, 1) - 1 : 0,
      limitAsymmetry: share(bid.added - ask.added, added),
      cancelAsymmetry: share(bid.cancelled - ask.cancelled, cancelled),
    });
  }
}
