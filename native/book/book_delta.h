#pragma once
#include <cstdint>

namespace bot4 {

/// Largest sum of a SideDelta: more lots than that count as that many. Twice the largest quantity
/// of one level, so that only a feed's nonsense reaches it, and exact as a double.
inline constexpr std::int64_t kMaxDeltaLots = std::int64_t{1} << 54;

/// What one whole depth message changed on one side of the book. A level that was not there counts
/// as grown from 0.
struct SideDelta {
  std::int64_t added_lots = 0;          ///< Sum of what levels grew by.
  std::int64_t removed_lots = 0;        ///< Sum of what levels shrank by.
  std::int64_t touch_removed_lots = 0;  ///< Of these, at the best price before the message.
};

/// What one whole depth message changed. Of a snapshot everything is zero.
struct BookDelta {
  SideDelta bid;
  SideDelta ask;
};

}  // namespace bot4
