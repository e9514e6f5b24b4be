// Stops of a few own orders, and which of them a recorded trade wakes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "match/types.h"

namespace bot4::match {

/// A stop, and what it follows.
struct WaitingStop {
  Command command;
  std::int64_t trigger;   ///< 0 of a trailing stop that has seen no trade.
  std::int64_t mark;      ///< Water mark of a trailing stop; 0 before the first trade.
  std::uint64_t arrival;  ///< Order of arrival.
  std::uint64_t queued;   ///< Order in which stops took their triggers.
};

/// The stops that wait, in order of arrival; the rules are those of the matching engine's stops.
///
/// Determinism: a pure function of the calls.
/// Cost:        O(stops) for each call: made for one account's, not for a crowd's.
class WaitingStops {
 public:
  bool empty() const noexcept { return stops_.empty(); }
  std::size_t size() const noexcept { return stops_.size(); }
  WaitingStop& operator[](std::size_t at) noexcept { return stops_[at]; }
  const WaitingStop& operator[](std::size_t at) const noexcept { return stops_[at]; }

  /// Lets a stop wait; `last_trade` (0: none) is the water mark of a trailing one without its own.
  void add(const Command& command, std::int64_t last_trade, std::uint64_t arrival);

  /// Index of an order, or `size()`.
  std::size_t find(std::int64_t id) const noexcept;

  /// Index of the stop that a trade at `price` wakes next, or `size()`: buys before sells, the
  /// nearest trigger first, within one trigger the one that took it first.
  std::size_t next_woken(std::int32_t symbol, std::int64_t price) const noexcept;

  /// Moves the water marks of a symbol's trailing stops after a trade, oldest stop first.
  void move_marks(std::int32_t symbol, std::int64_t price) noexcept;

  /// Takes a stop out.
  void remove(std::size_t at) noexcept;

 private:
  void set_mark(WaitingStop& stop, std::int64_t price) noexcept;

  std::vector<WaitingStop> stops_;
  std::uint64_t queued_ = 0;
};

}  // namespace bot4::match
