#pragma once
#include <cstdint>
#include <vector>

#include "core/market_message.h"

namespace bot4 {

/// Depth updates that wait for their snapshot, oldest first: a chain without gaps.
///
/// Bounded by a number of updates and of levels; when either is reached the oldest updates are
/// dropped, and the caller is told. Memory is taken at the first update and kept.
class PendingUpdates {
 public:
  static constexpr std::size_t kMaxUpdates = 4096;
  static constexpr std::size_t kMaxLevels = 131072;

  /// One held update. Its levels are `bid_count` bids, then `ask_count` asks.
  struct Update {
    std::int64_t first_id;
    std::int64_t last_id;
    std::int64_t previous_id;
    std::size_t begin;
    int bid_count;
    int ask_count;
  };

  /// Appends an update; returns how many old ones were dropped to make room. An update with more
  /// than kMaxLevels levels is itself dropped, with all before it.
  std::size_t push(const MarketMessage& depth);

  bool empty() const noexcept { return updates_.size() == first_; }
  std::size_t size() const noexcept { return updates_.size() - first_; }

  /// The i-th oldest. Requires i < size().
  const Update& operator[](std::size_t i) const noexcept { return updates_[first_ + i]; }
  const Update& back() const noexcept { return updates_.back(); }

  /// The held update as a message; its levels are valid until the next change.
  MarketMessage message(std::size_t i, int symbol) const noexcept;

  void clear() noexcept {
    updates_.clear();
    levels_.clear();
    first_ = 0;
  }

 private:
  std::size_t levels_in_use() const noexcept {
    return empty() ? 0 : levels_.size() - updates_[first_].begin;
  }
  void compact();

  std::vector<Update> updates_;
  std::vector<Level> levels_;
  std::size_t first_ = 0;
};

}  // namespace bot4
