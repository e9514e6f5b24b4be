#include "match/replay_matcher.h"

#include <algorithm>
#include <utility>

#include "core/check.h"

namespace bot4::match {

namespace {

/// Whether price `a` is better than `b` for an order of `side`.
bool better(Side side, std::int64_t a, std::int64_t b) noexcept {
  return side == Side::kBuy ? a > b : a < b;
}

}  // namespace

ReplayMatcher::ReplayMatcher(std::vector<const L2Book*> books, std::uint32_t max_orders,
                             std::uint32_t* attention, QueueModel model)
    : orders_(max_orders), attention_(attention), model_(model) {
  BOT4_CHECK(!books.empty() && attention != nullptr);
  for (const L2Book* book : books) {
    Market market{book, {}, {}};
    market.queue.reserve(std::min(max_orders, kFirstOrders));
    market.taken.reserve(kTakenLevels);
    markets_.push_back(std::move(market));
  }
  events_.reserve(event_capacity());
}

MarketObserver ReplayMatcher::observer() noexcept {
  return MarketObserver{this, level_changed, traded, updated, was_reset};
}

void ReplayMatcher::push(const ReplayEvent& event) noexcept {
  BOT4_CHECK(events_.size() < event_capacity());
  events_.push_back(event);
}

void ReplayMatcher::execute(const Command& command) noexcept {
  switch (command.kind) {
    case CommandKind::kLimit:
    case CommandKind::kMarket:
      submit(command);
      return;
    case CommandKind::kCancel:
      cancel(command);
      return;
    case CommandKind::kAmend:
      amend(command);
      return;
    case CommandKind::kDepth:
    case CommandKind::kPlace:
    case CommandKind::kReplace:
    case CommandKind::kClock:
    case CommandKind::kPosition:
      break;
  }
  push({EventKind::kRejected, Reason::kBadCommand, command.side, false, command.symbol, command.id,
        command.ticks, command.lots, 0, 0});
}

void ReplayMatcher::refuse(std::int64_t id) noexcept {
  push({EventKind::kRejected, Reason::kBadCommand, Side::kBuy, false, 0, id, 0, 0, 0, 0});
}

Reason ReplayMatcher::refusal(const Command& command) const noexcept {
  if (command.symbol < 0 || command.symbol >= static_cast<std::int32_t>(markets_.size())) {
    return Reason::kBadSymbol;
  }
  if (command.flags < 0 || command.flags > kFlagPostOnly) return Reason::kBadCommand;
  if (command.kind == CommandKind::kMarket && command.flags != 0) return Reason::kBadCommand;
  if (command.ticks < 1 || command.ticks > kMaxTicks) return Reason::kBadPrice;
  if (command.lots < 1 || command.lots > kMaxLots) return Reason::kBadQuantity;
  if (ahead_of(command.id) >= 0) return Reason::kDuplicateId;
  return Reason::kNone;
}

bool ReplayMatcher::crosses(const Market& market, const Command& command) const noexcept {
  const std::int64_t facing = market.book->best(opposite(command.side));
  return facing != L2Book::kNoPrice && !better(command.side, facing, command.ticks);
}

void ReplayMatcher::submit(const Command& command) noexcept {
  Reason refused = refusal(command);
  const bool may_rest = command.kind == CommandKind::kLimit && (command.flags & kFlagIoc) == 0;
  if (refused == Reason::kNone) {
    const Market& market = markets_[static_cast<std::size_t>(command.symbol)];
    if ((command.flags & kFlagPostOnly) != 0 && crosses(market, command)) {
      refused = Reason::kPostOnlyWouldTake;
    } else if (may_rest && orders_.size() == orders_.capacity()) {
      refused = Reason::kBookFull;
    }
  }
  if (refused != Reason::kNone) {
    push({EventKind::kRejected, refused, command.side, false, command.symbol, command.id,
          command.ticks, command.lots, 0, 0});
    return;
  }
  push({EventKind::kAccepted, Reason::kNone, command.side, false, command.symbol, command.id,
        command.ticks, command.lots, 0, 0});
  Market& market = markets_[static_cast<std::size_t>(command.symbol)];
  const std::int64_t left = take(market, command);
  if (left == 0) return;
  if (may_rest) {
    rest(market, command, left);
  } else {
    push({EventKind::kExpired, Reason::kNone, command.side, false, command.symbol, command.id,
          command.ticks, left, 0, 0});
  }
}

std::int64_t ReplayMatcher::take(Market& market, const Command& command) noexcept {
  const Side facing = opposite(command.side);
  std::int64_t left = command.lots;
  std::size_t levels = 0;
  market.book->visit(facing, [&](std::int64_t ticks, std::int64_t displayed) {
    if (left == 0 || levels == kMostTakenAtOnce || better(command.side, ticks, command.ticks)) {
      return false;
    }
    ++levels;
    const std::int64_t there = displayed - already_taken(market, facing, ticks);
    const std::int64_t lots = std::min(left, there);
    if (lots <= 0) return true;
    left -= lots;
    note_taken(market, facing, ticks, lots);
    push({EventKind::kTrade, Reason::kNone, command.side, false, command.symbol, command.id, ticks,
          lots, left, 0});
    return true;
  });
  return left;
}

std::int64_t ReplayMatcher::already_taken(const Market& market, Side side,
                                          std::int64_t ticks) const noexcept {
  for (const Taken& taken : market.taken) {
    if (taken.ticks == ticks && taken.side == side) return taken.lots;
  }
  return 0;
}

void ReplayMatcher::note_taken(Market& market, Side side, std::int64_t ticks,
                               std::int64_t lots) noexcept {
  for (Taken& taken : market.taken) {
    if (taken.ticks == ticks && taken.side == side) {
      taken.lots += lots;
      return;
    }
  }
  if (market.taken.size() == kTakenLevels) market.taken.erase(market.taken.begin());
  market.taken.push_back(Taken{side, ticks, lots});
}

void ReplayMatcher::rest(Market& market, const Command& command, std::int64_t lots) noexcept {
  const std::int64_t displayed = market.book->quantity(command.side, command.ticks);
  const std::uint32_t slot = orders_.allocate();
  BOT4_CHECK(slot != IndexPool<Resting>::kNone);  // `submit` has refused what finds no place.
  const bool post_only = (command.flags & kFlagPostOnly) != 0;
  orders_[slot] = {command.id, command.ticks, lots, displayed, 0, 0, 0, 0, 0, 0, command.side,
                   post_only};
  const auto worse =
      std::find_if(market.queue.begin(), market.queue.end(), [&](std::uint32_t at) {
        const Resting& other = orders_[at];
        return other.side == command.side && better(command.side, command.ticks, other.ticks);
      });
  market.queue.insert(worse, slot);
}

void ReplayMatcher::cancel(const Command& command) noexcept {
  if (command.symbol >= 0 && command.symbol < static_cast<std::int32_t>(markets_.size())) {
    auto& queue = markets_[static_cast<std::size_t>(command.symbol)].queue;
    const auto found = std::find_if(queue.begin(), queue.end(), [&](std::uint32_t slot) {
      return orders_[slot].id == command.id;
    });
    if (found != queue.end()) {
      const Resting& order = orders_[*found];
      push({EventKind::kCancelled, Reason::kRequested, order.side, false, command.symbol,
            command.id, order.ticks, order.lots, 0, 0});
      orders_.release(*found);
      queue.erase(found);
      return;
    }
  }
  push({EventKind::kCancelRejected, Reason::kUnknownOrder, command.side, false, command.symbol,
        command.id, 0, 0, 0, 0});
}

void ReplayMatcher::amend(const Command& command) noexcept {
  const auto refuse_with = [&](Reason reason) {
    push({EventKind::kAmendRejected, reason, command.side, false, command.symbol, command.id,
          command.ticks, command.lots, 0, 0});
  };
  if (command.symbol < 0 || command.symbol >= static_cast<std::int32_t>(markets_.size())) {
    return refuse_with(Reason::kBadSymbol);
  }
  if (command.ticks < 1 || command.ticks > kMaxTicks) return refuse_with(Reason::kBadPrice);
  if (command.lots < 1 || command.lots > kMaxLots) return refuse_with(Reason::kBadQuantity);
  Market& market = markets_[static_cast<std::size_t>(command.symbol)];
  const auto found =
      std::find_if(market.queue.begin(), market.queue.end(),
                   [&](std::uint32_t slot) { return orders_[slot].id == command.id; });
  if (found == market.queue.end()) return refuse_with(Reason::kUnknownOrder);
  Resting& order = orders_[*found];
  const bool keeps = command.ticks == order.ticks && command.lots <= order.lots;
  Command wanted = command;
  wanted.side = order.side;
  wanted.flags = order.post_only ? kFlagPostOnly : 0;
  if (!keeps && order.post_only && crosses(market, wanted)) {
    return refuse_with(Reason::kPostOnlyWouldTake);
  }
  push({EventKind::kAmended, Reason::kNone, order.side, false, command.symbol, command.id,
        command.ticks, command.lots, keeps ? 1 : 0, 0});
  if (keeps) {
    order.lots = command.lots;
    return;
  }
  orders_.release(*found);
  market.queue.erase(found);
  const std::int64_t left = take(market, wanted);
  if (left > 0) rest(market, wanted, left);
}

std::int64_t ReplayMatcher::ahead_of(std::int64_t id) const noexcept {
  for (const Market& market : markets_) {
    for (const std::uint32_t slot : market.queue) {
      if (orders_[slot].id == id) return orders_[slot].ahead;
    }
  }
  return -1;
}

void ReplayMatcher::fill(std::int32_t symbol, Resting& order, std::int64_t lots,
                         std::int64_t at_ns) noexcept {
  order.lots -= lots;
  *attention_ = 1;
  if (order.reading == reading_ && events_[order.execution].at_ns == at_ns) {
    events_[order.execution].lots += lots;
    events_[order.execution].remaining = order.lots;
    return;
  }
  order.reading = reading_;
  order.execution = events_.size();
  push({EventKind::kTrade, Reason::kNone, order.side, true, symbol, order.id, order.ticks, lots,
        order.lots, at_ns});
}

void ReplayMatcher::drop_filled(Market& market) noexcept {
  std::erase_if(market.queue, [this](std::uint32_t slot) {
    const bool filled = orders_[slot].lots == 0;
    if (filled) orders_.release(slot);
    return filled;
  });
}

void ReplayMatcher::level_changed(void* self, int symbol, Side side, std::int64_t ticks,
                                  std::int64_t old_lots, std::int64_t new_lots,
                                  std::int64_t at_ns) noexcept {
  auto* matcher = static_cast<ReplayMatcher*>(self);
  Market& market = matcher->markets_[static_cast<std::size_t>(symbol)];
  std::erase_if(market.taken, [&](const Taken& taken) {
    return taken.ticks == ticks && taken.side == side;
  });
  for (const std::uint32_t slot : market.queue) {
    Resting& order = matcher->orders_[slot];
    if (order.ticks != ticks || order.side != side) continue;
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
  const std::int64_t filled = std::min(order.lots, left);
  if (filled > 0) fill(symbol, order, filled, print.at_ns);
  return filled;
}

void ReplayMatcher::traded(void* self, int symbol, std::int64_t ticks, std::int64_t lots,
                           Side aggressor, std::int64_t at_ns) noexcept {
  auto* matcher = static_cast<ReplayMatcher*>(self);
  Market& market = matcher->markets_[static_cast<std::size_t>(symbol)];
  if (market.queue.empty()) return;
  const Side resting = opposite(aggressor);
  std::int64_t left = lots;
  for (const std::uint32_t slot : market.queue) {
    if (left == 0) break;
    Resting& order = matcher->orders_[slot];
    if (order.side != resting || better(resting, ticks, order.ticks)) continue;
    left -= matcher->fill_from_trade(symbol, order, Print{ticks, lots, at_ns}, left);
  }
  matcher->drop_filled(market);
}

void ReplayMatcher::fill_from_cross(Market& market, std::int32_t symbol, Resting& order,
                                    std::int64_t at_ns) noexcept {
  const Side facing = opposite(order.side);
  std::int64_t filled = 0;
  market.book->visit(facing, [&](std::int64_t ticks, std::int64_t displayed) {
    if (filled == order.lots || better(order.side, ticks, order.ticks)) return false;
    const std::int64_t there = displayed - already_taken(market, facing, ticks);
    const std::int64_t lots = std::min(order.lots - filled, there);
    if (lots > 0) {
      note_taken(market, facing, ticks, lots);
      filled += lots;
    }
    return true;
  });
  if (filled > 0) fill(symbol, order, filled, at_ns);
}

void ReplayMatcher::updated(void* self, int symbol, std::int64_t at_ns) noexcept {
  auto* matcher = static_cast<ReplayMatcher*>(self);
  Market& market = matcher->markets_[static_cast<std::size_t>(symbol)];
  for (const std::uint32_t slot : market.queue) {
    Resting& order = matcher->orders_[slot];
    const std::int64_t facing = market.book->best(opposite(order.side));
    if (facing == L2Book::kNoPrice || better(order.side, facing, order.ticks)) continue;
    matcher->fill_from_cross(market, symbol, order, at_ns);
  }
  matcher->drop_filled(market);
}

void ReplayMatcher::was_reset(void* self, int symbol, std::int64_t) noexcept {
  static_cast<ReplayMatcher*>(self)->markets_[static_cast<std::size_t>(symbol)].taken.clear();
}

}  // namespace bot4::match
