// What a recorded market does to the orders of the replay matcher.
#include <algorithm>

#include "match/order_terms.h"
#include "match/replay_matcher.h"

namespace bot4::match {

void ReplayMatcher::fill(std::int32_t symbol, Resting& order, std::int64_t lots,
                         std::int64_t at_ns) noexcept {
  Market& market = market_of(symbol);
  order.lots -= lots;
  market.position += sign_of(order.side) * lots;
  if (order.lots <= 0 && order.hidden > 0) next_slice(market, order);
  const std::int64_t rest = order.lots + order.hidden;
  *attention_ = 1;
  if (order.reading == reading_ && events_[order.execution].at_ns == at_ns) {
    events_[order.execution].lots += lots;
    events_[order.execution].remaining = rest;
  } else {
    order.reading = reading_;
    order.execution = events_.size();
    push({EventKind::kTrade, Reason::kNone, order.side, true, symbol, order.id, order.ticks, lots,
          rest, at_ns});
  }
  const std::int64_t group = order.group;
  order.group = 0;
  cancel_group(group, at_ns);
}

/// Shows the next slice of an iceberg, at the back of the queue as it is displayed now.
void ReplayMatcher::next_slice(Market& market, Resting& order) noexcept {
  const std::int64_t open = order.lots + order.hidden;
  order.lots = std::min(order.display, open);
  order.hidden = open - order.lots;
  order.ahead = displayed(market, order.side, order.ticks);
  order.credit = 0;
  order.place = ++market.place;
}

void ReplayMatcher::drop_ended(Market& market) noexcept {
  std::erase_if(market.queue, [this](std::uint32_t slot) {
    const bool ended = orders_[slot].lots == 0;
    if (ended) orders_.release(slot);
    return ended;
  });
}

void ReplayMatcher::level_changed(void* self, int symbol, Side side, std::int64_t ticks,
                                  std::int64_t old_lots, std::int64_t new_lots,
                                  std::int64_t at_ns) noexcept {
  auto* matcher = static_cast<ReplayMatcher*>(self);
  matcher->pass_time(at_ns);
  Market& market = matcher->market_of(symbol);
  if (matcher->model_ == QueueModel::kExact) {
    // The orders that make up the level are known: those that we took are still among them.
    for (Taken& taken : market.taken) {
      if (taken.ticks == ticks && taken.side == side) taken.lots = std::min(taken.lots, new_lots);
    }
    return;
  }
  std::erase_if(market.taken, [&](const Taken& taken) {
    return taken.ticks == ticks && taken.side == side;
  });
  for (const std::uint32_t slot : market.queue) {
    Resting& order = matcher->orders_[slot];
    if (order.ticks != ticks + market.shift || order.side != side) continue;
    const std::int64_t shrunk = old_lots - new_lots;
    if (shrunk > 0) {
      const std::int64_t explained = at_ns <= order.traded_until ? order.traded : 0;
      const std::int64_t by_trades = std::min(explained, shrunk);
      order.traded -= by_trades;
      // The trades have left the queue already: spread the cancels over what stood without them.
      const std::int64_t cancelled = shrunk - by_trades;
      const std::int64_t stood = old_lots - by_trades;
      if (cancelled > 0) {
        const std::int64_t behind = std::max<std::int64_t>(0, stood - order.ahead);
        const std::int64_t off = cancelled_ahead(matcher->model_, cancelled, order.ahead, behind);
        // What the level can no longer hold behind the order left ahead of it, too.
        const std::int64_t gone = std::max(off, std::min(cancelled, order.ahead - new_lots));
        order.ahead -= gone;
        order.credit = (at_ns <= order.credit_until ? order.credit : 0) + gone;
        order.credit_until = at_ns + kTradeLagNs;
      }
    }
    order.ahead = std::min(order.ahead, new_lots);
  }
}

std::int64_t ReplayMatcher::fill_from_trade(std::int32_t symbol, Resting& order,
                                            const Print& print, std::int64_t unused) noexcept {
  std::int64_t left = unused;
  if (order.ticks == print.ticks) {
    const std::int64_t seen = print.at_ns <= order.credit_until ? std::min(order.credit, left) : 0;
    order.credit -= seen;
    left -= seen;
    // The record does not know of us: its level will shrink by the whole print.
    order.traded = (print.at_ns <= order.traded_until ? order.traded : 0) + print.lots - seen;
    order.traded_until = print.at_ns + kTradeLagNs;
    const std::int64_t eaten = std::min(order.ahead, left);
    order.ahead -= eaten;
    left -= eaten;
  }
  // A trade through our price went through every slice at it.
  const bool through = order.ticks != print.ticks;
  const std::int64_t most = through ? order.lots + order.hidden : order.lots;
  return fill_most(symbol, order, std::min(most, left), print.at_ns);
}

/// Fills an order, a reduce-only one with no more than closes the position; answers how much.
std::int64_t ReplayMatcher::fill_most(std::int32_t symbol, Resting& order, std::int64_t lots,
                                      std::int64_t at_ns) noexcept {
  if (lots <= 0) return 0;
  std::int64_t filled = lots;
  if (order.reduce_only) {
    filled = std::min(filled, closable(market_of(symbol), order.side));
    if (filled == 0) {
      end_resting(symbol, order, EventKind::kCancelled, Reason::kReduceOnly, at_ns);
      return 0;
    }
  }
  fill(symbol, order, filled, at_ns);
  return filled;
}

void ReplayMatcher::traded(void* self, int symbol, std::int64_t ticks, std::int64_t lots,
                           Side aggressor, std::int64_t at_ns) noexcept {
  auto* matcher = static_cast<ReplayMatcher*>(self);
  matcher->pass_time(at_ns);
  Market& market = matcher->market_of(symbol);
  const Print print{ticks + market.shift, lots, at_ns};
  market.last_trade = print.ticks;
  if (!market.queue.empty()) {
    const Side resting = opposite(aggressor);
    std::int64_t left = lots;
    for (const std::uint32_t slot : market.queue) {
      if (left == 0) break;
      Resting& order = matcher->orders_[slot];
      if (order.lots == 0 || order.side != resting || better(resting, print.ticks, order.ticks)) continue;
      left -= matcher->fill_from_trade(symbol, order, print, left);
    }
    matcher->drop_ended(market);
  }
  if (!matcher->stops_.empty()) matcher->wake(symbol, print, aggressor);
}

void ReplayMatcher::queue_left(std::int32_t symbol, const QueuedLots& left,
                               std::int64_t at_ns) noexcept {
  pass_time(at_ns);
  Market& market = market_of(symbol);
  for (const std::uint32_t slot : market.queue) {
    Resting& order = orders_[slot];
    const bool there = order.ticks == left.ticks + market.shift && order.side == left.side;
    if (there && left.place < order.place) order.ahead -= left.lots;
  }
}

void ReplayMatcher::order_executed(std::int32_t symbol, const QueuedLots& traded,
                                   std::int64_t at_ns) noexcept {
  pass_time(at_ns);
  Market& market = market_of(symbol);
  const Print print{traded.ticks + market.shift, traded.lots, at_ns};
  market.last_trade = print.ticks;
  std::int64_t left = traded.lots;
  for (const std::uint32_t slot : market.queue) {
    Resting& order = orders_[slot];
    if (order.lots == 0 || order.side != traded.side) continue;
    if (better(order.side, print.ticks, order.ticks)) continue;
    if (order.ticks != print.ticks) {
      left -= fill_most(symbol, order, std::min(order.lots + order.hidden, left), at_ns);
    } else if (traded.place < order.place) {
      order.ahead -= traded.lots;
    } else {
      left -= fill_most(symbol, order, std::min(order.lots, left), at_ns);
    }
  }
  drop_ended(market);
  if (!stops_.empty()) wake(symbol, print, opposite(traded.side));
}

void ReplayMatcher::fill_from_cross(Market& market, std::int32_t symbol, Resting& order,
                                    std::int64_t at_ns) noexcept {
  const Side facing = opposite(order.side);
  std::int64_t most = order.lots + order.hidden;
  if (order.reduce_only) most = std::min(most, closable(market, order.side));
  std::int64_t filled = 0;
  market.book->visit(facing, [&](std::int64_t ticks, std::int64_t displayed) {
    if (filled == most || better(order.side, ticks + market.shift, order.ticks)) return false;
    const std::int64_t there = displayed - already_taken(market, facing, ticks);
    const std::int64_t lots = std::min(most - filled, there);
    if (lots > 0) {
      note_taken(market, facing, ticks, lots);
      filled += lots;
    }
    return true;
  });
  // What is too large for the position ends when it would trade.
  fill_most(symbol, order, most == 0 ? 1 : filled, at_ns);
}

void ReplayMatcher::updated(void* self, int symbol, std::int64_t at_ns) noexcept {
  auto* matcher = static_cast<ReplayMatcher*>(self);
  matcher->pass_time(at_ns);
  if (!matcher->pending_.empty()) *matcher->attention_ = 1;
  Market& market = matcher->market_of(symbol);
  for (const std::uint32_t slot : market.queue) {
    Resting& order = matcher->orders_[slot];
    if (order.lots == 0) continue;
    const std::int64_t facing = market.book->best(opposite(order.side));
    if (facing == L2Book::kNoPrice || better(order.side, facing + market.shift, order.ticks)) {
      continue;
    }
    matcher->fill_from_cross(market, symbol, order, at_ns);
  }
  matcher->drop_ended(market);
}

void ReplayMatcher::was_reset(void* self, int symbol, std::int64_t) noexcept {
  static_cast<ReplayMatcher*>(self)->markets_[static_cast<std::size_t>(symbol)].taken.clear();
}

}  // namespace bot4::match
