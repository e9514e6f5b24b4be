import { assert } from '../core/index.ts';
import { toNativeError } from './error.ts';
import type { NativeMemoryReport } from './layout.ts';
import { loadAddon } from './load.ts';
import {
  BUY,
  kindOf,
  MATCH_PROTOCOL,
  type MatchReason,
  type MatchSide,
  reasonOf,
  sideOf,
} from './match-protocol.ts';
import { type MemoryOptions, type MemoryPreparation, preparationOf } from './memory.ts';

/** Layout of a matching engine's shared memory in f64 slots, as the addon exports it. */
interface MatchLayout {
  readonly commandCount: number;
  readonly commandsDone: number;
  readonly eventCount: number;
  readonly restingOrders: number;
  readonly recordSlots: number;
  readonly touchSlots: number;
  readonly commands: number;
  readonly maxCommands: number;
  readonly events: number;
  readonly maxEvents: number;
  readonly touches: number;
}

/** The part of the addon that `native/binding/match.cc` registers. */
export interface MatchAddon {
  createMatchingEngine(
    symbols: number,
    maxOrders: number,
    maxCommands: number,
  ): {
    readonly memory: ArrayBuffer;
    readonly layout: MatchLayout;
    readonly run: () => void;
    prepareMemory(hugePages: boolean, lock: boolean, prefault: boolean): NativeMemoryReport;
  };
}

const { commands: COMMAND, events: EVENT } = MATCH_PROTOCOL;

/**
 * Receives what happened, in order; plain numbers, so that nothing is allocated per event. For one
 * command: its verdict, its trades, the end of its rest; each level that changed after the events
 * that changed it.
 */
export interface MatchVisitor {
  accepted(symbol: number, id: number): void;
  rejected(symbol: number, id: number, reason: MatchReason): void;
  /** `makerRest` is what is left of the resting order; it has left the book at 0. */
  trade(
    symbol: number,
    makerId: number,
    takerId: number,
    takerSide: MatchSide,
    ticks: number,
    lots: number,
    makerRest: number,
  ): void;
  /** `lots` were resting and are gone. */
  cancelled(symbol: number, id: number, lots: number, reason: MatchReason): void;
  /** `lots` of an order that may not rest were left over. */
  expired(symbol: number, id: number, lots: number): void;
  cancelRejected(symbol: number, id: number, reason: MatchReason): void;
  /** The total at a price changed; `lots` 0 means that the level is gone. */
  level(symbol: number, side: MatchSide, ticks: number, lots: number): void;
}

/** Best prices of one symbol; lots of 0 mean that the side is empty. */
export interface Touch {
  bidTicks: number;
  bidLots: number;
  askTicks: number;
  askLots: number;
}

/**
 * Price-time priority limit order books in native code: write commands, then `run`.
 *
 * Units:        prices in ticks (1 to 2^40), quantities in lots (1 to 2^36), ids whole numbers.
 * Bounds:       `maxOrders` resting orders over all symbols; one more is refused `book-full`. At
 *               most `maxCommands` commands wait; a command beyond that is a bug of the caller.
 * Determinism:  a pure function of the commands.
 * Errors:       `NativeError` for a size outside what the addon allows.
 * Cost:         one native call for each run; no object for a command or an event.
 */
export class MatchingEngine {
  readonly #slots: Float64Array;
  readonly #layout: MatchLayout;
  readonly #ring: () => void;
  readonly #prepare: ReturnType<MatchAddon['createMatchingEngine']>['prepareMemory'];
  #waiting = 0;

  constructor(size: {
    readonly symbols: number;
    readonly maxOrders: number;
    readonly maxCommands: number;
  }) {
    const addon: MatchAddon = loadAddon();
    try {
      const made = addon.createMatchingEngine(size.symbols, size.maxOrders, size.maxCommands);
      this.#slots = new Float64Array(made.memory);
      this.#layout = made.layout;
      this.#ring = made.run;
      this.#prepare = made.prepareMemory;
    } catch (error) {
      throw toNativeError(error);
    }
  }

  /** Orders that rest in all books after the latest run. */
  get restingOrders(): number {
    return this.#slots[this.#layout.restingOrders]!;
  }

  /** Gives the memory of the orders and of their index these options. */
  prepareMemory({ hugePages, lock, prefault }: MemoryOptions): MemoryPreparation {
    return preparationOf(this.#prepare(hugePages, lock, prefault));
  }

  /** Writes a limit order. `id` must not be in the book; an owner never trades with itself. */
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
    this.#command(COMMAND.cancel, symbol, id, BUY, 0, 0, 0, 0);
  }

  /** Writes a question: the best `levels` levels of a side come as level events, best first. */
  depth(symbol: number, side: MatchSide, levels: number): void {
    this.#command(COMMAND.depth, symbol, 0, side, 0, levels, 0, 0);
  }

  /** Executes every waiting command and hands its events to `visitor`, which may not write here. */
  run(visitor: MatchVisitor): void {
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

  /** Reads the best prices of a symbol into `into`. */
  touch(symbol: number, into: Touch): void {
    const at = this.#layout.touches + symbol * this.#layout.touchSlots;
    into.bidTicks = this.#slots[at]!;
    into.bidLots = this.#slots[at + 1]!;
    into.askTicks = this.#slots[at + 2]!;
    into.askLots = this.#slots[at + 3]!;
  }

  #command(
    kind: number,
    symbol: number,
    id: number,
    side: MatchSide,
    ticks: number,
    lots: number,
    flags: number,
    owner: number,
  ): void {
    const { commands, recordSlots, maxCommands } = this.#layout;
    assert(this.#waiting < maxCommands, `at most ${maxCommands} commands wait for a run`);
    const slots = this.#slots;
    let at = commands + this.#waiting * recordSlots;
    slots[at++] = kind;
    slots[at++] = symbol;
    slots[at++] = id;
    slots[at++] = side;
    slots[at++] = ticks;
    slots[at++] = lots;
    slots[at++] = flags;
    slots[at] = owner;
    this.#waiting += 1;
  }

  #visit(visitor: MatchVisitor, count: number): void {
    const slots = this.#slots;
    const { events, recordSlots } = this.#layout;
    for (let i = 0, at = events; i < count; i += 1, at += recordSlots) {
      const head = slots[at]!;
      const symbol = slots[at + 1]!;
      const a = slots[at + 2]!;
      switch (kindOf(head)) {
        case EVENT.level:
          visitor.level(symbol, sideOf(head), slots[at + 4]!, slots[at + 5]!);
          break;
        case EVENT.trade:
          visitor.trade(
            symbol,
            a,
            slots[at + 3]!,
            sideOf(head),
            slots[at + 4]!,
            slots[at + 5]!,
            slots[at + 6]!,
          );
          break;
        case EVENT.accepted:
          visitor.accepted(symbol, a);
          break;
        case EVENT.cancelled:
          visitor.cancelled(symbol, a, slots[at + 5]!, reasonOf(head));
          break;
        case EVENT.expired:
          visitor.expired(symbol, a, slots[at + 5]!);
          break;
        case EVENT.rejected:
          visitor.rejected(symbol, a, reasonOf(head));
          break;
        case EVENT.cancelRejected:
          visitor.cancelRejected(symbol, a, reasonOf(head));
          break;
        default:
          assert(false, `event kind ${kindOf(head)} is not one the engine makes`);
      }
    }
  }
}
