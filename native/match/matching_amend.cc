// Changing an order of the matching engine without giving it another id.
#include <algorithm>

#include "match/matching_engine.h"
#include "match/order_terms.h"

namespace bot4::match {

namespace {

bool within(std::int64_t value, std::int64_t least, std::int64_t most) noexcept {
  return value >= least && value <= most;
}

}  // namespace

Reason MatchingEngine::amend_refusal(std::uint32_t slot, const Command& wanted) const noexcept {
  const bool waits = (orders_[slot].flags & kWaiting) != 0;
  if (!within(wanted.ticks, 1, kMaxTicks)) return Reason::kBadPrice;
  if (!within(wanted.lots, 1, kMaxLots)) return Reason::kBadQuantity;
  if (wanted.terms.trigger != 0) {
    if (!waits || extra(slot).trail != 0) return Reason::kBadTerms;
    if (!within(wanted.terms.trigger, 1, kMaxTicks)) return Reason::kBadPrice;
    if (would_trigger(wanted, book_of(wanted.symbol).last_trade)) return Reason::kWouldTrigger;
  }
  const std::int64_t display = wanted.terms.display;
  if (display != 0 && !slices_fit(wanted.lots, display, further_slices(slot))) {
    return Reason::kTooManySlices;
  }
  const bool moves = !waits && wanted.ticks != orders_[slot].ticks;
  const bool post_only = (wanted.flags & kFlagPostOnly) != 0;
  return moves && post_only && crosses(wanted) ? Reason::kPostOnlyWouldTake : Reason::kNone;
}

void MatchingEngine::amend(const Command& command, EventSink& sink) noexcept {
  const std::uint32_t slot = index_.find(command.id);
  Reason refused = Reason::kUnknownOrder;
  Command wanted{};
  if (slot != kNone && orders_[slot].symbol == command.symbol) {
    wanted = command_of(slot);
    if (command.ticks != 0) wanted.ticks = command.ticks;
    if (command.lots != 0) wanted.lots = command.lots;
    wanted.terms.trigger = command.terms.trigger;
    refused = amend_refusal(slot, wanted);
  }
  if (refused != Reason::kNone) {
    sink.push({EventKind::kAmendRejected, command.symbol, command.id, 0, command.side,
               command.ticks, command.lots, 0, refused});
  } else if ((orders_[slot].flags & kWaiting) != 0) {
    amend_stop(slot, wanted, sink);
  } else if (wanted.ticks == orders_[slot].ticks) {
    amend_lots(slot, wanted.lots, sink);
  } else {
    amend_price(slot, wanted, sink);
  }
}

void MatchingEngine::amend_stop(std::uint32_t slot, const Command& wanted,
                                EventSink& sink) noexcept {
  Order& order = orders_[slot];
  order.ticks = wanted.ticks;
  further_slices_ -= further_slices(slot);
  order.lots = wanted.lots;
  further_slices_ += further_slices(slot);
  const bool moves = wanted.terms.trigger != 0 && wanted.terms.trigger != extra(slot).trigger;
  if (moves) {
    unlink_stop(slot);
    extra(slot).trigger = wanted.terms.trigger;
    link_stop(slot);
  }
  sink.push({EventKind::kAmended, order.symbol, order.id, 0, order.side, order.ticks, order.lots,
             moves ? 0 : 1, Reason::kNone});
}

void MatchingEngine::amend_lots(std::uint32_t slot, std::int64_t lots, EventSink& sink) noexcept {
  Order& order = orders_[slot];
  const std::int64_t open = open_lots(slot);
  const std::int64_t display = (order.flags & kHasExtra) != 0 ? extra(slot).display : 0;
  const bool keeps = lots <= open;
  const Event amended{EventKind::kAmended, order.symbol, order.id, 0, order.side,
                      order.ticks,         lots,         keeps ? 1 : 0, Reason::kNone};
  sink.push(amended);
  if (!keeps) {
    const LevelChange change = lift(slot);
    sink.push({EventKind::kLevel, order.symbol, 0, 0, order.side, order.ticks, change.after,
               change.before, Reason::kNone});
    order.lots = display == 0 ? lots : std::min(display, lots);
    if (display != 0) extra(slot).hidden = lots - order.lots;
    count(slot, true);
    enqueue(slot, sink);
    return;
  }
  count(slot, false);
  const std::int64_t shown = std::min(order.lots, lots);  // What is hidden goes first.
  if (display != 0) extra(slot).hidden = lots - shown;
  count(slot, true);
  if (shown == order.lots) return;
  Levels& levels = book_of(order.symbol).sides[static_cast<std::size_t>(order.side)];
  Level& level = levels[position_of(levels, order.side, order.ticks)];
  const std::int64_t before = level.lots;
  level.lots += shown - order.lots;
  order.lots = shown;
  sink.push({EventKind::kLevel, order.symbol, 0, 0, order.side, order.ticks, level.lots, before,
             Reason::kNone});
}

void MatchingEngine::amend_price(std::uint32_t slot, const Command& wanted,
                                 EventSink& sink) noexcept {
  const Order order = orders_[slot];
  sink.push({EventKind::kAmended, order.symbol, order.id, 0, order.side, wanted.ticks, wanted.lots,
             0, Reason::kNone});
  const LevelChange change = lift(slot);
  sink.push({EventKind::kLevel, order.symbol, 0, 0, order.side, order.ticks, change.after,
             change.before, Reason::kNone});
  forget(slot);
  work(wanted, sink);
}

}  // namespace bot4::match
