#pragma once
#include <cstdint>

#include "core/check.h"

namespace bot4 {

/// A price or quantity grid: divides amounts of 1e-8 by the grid, without a division.
///
/// For v < 2^63 the product v * (floor(2^64 / g) + 1) / 2^64 lies in [v / g, v / g + 1), so its
/// floor is the quotient or one more; one comparison settles which.
class Grid {
 public:
  Grid() noexcept = default;
  /// Requires 0 < grid_e8.
  explicit Grid(std::int64_t grid_e8) noexcept : grid_(static_cast<std::uint64_t>(grid_e8)) {
    BOT4_CHECK(grid_e8 > 0);
    reciprocal_ = grid_ == 1 ? 0 : ~std::uint64_t{0} / grid_ + 1;
    if (grid_ != 1 && (grid_ & (grid_ - 1)) == 0) reciprocal_ += 1;  // 2^64 / g is whole.
  }

  /// The grid itself, in 1e-8.
  std::int64_t grid_e8() const noexcept { return static_cast<std::int64_t>(grid_); }

  /// Writes floor(amount / grid) and returns whether the amount is a multiple of the grid.
  /// Requires amount_e8 >= 0.
  bool divide(std::int64_t amount_e8, std::int64_t* units) const noexcept {
    const auto amount = static_cast<std::uint64_t>(amount_e8);
    if (reciprocal_ == 0) {
      *units = amount_e8;
      return true;
    }
    __extension__ using Wide = unsigned __int128;
    auto quotient = static_cast<std::uint64_t>((Wide{amount} * reciprocal_) >> 64);
    if (quotient * grid_ > amount) --quotient;
    *units = static_cast<std::int64_t>(quotient);
    return quotient * grid_ == amount;
  }

  /// Whether the amount is a multiple of the grid; only then `*units` is the quotient: of a
  /// multiple the product above is less than one off, and its floor needs no correction.
  /// Requires amount_e8 >= 0.
  bool divide_exactly(std::int64_t amount_e8, std::int64_t* units) const noexcept {
    const auto amount = static_cast<std::uint64_t>(amount_e8);
    __extension__ using Wide = unsigned __int128;
    const auto quotient =
        reciprocal_ == 0 ? amount : static_cast<std::uint64_t>((Wide{amount} * reciprocal_) >> 64);
    *units = static_cast<std::int64_t>(quotient);
    return quotient * grid_ == amount;
  }

 private:
  std::uint64_t grid_ = 1;
  std::uint64_t reciprocal_ = 0;
};

/// Whole lots of a quantity, at least one when it is not zero; returns 1 when it was off the grid.
inline int round_lots(const Grid& step, std::int64_t quantity_e8, std::int64_t* lots) noexcept {
  if (step.divide(quantity_e8, lots)) [[likely]] return 0;
  if (*lots == 0) *lots = 1;
  return 1;
}

}  // namespace bot4
