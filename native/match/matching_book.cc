// The book of the matching engine: its levels and queues, and the trades with them.
#include <algorithm>

#include "core/check.h"
#include "match/matching_engine.h"
#include "match/order_terms.h"

namespace bot4::match {

namespace {

std::size_t slot_of(Side side) noexcept { return static_cast<std::size_t>(side); }

Prevention prevention_of(const Command& command) noexcept {
  return static_cast<Prevention>((command.flags / kFlagPrevention) & 3);
}

bool tracked(std::int64_t owner) noexcept { return owner > 0 && owner < kTrackedOwners; }

}  // namespace

bool MatchingEngine::crosses(const Command& command) const noexcept {
  const Levels& levels = book_of(command.symbol).sides[slot_of(opposite(command.side))];
  return !levels.empty() && !better(command.side, levels.back().ticks, command.ticks);
}

std::int64_t MatchingEngine::position(std::int64_t owner, std::int32_t symbol) const noexcept {
  BOT4_CHECK(tracked(owner) && symbol >= 0 && symbol < symbols());
  return reinterpret_cast<const std::int64_t*>(
      positions_.data())[owner * static_cast<std::int64_t>(books_.size()) + symbol];
}

void MatchingEngine::track(std::int64_t owner, std::int32_t symbol, std::int64_t lots) noexcept {
  if (!tracked(owner)) return;
  reinterpret_cast<std::int64_t*>(
      positions_.data())[owner * static_cast<std::int64_t>(books_.size()) + symbol] += lots;
}

std::int64_t MatchingEngine::closable(std::int64_t owner, std::int32_t symbol,
                                      Side side) const noexcept {
  const std::int64_t held = position(owner, symbol);
  return std::max<std::int64_t>(0, side == Side::kBuy ? -held : held);
}

bool MatchingEngine::fills_whole(const Command& command) const noexcept {
  if ((command.flags & kFlagReduceOnly) != 0 &&
      closable(command.owner, command.symbol, command.side) < command.lots) {
    return false;
  }
  const Levels& levels = book_of(command.symbol).sides[slot_of(opposite(command.side))];
  std::int64_t sum = 0;
  for (std::size_t at = levels.size(); at > 0; --at) {
    const Level& level = levels[at - 1];
    if (better(command.side, level.ticks, command.ticks)) return false;
    std::int64_t hidden = 0;
    for (std::uint32_t slot = level.head; slot != kNone; slot = orders_[slot].next) {
      const Order& maker = orders_[slot];
      if (command.owner != kCrowd && maker.owner == command.owner) {
        if (prevention_of(command) == Prevention::kCancelResting) continue;
        return false;  // It would end there, with what stands before it.
      }
      if ((maker.flags & kFlagReduceOnly) != 0) continue;
      if ((maker.flags & kHasExtra) != 0) {
        if (extra(slot).group != 0) continue;
        hidden += extra(slot).hidden;
      }
      sum += maker.lots;
      if (sum >= command.lots) return true;
    }
    sum += hidden;
    if (sum >= command.lots) return true;
  }
  return false;
}

void MatchingEngine::match(const Command& command, Taker& taker, EventSink& sink) noexcept {
  const Side facing = opposite(command.side);
  Levels& levels = book_of(command.symbol).sides[slot_of(facing)];
  while (taker.left > 0 && taker.end == Reason::kNone && !levels.empty() &&
         !better(command.side, levels.back().ticks, command.ticks)) {
    const std::int64_t ticks = levels.back().ticks;
    const std::int64_t before = levels.back().lots;
    working_ = &levels;
    match_level(command, taker, levels, sink);
    working_ = nullptr;
    const std::int64_t after = levels.back().lots;
    if (after != before) {
      sink.push({EventKind::kLevel, command.symbol, 0, 0, facing, ticks, after, before,
                 Reason::kNone});
    }
    if (levels.back().head == kNone) levels.pop_back();
  }
}

void MatchingEngine::match_level(const Command& command, Taker& taker, Levels& levels,
                                 EventSink& sink) noexcept {
  // What a trade cancels may lie in these levels: the last one keeps its place, not its address.
  while (taker.left > 0 && taker.end == Reason::kNone && levels.back().head != kNone) {
    const std::uint32_t slot = levels.back().head;
    const Order& maker = orders_[slot];
    if (command.owner != kCrowd && maker.owner == command.owner) {
      if (!prevent_self_trade(command, taker, levels, sink)) return;
      continue;
    }
    std::int64_t lots = std::min(taker.left, maker.lots);
    if (((maker.flags | command.flags) & kFlagReduceOnly) != 0) {
      if ((maker.flags & kFlagReduceOnly) != 0) {
        lots = std::min(lots, closable(maker.owner, maker.symbol, maker.side));
        if (lots == 0) {
          end(slot, EventKind::kCancelled, Reason::kReduceOnly, sink);
          continue;
        }
      }
      if ((command.flags & kFlagReduceOnly) != 0) {
        lots = std::min(lots, closable(command.owner, command.symbol, command.side));
        if (lots == 0) {
          taker.end = Reason::kReduceOnly;
          return;
        }
      }
    }
    trade(command, taker, levels, lots, sink);
  }
}

void MatchingEngine::trade(const Command& command, Taker& taker, Levels& levels,
                           std::int64_t lots, EventSink& sink) noexcept {
  Level& level = levels.back();
  const std::uint32_t slot = level.head;
  Order& maker = orders_[slot];
  taker.left -= lots;
  maker.lots -= lots;
  level.lots -= lots;
  if (taker.first_trade == 0) taker.first_trade = maker.ticks;
  taker.last_trade = maker.ticks;
  const bool has_extra = (maker.flags & kHasExtra) != 0;
  sink.push({EventKind::kTrade, command.symbol, maker.id, command.id, command.side, maker.ticks,
             lots, has_extra ? open_lots(slot) : maker.lots, Reason::kNone});
  const std::int64_t signed_lots = sign_of(command.side) * lots;
  track(command.owner, command.symbol, signed_lots);
  track(maker.owner, command.symbol, -signed_lots);
  const std::int64_t group = has_extra ? extra(slot).group : 0;
  if (group != 0) leave_group(slot);
  if (maker.lots == 0) use_up(slot, level);
  if (group != 0) cancel_group(group, sink);
  if (taker.group != 0) {
    cancel_group(taker.group, sink);
    taker.group = 0;
  }
}

bool MatchingEngine::prevent_self_trade(const Command& command, Taker& taker, Levels& levels,
                                        EventSink& sink) noexcept {
  Level& level = levels.back();
  const std::uint32_t slot = level.head;
  const Prevention mode = prevention_of(command);
  const std::int64_t group =
      (orders_[slot].flags & kHasExtra) != 0 ? extra(slot).group : std::int64_t{0};
  const bool sibling = group != 0 && group == taker.group;
  if (mode == Prevention::kDecrement) {
    Order& maker = orders_[slot];
    const std::int64_t lots = std::min(taker.left, maker.lots);
    taker.left -= lots;
    maker.lots -= lots;
    level.lots -= lots;
    sink.push({EventKind::kPrevented, command.symbol, maker.id, command.id, command.side,
               maker.ticks, lots, open_lots(slot), Reason::kSelfTrade});
    if (taker.left == 0) taker.end = Reason::kSelfTrade;
    if (maker.lots > 0) return true;
    if (open_lots(slot) > 0) {
      use_up(slot, level);
    } else {
      end(slot, EventKind::kCancelled, Reason::kSelfTrade, sink);
      if (sibling && taker.end == Reason::kNone) taker.end = Reason::kOneCancelsOther;
    }
    return true;
  }
  if (mode != Prevention::kCancelResting) taker.end = Reason::kSelfTrade;
  if (mode != Prevention::kCancelNew) end(slot, EventKind::kCancelled, Reason::kSelfTrade, sink);
  if (sibling && taker.end == Reason::kNone) taker.end = Reason::kOneCancelsOther;
  return taker.end == Reason::kNone;
}

void MatchingEngine::use_up(std::uint32_t slot, Level& level) noexcept {
  Order& maker = orders_[slot];
  unlink(slot, level);
  Book& book = book_of(maker.symbol);
  if ((maker.flags & kHasExtra) != 0 && extra(slot).hidden > 0) {
    Extra& more = extra(slot);
    maker.lots = std::min(more.display, more.hidden);
    more.hidden -= maker.lots;
    level.lots += maker.lots;
    further_slices_ -= 1;
    book.slices[slot_of(maker.side)] -= 1;
    link(slot, level);
    return;
  }
  book.slices[slot_of(maker.side)] -= 1;
  forget(slot);
}

std::size_t MatchingEngine::position_of(const Levels& levels, Side side,
                                        std::int64_t ticks) noexcept {
  // First position whose level is not worse than `ticks`; levels run from worst to best. Halves
  // without a branch on what it finds, which could not be predicted.
  const std::int64_t sign = sign_of(side);
  const std::int64_t wanted = sign * ticks;
  std::size_t low = 0;
  for (std::size_t count = levels.size(); count > 0;) {
    const std::size_t half = (count + 1) / 2;
    low += wanted > sign * levels[low + half - 1].ticks ? half : 0;
    count -= half;
  }
  return low;
}

void MatchingEngine::rest(const Command& command, const Taker& taker, EventSink& sink) noexcept {
  const std::uint32_t slot = keep(command, taker.group);
  orders_[slot].lots = taker.left;
  if (command.terms.display != 0) {
    orders_[slot].lots = std::min(command.terms.display, taker.left);
    extra(slot).hidden = taker.left - orders_[slot].lots;
  }
  count(slot, true);
  enqueue(slot, sink);
}

void MatchingEngine::enqueue(std::uint32_t slot, EventSink& sink) noexcept {
  const Order& order = orders_[slot];
  Levels& levels = book_of(order.symbol).sides[slot_of(order.side)];
  const std::size_t at = position_of(levels, order.side, order.ticks);
  if (at == levels.size() || levels[at].ticks != order.ticks) {
    levels.insert(levels.begin() + static_cast<std::ptrdiff_t>(at),
                  Level{order.ticks, 0, kNone, kNone});
  }
  Level& level = levels[at];
  link(slot, level);
  level.lots += order.lots;
  sink.push({EventKind::kLevel, order.symbol, 0, 0, order.side, order.ticks, level.lots,
             level.lots - order.lots, Reason::kNone});
}

MatchingEngine::LevelChange MatchingEngine::lift(std::uint32_t slot) noexcept {
  const Order& order = orders_[slot];
  Levels& levels = book_of(order.symbol).sides[slot_of(order.side)];
  const std::size_t at = position_of(levels, order.side, order.ticks);
  BOT4_CHECK(at < levels.size() && levels[at].ticks == order.ticks);
  Level& level = levels[at];
  const std::int64_t before = level.lots;
  const std::int64_t after = before - order.lots;
  level.lots = after;
  unlink(slot, level);
  count(slot, false);
  if (working_ == &levels && at + 1 == levels.size()) return {false, before, after};
  if (level.head == kNone) levels.erase(levels.begin() + static_cast<std::ptrdiff_t>(at));
  return {true, before, after};
}

}  // namespace bot4::match
