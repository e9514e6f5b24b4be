// The simulator's matching engine: price-time priority limit order books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "match/order_index.h"
#include "match/types.h"
#include "ring/index_pool.h"

namespace bot4::match {

/// Best prices of one symbol; 0 lots = that side is empty.
struct Touch {
  std::int64_t bid_ticks = 0;
  std::int64_t bid_lots = 0;
  std::int64_t ask_ticks = 0;
  std::int64_t ask_lots = 0;
};

/// Receives the events of a command, in order. Fixed room, checked before the command runs.
struct EventSink {
  Event* events;
  std::size_t capacity;
  std::size_t count = 0;

  void push(const Event& event) noexcept { events[count++] = event; }
};

/// Limit order books for a set of symbols, matched by price, then by time of arrival.
///
/// Orders live in an index pool of `max_orders`, chained first-in-first-out per price level; the
/// levels of a side lie sorted in one array with the best price at its end, so that work at the
/// touch moves little. An incoming order trades with the best opposite level first and within it
/// with the oldest order, always at the resting order's price.
///
/// Determinism: a pure function of the commands; integers only.
/// Cost:        O(1) per trade; O(log levels) to find a level and O(distance from the touch, in
///              levels) to make or remove one. No allocation once the level arrays have grown.
class MatchingEngine {
 public:
  MatchingEngine(std::int32_t symbols, std::uint32_t max_orders);

  /// Event slots that the command may need at most. Never more than `worst_case_events()`.
  std::size_t events_bound(const Command& command) const noexcept;
  /// Event slots that suffice for any command on any book.
  std::size_t worst_case_events() const noexcept { return 4 * std::size_t{max_orders()} + 16; }

  /// Executes one command. Requires room for `events_bound(command)` events in the sink.
  void execute(const Command& command, EventSink& sink) noexcept;

  Touch touch(std::int32_t symbol) const noexcept;
  std::uint32_t resting_orders() const noexcept { return orders_.size(); }
  std::int32_t symbols() const noexcept { return static_cast<std::int32_t>(books_.size()); }
  std::uint32_t max_orders() const noexcept { return orders_.capacity(); }

  /// Gives the memory of the orders and of their index these options. What one of them was refused
  /// counts as refused; the resident bytes are those of both.
  MemoryReport prepare(const MemoryOptions& options) noexcept;

  /// The bytes that the orders and their index take.
  static std::size_t order_bytes(std::uint32_t max_orders) noexcept;

 private:
  static constexpr std::uint32_t kNone = OrderIndex::kAbsent;

  struct Order {
    std::int64_t id;
    std::int64_t ticks;
    std::int64_t lots;
    std::int64_t owner;
    std::uint32_t previous;
    std::uint32_t next;
    std::int32_t symbol;
    Side side;
  };

  struct Level {
    std::int64_t ticks;
    std::int64_t lots;
    std::uint32_t head;
    std::uint32_t tail;
  };

  struct Book {
    std::vector<Level> sides[2];    // Sorted so that the best level is the last.
    std::uint32_t orders[2] = {0, 0};
  };

  static bool better(Side side, std::int64_t a, std::int64_t b) noexcept {
    return side == Side::kBuy ? a > b : a < b;
  }

  Reason refusal(const Command& command) const noexcept;
  bool crosses(const Command& command) const noexcept;
  std::size_t position_of(const std::vector<Level>& levels, Side side,
                          std::int64_t ticks) const noexcept;
  void submit(const Command& command, EventSink& sink) noexcept;
  std::int64_t match(const Command& command, EventSink& sink) noexcept;
  std::int64_t match_level(const Command& command, std::int64_t wanted, Level& level,
                           EventSink& sink) noexcept;
  void rest(const Command& command, std::int64_t lots, EventSink& sink) noexcept;
  void cancel(const Command& command, EventSink& sink) noexcept;
  void report_depth(const Command& command, EventSink& sink) const noexcept;
  void unlink(std::uint32_t slot, Level& level) noexcept;
  void release(std::uint32_t slot) noexcept;

  std::vector<Book> books_;
  IndexPool<Order> orders_;
  OrderIndex index_;
};

}  // namespace bot4::match

