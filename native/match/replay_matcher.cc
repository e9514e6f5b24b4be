#include "match/replay_matcher.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/check.h"
#include "match/order_terms.h"

namespace bot4::match {

ReplayMatcher::ReplayMatcher(std::vector<const L2Book*> books, std::uint32_t max_orders,
                             std::uint32_t* attention, QueueModel model)
    : orders_(max_orders), attention_(attention), model_(model) {
  BOT4_CHECK(!books.empty() && attention != nullptr);
  for (const L2Book* book : books) {
    Market market{book, {}, {}, 0, 0, 0, 0};
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

void ReplayMatcher::answer(EventKind kind, Reason reason, const Command& command,
                           std::int64_t lots) noexcept {
  push({kind, reason, command.side, false, command.symbol, command.id, command.ticks, lots, 0, 0});
}

void ReplayMatcher::execute(const Command& command) noexcept {
  switch (command.kind) {
    case CommandKind::kLimit:
    case CommandKind::kMarket:
    case CommandKind::kPlace:
      submit(command);
      return;
    case CommandKind::kCancel:
      cancel(command);
      return;
    case CommandKind::kAmend:
      amend(command);
      return;
    case CommandKind::kClock:
      expire_due(command.terms.expires_at, 0);
      return;
    case CommandKind::kPosition:
      if (!knows(command.symbol)) break;
      market_of(command.symbol).position = command.lots;
      return;
    case CommandKind::kShift:
      if (!knows(command.symbol) || std::abs(command.lots) > kMaxTicks) break;
      shift(market_of(command.symbol), command.lots);
      return;
    case CommandKind::kDepth:
    case CommandKind::kReplace:
    case CommandKind::kRecord:
      break;
  }
  answer(EventKind::kRejected, Reason::kBadCommand, command, command.lots);
}

void ReplayMatcher::refuse(std::int64_t id) noexcept {
  push({EventKind::kRejected, Reason::kBadCommand, Side::kBuy, false, 0, id, 0, 0, 0, 0});
}

Reason ReplayMatcher::refusal(const Command& command) const noexcept {
  if (!knows(command.symbol)) return Reason::kBadSymbol;
  const Reason wrong = malformed(command);
  if (wrong != Reason::kNone) return wrong;
  bool known = false;
  visit_held([&](const Held& held) { known = known || held.id == command.id; });
  if (known) return Reason::kDuplicateId;
  return command.kind == CommandKind::kPlace ? terms_refusal(command) : Reason::kNone;
}

Reason ReplayMatcher::terms_refusal(const Command& command) const noexcept {
  const Reason wrong = malformed_terms(command);
  if (wrong != Reason::kNone) return wrong;
  const Terms& terms = command.terms;
  bool elsewhere = false;
  if (terms.group != 0) {
    visit_held([&](const Held& held) {
      elsewhere = elsewhere || (held.group == terms.group && held.symbol != command.symbol);
    });
  }
  if (elsewhere) return Reason::kBadTerms;
  if (terms.expires_at != 0 && terms.expires_at <= now_us_) return Reason::kTimedOut;
  const Market& market = market_of(command.symbol);
  const bool reduces = (command.flags & kFlagReduceOnly) != 0;
  if (reduces && closable(market, command.side) == 0) return Reason::kReduceOnly;
  const bool triggered = is_stop(terms) && would_trigger(command, market.last_trade);
  return triggered ? Reason::kWouldTrigger : Reason::kNone;
}

bool ReplayMatcher::crosses(const Market& market, const Command& command) const noexcept {
  const std::int64_t facing = market.book->best(opposite(command.side));
  return facing != L2Book::kNoPrice && !better(command.side, facing + market.shift, command.ticks);
}

void ReplayMatcher::shift(Market& market, std::int64_t ticks) noexcept {
  if (ticks == market.shift) return;
  market.shift = ticks;
  for (const std::uint32_t slot : market.queue) {
    Resting& order = orders_[slot];
    order.ahead = displayed(market, order.side, order.ticks);
    order.place = ++market.place;
    order.traded = 0;
    order.credit = 0;
  }
}

void ReplayMatcher::submit(const Command& command) noexcept {
  Reason refused = refusal(command);
  const bool stop = is_stop(command.terms);
  if (refused == Reason::kNone) {
    const Market& market = market_of(command.symbol);
    if ((command.flags & kFlagPostOnly) != 0 && !stop && crosses(market, command)) {
      refused = Reason::kPostOnlyWouldTake;
    } else if ((stop || may_rest(command)) && held() == orders_.capacity()) {
      refused = Reason::kBookFull;
    }
  }
  const bool taken = refused == Reason::kNone;
  answer(taken ? EventKind::kAccepted : EventKind::kRejected, refused, command, command.lots);
  if (!taken) return;
  if (stop) {
    wait(command);
  } else {
    work(command, 0);
  }
}

void ReplayMatcher::work(const Command& command, std::int64_t from) noexcept {
  Market& market = market_of(command.symbol);
  Taker taker{command.lots, command.terms.group, from};
  if ((command.flags & kFlagFok) != 0 && !fills_whole(market, command, taker)) {
    taker.end = Reason::kNotFillable;
  } else if ((command.flags & kFlagPostOnly) != 0 && crosses(market, command)) {
    taker.end = Reason::kPostOnlyWouldTake;  // Of a stop-limit order, when it triggers.
  } else {
    take(market, command, taker);
  }
  if (taker.end == Reason::kNone && taker.left > 0 && may_rest(command)) {
    rest(market, command, taker);
  } else if (taker.end != Reason::kNone || taker.left > 0) {
    answer(EventKind::kExpired, taker.end, command, taker.left);
    cancel_group(taker.group, 0);
  }
  if (command.terms.group != 0) drop_ended(market);
}

bool ReplayMatcher::fills_whole(const Market& market, const Command& command,
                                const Taker& taker) const noexcept {
  if ((command.flags & kFlagReduceOnly) != 0 &&
      closable(market, command.side) < command.lots) {
    return false;
  }
  const Side facing = opposite(command.side);
  std::int64_t sum = 0;
  std::size_t levels = 0;
  market.book->visit(facing, [&](std::int64_t ticks, std::int64_t displayed) {
    if (sum >= command.lots || levels == kMostTakenAtOnce) return false;
    if (better(command.side, ticks + market.shift, command.ticks)) return false;
    ++levels;
    if (ticks + market.shift < 1) return true;
    if (taker.from != 0 && better(facing, ticks, taker.from)) return true;
    sum += std::max<std::int64_t>(0, displayed - already_taken(market, facing, ticks));
    return true;
  });
  return sum >= command.lots;
}

void ReplayMatcher::take(Market& market, const Command& command, Taker& taker) noexcept {
  const Side facing = opposite(command.side);
  const bool reduces = (command.flags & kFlagReduceOnly) != 0;
  std::size_t levels = 0;
  market.book->visit(facing, [&](std::int64_t ticks, std::int64_t displayed) {
    if (taker.left == 0 || levels == kMostTakenAtOnce ||
        better(command.side, ticks + market.shift, command.ticks)) {
      return false;
    }
    ++levels;
    if (ticks + market.shift < 1) return true;
    if (taker.from != 0 && better(facing, ticks, taker.from)) return true;
    const std::int64_t there = displayed - already_taken(market, facing, ticks);
    const std::int64_t most = std::min(taker.left, there);
    if (most <= 0) return true;
    const std::int64_t lots = reduces ? std::min(most, closable(market, command.side)) : most;
    if (lots < most) taker.end = Reason::kReduceOnly;
    if (lots == 0) return false;
    taker.left -= lots;
    market.position += sign_of(command.side) * lots;
    note_taken(market, facing, ticks, lots);
    push({EventKind::kTrade, Reason::kNone, command.side, false, command.symbol, command.id,
          ticks + market.shift, lots, taker.left, 0});
    cancel_group(taker.group, 0);
    taker.group = 0;
    return taker.end == Reason::kNone;
  });
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

void ReplayMatcher::rest(Market& market, const Command& command, const Taker& taker) noexcept {
  const std::uint32_t slot = orders_.allocate();
  BOT4_CHECK(slot != IndexPool<Resting>::kNone);  // `submit` has refused what finds no place.
  const Terms& terms = command.terms;
  Resting order{};
  order.id = command.id;
  order.ticks = command.ticks;
  order.lots = terms.display == 0 ? taker.left : std::min(terms.display, taker.left);
  order.ahead = displayed(market, command.side, command.ticks);
  order.side = command.side;
  order.post_only = (command.flags & kFlagPostOnly) != 0;
  order.reduce_only = (command.flags & kFlagReduceOnly) != 0;
  order.hidden = taker.left - order.lots;
  order.display = terms.display;
  order.expires_at = terms.expires_at;
  order.group = taker.group;
  order.arrival = ++arrivals_;
  order.place = ++market.place;
  orders_[slot] = order;
  expires(order.expires_at);
  const auto worse =
      std::find_if(market.queue.begin(), market.queue.end(), [&](std::uint32_t at) {
        const Resting& other = orders_[at];
        return other.side == command.side && better(command.side, command.ticks, other.ticks);
      });
  market.queue.insert(worse, slot);
}

void ReplayMatcher::cancel(const Command& command) noexcept {
  bool here = false;
  visit_held([&](const Held& held) {
    here = here || (held.id == command.id && held.symbol == command.symbol);
  });
  if (here) {
    end(command.id, EventKind::kCancelled, Reason::kRequested, 0);
    drop_ended(market_of(command.symbol));
    return;
  }
  push({EventKind::kCancelRejected, Reason::kUnknownOrder, command.side, false, command.symbol,
        command.id, 0, 0, 0, 0});
}

Reason ReplayMatcher::amend_refusal(const Market& market, const Resting& order,
                                    const Command& wanted) const noexcept {
  if (wanted.ticks < 1 || wanted.ticks > kMaxTicks) return Reason::kBadPrice;
  if (wanted.lots < 1 || wanted.lots > kMaxLots) return Reason::kBadQuantity;
  const std::int64_t slices = order.display == 0 ? 1 : (wanted.lots - 1) / order.display + 1;
  if (slices > kMaxSlices) return Reason::kTooManySlices;
  // At its own price, too: the book may still show what has filled a part of it.
  const bool enters = !keeps_place(order, wanted);
  return enters && order.post_only && crosses(market, wanted) ? Reason::kPostOnlyWouldTake
                                                              : Reason::kNone;
}

void ReplayMatcher::amend(const Command& command) noexcept {
  const auto refuse_with = [&](Reason reason) {
    answer(EventKind::kAmendRejected, reason, command, command.lots);
  };
  if (!knows(command.symbol)) return refuse_with(Reason::kBadSymbol);
  if (command.terms.trigger != 0) return refuse_with(Reason::kBadTerms);
  Market& market = market_of(command.symbol);
  const auto found =
      std::find_if(market.queue.begin(), market.queue.end(), [&](std::uint32_t slot) {
        return orders_[slot].id == command.id && orders_[slot].lots > 0;
      });
  if (found == market.queue.end()) return refuse_with(Reason::kUnknownOrder);
  Resting& order = orders_[*found];
  Command wanted = command;
  wanted.kind = CommandKind::kPlace;
  wanted.side = order.side;
  wanted.flags = (order.post_only ? kFlagPostOnly : 0) | (order.reduce_only ? kFlagReduceOnly : 0);
  if (wanted.ticks == 0) wanted.ticks = order.ticks;
  if (wanted.lots == 0) wanted.lots = order.lots + order.hidden;
  wanted.terms = {};
  wanted.terms.display = order.display;
  wanted.terms.expires_at = order.expires_at;
  wanted.terms.group = order.group;
  const Reason refused = amend_refusal(market, order, wanted);
  if (refused != Reason::kNone) return refuse_with(refused);
  const bool keeps = keeps_place(order, wanted);
  push({EventKind::kAmended, Reason::kNone, order.side, false, command.symbol, command.id,
        wanted.ticks, wanted.lots, keeps ? 1 : 0, 0});
  if (keeps) {
    order.lots = std::min(order.lots, wanted.lots);  // What is hidden goes first.
    order.hidden = wanted.lots - order.lots;
    order.reading = 0;  // What fills it from here on is told behind the amend.
    return;
  }
  orders_.release(*found);
  market.queue.erase(found);
  work(wanted, 0);
}

std::int64_t ReplayMatcher::ahead_of(std::int64_t id) const noexcept {
  for (const Market& market : markets_) {
    for (const std::uint32_t slot : market.queue) {
      if (orders_[slot].id == id) return orders_[slot].ahead;
    }
  }
  return -1;
}

}  // namespace bot4::match
