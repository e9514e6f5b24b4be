#pragma once
#include <bit>
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
/// vector. A key below the window, a window that runs empty while the vector does not, and a best
/// price deep inside the window move the window (O(levels), rare).
///
/// Invariant:   every key of the vector is at or beyond the window's end, and the best key is in
///              the window unless the side is empty.
/// Requires:    |key| < 2^53, lots >= 0. Checked.
/// Cost:        O(1) inside the window, no allocation; bench/native/book_bench.
class BookSide {
 public:
  static constexpr std::int64_t kWindow = 65536;
  /// Keys left free before the best price when the window moves.
  static constexpr std::int64_t kMargin = kWindow / 4;

  BookSide();

  /// Sets the quantity at a key (0 erases) and returns the former quantity.
  std::int64_t set(std::int64_t key, std::int64_t lots) noexcept {
    BOT4_CHECK(lots >= 0);
    const std::uint64_t index = static_cast<std::uint64_t>(key - base_);
    if (index >= static_cast<std::uint64_t>(kWindow)) return set_outside(key, lots);
    const std::int64_t old = quantity_[index];
    quantity_[index] = lots;
    if ((old != 0) == (lots != 0)) return old;
    if (lots != 0) {
      mark(index);
      ++window_count_;
      if (key < best_) best_ = key;
    } else {
      unmark(index);
      --window_count_;
      if (key == best_) find_new_best(index);
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
    return window_count_ + static_cast<std::int64_t>(outside_.size());
  }

  /// The lowest key. Requires a level.
  std::int64_t best() const noexcept { return best_; }

  /// The next key above `key` that has a level, or kNone.
  std::int64_t next(std::int64_t key) const noexcept;

  /// Removes every level.
  void clear() noexcept;

  /// Levels kept outside the window, for tests and state reports.
  std::int64_t outside_count() const noexcept {
    return static_cast<std::int64_t>(outside_.size());
  }

  static constexpr std::int64_t kNone = INT64_MAX;
  /// Bound of the key's magnitude: 2^53.
  static constexpr std::int64_t kKeyBound = std::int64_t{1} << 53;

 private:
  static constexpr int kWords = kWindow / 64;
  static constexpr int kGroups = kWords / 64;

  void mark(std::uint64_t index) noexcept {
    const std::uint64_t word = index >> 6;
    leaf_[word] |= std::uint64_t{1} << (index & 63);
    middle_[word >> 6] |= std::uint64_t{1} << (word & 63);
    top_ |= std::uint64_t{1} << (word >> 6);
  }
  void unmark(std::uint64_t index) noexcept {
    const std::uint64_t word = index >> 6;
    leaf_[word] &= ~(std::uint64_t{1} << (index & 63));
    if (leaf_[word] != 0) return;
    middle_[word >> 6] &= ~(std::uint64_t{1} << (word & 63));
    if (middle_[word >> 6] == 0) top_ &= ~(std::uint64_t{1} << (word >> 6));
  }
  std::int64_t first_from(std::uint64_t index) const noexcept;
  void find_new_best(std::uint64_t from) noexcept;
  std::int64_t set_outside(std::int64_t key, std::int64_t lots) noexcept;
  std::int64_t at_outside(std::int64_t key) const noexcept;
  void move_window(std::int64_t best) noexcept;

  std::int64_t base_ = 0;
  std::int64_t best_ = kNone;
  std::int64_t window_count_ = 0;
  std::uint64_t top_ = 0;
  std::uint64_t middle_[kGroups] = {};
  std::vector<std::uint64_t> leaf_;
  std::vector<std::int64_t> quantity_;
  std::vector<KeyLevel> outside_;  // Sorted by key.
  std::vector<KeyLevel> moving_;   // Scratch of move_window, kept to save its allocation.
};

}  // namespace bot4
