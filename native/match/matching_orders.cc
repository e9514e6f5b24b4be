// The matching engine's orders: where they are kept, how they end, and their OCO groups.
#include "core/check.h"
#include "match/matching_engine.h"

namespace bot4::match {

namespace {

std::size_t slot_of(Side side) noexcept { return static_cast<std::size_t>(side); }

constexpr std::int64_t kCommandFlags = kAllFlags;

}  // namespace

std::uint32_t MatchingEngine::keep(const Command& command, std::int64_t group) noexcept {
  const std::uint32_t slot = orders_.allocate();
  BOT4_CHECK(slot != kNone);  // `submit` has refused what finds no place.
  orders_[slot] = Order{command.id,     command.ticks,
                        command.lots,   command.owner,
                        kNone,          kNone,
                        command.symbol, command.side,
                        static_cast<std::uint16_t>(command.flags)};
  index_.insert(command.id, slot);
  const Terms& terms = command.terms;
  if ((terms.trigger | terms.trail | terms.display | terms.expires_at | group) == 0) return slot;
  orders_[slot].flags |= kHasExtra;
  extra(slot) = Extra{0,           terms.display, terms.expires_at, terms.trigger,
                      terms.trail, 0,             0,                ++arrivals_,
                      slot,        slot,          0};
  if (group != 0) join_group(slot, group);
  if (terms.expires_at != 0) push_expiry(slot);
  return slot;
}

void MatchingEngine::forget(std::uint32_t slot) noexcept {
  if ((orders_[slot].flags & kHasExtra) != 0) {
    if (extra(slot).group != 0) leave_group(slot);
    if (extra(slot).expires_at != 0) drop_expiry(slot);
  }
  index_.erase(orders_[slot].id);
  orders_.release(slot);
}

std::int64_t MatchingEngine::open_lots(std::uint32_t slot) const noexcept {
  const bool has_extra = (orders_[slot].flags & kHasExtra) != 0;
  return orders_[slot].lots + (has_extra ? extra(slot).hidden : 0);
}

std::uint32_t MatchingEngine::further_slices(std::uint32_t slot) const noexcept {
  if ((orders_[slot].flags & kHasExtra) == 0) return 0;
  const Extra& more = extra(slot);
  if ((orders_[slot].flags & kWaiting) != 0) {
    if (more.display == 0) return 0;
    return static_cast<std::uint32_t>((orders_[slot].lots - 1) / more.display);
  }
  if (more.hidden == 0) return 0;
  return static_cast<std::uint32_t>((more.hidden + more.display - 1) / more.display);
}

void MatchingEngine::count(std::uint32_t slot, bool in) noexcept {
  std::uint32_t& slices = book_of(orders_[slot].symbol).slices[slot_of(orders_[slot].side)];
  const std::uint32_t further = further_slices(slot);
  slices = in ? slices + 1 + further : slices - 1 - further;
  further_slices_ = in ? further_slices_ + further : further_slices_ - further;
}

Command MatchingEngine::command_of(std::uint32_t slot) const noexcept {
  const Order& order = orders_[slot];
  Command command{CommandKind::kPlace, order.symbol,    order.id,
                  order.side,          order.ticks,     open_lots(slot),
                  order.flags & kCommandFlags, order.owner, {}};
  if ((order.flags & kHasExtra) != 0) {
    command.terms.display = extra(slot).display;
    command.terms.expires_at = extra(slot).expires_at;
    command.terms.group = extra(slot).group;
  }
  return command;
}

void MatchingEngine::cancel(const Command& command, EventSink& sink) noexcept {
  const std::uint32_t slot = index_.find(command.id);
  if (slot == kNone || orders_[slot].symbol != command.symbol) {
    sink.push({EventKind::kCancelRejected, command.symbol, command.id, 0, command.side, 0, 0, 0,
               Reason::kUnknownOrder});
    return;
  }
  end(slot, EventKind::kCancelled, Reason::kRequested, sink);
}

void MatchingEngine::take_out(std::uint32_t slot, EventKind kind, Reason reason,
                              EventSink& sink) noexcept {
  const Order order = orders_[slot];
  const std::int64_t lots = open_lots(slot);
  LevelChange change{false, 0, 0};
  if ((order.flags & kWaiting) != 0) {
    drop_stop(slot);
  } else {
    change = lift(slot);
  }
  forget(slot);
  sink.push({kind, order.symbol, order.id, 0, order.side, order.ticks, lots, 0, reason});
  if (!change.shown) return;
  sink.push({EventKind::kLevel, order.symbol, 0, 0, order.side, order.ticks, change.after,
             change.before, Reason::kNone});
}

void MatchingEngine::end(std::uint32_t slot, EventKind kind, Reason reason,
                         EventSink& sink) noexcept {
  const bool has_extra = (orders_[slot].flags & kHasExtra) != 0;
  const std::int64_t group = has_extra ? extra(slot).group : 0;
  take_out(slot, kind, reason, sink);
  if (group != 0) cancel_group(group, sink);
}

void MatchingEngine::join_group(std::uint32_t slot, std::int64_t group) noexcept {
  Extra& joining = extra(slot);
  joining.group = group;
  grouped_ += 1;
  const std::uint32_t other = groups_.find(group);
  if (other == kNone) {
    groups_.insert(group, slot);
    return;
  }
  // Before `other`, which is the oldest: a group ends in the order of its arrival.
  joining.group_next = other;
  joining.group_previous = extra(other).group_previous;
  extra(joining.group_previous).group_next = slot;
  extra(other).group_previous = slot;
}

void MatchingEngine::leave_group(std::uint32_t slot) noexcept {
  Extra& leaving = extra(slot);
  const std::int64_t group = leaving.group;
  grouped_ -= 1;
  leaving.group = 0;
  if (groups_.find(group) == slot) {
    groups_.erase(group);
    if (leaving.group_next != slot) groups_.insert(group, leaving.group_next);
  }
  extra(leaving.group_previous).group_next = leaving.group_next;
  extra(leaving.group_next).group_previous = leaving.group_previous;
}

void MatchingEngine::cancel_group(std::int64_t group, EventSink& sink) noexcept {
  for (std::uint32_t slot = groups_.find(group); slot != kNone; slot = groups_.find(group)) {
    take_out(slot, EventKind::kCancelled, Reason::kOneCancelsOther, sink);
  }
}

void MatchingEngine::link(std::uint32_t slot, Level& level) noexcept {
  orders_[slot].previous = level.tail;
  orders_[slot].next = kNone;
  if (level.tail == kNone) {
    level.head = slot;
  } else {
    orders_[level.tail].next = slot;
  }
  level.tail = slot;
}

void MatchingEngine::unlink(std::uint32_t slot, Level& level) noexcept {
  const Order& order = orders_[slot];
  if (order.previous == kNone) {
    level.head = order.next;
  } else {
    orders_[order.previous].next = order.next;
  }
  if (order.next == kNone) {
    level.tail = order.previous;
  } else {
    orders_[order.next].previous = order.previous;
  }
}

}  // namespace bot4::match
