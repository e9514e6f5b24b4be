#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "core/aligned_buffer.h"
#include "core/check.h"

namespace bot4 {

/// A bounded ring of fixed-size records for any number of producers and consumers.
///
/// A slot is free for the producer of position p when its sequence is p, and full for the consumer
/// of p when it is p + 1; the consumer leaves p + capacity. A position is claimed by one
/// compare-and-swap. A thread is never made to wait: `try_push` and `try_pop` end at full or empty;
/// they retry only because another thread claimed the same position, so one always gets on.
///
/// Policy when full: `try_push` returns false. A thread that stops between claim and store holds up
/// its slot only; others see the ring as full or empty there.
/// Requires:    trivially copyable records.
/// Cost:        no allocation after construction; bench ring.mpmc.
/// Source:      Vyukov, Bounded MPMC queue, 1024cores.net.
template <typename Record>
class MpmcRing {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  /// Requires: `capacity` a power of two, from 2 to 2^31.
  explicit MpmcRing(std::uint32_t capacity) noexcept
      : memory_(sizeof(Slot) * capacity), mask_(capacity - 1) {
    BOT4_CHECK(capacity >= 2 && std::has_single_bit(capacity));
    slots_ = reinterpret_cast<Slot*>(memory_.data());
    for (std::uint32_t i = 0; i < capacity; ++i) {
      new (slots_ + i) Slot();
      // Relaxed: the constructor ends before another thread can know the ring.
      slots_[i].sequence.store(i, std::memory_order_relaxed);
    }
  }
  MpmcRing(const MpmcRing&) = delete;
  MpmcRing& operator=(const MpmcRing&) = delete;

  /// The number of records that fit.
  std::uint32_t capacity() const noexcept { return static_cast<std::uint32_t>(mask_ + 1); }

  /// Bytes of the ring's memory.
  std::size_t bytes() const noexcept { return memory_.size(); }

  /// Appends a record; false when the ring is full. Any thread.
  bool try_push(const Record& record) noexcept {
    Slot* slot = nullptr;
    std::uint64_t at = 0;
    if (!claim(head_, 0, &slot, &at)) return false;
    slot->record = record;
    // Release pairs with the consumer's load in `claim`: the record is whole.
    slot->sequence.store(at + 1, std::memory_order_release);
    return true;
  }

  /// Takes the oldest record that is whole; false when there is none. Any thread.
  bool try_pop(Record* record) noexcept {
    Slot* slot = nullptr;
    std::uint64_t at = 0;
    if (!claim(tail_, 1, &slot, &at)) return false;
    *record = slot->record;
    // Release pairs with the producer's load in `claim`: the slot has been read.
    slot->sequence.store(at + mask_ + 1, std::memory_order_release);
    return true;
  }

 private:
  struct alignas(64) Slot {
    /// The state of the slot. Stored by the thread that claimed it, loaded by the next one.
    std::atomic<std::uint64_t> sequence{0};
    Record record{};
  };

  /// Claims the position of `end` whose slot has reached position + `lead`; false when it has not.
  bool claim(std::atomic<std::uint64_t>& end, std::uint64_t lead, Slot** slot,
             std::uint64_t* position) noexcept {
    // Relaxed: a stale position only makes the exchange fail; the slot's sequence orders data.
    std::uint64_t at = end.load(std::memory_order_relaxed);
    for (;;) {
      *slot = slots_ + (at & mask_);
      // Acquire pairs with the release stores of the sequence in `try_push` and `try_pop`.
      const std::uint64_t sequence = (*slot)->sequence.load(std::memory_order_acquire);
      const auto behind = static_cast<std::int64_t>(sequence - (at + lead));
      if (behind < 0) return false;
      if (behind == 0) {
        if (end.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
          *position = at;
          return true;
        }
      } else {
        at = end.load(std::memory_order_relaxed);
      }
    }
  }

  AlignedBuffer memory_;
  Slot* slots_ = nullptr;
  std::uint64_t mask_;
  /// Next position to write. Exchanged by producers among themselves.
  alignas(128) std::atomic<std::uint64_t> head_{0};
  /// Next position to read. Exchanged by consumers among themselves.
  alignas(128) std::atomic<std::uint64_t> tail_{0};
};

}  // namespace bot4
