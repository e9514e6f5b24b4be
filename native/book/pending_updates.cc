#include "book/pending_updates.h"

namespace bot4 {

/// Moves what is in use to the front once the dropped part is as large.
void PendingUpdates::compact() {
  if (first_ == 0) return;
  const std::size_t dropped_levels = empty() ? levels_.size() : updates_[first_].begin;
  updates_.erase(updates_.begin(), updates_.begin() + static_cast<std::ptrdiff_t>(first_));
  levels_.erase(levels_.begin(), levels_.begin() + static_cast<std::ptrdiff_t>(dropped_levels));
  for (Update& update : updates_) update.begin -= dropped_levels;
  first_ = 0;
}

std::size_t PendingUpdates::push(const MarketMessage& depth) {
  const auto count = static_cast<std::size_t>(depth.bid_count + depth.ask_count);
  if (count > kMaxLevels) {
    const std::size_t dropped = size() + 1;
    clear();
    return dropped;
  }
  std::size_t dropped = 0;
  while (!empty() && (size() == kMaxUpdates || levels_in_use() + count > kMaxLevels)) {
    ++first_;
    ++dropped;
  }
  if (empty()) clear();
  if (first_ >= kMaxUpdates || levels_.size() - levels_in_use() >= kMaxLevels) compact();
  updates_.push_back(Update{depth.first_id, depth.last_id, depth.previous_id, levels_.size(),
                            depth.bid_count, depth.ask_count});
  levels_.insert(levels_.end(), depth.bids, depth.bids + depth.bid_count);
  levels_.insert(levels_.end(), depth.asks, depth.asks + depth.ask_count);
  return dropped;
}

MarketMessage PendingUpdates::message(std::size_t i, int symbol) const noexcept {
  const Update& update = (*this)[i];
  MarketMessage m{};
  m.kind = MessageKind::kDepth;
  m.symbol = symbol;
  m.first_id = update.first_id;
  m.last_id = update.last_id;
  m.previous_id = update.previous_id;
  m.bids = levels_.data() + update.begin;
  m.asks = m.bids + update.bid_count;
  m.bid_count = update.bid_count;
  m.ask_count = update.ask_count;
  return m;
}

}  // namespace bot4
