#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#include "core/aligned_buffer.h"
#include "core/check.h"
#include "core/memory.h"

namespace bot4 {

/// Whether a pool counts the lives of each slot.
enum class Generations : bool {
  kOff = false,  ///< No handles; releasing a free index goes unnoticed while others are in use.
  kOn = true,    ///< Handles of earlier lives find nothing; releasing a free index aborts.
};

/// A pool of a fixed number of objects, named by index instead of by pointer.
///
/// The index freed last is handed out next, while its lines are still in the cache; before that the
/// lowest. Objects that were never handed out are never touched: a large pool costs the four bytes
/// of each free index and address space, unless its memory is pre-faulted.
///
/// Policy when full: `allocate` returns kNone.
/// Requires:    trivially copyable objects; one thread. An object keeps the bytes of its last life:
///              the caller fills it.
/// Errors:      releasing more than was allocated aborts; see Generations for the rest.
/// Cost:        O(1), no allocation after construction; bench pool.random.
template <typename T, Generations kGenerations = Generations::kOff>
class IndexPool {
  static_assert(std::is_trivially_copyable_v<T>);
  static constexpr bool kCounted = kGenerations == Generations::kOn;

 public:
  using Index = std::uint32_t;
  /// No object.
  static constexpr Index kNone = std::numeric_limits<Index>::max();

  /// An index together with the life it was given for: outlives the object harmlessly.
  struct Handle {
    Index index = kNone;
    std::uint32_t generation = 0;
  };

  /// Requires: 1 <= `capacity` < 2^32 - 1.
  explicit IndexPool(Index capacity) noexcept
      : IndexPool(capacity, allocate_memory(bytes(capacity))) {}

  /// Uses `memory`, for example a pre-faulted block. Requires: bytes(capacity) of it, zeroed.
  IndexPool(Index capacity, AlignedBuffer memory) noexcept
      : memory_(std::move(memory)), capacity_(capacity) {
    BOT4_CHECK(capacity > 0 && capacity < kNone);
    BOT4_CHECK(memory_.size() >= bytes(capacity));
    slots_ = reinterpret_cast<Slot*>(memory_.data());
    free_ = reinterpret_cast<Index*>(memory_.data() + free_offset(capacity));
    free_limit_ = free_ + capacity;
    free_end_ = free_limit_;
    for (Index i = 0; i < capacity; ++i) free_[i] = capacity - 1 - i;
  }
  IndexPool(const IndexPool&) = delete;
  IndexPool& operator=(const IndexPool&) = delete;

  /// The bytes that a pool of this capacity needs.
  static constexpr std::size_t bytes(Index capacity) noexcept {
    return free_offset(capacity) + capacity * sizeof(Index);
  }

  /// How many objects fit.
  Index capacity() const noexcept { return capacity_; }

  /// How many objects are allocated.
  Index size() const noexcept { return static_cast<Index>(free_limit_ - free_end_); }

  /// Gives the pool's memory these options; the content stays.
  MemoryReport prepare(const MemoryOptions& options) noexcept {
    return prepare_memory(memory_.data(), memory_.size(), options);
  }

  /// Takes an object out of the pool; kNone when none is left.
  Index allocate() noexcept {
    if (free_end_ == free_) [[unlikely]] return kNone;
    const Index index = *--free_end_;
    if constexpr (kCounted) ++slots_[index].generation;  // Odd: allocated.
    return index;
  }

  /// Puts an object back. Requires: it is allocated.
  void release(Index index) noexcept {
    if constexpr (kCounted) {
      BOT4_CHECK(allocated(index));
      ++slots_[index].generation;
    } else {
      BOT4_CHECK(free_end_ != free_limit_);
    }
    *free_end_++ = index;
  }

  /// Whether the index names an object in use.
  bool allocated(Index index) const noexcept
    requires kCounted
  {
    return index < capacity_ && (slots_[index].generation & 1) != 0;
  }

  /// The object of an index. Requires: it is allocated; not checked, the index is the caller's own.
  T& operator[](Index index) noexcept { return slots_[index].value; }
  const T& operator[](Index index) const noexcept { return slots_[index].value; }

  /// A handle that knows for which life of the object it stands. Requires: it is allocated.
  Handle handle(Index index) const noexcept
    requires kCounted
  {
    BOT4_CHECK(allocated(index));
    return {index, slots_[index].generation};
  }

  /// The object of a handle; null when it was released since, even if its index is in use again.
  T* find(Handle handle) noexcept
    requires kCounted
  {
    if (!allocated(handle.index)) return nullptr;
    Slot& slot = slots_[handle.index];
    return slot.generation == handle.generation ? &slot.value : nullptr;
  }

 private:
  struct PlainSlot {
    T value;
  };
  struct CountedSlot {
    /// How often the slot was allocated and released; odd while allocated. Wraps after 2^31 lives.
    /// In front of the value, whose first fields come with it in one cache line.
    std::uint32_t generation;
    T value;
  };
  using Slot = std::conditional_t<kCounted, CountedSlot, PlainSlot>;

  static constexpr std::size_t free_offset(Index capacity) noexcept {
    return AlignedBuffer::round_up(capacity * sizeof(Slot));
  }

  AlignedBuffer memory_;
  Slot* slots_ = nullptr;
  /// The stack of free indexes. What moves are pointers: writing an index cannot change them, and
  /// the compiler keeps them in registers.
  Index* free_ = nullptr;
  Index* free_end_ = nullptr;
  /// Behind the stack when every index is free.
  Index* free_limit_ = nullptr;
  Index capacity_;
};

}  // namespace bot4
