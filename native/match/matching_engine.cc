#include "match/matching_engine.h"

#include "core/check.h"

namespace bot4::match {

namespace {

std::size_t slot_of(Side side) noexcept { return static_cast<std::size_t>(side); }

}  // namespace

MatchingEngine::MatchingEngine(std::int32_t symbols, std::uint32_t max_orders)
    : books_(static_cast<std::size_t>(symbols)),
      orders_(max_orders),
      index_(max_orders) {
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

std::size_t MatchingEngine::events_bound(const Command& command) const noexcept {
  if (command.symbol < 0 || command.symbol >= symbols()) return 4;
  const Book& book = books_[static_cast<std::size_t>(command.symbol)];
  const std::size_t facing = slot_of(opposite(command.side));
  switch (command.kind) {
    case CommandKind::kCancel:
      return 4;
    case CommandKind::kDepth:
      return book.sides[slot_of(command.side)].size() + 4;
    case CommandKind::kLimit:
    case CommandKind::kMarket:
      return 2 * std::size_t{book.orders[facing]} + 8;
  }
  return 4;
}

Reason MatchingEngine::refusal(const Command& command) const noexcept {
  if (command.symbol < 0 || command.symbol >= symbols()) return Reason::kBadSymbol;
  if (command.flags < 0 || command.flags > (kFlagIoc | kFlagPostOnly)) return Reason::kBadCommand;
  if (command.flags == (kFlagIoc | kFlagPostOnly)) return Reason::kBadCommand;
  if (command.kind == CommandKind::kMarket && command.flags != 0) return Reason::kBadCommand;
  if (command.ticks < 1 || command.ticks > kMaxTicks) return Reason::kBadPrice;
  if (command.lots < 1 || command.lots > kMaxLots) return Reason::kBadQuantity;
  if (index_.find(command.id) != kNone) return Reason::kDuplicateId;
  return Reason::kNone;
}

void MatchingEngine::execute(const Command& command, EventSink& sink) noexcept {
  BOT4_CHECK(sink.capacity - sink.count >= events_bound(command));
  switch (command.kind) {
    case CommandKind::kLimit:
    case CommandKind::kMarket:
      submit(command, sink);
      return;
    case CommandKind::kCancel:
      cancel(command, sink);
      return;
    case CommandKind::kDepth:
      report_depth(command, sink);
      return;
  }
  sink.push({EventKind::kRejected, command.symbol, command.id, 0, command.side, command.ticks,
             command.lots, 0, Reason::kBadCommand});
}

bool MatchingEngine::crosses(const Command& command) const noexcept {
  const auto& levels =
      books_[static_cast<std::size_t>(command.symbol)].sides[slot_of(opposite(command.side))];
  return !levels.empty() && !better(command.side, levels.back().ticks, command.ticks);
}

void MatchingEngine::submit(const Command& command, EventSink& sink) noexcept {
  Reason refused = refusal(command);
  const bool may_rest = command.kind == CommandKind::kLimit && (command.flags & kFlagIoc) == 0;
  if (refused == Reason::kNone && (command.flags & kFlagPostOnly) != 0 && crosses(command)) {
    refused = Reason::kPostOnlyWouldTake;
  }
  if (refused == Reason::kNone && may_rest && resting_orders() == max_orders()) {
    refused = Reason::kBookFull;
  }
  if (refused != Reason::kNone) {
    sink.push({EventKind::kRejected, command.symbol, command.id, 0, command.side, command.ticks,
               command.lots, 0, refused});
    return;
  }
  sink.push({EventKind::kAccepted, command.symbol, command.id, 0, command.side, command.ticks,
             command.lots, 0, Reason::kNone});
  const std::int64_t left = match(command, sink);
  if (left == 0) return;
  if (may_rest) {
    rest(command, left, sink);
  } else {
    sink.push({EventKind::kExpired, command.symbol, command.id, 0, command.side, command.ticks,
               left, 0, Reason::kNone});
  }
}

std::int64_t MatchingEngine::match(const Command& command, EventSink& sink) noexcept {
  const Side facing = opposite(command.side);
  auto& levels = books_[static_cast<std::size_t>(command.symbol)].sides[slot_of(facing)];
  std::int64_t left = command.lots;
  while (left > 0 && !levels.empty() &&
         !better(command.side, levels.back().ticks, command.ticks)) {
    Level& level = levels.back();
    const std::int64_t before = level.lots;
    left = match_level(command, left, level, sink);
    sink.push({EventKind::kLevel, command.symbol, 0, 0, facing, level.ticks, level.lots, before,
               Reason::kNone});
    if (level.head == kNone) levels.pop_back();
  }
  return left;
}

std::int64_t MatchingEngine::match_level(const Command& command, std::int64_t wanted, Level& level,
                                         EventSink& sink) noexcept {
  std::int64_t left = wanted;
  while (left > 0 && level.head != kNone) {
    const std::uint32_t slot = level.head;
    Order& maker = orders_[slot];
    if (command.owner != kCrowd && maker.owner == command.owner) {
      sink.push({EventKind::kCancelled, command.symbol, maker.id, 0, maker.side, maker.ticks,
                 maker.lots, 0, Reason::kSelfTrade});
      level.lots -= maker.lots;
      unlink(slot, level);
      release(slot);
      continue;
    }
    const std::int64_t traded = left < maker.lots ? left : maker.lots;
    left -= traded;
    maker.lots -= traded;
    level.lots -= traded;
    sink.push({EventKind::kTrade, command.symbol, maker.id, command.id, command.side, maker.ticks,
               traded, maker.lots, Reason::kNone});
    if (maker.lots == 0) {
      unlink(slot, level);
      release(slot);
    }
  }
  return left;
}

std::size_t MatchingEngine::position_of(const std::vector<Level>& levels, Side side,
                                        std::int64_t ticks) const noexcept {
  // First position whose level is not worse than `ticks`; levels run from worst to best.
  std::size_t low = 0;
  std::size_t high = levels.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (better(side, ticks, levels[middle].ticks)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void MatchingEngine::rest(const Command& command, std::int64_t lots, EventSink& sink) noexcept {
  Book& book = books_[static_cast<std::size_t>(command.symbol)];
  auto& levels = book.sides[slot_of(command.side)];
  const std::size_t at = position_of(levels, command.side, command.ticks);
  if (at == levels.size() || levels[at].ticks != command.ticks) {
    levels.insert(levels.begin() + static_cast<std::ptrdiff_t>(at),
                  Level{command.ticks, 0, kNone, kNone});
  }
  Level& level = levels[at];
  const std::uint32_t slot = orders_.allocate();
  BOT4_CHECK(slot != kNone);  // `submit` has refused what finds no place.
  orders_[slot] = Order{command.id,  command.ticks, lots,           command.owner,
                        level.tail,  kNone,         command.symbol, command.side};
  if (level.tail == kNone) {
    level.head = slot;
  } else {
    orders_[level.tail].next = slot;
  }
  level.tail = slot;
  index_.insert(command.id, slot);
  book.orders[slot_of(command.side)] += 1;
  level.lots += lots;
  sink.push({EventKind::kLevel, command.symbol, 0, 0, command.side, command.ticks, level.lots,
             level.lots - lots, Reason::kNone});
}

void MatchingEngine::cancel(const Command& command, EventSink& sink) noexcept {
  const std::uint32_t slot = index_.find(command.id);
  if (slot == kNone || orders_[slot].symbol != command.symbol) {
    sink.push({EventKind::kCancelRejected, command.symbol, command.id, 0, command.side, 0, 0, 0,
               Reason::kUnknownOrder});
    return;
  }
  const Order order = orders_[slot];
  auto& levels = books_[static_cast<std::size_t>(order.symbol)].sides[slot_of(order.side)];
  const std::size_t at = position_of(levels, order.side, order.ticks);
  BOT4_CHECK(at < levels.size() && levels[at].ticks == order.ticks);
  Level& level = levels[at];
  const std::int64_t before = level.lots;
  level.lots -= order.lots;
  const std::int64_t after = level.lots;
  unlink(slot, level);
  release(slot);
  if (level.head == kNone) levels.erase(levels.begin() + static_cast<std::ptrdiff_t>(at));
  sink.push({EventKind::kCancelled, order.symbol, order.id, 0, order.side, order.ticks, order.lots,
             0, Reason::kRequested});
  sink.push({EventKind::kLevel, order.symbol, 0, 0, order.side, order.ticks, after, before,
             Reason::kNone});
}

void MatchingEngine::report_depth(const Command& command, EventSink& sink) const noexcept {
  if (command.symbol < 0 || command.symbol >= symbols()) {
    sink.push({EventKind::kRejected, command.symbol, command.id, 0, command.side, 0, 0, 0,
               Reason::kBadSymbol});
    return;
  }
  const auto& levels =
      books_[static_cast<std::size_t>(command.symbol)].sides[slot_of(command.side)];
  std::int64_t wanted = command.lots;
  for (std::size_t at = levels.size(); at > 0 && wanted > 0; --at, --wanted) {
    const Level& level = levels[at - 1];
    sink.push({EventKind::kLevel, command.symbol, 0, 0, command.side, level.ticks, level.lots,
               level.lots, Reason::kNone});
  }
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

void MatchingEngine::release(std::uint32_t slot) noexcept {
  const Order& order = orders_[slot];
  books_[static_cast<std::size_t>(order.symbol)].orders[slot_of(order.side)] -= 1;
  index_.erase(order.id);
  orders_.release(slot);
}

Touch MatchingEngine::touch(std::int32_t symbol) const noexcept {
  const Book& book = books_[static_cast<std::size_t>(symbol)];
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
