// Open-addressing map from order id to pool slot, fixed capacity, no allocation after construction.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/aligned_buffer.h"
#include "core/memory.h"

namespace bot4::match {

/// Maps an order id to the slot of its order.
///
/// Linear probing over a power of two at most half full; erasing shifts the followers back, so no
/// tombstones build up over a long run.
///
/// Requires: at most `capacity` ids at a time (the caller's order pool guarantees it).
/// Cost:     O(1) expected, no allocation.
class OrderIndex {
 public:
  static constexpr std::uint32_t kAbsent = 0xffffffffu;

  explicit OrderIndex(std::uint32_t capacity);

  /// Gives the index's memory these options; the content stays.
  MemoryReport prepare(const MemoryOptions& options) noexcept;

  /// The bytes that an index of this capacity needs.
  static std::size_t bytes(std::uint32_t capacity) noexcept;

  /// Slot of `id`, or `kAbsent`.
  std::uint32_t find(std::int64_t id) const noexcept;
  /// Adds `id`, which must be absent.
  void insert(std::int64_t id, std::uint32_t slot) noexcept;
  /// Removes `id`, which must be present.
  void erase(std::int64_t id) noexcept;

 private:
  struct Cell {
    std::int64_t id;
    std::uint32_t slot_plus_1;  // 0: empty, as memory comes that was never touched.
  };

  static std::size_t cell_count(std::uint32_t capacity) noexcept;

  std::size_t home(std::int64_t id) const noexcept;

  AlignedBuffer memory_;
  Cell* cells_;
  std::size_t mask_;
  int shift_;  ///< Leaves as many high bits of a product as the mask has.
};

}  // namespace bot4::match

