import { assert } from '../core/index.ts';
import type { Engine } from './engine.ts';
import { toNativeError } from './error.ts';
import type { NativeEngine } from './layout.ts';
import { loadAddon } from './load.ts';
import {
  isMaker,
  kindOf,
  MATCH_PROTOCOL,
  type MatchReason,
  type MatchSide,
  reasonOf,
} from './match-protocol.ts';

/** Layout of a replay matcher's shared memory in f64 slots, as the addon exports it. */
interface ReplayLayout {
  readonly commandCount: number;
  readonly commandsDone: number;
  readonly eventCount: number;
  readonly restingOrders: number;
  readonly recordSlots: number;
  readonly commands: number;
  readonly maxCommands: number;
  readonly events: number;
  readonly maxEvents: number;
}

/** The part of the addon that makes replay matchers. */
interface ReplayAddon {
  createReplayMatcher(
    engine: NativeEngine,
    maxOrders: number,
    maxCommands: number,
    queueModel: number,
  ): { readonly memory: ArrayBuffer; readonly layout: ReplayLayout; readonly run: () => void };
}

const { commands: COMMAND, events: EVENT } = MATCH_PROTOCOL;

/**
 * How much of what was cancelled at a price stood ahead of our order there; the formulas stand in
 * native/match/queue_model.h. In the order of its values.
 */
export const QUEUE_MODELS = ['proportional', 'risk-averse', 'power-2', 'power-3', 'log'] as const;

/** One of the queue models. */
export type QueueModel = (typeof QUEUE_MODELS)[number];

/** Receives what became of our orders in the replay, in order. */
export interface ReplayVisitor {
  accepted(id: number): void;
  rejected(id: number, reason: MatchReason): void;
  /**
   * `lots` executed at `ticks`; `maker` when the order rested. `atUs` is the receive time of the
   * frame that filled it, us since the epoch, rounded down; null for an order that took on arrival.
   */
  executed(
    id: number,
    execution: {
      readonly ticks: number;
      readonly lots: number;
      readonly maker: boolean;
      readonly atUs: number | null;
    },
  ): void;
  cancelled(id: number, reason: MatchReason): void;
  expired(id: number): void;
  cancelRejected(id: number, reason: MatchReason): void;
  /** A resting order has other terms from now on; what it takes with them follows. */
  amended(id: number): void;
  amendRejected(id: number, reason: MatchReason): void;
}

/**
 * Our simulated orders against the book and tape that an engine replays; the rules stand in
 * native/match/replay_matcher.h.
 *
 * `Engine.run` returns `attention` after a frame that filled a resting order: call `run` here after
 * each such return, and before the next frame.
 *
 * Bounds:  `maxOrders` resting orders; one more is refused `book-full`.
 * Errors:  `NativeError` when the engine already has a replay matcher.
 */
export class ReplayMatcher {
  readonly #slots: Float64Array;
  readonly #layout: ReplayLayout;
  readonly #ring: () => void;
  #waiting = 0;

  constructor(engine: Engine, maxOrders: number, queueModel: QueueModel = 'proportional') {
    const addon = loadAddon<ReplayAddon>();
    try {
      const made = addon.createReplayMatcher(
        engine.handle,
        maxOrders,
        maxOrders,
        QUEUE_MODELS.indexOf(queueModel),
      );
      this.#slots = new Float64Array(made.memory);
      this.#layout = made.layout;
      this.#ring = made.run;
    } catch (error) {
      throw toNativeError(error);
    }
  }

  /** Our orders that rest, after the latest run. */
  get restingOrders(): number {
    return this.#slots[this.#layout.restingOrders]!;
  }

  /** Writes a limit order; `owner` is there to match `MatchingEngine`: all orders here are ours. */
  limit(
    symbol: number,
    id: number,
    owner: number,
    side: MatchSide,
    ticks: number,
    lots: number,
    flags: 0 | 1 | 2,
  ): void {
    this.#command(COMMAND.limit, symbol, id, side, ticks, lots, flags, owner);
  }

  /** Writes a market order that takes up to `worstTicks` and then expires. */
  market(
    symbol: number,
    id: number,
    owner: number,
    side: MatchSide,
    worstTicks: number,
    lots: number,
  ): void {
    this.#command(COMMAND.market, symbol, id, side, worstTicks, lots, 0, owner);
  }

  /** Writes a cancel of a resting order. */
  cancel(symbol: number, id: number): void {
    this.#command(COMMAND.cancel, symbol, id, 0, 0, 0, 0, 0);
  }

  /**
   * Writes a change of a resting order. Fewer lots at its price keep the place in the queue; all
   * else is a cancel and a new order of the same id.
   */
  amend(symbol: number, id: number, to: { readonly ticks: number; readonly lots: number }): void {
    this.#command(COMMAND.amend, symbol, id, 0, to.ticks, to.lots, 0, 0);
  }

  /** Executes what waits and hands over every event since the previous run, oldest first. */
  run(visitor: ReplayVisitor): void {
    const { commandCount, commandsDone, eventCount } = this.#layout;
    const slots = this.#slots;
    slots[commandCount] = this.#waiting;
    slots[commandsDone] = 0;
    do {
      this.#ring();
      this.#visit(visitor, slots[eventCount]!);
    } while (slots[commandsDone]! < this.#waiting);
    this.#waiting = 0;
  }

  #command(...fields: readonly [number, ...number[]]): void {
    const { commands, maxCommands } = this.#layout;
    assert(this.#waiting < maxCommands, `at most ${maxCommands} commands wait for a run`);
    this.#slots.set(fields, commands + this.#waiting * fields.length);
    this.#waiting += 1;
  }

  #visit(visitor: ReplayVisitor, count: number): void {
    const slots = this.#slots;
    const { events, recordSlots } = this.#layout;
    for (let i = 0, at = events; i < count; i += 1, at += recordSlots) {
      const head = slots[at]!;
      const id = slots[at + 2]!;
      switch (kindOf(head)) {
        case EVENT.trade:
          visitor.executed(id, {
            ticks: slots[at + 3]!,
            lots: slots[at + 4]!,
            maker: isMaker(head),
            atUs: isMaker(head) ? slots[at + 6]! * 1e6 + Math.floor(slots[at + 7]! / 1000) : null,
          });
          break;
        case EVENT.accepted:
          visitor.accepted(id);
          break;
        case EVENT.rejected:
          visitor.rejected(id, reasonOf(head));
          break;
        case EVENT.cancelled:
          visitor.cancelled(id, reasonOf(head));
          break;
        case EVENT.expired:
          visitor.expired(id);
          break;
        case EVENT.cancelRejected:
          visitor.cancelRejected(id, reasonOf(head));
          break;
        case EVENT.amended:
          visitor.amended(id);
          break;
        case EVENT.amendRejected:
          visitor.amendRejected(id, reasonOf(head));
          break;
        default:
          assert(false, `event kind ${kindOf(head)} is not one the replay matcher makes`);
      }
    }
  }
}
