#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/check.h"

namespace bot4 {

/// One price level as a key (ascending = away from the touch) and its quantity.
struct KeyLevel {
  std::int64_t key;
  std::int64_t lots;
};

/// One side of a book over keys that rise away from the touch: the lowest key is the best price.
///
/// The 65,536 keys from `base` on lie in a window: a quantity array under a three-level bitmap, so
/// that set, erase and best are a few instructions. Keys beyond the window lie in one sorted
/// vector, up to sixteen keys before it in another: a far price that comes and goes moves nothing.
/// One more key before the window, a window that runs empty while the vector behind it does not,
/// and a best price deep inside the window move the window (O(levels), rare).
///
/// Invariant:   keys of the vectors are outside the window, and one of the first two places has the
///              best key unless the side is empty.
/// Requires:    |key| < 2^53, lots >= 0. Checked.
/// Cost:        O(1) inside the window, no allocation; bench workload book.l2. Keys beyond it are
///              cheap in rising order and cost a move of those behind them in any other.
class BookSide {
 public:
  static constexpr std::int64_t kWindow = 65536;
  /// Keys left free before the best price when the window moves.
  static constexpr std::int64_t kMargin = kWindow / 4;
  /// Keys before the window that do not move it.
  static constexpr int kMaxAhead = 16;

  /// Takes memory for `reserved` levels outside the window; more of them may allocate.
  explicit BookSide(std::size_t reserved = kReserved);

  /// Sets the quantity at a key (0 erases) and returns the former quantity.
  std::int64_t set(std::int64_t key, std::int64_t lots) noexcept {
    BOT4_CHECK(lots >= 0);
    const std::uint64_t index = static_cast<std::uint64_t>(key - base_);
    if (index >= static_cast<std::uint64_t>(kWindow)) return set_outside(key, lots);
    const std::int64_t old = quantity_[index];
    quantity_[index] = lots;
    // Whether a level comes, goes or stays is a coin toss in a feed: no branch depends on it.
    const std::uint64_t present = lots != 0 ? 1 : 0;
    const std::uint64_t word = index >> 6;
    const std::uint64_t bit = index & 63;
    const std::uint64_t before = leaf_[word];
    const std::uint64_t after = (before & ~(std::uint64_t{1} << bit)) | (present << bit);
    leaf_[word] = after;
    window_count_ += static_cast<std::int64_t>(present) - (old != 0 ? 1 : 0);
    if ((before == 0) != (after == 0)) summarise(word, after != 0);
    if (key <= best_) {
      const std::uint64_t rest = after >> bit;
      if (rest != 0) {
        best_ = key + std::countr_zero(rest);
      } else {
        find_new_best(index);
      }
    }
    return old;
  }

  /// Quantity at a key; 0 when there is no level.
  std::int64_t at(std::int64_t key) const noexcept {
    const std::uint64_t index = static_cast<std::uint64_t>(key - base_);
    return index < static_cast<std::uint64_t>(kWindow) ? quantity_[index] : at_outside(key);
  }

  bool empty() const noexcept { return best_ == kNone; }

  /// Number of levels.
  std::int64_t size() const noexcept {
    return window_count_ + ahead_count_ + static_cast<std::int64_t>(outside_.size());
  }

  /// The lowest key. Requires a level.
  std::int64_t best() const noexcept { return best_; }

  /// The highest key. Requires a level.
  std::int64_t worst() const noexcept;

  /// The next key above `key` that has a level, or kNone.
  std::int64_t next(std::int64_t key) const noexcept;

  /// Writes the best levels, best first, at most `limit`, and returns how many there are. Cheaper
  /// than a walk by `next`: the bits of one word are taken from a register.
  int copy_best(int limit, KeyLevel* levels) const noexcept;

  /// Removes every level.
  void clear() noexcept;

  /// Levels kept outside the window, for tests and state reports.
  std::int64_t outside_count() const noexcept {
    return static_cast<std::int64_t>(outside_.size());
  }

  static constexpr std::int64_t kNone = INT64_MAX;
  /// Levels outside the window that fit without an allocation unless the constructor says more.
  static constexpr std::size_t kReserved = 4096;
  /// Bound of the key's magnitude: 2^53.
  static constexpr std::int64_t kKeyBound = std::int64_t{1} << 53;

 private:
  static constexpr int kWords = kWindow / 64;
  static constexpr int kGroups = kWords / 64;

  void mark(std::uint64_t index) noexcept {
    const std::uint64_t word = index >> 6;
    leaf_[word] |= std::uint64_t{1} << (index & 63);
    summarise(word, true);
  }
  /// Writes into the upper two levels of the bitmap whether a word of the lowest has a bit.
  void summarise(std::uint64_t word, bool any) noexcept {
    const std::uint64_t group = word >> 6;
    const std::uint64_t bit = std::uint64_t{1} << (word & 63);
    middle_[group] = any ? middle_[group] | bit : middle_[group] & ~bit;
    const std::uint64_t group_bit = std::uint64_t{1} << group;
    top_ = middle_[group] != 0 ? top_ | group_bit : top_ & ~group_bit;
  }
  std::int64_t first_from(std::uint64_t index) const noexcept;
  void find_new_best(std::uint64_t from) noexcept;
  std::int64_t set_outside(std::int64_t key, std::int64_t lots) noexcept;
  std::int64_t set_ahead(std::int64_t key, std::int64_t lots) noexcept;
  std::int64_t at_outside(std::int64_t key) const noexcept;
  template <typename Visit>
  void drain_window(Visit&& visit) noexcept;
  void move_window(std::int64_t best) noexcept;

  std::int64_t base_ = 0;
  std::int64_t best_ = kNone;
  std::int64_t window_count_ = 0;
  std::uint64_t top_ = 0;
  std::uint64_t middle_[kGroups] = {};
  std::vector<std::uint64_t> leaf_;
  std::vector<std::int64_t> quantity_;
  int ahead_count_ = 0;
  KeyLevel ahead_[kMaxAhead];      // Before the window, sorted by key.
  std::vector<KeyLevel> outside_;  // Behind the window, sorted by key.
  std::vector<KeyLevel> moving_;   // Scratch of move_window, kept to save its allocation.
};

}  // namespace bot4
