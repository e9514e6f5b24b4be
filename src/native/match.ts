import { assert } from '../core/index.ts';
import { toNativeError } from './error.ts';
import type { NativeMemoryReport } from './layout.ts';
import { loadAddon } from './load.ts';
import { type CommandLayout, MatchCommands } from './match-commands.ts';
import { type MatchVisitor, visitEvents } from './match-events.ts';
import { MATCH_PROTOCOL, type MatchSide, type PlacedOrder } from './match-protocol.ts';
import { type MemoryOptions, type MemoryPreparation, preparationOf } from './memory.ts';

/** Layout of a matching engine's shared memory in f64 slots, as the addon exports it. */
interface MatchLayout extends CommandLayout {
  readonly commandCount: number;
  readonly commandsDone: number;
  readonly eventCount: number;
  readonly restingOrders: number;
  readonly pending: number;
  readonly recordSlots: number;
  readonly touchSlots: number;
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

function makeEngine(size: {
  readonly symbols: number;
  readonly maxOrders: number;
  readonly maxCommands: number;
}): ReturnType<MatchAddon['createMatchingEngine']> {
  const addon: MatchAddon = loadAddon();
  try {
    return addon.createMatchingEngine(size.symbols, size.maxOrders, size.maxCommands);
  } catch (error) {
    throw toNativeError(error);
  }
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
export class MatchingEngine extends MatchCommands<MatchLayout> {
  readonly #ring: () => void;
  readonly #prepare: ReturnType<MatchAddon['createMatchingEngine']>['prepareMemory'];

  constructor(size: {
    readonly symbols: number;
    readonly maxOrders: number;
    readonly maxCommands: number;
  }) {
    const made = makeEngine(size);
    super(new Float64Array(made.memory), made.layout);
    this.#ring = made.run;
    this.#prepare = made.prepareMemory;
  }

  /** Orders that rest in all books after the latest run. */
  get restingOrders(): number {
    return this.slots[this.layout.restingOrders]!;
  }

  /** Gives the memory of the orders and of their index these options. */
  prepareMemory({ hugePages, lock, prefault }: MemoryOptions): MemoryPreparation {
    return preparationOf(this.#prepare(hugePages, lock, prefault));
  }

  /** Writes a question: the best `levels` levels of a side come as level events, best first. */
  depth(symbol: number, side: MatchSide, levels: number): void {
    this.command(COMMAND.depth, symbol, 0, side, 0, levels, 0, 0);
  }

  /**
   * Writes a cancel of `target` and an order in its place. When the cancel fails, the order is not
   * attempted, unless its flags say `allowFailure`. An order that is malformed cancels nothing.
   */
  replace(target: number, order: PlacedOrder): void {
    const { symbol, id, side, ticks, lots, flags, owner } = order;
    this.terms(order, target);
    this.command(COMMAND.replace, symbol, id, side, ticks, lots, flags, owner);
  }

  /** Executes every waiting command and hands its events to `visitor`, which may not write here. */
  run(visitor: MatchVisitor): void {
    const { commandCount, commandsDone, eventCount, pending } = this.layout;
    const slots = this.slots;
    slots[commandCount] = this.waiting;
    slots[commandsDone] = 0;
    let done = 0;
    let left = slots[pending]!;
    for (;;) {
      this.#ring();
      const events = slots[eventCount]!;
      visitEvents(slots, this.layout, events, visitor);
      if (slots[commandsDone]! >= this.waiting && slots[pending]! === 0) break;
      const moved = slots[commandsDone]! > done || slots[pending]! !== left || events > 0;
      assert(moved, 'the matching engine carries out what it was given');
      done = slots[commandsDone]!;
      left = slots[pending]!;
    }
    this.waiting = 0;
  }

  /** Reads the best prices of a symbol into `into`. */
  touch(symbol: number, into: Touch): void {
    const at = this.layout.touches + symbol * this.layout.touchSlots;
    into.bidTicks = this.slots[at]!;
    into.bidLots = this.slots[at + 1]!;
    into.askTicks = this.slots[at + 2]!;
    into.askLots = this.slots[at + 3]!;
  }
}
