import { assert } from '../core/index.ts';
import { toNativeError } from './error.ts';
import type { NativeMemoryReport } from './layout.ts';
import { loadAddon } from './load.ts';
import { type MatchVisitor, visitEvents } from './match-events.ts';
import {
  BUY,
  MATCH_PROTOCOL,
  type MatchSide,
  type MatchTerms,
  type PlacedOrder,
} from './match-protocol.ts';
import { type MemoryOptions, type MemoryPreparation, preparationOf } from './memory.ts';

/** Layout of a matching engine's shared memory in f64 slots, as the addon exports it. */
interface MatchLayout {
  readonly commandCount: number;
  readonly commandsDone: number;
  readonly eventCount: number;
  readonly restingOrders: number;
  readonly pending: number;
  readonly commandSlots: number;
  /** Where the terms begin in a command record. */
  readonly terms: number;
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

const { commands: COMMAND } = MATCH_PROTOCOL;

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

  /**
   * Writes an order with any flags and terms; with a trigger or a trail it waits as a stop. The
   * rules stand in native/match/matching_engine.h.
   */
  place(order: PlacedOrder): void {
    const { symbol, id, side, ticks, lots, flags, owner } = order;
    this.#terms(order, 0);
    this.#command(COMMAND.place, symbol, id, side, ticks, lots, flags, owner);
  }

  /**
   * Writes a cancel of `target` and an order in its place. When the cancel fails, the order is not
   * attempted, unless its flags say `allowFailure`. An order that is malformed cancels nothing.
   */
  replace(target: number, order: PlacedOrder): void {
    const { symbol, id, side, ticks, lots, flags, owner } = order;
    this.#terms(order, target);
    this.#command(COMMAND.replace, symbol, id, side, ticks, lots, flags, owner);
  }

  /**
   * Writes a change of an order's open lots, price or trigger; 0 or absent keeps it. Fewer lots
   * keep the place in the queue; more lots or another price lose it.
   */
  amend(
    symbol: number,
    id: number,
    to: { readonly ticks?: number; readonly lots?: number; readonly trigger?: number },
  ): void {
    this.#terms({ trigger: to.trigger ?? 0 }, 0);
    this.#command(COMMAND.amend, symbol, id, BUY, to.ticks ?? 0, to.lots ?? 0, 0, 0);
  }

  /** Writes the venue's time: orders whose `expiresAt` has come expire, the earliest first. */
  clock(now: number): void {
    this.#terms({ expiresAt: now }, 0);
    this.#command(COMMAND.clock, 0, 0, BUY, 0, 0, 0, 0);
  }

  /** Writes the signed lots that an owner holds, against which reduce-only orders are held. */
  position(symbol: number, owner: number, lots: number): void {
    this.#command(COMMAND.position, symbol, 0, BUY, 0, lots, 0, owner);
  }

  /** Executes every waiting command and hands its events to `visitor`, which may not write here. */
  run(visitor: MatchVisitor): void {
    const { commandCount, commandsDone, eventCount, pending } = this.#layout;
    const slots = this.#slots;
    slots[commandCount] = this.#waiting;
    slots[commandsDone] = 0;
    let done = 0;
    let left = slots[pending]!;
    for (;;) {
      this.#ring();
      const events = slots[eventCount]!;
      visitEvents(slots, this.#layout, events, visitor);
      if (slots[commandsDone]! >= this.#waiting && slots[pending]! === 0) break;
      const moved = slots[commandsDone]! > done || slots[pending]! !== left || events > 0;
      assert(moved, 'the matching engine carries out what it was given');
      done = slots[commandsDone]!;
      left = slots[pending]!;
    }
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

  /** Writes the terms of the command that is written next. */
  #terms(terms: MatchTerms, target: number): void {
    const { commands, commandSlots, maxCommands, terms: offset } = this.#layout;
    assert(this.#waiting < maxCommands, `at most ${maxCommands} commands wait for a run`);
    const slots = this.#slots;
    let at = commands + this.#waiting * commandSlots + offset;
    slots[at++] = terms.trigger ?? 0;
    slots[at++] = terms.trail ?? 0;
    slots[at++] = terms.display ?? 0;
    slots[at++] = terms.expiresAt ?? 0;
    slots[at++] = terms.group ?? 0;
    slots[at] = target;
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
    const { commands, commandSlots, maxCommands } = this.#layout;
    assert(this.#waiting < maxCommands, `at most ${maxCommands} commands wait for a run`);
    const slots = this.#slots;
    let at = commands + this.#waiting * commandSlots;
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
}
