// How the levels of updates, snapshots and partial books get into the book.
#include "book/book_sync.h"

#include <algorithm>

namespace bot4 {

void BookSync::set_level(Side side, std::int64_t ticks, std::int64_t lots,
                         std::int64_t at_ns) noexcept {
  const std::int64_t old = book_.set(side, ticks, lots);
  if (old == lots) return;
  if (rule_ == SequenceRule::kKrakenChecksum) checksum_.touch(side, ticks);
  if (observer_.self != nullptr) {
    observer_.on_level(observer_.self, symbol_, side, ticks, old, lots, at_ns);
  }
}

namespace {

/// Adds up lots, each below 2^53, to at most kMaxDeltaLots: without a branch, and no sum of
/// thousands of levels overflows.
void add_lots(std::int64_t* sum, std::int64_t lots) noexcept {
  const std::int64_t total = *sum + lots;
  *sum = total < kMaxDeltaLots ? total : kMaxDeltaLots;
}

}  // namespace

/// Sets the levels of an update and sums what they change.
void BookSync::update_levels(Side side, const Level* levels, int count,
                             std::int64_t at_ns) noexcept {
  SideDelta delta;  // Summed in registers: the book's stores might alias the member.
  const bool is_checked = rule_ == SequenceRule::kKrakenChecksum;
  const bool is_observed = observer_.self != nullptr;
  const std::int64_t touch = book_.half(side).best();  // A key: lower is better; kNone when empty.
  for (int i = 0; i < count; ++i) {
    const std::int64_t ticks = levels[i].ticks;
    const std::int64_t lots = levels[i].lots;
    const std::int64_t old = book_.set(side, ticks, lots);
    // No branch on the kind of change, which is as good as random.
    const std::int64_t grew = lots > old ? lots - old : 0;
    const std::int64_t shrank = old > lots ? old - lots : 0;
    const std::int64_t key = side == Side::kBuy ? -ticks : ticks;
    add_lots(&delta.added_lots, grew);
    add_lots(&delta.removed_lots, shrank);
    add_lots(&delta.touch_removed_lots, key == touch ? shrank : 0);
    if (is_checked && old != lots) checksum_.touch(side, ticks);
    if (is_observed && old != lots) {
      observer_.on_level(observer_.self, symbol_, side, ticks, old, lots, at_ns);
    }
  }
  (side == Side::kBuy ? delta_.bid : delta_.ask) = delta;
}

/// Drops what lies beyond the venue's depth: the venue says nothing more about it.
void BookSync::truncate(Side side, std::int64_t at_ns) noexcept {
  while (book_.size(side) > depth_) set_level(side, book_.worst(side), 0, at_ns);
}

/// Puts the levels of a snapshot into an empty side, best first whatever their order: levels far
/// from the touch are cheap to add only at the end. Of a price that stands twice the last counts.
void BookSync::fill_side(Side side, const Level* levels, int count, std::int64_t at_ns) {
  const auto is_better = [side](const Level& a, const Level& b) {
    return side == Side::kBuy ? a.ticks > b.ticks : a.ticks < b.ticks;
  };
  if (!std::is_sorted(levels, levels + count, is_better)) {
    former_.assign(levels, levels + count);
    std::stable_sort(former_.begin(), former_.end(), is_better);
    levels = former_.data();
  }
  for (int i = 0; i < count; ++i) set_level(side, levels[i].ticks, levels[i].lots, at_ns);
}

void BookSync::replace_book(const MarketMessage& m, std::int64_t at_ns) {
  book_.clear();
  checksum_.reset();
  delta_ = BookDelta{};
  if (observer_.self != nullptr) observer_.on_reset(observer_.self, symbol_, at_ns);
  fill_side(Side::kBuy, m.bids, m.bid_count, at_ns);
  fill_side(Side::kSell, m.asks, m.ask_count, at_ns);
  if (depth_ == 0) return;
  truncate(Side::kBuy, at_ns);
  truncate(Side::kSell, at_ns);
}

/// Makes one side equal to `levels`, which lead from the best price outwards.
void BookSync::replace_levels(Side side, const Level* levels, int count, std::int64_t at_ns) {
  former_.clear();
  book_.visit(side, [this](std::int64_t ticks, std::int64_t lots) {
    former_.push_back(Level{ticks, lots});
    return true;
  });
  int next = 0;
  for (const Level& old : former_) {
    const auto is_better = [&](std::int64_t ticks) {
      return side == Side::kBuy ? ticks > old.ticks : ticks < old.ticks;
    };
    while (next < count && is_better(levels[next].ticks)) ++next;
    if (next == count || levels[next].ticks != old.ticks) set_level(side, old.ticks, 0, at_ns);
  }
  for (int i = 0; i < count; ++i) set_level(side, levels[i].ticks, levels[i].lots, at_ns);
}

}  // namespace bot4
