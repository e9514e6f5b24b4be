// What the terms of the replay matcher's orders do: triggers, groups, times and positions.
#include <algorithm>

#include "core/check.h"
#include "match/order_terms.h"
#include "match/replay_matcher.h"

namespace bot4::match {

std::int64_t ReplayMatcher::closable(const Market& market, Side side) const noexcept {
  return std::max<std::int64_t>(0, side == Side::kBuy ? -market.position : market.position);
}

void ReplayMatcher::wait(const Command& command) noexcept {
  stops_.add(command, market_of(command.symbol).last_trade, ++arrivals_);
  expires(command.terms.expires_at);
}

void ReplayMatcher::wake(std::int32_t symbol, const Print& print, Side aggressor) noexcept {
  bool woke = false;
  for (std::size_t at = stops_.next_woken(symbol, print.ticks); at != stops_.size();
       at = stops_.next_woken(symbol, print.ticks)) {
    trigger(at, print);
    woke = true;
  }
  stops_.move_marks(symbol, print.ticks);
  if (!woke) return;
  Market& market = market_of(symbol);
  if (model_ != QueueModel::kExact) {
    note_taken(market, opposite(aggressor), print.ticks - market.shift, print.lots);
  }
  drop_ended(market);
}

void ReplayMatcher::trigger(std::size_t at, const Print& print) noexcept {
  Command woken = stops_[at].command;
  const std::int64_t group = woken.terms.group;
  woken.terms.group = 0;
  woken.terms.trigger = 0;
  woken.terms.trail = 0;
  push({EventKind::kTriggered, Reason::kNone, woken.side, false, woken.symbol, woken.id,
        print.ticks, woken.lots, 0, print.at_ns});
  const std::int64_t recorded = print.ticks - market_of(woken.symbol).shift;
  pending_.push_back({woken, recorded, stops_[at].arrival});
  stops_.remove(at);
  *attention_ = 1;
  cancel_group(group, print.at_ns);
}

bool ReplayMatcher::run_pending() noexcept {
  const auto ready = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& each) {
    const Command& command = each.command;
    return market_of(command.symbol).book->best(opposite(command.side)) != L2Book::kNoPrice;
  });
  if (ready == pending_.end()) return false;
  const Pending next = *ready;
  pending_.erase(ready);
  work(next.command, next.price);
  return true;
}

/// Takes a resting order out; answers its group.
std::int64_t ReplayMatcher::take_out_resting(std::int32_t symbol, Resting& order, EventKind kind,
                                             Reason reason, std::int64_t at_ns) noexcept {
  const std::int64_t group = order.group;
  push({kind, reason, order.side, false, symbol, order.id, order.ticks, order.lots + order.hidden,
        0, at_ns});
  if (at_ns != 0) *attention_ = 1;
  order.group = 0;
  order.hidden = 0;
  order.lots = 0;  // `drop_ended` takes it out, when nobody walks along the queue.
  return group;
}

/// Takes an order out that is held, whichever way; answers its group, 0 for none.
std::int64_t ReplayMatcher::take_out(std::int64_t id, EventKind kind, Reason reason,
                                     std::int64_t at_ns) noexcept {
  for (std::size_t symbol = 0; symbol < markets_.size(); ++symbol) {
    for (const std::uint32_t slot : markets_[symbol].queue) {
      if (orders_[slot].id != id || orders_[slot].lots == 0) continue;
      return take_out_resting(static_cast<std::int32_t>(symbol), orders_[slot], kind, reason,
                              at_ns);
    }
  }
  Command ended{};
  const std::size_t at = stops_.find(id);
  if (at != stops_.size()) {
    ended = stops_[at].command;
    stops_.remove(at);
  } else {
    const auto found = std::find_if(pending_.begin(), pending_.end(),
                                    [id](const Pending& each) { return each.command.id == id; });
    BOT4_CHECK(found != pending_.end());  // The callers have seen it.
    ended = found->command;
    pending_.erase(found);
  }
  push({kind, reason, ended.side, false, ended.symbol, id, ended.ticks, ended.lots, 0, at_ns});
  if (at_ns != 0) *attention_ = 1;
  return ended.terms.group;
}

void ReplayMatcher::end_resting(std::int32_t symbol, Resting& order, EventKind kind,
                                Reason reason, std::int64_t at_ns) noexcept {
  cancel_group(take_out_resting(symbol, order, kind, reason, at_ns), at_ns);
}

/// Ends an order that is held, and the others of its group.
void ReplayMatcher::end(std::int64_t id, EventKind kind, Reason reason,
                        std::int64_t at_ns) noexcept {
  cancel_group(take_out(id, kind, reason, at_ns), at_ns);
}

/// Cancels the orders of a group, oldest first; 0 is none.
void ReplayMatcher::cancel_group(std::int64_t group, std::int64_t at_ns) noexcept {
  if (group == 0) return;
  // A loop: a group may be as large as the pool, and the stack is not.
  for (;;) {
    Held first{};
    visit_held([&](const Held& held) {
      if (held.group != group) return;
      if (first.arrival == 0 || held.arrival < first.arrival) first = held;
    });
    if (first.arrival == 0) return;
    take_out(first.id, EventKind::kCancelled, Reason::kOneCancelsOther, at_ns);
  }
}

/// The order that expires first; false when none ever does.
bool ReplayMatcher::next_due(Held* due) const noexcept {
  *due = Held{};
  visit_held([&](const Held& held) {
    if (held.expires_at == 0) return;
    const bool sooner =
        due->expires_at == 0 || held.expires_at < due->expires_at ||
        (held.expires_at == due->expires_at && held.arrival < due->arrival);
    if (sooner) *due = held;
  });
  return due->expires_at != 0;
}

void ReplayMatcher::expire_due(std::int64_t now_us, std::int64_t at_ns) noexcept {
  now_us_ = std::max(now_us_, now_us);
  Held due;
  while (next_due(&due) && due.expires_at <= now_us_) {
    end(due.id, EventKind::kExpired, Reason::kTimedOut, at_ns);
  }
  next_expiry_ns_ = due.expires_at == 0 ? kNever : due.expires_at * kNsPerUs;
  for (Market& market : markets_) drop_ended(market);
}

}  // namespace bot4::match
