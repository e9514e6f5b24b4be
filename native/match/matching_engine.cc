#include "match/matching_engine.h"

#include "core/check.h"
#include "match/order_terms.h"

namespace bot4::match {

namespace {

std::size_t slot_of(Side side) noexcept { return static_cast<std::size_t>(side); }

bool within(std::int64_t value, std::int64_t least, std::int64_t most) noexcept {
  return value >= least && value <= most;
}

}  // namespace

MatchingEngine::MatchingEngine(std::int32_t symbols, std::uint32_t max_orders)
    : books_(static_cast<std::size_t>(symbols)),
      orders_(max_orders),
      index_(max_orders),
      groups_(max_orders),
      extras_(allocate_memory(std::size_t{max_orders} * sizeof(Extra))),
      positions_(allocate_memory(static_cast<std::size_t>(symbols) * kTrackedOwners *
                                 sizeof(std::int64_t))) {
  BOT4_CHECK(symbols > 0);
}

MemoryReport MatchingEngine::prepare(const MemoryOptions& options) noexcept {
  MemoryReport report = orders_.prepare(options);
  const MemoryReport other = index_.prepare(options);
  if (other.huge_pages_errno != 0) {
    report.huge_pages = other.huge_pages;
    report.huge_pages_errno = other.huge_pages_errno;
  }
  if (other.lock_errno != 0) report.lock_errno = other.lock_errno;
  report.locked = report.locked && other.locked;
  report.prefaulted = report.prefaulted && other.prefaulted;
  report.resident_bytes += other.resident_bytes;
  return report;
}

std::size_t MatchingEngine::order_bytes(std::uint32_t max_orders) noexcept {
  return IndexPool<Order>::bytes(max_orders) + OrderIndex::bytes(max_orders);
}

std::size_t MatchingEngine::work_bound(const Command& command) const noexcept {
  if (command.symbol < 0 || command.symbol >= symbols()) return 4;
  const Book& book = book_of(command.symbol);
  const std::size_t facing = book.slices[slot_of(opposite(command.side))];
  // For each slice it meets: a trade, an end and a level. For each order of a group: an end and a
  // level. For each stop: a trigger, or a move at both prices.
  return 3 * facing + 2 * std::size_t{grouped_} + 3 * std::size_t{book.stops} + 14;
}

std::size_t MatchingEngine::events_bound(const Command& command) const noexcept {
  if (command.symbol < 0 || command.symbol >= symbols()) return 4;
  switch (command.kind) {
    case CommandKind::kCancel:
      return 4 + 2 * std::size_t{grouped_};
    case CommandKind::kDepth:
      return book_of(command.symbol).sides[slot_of(command.side)].size() + 4;
    case CommandKind::kLimit:
    case CommandKind::kMarket:
    case CommandKind::kPlace:
    case CommandKind::kReplace:
      return work_bound(command);
    case CommandKind::kAmend: {
      // The side is the order's, which is not known yet.
      const std::uint32_t near = book_of(command.symbol).slices[slot_of(command.side)];
      return work_bound(command) + 3 * std::size_t{near};
    }
    case CommandKind::kClock:
      return 2 * expiries_.size() + 2 * std::size_t{grouped_} + 4;
    case CommandKind::kPosition:
    case CommandKind::kShift:
    case CommandKind::kRecord:
      return 4;
  }
  return 4;
}

bool MatchingEngine::slices_fit(std::int64_t lots, std::int64_t display,
                                std::int64_t held) const noexcept {
  const std::int64_t slices = (lots + display - 1) / display;
  return slices <= kMaxSlices && further_slices_ + slices - 1 - held <= max_orders() / 2;
}

Reason MatchingEngine::terms_refusal(const Command& command) const noexcept {
  const Reason wrong = malformed_terms(command);
  if (wrong != Reason::kNone) return wrong;
  const Terms& terms = command.terms;
  if (terms.display != 0 && !slices_fit(command.lots, terms.display, 0)) {
    return Reason::kTooManySlices;
  }
  const std::uint32_t other = terms.group == 0 ? kNone : groups_.find(terms.group);
  if (other != kNone &&
      (orders_[other].symbol != command.symbol || orders_[other].owner != command.owner)) {
    return Reason::kBadTerms;
  }
  if (terms.expires_at != 0 && terms.expires_at <= now_) return Reason::kTimedOut;
  if ((command.flags & kFlagReduceOnly) != 0) {
    if (!within(command.owner, 1, kTrackedOwners - 1)) return Reason::kBadTerms;
    if (closable(command.owner, command.symbol, command.side) == 0) return Reason::kReduceOnly;
  }
  const bool triggered =
      is_stop(terms) && would_trigger(command, book_of(command.symbol).last_trade);
  return triggered ? Reason::kWouldTrigger : Reason::kNone;
}

Reason MatchingEngine::refusal(const Command& command) const noexcept {
  if (command.symbol < 0 || command.symbol >= symbols()) return Reason::kBadSymbol;
  const Reason wrong = malformed(command);
  if (wrong != Reason::kNone) return wrong;
  if (index_.find(command.id) != kNone) return Reason::kDuplicateId;
  const bool full = command.kind == CommandKind::kPlace || command.kind == CommandKind::kReplace;
  return full ? terms_refusal(command) : Reason::kNone;
}

void MatchingEngine::execute(const Command& command, EventSink& sink) noexcept {
  const std::size_t limit = sink.count + events_bound(command);
  BOT4_CHECK(pending() == 0 && limit <= sink.capacity);
  carry_out(command, sink);
  BOT4_CHECK(sink.count <= limit);
}

void MatchingEngine::carry_out(const Command& command, EventSink& sink) noexcept {
  switch (command.kind) {
    case CommandKind::kLimit:
    case CommandKind::kMarket:
    case CommandKind::kPlace:
      submit(command, sink);
      return;
    case CommandKind::kCancel:
      cancel(command, sink);
      return;
    case CommandKind::kDepth:
      report_depth(command, sink);
      return;
    case CommandKind::kAmend:
      amend(command, sink);
      return;
    case CommandKind::kReplace:
      replace(command, sink);
      return;
    case CommandKind::kClock:
      expire_due(command.terms.expires_at, sink);
      return;
    case CommandKind::kPosition:
      set_position(command, sink);
      return;
    case CommandKind::kShift:
    case CommandKind::kRecord:
      break;
  }
  sink.push({EventKind::kRejected, command.symbol, command.id, 0, command.side, command.ticks,
             command.lots, 0, Reason::kBadCommand});
}

void MatchingEngine::run_pending(EventSink& sink) noexcept {
  BOT4_CHECK(pending() > 0);
  const std::size_t limit = sink.count + pending_bound();
  BOT4_CHECK(limit <= sink.capacity);
  const Command next = pending_[pending_done_++];
  if (pending_done_ == pending_.size()) {
    pending_.clear();
    pending_done_ = 0;
  }
  work(next, sink);
  BOT4_CHECK(sink.count <= limit);
}

void MatchingEngine::submit(const Command& command, EventSink& sink) noexcept {
  Reason refused = refusal(command);
  const bool stop = is_stop(command.terms);
  if (refused == Reason::kNone && (command.flags & kFlagPostOnly) != 0 && !stop &&
      crosses(command)) {
    refused = Reason::kPostOnlyWouldTake;
  }
  if (refused == Reason::kNone && (stop || may_rest(command)) &&
      resting_orders() == max_orders()) {
    refused = Reason::kBookFull;
  }
  const bool taken = refused == Reason::kNone;
  sink.push({taken ? EventKind::kAccepted : EventKind::kRejected, command.symbol, command.id, 0,
             command.side, command.ticks, command.lots, 0, refused});
  if (!taken) return;
  if (stop) {
    wait(command);
  } else {
    work(command, sink);
  }
}

void MatchingEngine::work(const Command& command, EventSink& sink) noexcept {
  Taker taker{command.lots, command.terms.group};
  if ((command.flags & kFlagFok) != 0 && !fills_whole(command)) {
    taker.end = Reason::kNotFillable;
  } else if ((command.flags & kFlagPostOnly) != 0 && crosses(command)) {
    taker.end = Reason::kPostOnlyWouldTake;  // Of a stop-limit order, when it triggers.
  } else {
    match(command, taker, sink);
  }
  if (taker.end == Reason::kNone && taker.left > 0 && may_rest(command)) {
    rest(command, taker, sink);
  } else if (taker.end != Reason::kNone || taker.left > 0) {
    sink.push({EventKind::kExpired, command.symbol, command.id, 0, command.side, command.ticks,
               taker.left, 0, taker.end});
    if (taker.group != 0) cancel_group(taker.group, sink);
  }
  if (taker.last_trade == 0) return;
  traded_at(command.symbol, taker.first_trade, sink);
  if (taker.last_trade != taker.first_trade) traded_at(command.symbol, taker.last_trade, sink);
}

void MatchingEngine::replace(const Command& command, EventSink& sink) noexcept {
  const Event rejected{EventKind::kRejected, command.symbol, command.id, 0, command.side,
                       command.ticks, command.lots, 0, refusal(command)};
  if (rejected.reason != Reason::kNone) return sink.push(rejected);
  const std::uint32_t slot = index_.find(command.terms.target);
  if (slot != kNone && orders_[slot].symbol == command.symbol &&
      orders_[slot].owner == command.owner) {
    end(slot, EventKind::kCancelled, Reason::kRequested, sink);
  } else {
    sink.push({EventKind::kCancelRejected, command.symbol, command.terms.target, 0, command.side,
               0, 0, 0, Reason::kUnknownOrder});
    if ((command.flags & kFlagAllowFailure) == 0) {
      sink.push(rejected);
      sink.events[sink.count - 1].reason = Reason::kNotAttempted;
      return;
    }
  }
  Command placed = command;
  placed.kind = CommandKind::kPlace;
  submit(placed, sink);
}

void MatchingEngine::set_position(const Command& command, EventSink& sink) noexcept {
  if (command.symbol < 0 || command.symbol >= symbols() ||
      !within(command.owner, 1, kTrackedOwners - 1)) {
    sink.push({EventKind::kRejected, command.symbol, command.id, 0, command.side, 0, command.lots,
               0, Reason::kBadCommand});
    return;
  }
  track(command.owner, command.symbol, command.lots - position(command.owner, command.symbol));
}

void MatchingEngine::report_depth(const Command& command, EventSink& sink) const noexcept {
  if (command.symbol < 0 || command.symbol >= symbols()) {
    sink.push({EventKind::kRejected, command.symbol, command.id, 0, command.side, 0, 0, 0,
               Reason::kBadSymbol});
    return;
  }
  const Levels& levels = book_of(command.symbol).sides[slot_of(command.side)];
  std::int64_t wanted = command.lots;
  for (std::size_t at = levels.size(); at > 0 && wanted > 0; --at, --wanted) {
    const Level& level = levels[at - 1];
    sink.push({EventKind::kLevel, command.symbol, 0, 0, command.side, level.ticks, level.lots,
               level.lots, Reason::kNone});
  }
}

Touch MatchingEngine::touch(std::int32_t symbol) const noexcept {
  const Book& book = book_of(symbol);
  Touch touch;
  if (!book.sides[0].empty()) {
    touch.bid_ticks = book.sides[0].back().ticks;
    touch.bid_lots = book.sides[0].back().lots;
  }
  if (!book.sides[1].empty()) {
    touch.ask_ticks = book.sides[1].back().ticks;
    touch.ask_lots = book.sides[1].back().lots;
  }
  return touch;
}

}  // namespace bot4::match
