import { assert } from '../core/index.ts';
import type { Engine } from './engine.ts';
import { toNativeError } from './error.ts';
import type { NativeEngine } from './layout.ts';
import { loadAddon } from './load.ts';
import { type CommandLayout, MatchCommands } from './match-commands.ts';
import {
  BUY,
  isMaker,
  kindOf,
  MATCH_PROTOCOL,
  type MatchReason,
  type MatchSide,
  reasonOf,
} from './match-protocol.ts';

/** Layout of a replay matcher's shared memory in f64 slots, as the addon exports it. */
interface ReplayLayout extends CommandLayout {
  readonly commandCount: number;
  readonly commandsDone: number;
  readonly eventCount: number;
  readonly restingOrders: number;
  readonly pending: number;
  readonly refusedChanges: number;
  readonly recordSlots: number;
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

const { events: EVENT } = MATCH_PROTOCOL;

/**
 * How much of what was cancelled at a price stood ahead of our order there; the formulas stand in
 * native/match/queue_model.h. In the order of its values.
 */
export const QUEUE_MODELS = [
  'proportional',
  'risk-averse',
  'power-2',
  'power-3',
  'log',
  'exact',
] as const;

/** One of the queue models. */
export type QueueModel = (typeof QUEUE_MODELS)[number];

/** What an order-by-order record tells of an order; the values of native/match/order_records.h. */
export const ORDER_CHANGES = ['add', 'modify', 'cancel', 'execute'] as const;

/** One event of an order-by-order record. */
export interface RecordedChange {
  readonly change: (typeof ORDER_CHANGES)[number];
  readonly symbol: number;
  /** Side of the resting order. */
  readonly side: MatchSide;
  /** Number of the order in the record, from 0 to 2^53 - 1. */
  readonly id: number;
  /** Price of an order that is added or modified; else not used. */
  readonly ticks: number;
  /** Quantity that rests or was executed; not used by a cancel. */
  readonly lots: number;
  /** us since the epoch. */
  readonly atUs: number;
}

/**
 * Receives what became of our orders in the replay, in order. `atUs` is the receive time of the
 * frame that did it, us since the epoch, rounded down; null for what a command or a triggered order
 * did.
 */
export interface ReplayVisitor {
  accepted(id: number): void;
  rejected(id: number, reason: MatchReason): void;
  /** `lots` executed at `ticks`; `maker` when the order rested. */
  executed(
    id: number,
    execution: {
      readonly ticks: number;
      readonly lots: number;
      readonly maker: boolean;
      readonly atUs: number | null;
    },
  ): void;
  cancelled(id: number, reason: MatchReason, atUs: number | null): void;
  /** Reason `none`: it may not rest. */
  expired(id: number, reason: MatchReason, atUs: number | null): void;
  /** A recorded trade woke a stop; what it does then follows. */
  triggered(id: number, atUs: number | null): void;
  cancelRejected(id: number, reason: MatchReason): void;
  /** A resting order has other terms from now on; what it takes with them follows. */
  amended(id: number): void;
  amendRejected(id: number, reason: MatchReason): void;
}

function makeMatcher(
  engine: Engine,
  maxOrders: number,
  queueModel: QueueModel,
): ReturnType<ReplayAddon['createReplayMatcher']> {
  const addon = loadAddon<ReplayAddon>();
  const model = QUEUE_MODELS.indexOf(queueModel);
  try {
    return addon.createReplayMatcher(engine.handle, maxOrders, maxOrders, model);
  } catch (error) {
    throw toNativeError(error);
  }
}

/**
 * Our simulated orders against the book and tape that an engine replays; the rules stand in
 * native/match/replay_matcher.h.
 *
 * `Engine.run` returns `attention` after a frame that filled, ended or woke an order: call `run` here
 * after each such return, and before the next frame. Times of orders are us since the epoch.
 *
 * Bounds:  `maxOrders` resting orders; one more is refused `book-full`.
 * Errors:  `NativeError` when the engine already has a replay matcher.
 */
export class ReplayMatcher extends MatchCommands<ReplayLayout> {
  readonly #ring: () => void;

  constructor(engine: Engine, maxOrders: number, queueModel: QueueModel = 'proportional') {
    const made = makeMatcher(engine, maxOrders, queueModel);
    super(new Float64Array(made.memory), made.layout);
    this.#ring = made.run;
  }

  /** Our orders that rest, after the latest run. */
  get restingOrders(): number {
    return this.slots[this.layout.restingOrders]!;
  }

  /** Writes that recorded prices of a symbol count as `ticks` (signed) higher from here on. */
  shift(symbol: number, ticks: number): void {
    this.command(MATCH_PROTOCOL.commands.shift, symbol, 0, BUY, 0, ticks, 0, 0);
  }

  /**
   * Writes what an order-by-order record tells. With the model `exact` alone, whose market is this
   * record instead of the engine's.
   */
  record({ change, symbol, side, id, ticks, lots, atUs }: RecordedChange): void {
    this.terms({ expiresAt: atUs }, 0);
    const what = ORDER_CHANGES.indexOf(change);
    this.command(MATCH_PROTOCOL.commands.record, symbol, id, side, ticks, lots, what, 0);
  }

  /** Recorded changes so far that contradicted the record before them. */
  get refusedChanges(): number {
    return this.slots[this.layout.refusedChanges]!;
  }

  /** Executes what waits and hands over every event since the previous run, oldest first. */
  run(visitor: ReplayVisitor): void {
    const { commandCount, commandsDone, eventCount, pending } = this.layout;
    const slots = this.slots;
    slots[commandCount] = this.waiting;
    slots[commandsDone] = 0;
    do {
      this.#ring();
      this.#visit(visitor, slots[eventCount]!);
    } while (slots[commandsDone]! < this.waiting || slots[pending]! !== 0);
    this.waiting = 0;
  }

  #visit(visitor: ReplayVisitor, count: number): void {
    const { slots } = this;
    const { events, recordSlots } = this.layout;
    for (let i = 0, at = events; i < count; i += 1, at += recordSlots) {
      const head = slots[at]!;
      const id = slots[at + 2]!;
      const seconds = slots[at + 6]!;
      const atUs = seconds === 0 ? null : seconds * 1e6 + Math.floor(slots[at + 7]! / 1000);
      switch (kindOf(head)) {
        case EVENT.trade: {
          const [ticks, lots] = [slots[at + 3]!, slots[at + 4]!];
          visitor.executed(id, { ticks, lots, maker: isMaker(head), atUs });
          break;
        }
        case EVENT.accepted:
          visitor.accepted(id);
          break;
        case EVENT.rejected:
          visitor.rejected(id, reasonOf(head));
          break;
        case EVENT.cancelled:
          visitor.cancelled(id, reasonOf(head), atUs);
          break;
        case EVENT.expired:
          visitor.expired(id, reasonOf(head), atUs);
          break;
        case EVENT.triggered:
          visitor.triggered(id, atUs);
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
