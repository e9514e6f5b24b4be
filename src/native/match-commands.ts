import { assert } from '../core/index.ts';
import {
  BUY,
  MATCH_PROTOCOL,
  type MatchSide,
  type MatchTerms,
  type PlacedOrder,
} from './match-protocol.ts';

/** Where the commands lie in shared memory, in f64 slots, as the addon exports it. */
export interface CommandLayout {
  readonly commandSlots: number;
  /** Where the terms begin in a command record. */
  readonly terms: number;
  readonly commands: number;
  readonly maxCommands: number;
}

const { commands: COMMAND } = MATCH_PROTOCOL;

/** Writes commands into the shared memory of a matching engine or of a replay matcher. */
export class MatchCommands<Layout extends CommandLayout> {
  protected readonly slots: Float64Array;
  protected readonly layout: Layout;
  /** Commands that wait for the next run. */
  protected waiting = 0;

  constructor(slots: Float64Array, layout: Layout) {
    this.slots = slots;
    this.layout = layout;
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
    this.command(COMMAND.limit, symbol, id, side, ticks, lots, flags, owner);
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
    this.command(COMMAND.market, symbol, id, side, worstTicks, lots, 0, owner);
  }

  /** Writes a cancel of a resting order. */
  cancel(symbol: number, id: number): void {
    this.command(COMMAND.cancel, symbol, id, BUY, 0, 0, 0, 0);
  }

  /**
   * Writes an order with any flags and terms; with a trigger or a trail it waits as a stop. The
   * rules stand in native/match/matching_engine.h.
   */
  place(order: PlacedOrder): void {
    const { symbol, id, side, ticks, lots, flags, owner } = order;
    this.terms(order, 0);
    this.command(COMMAND.place, symbol, id, side, ticks, lots, flags, owner);
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
    this.terms({ trigger: to.trigger ?? 0 }, 0);
    this.command(COMMAND.amend, symbol, id, BUY, to.ticks ?? 0, to.lots ?? 0, 0, 0);
  }

  /** Writes the venue's time: orders whose `expiresAt` has come expire, the earliest first. */
  clock(now: number): void {
    this.terms({ expiresAt: now }, 0);
    this.command(COMMAND.clock, 0, 0, BUY, 0, 0, 0, 0);
  }

  /** Writes the signed lots that an owner holds, against which reduce-only orders are held. */
  position(symbol: number, owner: number, lots: number): void {
    this.command(COMMAND.position, symbol, 0, BUY, 0, lots, 0, owner);
  }

  /** Writes the terms of the command that is written next. */
  protected terms(terms: MatchTerms, target: number): void {
    const { commands, commandSlots, maxCommands, terms: offset } = this.layout;
    assert(this.waiting < maxCommands, `at most ${maxCommands} commands wait for a run`);
    const slots = this.slots;
    let at = commands + this.waiting * commandSlots + offset;
    slots[at++] = terms.trigger ?? 0;
    slots[at++] = terms.trail ?? 0;
    slots[at++] = terms.display ?? 0;
    slots[at++] = terms.expiresAt ?? 0;
    slots[at++] = terms.group ?? 0;
    slots[at] = target;
  }

  protected command(
    kind: number,
    symbol: number,
    id: number,
    side: MatchSide,
    ticks: number,
    lots: number,
    flags: number,
    owner: number,
  ): void {
    const { commands, commandSlots, maxCommands } = this.layout;
    assert(this.waiting < maxCommands, `at most ${maxCommands} commands wait for a run`);
    const slots = this.slots;
    let at = commands + this.waiting * commandSlots;
    slots[at++] = kind;
    slots[at++] = symbol;
    slots[at++] = id;
    slots[at++] = side;
    slots[at++] = ticks;
    slots[at++] = lots;
    slots[at++] = flags;
    slots[at] = owner;
    this.waiting += 1;
  }
}
