import { expect } from 'vitest';
import { type ReplayOptionsGiven, ReplayVenue } from '../../../src/adapters/simulator/index.ts';
import { BinanceWire } from '../../../src/adapters/simulator/wire.ts';
import { addMs, type EventTimeNs, eventTime } from '../../../src/core/index.ts';
import type { VenueAccount } from '../../../src/execution/ports.ts';
import {
  type OrderRequest,
  priceTicks,
  qtyLots,
  type VenueReport,
} from '../../../src/model/index.ts';
import { Engine } from '../../../src/native/index.ts';
import { BTC, order, reportsOf, START } from './fixture.ts';

type Levels = readonly (readonly [number, number])[];

const levels = (list: Levels) => list.map(([ticks, lots]) => ({ ticks, lots }));

/** A small recorded market, a venue that replays it, and the loop of a backtest. */
export class Replay {
  readonly engine = new Engine({ instruments: [BTC] });
  readonly venue: ReplayVenue;
  readonly reports: VenueReport[];
  readonly #wire = new BinanceWire(BTC);
  #id = 100;
  #at: EventTimeNs = START;

  constructor(given: Partial<ReplayOptionsGiven> = {}) {
    this.venue = new ReplayVenue(
      {
        instruments: [BTC],
        engine: this.engine,
        latency: { feedMs: 0, orderMs: 2, responseMs: 3, sigma: 0 },
        ...given,
      },
      START,
    );
    this.reports = reportsOf(this.venue);
  }

  /** Bids 600000 (10) and 599990 (20), asks 600010 (10) and 600020 (20), in lots. */
  synchronise(): void {
    const bids = levels([
      [600_000, 10],
      [599_990, 20],
    ]);
    const asks = levels([
      [600_010, 10],
      [600_020, 20],
    ]);
    this.#frame(1, this.#wire.snapshot({ at: this.#us(), lastUpdateId: 100, bids, asks }));
    this.depth(1, [[600_000, 10]], []);
  }

  depth(ms: number, bids: Levels, asks: Levels): void {
    const previousLastId = this.#id;
    this.#id += 1;
    const first = previousLastId === 100 ? 100 : this.#id;
    this.#frame(
      ms,
      this.#wire.depthUpdate({
        at: this.#us(),
        firstId: first,
        lastId: this.#id,
        previousLastId,
        bids: levels(bids),
        asks: levels(asks),
      }),
    );
  }

  trade(ms: number, ticks: number, lots: number, buyerIsMaker: boolean): void {
    this.#frame(
      ms,
      this.#wire.trade({ at: this.#us(), tradeId: this.#id, ticks, lots, buyerIsMaker }),
    );
  }

  send(id: string, request: Partial<OrderRequest>): void {
    this.venue.submit(order(id, request));
  }

  amend(id: string, number: number, price: number, quantity: number): void {
    this.venue.amend(order(id), {
      kind: 'amend-requested',
      at: this.#at,
      clientOrderId: order(id).clientOrderId,
      amendment: number,
      price: priceTicks(price),
      quantity: qtyLots(quantity),
    });
  }

  /** Lets event time pass without a frame. */
  pass(ms: number): void {
    this.#at = addMs(this.#at, ms);
    this.#loop(this.#at);
  }

  account(): VenueAccount {
    let answer: VenueAccount | null = null;
    this.venue.account(eventTime(0n), (result) => {
      if (result.ok) answer = result.value;
    });
    this.pass(10);
    return answer!;
  }

  /** A frame that is received `ms` after what came before. */
  #frame(ms: number, bytes: Uint8Array): void {
    this.#at = addMs(this.#at, ms);
    expect(this.engine.push(0, this.#at, bytes)).toBe(true);
    this.#loop(this.#at);
  }

  /** As a backtest drives both: the venue's events before the frames that come after them. */
  #loop(until: EventTimeNs): void {
    for (;;) {
      const next = this.venue.nextEventAt();
      const stop = next !== null && next < until ? next : until;
      const result = this.engine.run(stop);
      this.engine.takeTrades(() => undefined);
      if (result === 'attention') {
        this.venue.collect();
        this.venue.advanceTo(this.engine.now());
        continue;
      }
      this.venue.advanceTo(stop);
      if (stop === until) return;
    }
  }

  #us(): number {
    return Number(this.#at / 1000n);
  }
}
