#include "match/order_index.h"

#include <bit>

namespace bot4::match {

OrderIndex::OrderIndex(std::uint32_t capacity)
    : cells_(std::bit_ceil(std::size_t{capacity} * 2 + 2), Cell{0, kAbsent}),
      mask_(cells_.size() - 1) {}

std::size_t OrderIndex::home(std::int64_t id) const noexcept {
  // Fibonacci hashing: ids are often consecutive, and their high product bits are well spread.
  const auto product = static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15ull;
  return static_cast<std::size_t>(product >> 32) & mask_;
}

std::uint32_t OrderIndex::find(std::int64_t id) const noexcept {
  for (std::size_t at = home(id);; at = (at + 1) & mask_) {
    const Cell& cell = cells_[at];
    if (cell.slot == kAbsent) return kAbsent;
    if (cell.id == id) return cell.slot;
  }
}

void OrderIndex::insert(std::int64_t id, std::uint32_t slot) noexcept {
  std::size_t at = home(id);
  while (cells_[at].slot != kAbsent) at = (at + 1) & mask_;
  cells_[at] = Cell{id, slot};
}

void OrderIndex::erase(std::int64_t id) noexcept {
  std::size_t hole = home(id);
  while (cells_[hole].id != id || cells_[hole].slot == kAbsent) hole = (hole + 1) & mask_;
  for (std::size_t at = (hole + 1) & mask_; cells_[at].slot != kAbsent; at = (at + 1) & mask_) {
    // A follower moves into the hole unless its home lies after the hole on the probe path.
    if (((at - home(cells_[at].id)) & mask_) >= ((at - hole) & mask_)) {
      cells_[hole] = cells_[at];
      hole = at;
    }
  }
  cells_[hole] = Cell{0, kAbsent};
}

}  // namespace bot4::match
