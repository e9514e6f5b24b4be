import { assert } from '../core/index.ts';
import {
  kindOf,
  MATCH_PROTOCOL,
  type MatchReason,
  type MatchSide,
  reasonOf,
  sideOf,
} from './match-protocol.ts';

const { events: EVENT } = MATCH_PROTOCOL;

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
  /** `lots` of an order that may not rest (reason `none`) or not go on were left over. */
  expired(symbol: number, id: number, lots: number, reason: MatchReason): void;
  cancelRejected(symbol: number, id: number, reason: MatchReason): void;
  /** The total at a price changed; `lots` 0 means that the level is gone. */
  level(symbol: number, side: MatchSide, ticks: number, lots: number): void;
  /** A stop woke at a trade price; what it does then follows, before the next command. */
  triggered?(symbol: number, id: number, ticks: number): void;
  /** An order has `lots` open at `ticks` from now on; `kept` its place in the queue. */
  amended?(symbol: number, id: number, ticks: number, lots: number, kept: boolean): void;
  /** An order stands as it was. */
  amendRejected?(symbol: number, id: number, reason: MatchReason): void;
  /** `lots` that two orders of one owner lost instead of trading; `makerRest` as for a trade. */
  prevented?(
    symbol: number,
    makerId: number,
    takerId: number,
    lots: number,
    makerRest: number,
  ): void;
  /** A trailing stop has a new water mark. */
  trailed?(symbol: number, id: number, ticks: number): void;
}

/** Hands `count` events of the shared memory to a visitor, in order. */
export function visitEvents(
  slots: Float64Array,
  layout: { readonly events: number; readonly recordSlots: number },
  count: number,
  visitor: MatchVisitor,
): void {
  const { events, recordSlots } = layout;
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
        visitor.expired(symbol, a, slots[at + 5]!, reasonOf(head));
        break;
      case EVENT.rejected:
        visitor.rejected(symbol, a, reasonOf(head));
        break;
      case EVENT.cancelRejected:
        visitor.cancelRejected(symbol, a, reasonOf(head));
        break;
      default:
        visitRare(slots, visitor, head, at);
    }
  }
}

function visitRare(slots: Float64Array, visitor: MatchVisitor, head: number, at: number): void {
  const symbol = slots[at + 1]!;
  const id = slots[at + 2]!;
  switch (kindOf(head)) {
    case EVENT.triggered:
      visitor.triggered?.(symbol, id, slots[at + 4]!);
      break;
    case EVENT.amended:
      visitor.amended?.(symbol, id, slots[at + 4]!, slots[at + 5]!, slots[at + 6] === 1);
      break;
    case EVENT.amendRejected:
      visitor.amendRejected?.(symbol, id, reasonOf(head));
      break;
    case EVENT.prevented:
      visitor.prevented?.(symbol, id, slots[at + 3]!, slots[at + 5]!, slots[at + 6]!);
      break;
    case EVENT.trailed:
      visitor.trailed?.(symbol, id, slots[at + 4]!);
      break;
    default:
      assert(false, `event kind ${kindOf(head)} is not one the engine makes`);
  }
}
