#pragma once
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
    return side == Side::kBuy ? bids_.set(-ticks, lots) : asks_.set(ticks, lots);
  }

  /// Quantity displayed at a price; 0 when there is none.
  std::int64_t quantity(Side side, std::int64_t ticks) const noexcept {
    return side == Side::kBuy ? bids_.at(-ticks) : asks_.at(ticks);
  }

  /// Best price of a side, or kNoPrice.
  std::int64_t best(Side side) const noexcept {
    if (side == Side::kBuy) return bids_.empty() ? kNoPrice : -bids_.best();
    return asks_.empty() ? kNoPrice : asks_.best();
  }

  /// Quantity at the best price of a side; 0 when the side is empty.
  std::int64_t best_quantity(Side side) const noexcept {
    const BookSide& half = side == Side::kBuy ? bids_ : asks_;
    return half.empty() ? 0 : half.at(half.best());
  }

  /// Number of levels of a side.
  std::int64_t size(Side side) const noexcept {
    return side == Side::kBuy ? bids_.size() : asks_.size();
  }

  /// Whether both sides have a level.
  bool two_sided() const noexcept { return !bids_.empty() && !asks_.empty(); }

  /// Whether the best bid is at or above the best ask.
  bool crossed() const noexcept { return two_sided() && best(Side::kBuy) >= best(Side::kSell); }

  /// Calls `visit(ticks, lots) -> bool` from the best price outwards until it returns false or the
  /// side ends. The book must not change meanwhile.
  template <typename Visit>
  void visit(Side side, Visit&& visit_level) const {
    const BookSide& half = side == Side::kBuy ? bids_ : asks_;
    if (half.empty()) return;
    for (std::int64_t key = half.best(); key != BookSide::kNone; key = half.next(key)) {
      if (!visit_level(side == Side::kBuy ? -key : key, half.at(key))) return;
    }
  }

  /// Removes every level of both sides.
  void clear() noexcept {
    bids_.clear();
    asks_.clear();
  }

  /// The halves, for tests.
  const BookSide& half(Side side) const noexcept { return side == Side::kBuy ? bids_ : asks_; }

 private:
  BookSide bids_;  // Keyed by -ticks.
  BookSide asks_;  // Keyed by ticks.
};

}  // namespace bot4
