#pragma once
#include <cstddef>
#include <cstdint>

#include "book/book_side.h"
#include "core/side.h"

namespace bot4 {

/// The displayed quantity at every known price of one instrument.
///
/// Units: prices in ticks (0 < ticks < 2^53), quantities in lots (>= 0).
/// Cost:  see `BookSide`.
class L2Book {
 public:
  /// Stands for "no price" where a price is asked of an empty side.
  static constexpr std::int64_t kNoPrice = 0;

  /// Sets the quantity at a price (0 removes the level) and returns the former quantity.
  std::int64_t set(Side side, std::int64_t ticks, std::int64_t lots) noexcept {
    BOT4_CHECK(ticks > 0);
    return halves_[index_of(side)].set(flip(side, ticks), lots);
  }

  /// Quantity displayed at a price; 0 when there is none.
  std::int64_t quantity(Side side, std::int64_t ticks) const noexcept {
    return half(side).at(flip(side, ticks));
  }

  /// Best price of a side, or kNoPrice.
  std::int64_t best(Side side) const noexcept {
    const std::int64_t key = half(side).best();
    return key == BookSide::kNone ? kNoPrice : flip(side, key);
  }

  /// Worst price of a side, or kNoPrice.
  std::int64_t worst(Side side) const noexcept {
    return half(side).empty() ? kNoPrice : flip(side, half(side).worst());
  }

  /// Quantity at the best price of a side; 0 when the side is empty.
  std::int64_t best_quantity(Side side) const noexcept {
    return half(side).empty() ? 0 : half(side).at(half(side).best());
  }

  /// Number of levels of a side.
  std::int64_t size(Side side) const noexcept { return half(side).size(); }

  /// Whether both sides have a level.
  bool two_sided() const noexcept { return !halves_[0].empty() && !halves_[1].empty(); }

  /// Whether the best bid is at or above the best ask.
  bool crossed() const noexcept { return two_sided() && best(Side::kBuy) >= best(Side::kSell); }

  /// Calls `visit(ticks, lots) -> bool` from the best price outwards until it returns false or the
  /// side ends. The book must not change meanwhile.
  template <typename Visit>
  void visit(Side side, Visit&& visit_level) const {
    const BookSide& levels = half(side);
    if (levels.empty()) return;
    for (std::int64_t key = levels.best(); key != BookSide::kNone; key = levels.next(key)) {
      if (!visit_level(flip(side, key), levels.at(key))) return;
    }
  }

  /// Removes every level of both sides.
  void clear() noexcept {
    for (BookSide& levels : halves_) levels.clear();
  }

  /// One side's levels by key: ticks of asks, -ticks of bids.
  const BookSide& half(Side side) const noexcept { return halves_[index_of(side)]; }

 private:
  static constexpr std::size_t index_of(Side side) noexcept {
    return static_cast<std::size_t>(side);
  }
  /// Price to key and back. Without a branch: the side of the next update is a coin toss.
  static constexpr std::int64_t flip(Side side, std::int64_t ticks) noexcept {
    const std::int64_t mask = static_cast<std::int64_t>(side) - 1;  // All ones for a bid.
    return (ticks ^ mask) - mask;
  }

  BookSide halves_[2];
};

}  // namespace bot4
