#include "match/order_index.h"

#include <bit>

namespace bot4::match {

std::size_t OrderIndex::cell_count(std::uint32_t capacity) noexcept {
  return std::bit_ceil(std::size_t{capacity} * 2 + 2);
}

std::size_t OrderIndex::bytes(std::uint32_t capacity) noexcept {
  return cell_count(capacity) * sizeof(Cell);
}

OrderIndex::OrderIndex(std::uint32_t capacity)
    : memory_(allocate_memory(bytes(capacity))),
      cells_(reinterpret_cast<Cell*>(memory_.data())),
      mask_(cell_count(capacity) - 1),
      shift_(std::countl_zero(mask_)) {}

MemoryReport OrderIndex::prepare(const MemoryOptions& options) noexcept {
  return prepare_memory(memory_.data(), memory_.size(), options);
}

std::size_t OrderIndex::home(std::int64_t id) const noexcept {
  // Ids are often consecutive: four of them share a cache line, and Fibonacci hashing spreads the
  // lines by the high bits of the product.
  const auto number = static_cast<std::uint64_t>(id);
  const std::uint64_t product = (number >> 2) * 0x9e3779b97f4a7c15ull;
  return static_cast<std::size_t>(product >> shift_ & ~std::uint64_t{3}) | (number & 3);
}

std::uint32_t OrderIndex::find(std::int64_t id) const noexcept {
  for (std::size_t at = home(id);; at = (at + 1) & mask_) {
    const Cell& cell = cells_[at];
    if (cell.slot_plus_1 == 0) return kAbsent;
    if (cell.id == id) return cell.slot_plus_1 - 1;
  }
}

void OrderIndex::insert(std::int64_t id, std::uint32_t slot) noexcept {
  std::size_t at = home(id);
  while (cells_[at].slot_plus_1 != 0) at = (at + 1) & mask_;
  cells_[at] = Cell{id, slot + 1};
}

void OrderIndex::erase(std::int64_t id) noexcept {
  std::size_t hole = home(id);
  while (cells_[hole].id != id || cells_[hole].slot_plus_1 == 0) hole = (hole + 1) & mask_;
  for (std::size_t at = (hole + 1) & mask_; cells_[at].slot_plus_1 != 0; at = (at + 1) & mask_) {
    // A follower moves into the hole unless its home lies after the hole on the probe path.
    if (((at - home(cells_[at].id)) & mask_) >= ((at - hole) & mask_)) {
      cells_[hole] = cells_[at];
      hole = at;
    }
  }
  cells_[hole] = Cell{0, 0};
}

}  // namespace bot4::match
