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
  if (empty()) {
    if (lots == 0) return 0;
    move_window(key);
    return set(key, lots);
  }
  if (key < base_) return set_ahead(key, lots);
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

/// Sets a key before the window, which moves only when there are too many of them.
std::int64_t BookSide::set_ahead(std::int64_t key, std::int64_t lots) noexcept {
  KeyLevel* const end = ahead_ + ahead_count_;
  KeyLevel* const place = std::lower_bound(ahead_, end, key, key_less);
  if (place != end && place->key == key) {
    const std::int64_t old = place->lots;
    place->lots = lots;
    if (lots != 0) return old;
    std::copy(place + 1, end, place);
    if (--ahead_count_ > 0) {
      best_ = ahead_[0].key;
    } else {
      find_new_best(0);
    }
    return old;
  }
  if (lots == 0) return 0;
  if (ahead_count_ == kMaxAhead) {
    move_window(std::min(key, ahead_[0].key));
    return set(key, lots);
  }
  std::copy_backward(place, end, end + 1);
  *place = KeyLevel{key, lots};
  ++ahead_count_;
  best_ = ahead_[0].key;
  return 0;
}

std::int64_t BookSide::at_outside(std::int64_t key) const noexcept {
  if (key < base_) {
    const KeyLevel* const end = ahead_ + ahead_count_;
    const KeyLevel* const at = std::lower_bound(ahead_, end, key, key_less);
    return at != end && at->key == key ? at->lots : 0;
  }
  const auto place = std::lower_bound(outside_.begin(), outside_.end(), key, key_less);
  return place != outside_.end() && place->key == key ? place->lots : 0;
}

/// Empties the window; calls `visit(index, lots)` for each level in rising order.
template <typename Visit>
void BookSide::drain_window(Visit&& visit) noexcept {
  for (; top_ != 0; top_ &= top_ - 1) {
    const auto group = static_cast<std::uint64_t>(std::countr_zero(top_));
    for (std::uint64_t words = middle_[group]; words != 0; words &= words - 1) {
      const std::uint64_t word = (group << 6) + static_cast<std::uint64_t>(std::countr_zero(words));
      for (std::uint64_t bits = leaf_[word]; bits != 0; bits &= bits - 1) {
        const auto bit = static_cast<std::uint64_t>(std::countr_zero(bits));
        const std::uint64_t index = (word << 6) + bit;
        visit(index, quantity_[index]);
        quantity_[index] = 0;
      }
      leaf_[word] = 0;
    }
    middle_[group] = 0;
  }
  window_count_ = 0;
  best_ = kNone;
}

/// Puts `best` at the margin of the window and sorts every level into window or vector.
void BookSide::move_window(std::int64_t best) noexcept {
  moving_.assign(ahead_, ahead_ + ahead_count_);
  ahead_count_ = 0;
  drain_window([this](std::uint64_t index, std::int64_t lots) {
    moving_.push_back(KeyLevel{base_ + static_cast<std::int64_t>(index), lots});
  });
  moving_.insert(moving_.end(), outside_.begin(), outside_.end());
  outside_.clear();
  base_ = best - kMargin;
  for (const KeyLevel& level : moving_) {
    const auto index = static_cast<std::uint64_t>(level.key - base_);
    if (index < static_cast<std::uint64_t>(kWindow)) {
      quantity_[index] = level.lots;
      mark(index);
      ++window_count_;
    } else {
      outside_.push_back(level);
    }
  }
  if (window_count_ > 0) best_ = moving_.front().key;
}

int BookSide::copy_best(int limit, KeyLevel* levels) const noexcept {
  int count = 0;
  for (; count < ahead_count_; ++count) {
    if (count == limit) return count;
    levels[count] = ahead_[count];
  }
  std::int64_t index = count == 0 && !empty() ? best_ - base_ : first_from(0);
  auto word = static_cast<std::uint64_t>(index) >> 6;
  while (index >= 0) {
    for (std::uint64_t bits = leaf_[word]; bits != 0; bits &= bits - 1) {
      if (count == limit) return count;
      const std::uint64_t at = (word << 6) + static_cast<std::uint64_t>(std::countr_zero(bits));
      levels[count++] = {base_ + static_cast<std::int64_t>(at), quantity_[at]};
    }
    index = first_from((word + 1) << 6);
    word = static_cast<std::uint64_t>(index) >> 6;
  }
  for (const KeyLevel& level : outside_) {
    if (count == limit) return count;
    levels[count++] = level;
  }
  return count;
}

std::int64_t BookSide::next(std::int64_t key) const noexcept {
  if (key < best_) return best_;
  for (const KeyLevel* at = ahead_; at != ahead_ + ahead_count_; ++at) {
    if (at->key > key) return at->key;
  }
  const std::int64_t index =
      first_from(key < base_ ? 0 : static_cast<std::uint64_t>(key - base_) + 1);
  if (index >= 0) return base_ + index;
  const auto place = std::lower_bound(outside_.begin(), outside_.end(), key + 1, key_less);
  return place != outside_.end() ? place->key : kNone;
}

std::int64_t BookSide::worst() const noexcept {
  if (!outside_.empty()) return outside_.back().key;
  if (window_count_ == 0) return ahead_[ahead_count_ - 1].key;
  const auto last = [](std::uint64_t bits) {
    return std::uint64_t{63} - static_cast<std::uint64_t>(std::countl_zero(bits));
  };
  const std::uint64_t group = last(top_);
  const std::uint64_t word = (group << 6) + last(middle_[group]);
  return base_ + static_cast<std::int64_t>((word << 6) + last(leaf_[word]));
}

void BookSide::clear() noexcept {
  drain_window([](std::uint64_t, std::int64_t) {});
  ahead_count_ = 0;
  outside_.clear();
}

}  // namespace bot4
