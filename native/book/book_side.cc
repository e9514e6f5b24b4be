#include "book/book_side.h"

#include <algorithm>

namespace bot4 {
namespace {

bool key_less(const KeyLevel& level, std::int64_t key) noexcept { return level.key < key; }

}  // namespace

BookSide::BookSide(std::size_t reserved) : leaf_(kWords, 0), quantity_(kWindow, 0) {
  outside_.reserve(reserved);
  moving_.reserve(reserved);
}

/// The window index of the first set bit at or above `index`, or -1.
std::int64_t BookSide::first_from(std::uint64_t index) const noexcept {
  if (index >= static_cast<std::uint64_t>(kWindow)) return -1;
  std::uint64_t word = index >> 6;
  const std::uint64_t in_word = leaf_[word] >> (index & 63);
  if (in_word != 0) return static_cast<std::int64_t>(index) + std::countr_zero(in_word);
  std::uint64_t group = word >> 6;
  const std::uint64_t above_word =
      (word & 63) == 63 ? 0 : middle_[group] & (~std::uint64_t{0} << ((word & 63) + 1));
  if (above_word == 0) {
    const std::uint64_t above_group =
        group == 63 ? 0 : top_ & (~std::uint64_t{0} << (group + 1));
    if (above_group == 0) return -1;
    group = static_cast<std::uint64_t>(std::countr_zero(above_group));
    word = (group << 6) + static_cast<std::uint64_t>(std::countr_zero(middle_[group]));
  } else {
    word = (group << 6) + static_cast<std::uint64_t>(std::countr_zero(above_word));
  }
  return static_cast<std::int64_t>(word << 6) + std::countr_zero(leaf_[word]);
}

void BookSide::find_new_best(std::uint64_t from) noexcept {
  const std::int64_t index = first_from(from);
  if (index >= 0) {
    best_ = base_ + index;
    // A best price past the middle leaves too little window behind it.
    if (index > kWindow / 2) move_window(best_);
    return;
  }
  best_ = kNone;
  if (!outside_.empty()) move_window(outside_.front().key);
}

std::int64_t BookSide::set_outside(std::int64_t key, std::int64_t lots) noexcept {
  BOT4_CHECK(key > -kKeyBound && key < kKeyBound);
  if (key < base_ || empty()) {
    if (lots == 0) return 0;
    move_window(key);
    return set(key, lots);
  }
  const auto place = std::lower_bound(outside_.begin(), outside_.end(), key, key_less);
  const bool found = place != outside_.end() && place->key == key;
  const std::int64_t old = found ? place->lots : 0;
  if (found && lots != 0) {
    place->lots = lots;
  } else if (found) {
    outside_.erase(place);
  } else if (lots != 0) {
    outside_.insert(place, KeyLevel{key, lots});
  }
  return old;
}

std::int64_t BookSide::at_outside(std::int64_t key) const noexcept {
  const auto place = std::lower_bound(outside_.begin(), outside_.end(), key, key_less);
  return place != outside_.end() && place->key == key ? place->lots : 0;
}

/// Puts `best` at the margin of the window and sorts every level into window or vector.
void BookSide::move_window(std::int64_t best) noexcept {
  moving_.clear();
  for (std::int64_t index = first_from(0); index >= 0;
       index = first_from(static_cast<std::uint64_t>(index) + 1)) {
    const auto at = static_cast<std::uint64_t>(index);
    moving_.push_back(KeyLevel{base_ + index, quantity_[at]});
    quantity_[at] = 0;
    leaf_[at >> 6] &= leaf_[at >> 6] - 1;  // Lowest set bit: the one just read.
  }
  for (std::uint64_t& group : middle_) group = 0;
  top_ = 0;
  window_count_ = 0;
  moving_.insert(moving_.end(), outside_.begin(), outside_.end());
  outside_.clear();
  base_ = best - kMargin;
  best_ = kNone;
  for (const KeyLevel& level : moving_) {
    const auto index = static_cast<std::uint64_t>(level.key - base_);
    if (index < static_cast<std::uint64_t>(kWindow)) {
      quantity_[index] = level.lots;
      mark(index);
      ++window_count_;
      if (best_ == kNone) best_ = level.key;
    } else {
      outside_.push_back(level);
    }
  }
}

std::int64_t BookSide::next(std::int64_t key) const noexcept {
  if (key < base_) return best_;
  const std::int64_t index = first_from(static_cast<std::uint64_t>(key - base_) + 1);
  if (index >= 0) return base_ + index;
  const auto place = std::lower_bound(outside_.begin(), outside_.end(), key + 1, key_less);
  return place != outside_.end() ? place->key : kNone;
}

std::int64_t BookSide::worst() const noexcept {
  if (!outside_.empty()) return outside_.back().key;
  const auto last = [](std::uint64_t bits) {
    return std::uint64_t{63} - static_cast<std::uint64_t>(std::countl_zero(bits));
  };
  const std::uint64_t group = last(top_);
  const std::uint64_t word = (group << 6) + last(middle_[group]);
  return base_ + static_cast<std::int64_t>((word << 6) + last(leaf_[word]));
}

void BookSide::clear() noexcept {
  for (std::int64_t index = first_from(0); index >= 0;
       index = first_from(static_cast<std::uint64_t>(index) + 1)) {
    const auto at = static_cast<std::uint64_t>(index);
    quantity_[at] = 0;
    leaf_[at >> 6] &= leaf_[at >> 6] - 1;
  }
  for (std::uint64_t& group : middle_) group = 0;
  top_ = 0;
  window_count_ = 0;
  best_ = kNone;
  outside_.clear();
}

}  // namespace bot4
