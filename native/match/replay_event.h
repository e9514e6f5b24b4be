// What the replay matcher tells, and what an order-by-order record tells it.
#pragma once

#include <cstdint>

#include "match/types.h"

namespace bot4::match {

/// One thing that became of an order in the replay.
struct ReplayEvent {
  EventKind kind;       ///< kAccepted, kRejected, kTrade, kCancelled, kExpired, kCancelRejected or
                        ///< kTriggered.
  Reason reason;
  Side side;            ///< The order's own side.
  bool maker;           ///< For kTrade: whether the order rested.
  std::int32_t symbol;
  std::int64_t id;
  std::int64_t ticks;
  std::int64_t lots;       ///< kTrade: executed; kCancelled, kExpired: what was left.
  std::int64_t remaining;  ///< kTrade: what is left of the order.
  std::int64_t at_ns;      ///< Receive time of the frame that did it; 0 for answers to commands.
};

/// Lots that an order of an order-by-order record had in a queue, and the place that it had taken.
struct QueuedLots {
  Side side;
  std::int64_t ticks;
  std::int64_t lots;
  std::uint64_t place;
};

}  // namespace bot4::match
