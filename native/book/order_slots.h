#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/check.h"

namespace bot4 {

/// Where the order of an id lies: open addressing over cells of eight bytes, no allocation after
/// construction.
///
/// A cell holds 32 bits of the id's hash and the slot; the ids themselves are compared by the
/// caller, in the orders. Linear probing at most half full; erasing shifts the followers back, so
/// no tombstones build up.
///
/// Requires: at most `capacity` ids at a time, as the caller's pool guarantees.
/// Cost:     one cache line as a rule; never more than kMaxProbes cells: an id that would lie
///           further from its home is refused.
class OrderSlots {
 public:
  static constexpr std::uint32_t kAbsent = 0xFFFFFFFFu;
  static constexpr int kMaxProbes = 128;

  /// Requires 1 <= capacity <= 2^30.
  explicit OrderSlots(std::uint32_t capacity) {
    BOT4_CHECK(capacity >= 1 && capacity <= (1u << 30));
    int bits = 4;
    while ((std::size_t{1} << bits) < std::size_t{capacity} * 2) ++bits;
    cells_.resize(std::size_t{1} << bits, 0);
    mask_ = cells_.size() - 1;
    shift_ = 32 - bits;
  }

  /// The slot for which `is_it(slot)` holds among those of the id's hash, or kAbsent.
  template <typename Matches>
  std::uint32_t find(std::uint64_t id, Matches&& is_it) const noexcept {
    const std::uint32_t tag = tag_of(id);
    std::size_t at = home_of(tag);
    for (int probes = 0; probes < kMaxProbes; ++probes, at = (at + 1) & mask_) {
      const std::uint64_t cell = cells_[at];
      if (cell == 0) return kAbsent;
      if (static_cast<std::uint32_t>(cell >> 32) == tag && is_it(slot_of(cell))) {
        return slot_of(cell);
      }
    }
    return kAbsent;
  }

  /// Adds an absent id; false when it would lie beyond kMaxProbes (nothing changed).
  bool insert(std::uint64_t id, std::uint32_t slot) noexcept {
    const std::uint32_t tag = tag_of(id);
    std::size_t at = home_of(tag);
    for (int probes = 0; probes < kMaxProbes; ++probes, at = (at + 1) & mask_) {
      if (cells_[at] != 0) continue;
      cells_[at] = std::uint64_t{tag} << 32 | (slot + 1);
      return true;
    }
    return false;
  }

  /// Removes an id that is present with this slot.
  void erase(std::uint64_t id, std::uint32_t slot) noexcept {
    const std::uint32_t tag = tag_of(id);
    const std::uint64_t wanted = std::uint64_t{tag} << 32 | (slot + 1);
    std::size_t hole = home_of(tag);
    while (cells_[hole] != wanted) {
      BOT4_CHECK(cells_[hole] != 0);
      hole = (hole + 1) & mask_;
    }
    for (std::size_t at = (hole + 1) & mask_; cells_[at] != 0; at = (at + 1) & mask_) {
      const std::size_t home = home_of(static_cast<std::uint32_t>(cells_[at] >> 32));
      // It may move into the hole unless its home lies after the hole.
      if (((at - home) & mask_) >= ((at - hole) & mask_)) {
        cells_[hole] = cells_[at];
        hole = at;
      }
    }
    cells_[hole] = 0;
  }

  /// Removes every id.
  void clear() noexcept {
    for (std::uint64_t& cell : cells_) cell = 0;
  }

 private:
  static std::uint32_t tag_of(std::uint64_t id) noexcept {
    return static_cast<std::uint32_t>(((id ^ (id >> 32)) * 0x9E3779B97F4A7C15ull) >> 32);
  }
  static std::uint32_t slot_of(std::uint64_t cell) noexcept {
    return static_cast<std::uint32_t>(cell) - 1;
  }
  std::size_t home_of(std::uint32_t tag) const noexcept { return std::size_t{tag} >> shift_; }

  std::vector<std::uint64_t> cells_;
  std::size_t mask_;
  int shift_;
};

}  // namespace bot4
