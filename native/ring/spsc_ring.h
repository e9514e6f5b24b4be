#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "core/aligned_buffer.h"
#include "core/check.h"

namespace bot4 {

/// A bounded single-producer, single-consumer ring of fixed-size records between two threads.
///
/// Every slot carries the sequence of its record beside it, so a record and the news of it cross
/// between cores in one cache line; the consumer's position is published apart from it and read by
/// the producer only when the ring looks full.
///
/// Policy when full: `try_push` returns false and writes nothing; the producer counts or retries.
/// Requires:    trivially copyable records; one thread that pushes, one thread that pops.
/// Determinism: records leave in the order in which they came.
/// Cost:        no allocation after construction; bench ring.spsc, ring.oneway.
/// Source:      Giacomoni, Moseley, Vachharajani (2008), FastForward for Efficient Pipeline
///              Parallelism, PPoPP; the sequence per slot is Vyukov's.
template <typename Record>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<Record>);
  static_assert(std::is_trivially_destructible_v<Record>);

 public:
  /// Requires: `capacity` a power of two, from 2 to 2^31.
  explicit SpscRing(std::uint32_t capacity) noexcept
      : SpscRing(capacity, AlignedBuffer(bytes(capacity))) {}

  /// Uses `memory`, for example a locked block of huge pages. Requires: bytes(capacity) of it.
  SpscRing(std::uint32_t capacity, AlignedBuffer memory) noexcept
      : memory_(std::move(memory)), mask_(capacity - 1) {
    BOT4_CHECK(capacity >= 2 && std::has_single_bit(capacity));
    BOT4_CHECK(memory_.size() >= bytes(capacity));
    slots_ = reinterpret_cast<Slot*>(memory_.data());
    for (std::uint32_t i = 0; i < capacity; ++i) new (slots_ + i) Slot();
  }
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  /// The bytes that a ring of this capacity needs.
  static constexpr std::size_t bytes(std::uint32_t capacity) noexcept {
    return sizeof(Slot) * capacity;
  }

  /// The number of records that fit.
  std::uint32_t capacity() const noexcept { return mask_ + 1; }

  /// The ring's memory, to be prepared before two threads use it.
  AlignedBuffer& memory() noexcept { return memory_; }

  /// Appends a record; false when the ring is full. Producer only.
  bool try_push(const Record& record) noexcept {
    const std::uint32_t at = producer_.position;
    if (at - producer_.free_from > mask_ && !refresh_free(at)) return false;
    put(at, record);
    producer_.position = at + 1;
    return true;
  }

  /// Appends as many of `count` records as fit and returns how many. Producer only.
  std::size_t push_batch(const Record* records, std::size_t count) noexcept {
    const std::uint32_t at = producer_.position;
    if (at + count - producer_.free_from > capacity()) refresh_free(at);
    const std::size_t room = capacity() - (at - producer_.free_from);
    const auto n = static_cast<std::uint32_t>(count < room ? count : room);
    for (std::uint32_t i = 0; i < n; ++i) put(at + i, records[i]);
    producer_.position = at + n;
    return n;
  }

  /// Takes the oldest record; false when the ring is empty. Consumer only.
  bool try_pop(Record* record) noexcept {
    const std::uint32_t at = consumer_.position;
    const Slot& slot = slots_[at & mask_];
    // Acquire pairs with the producer's store in `put`: the record is whole.
    if (slot.sequence.load(std::memory_order_acquire) != at + 1) return false;
    *record = slot.record;
    consumer_.position = at + 1;
    // Release pairs with the producer's load in `refresh_free`: this slot has been read.
    freed_.store(at + 1, std::memory_order_release);
    return true;
  }

  /// Takes up to `count` records and returns how many there were. Consumer only.
  std::size_t pop_batch(Record* records, std::size_t count) noexcept {
    const std::uint32_t at = consumer_.position;
    std::uint32_t n = 0;
    for (; n < count; ++n) {
      const Slot& slot = slots_[(at + n) & mask_];
      // Acquire pairs with the producer's store in `put`: the record is whole.
      if (slot.sequence.load(std::memory_order_acquire) != at + n + 1) break;
      records[n] = slot.record;
    }
    if (n == 0) return 0;
    consumer_.position = at + n;
    // Release pairs with the producer's load in `refresh_free`: these slots have been read.
    freed_.store(at + n, std::memory_order_release);
    return n;
  }

 private:
  static constexpr std::size_t slot_alignment() noexcept {
    const std::size_t whole = std::bit_ceil(sizeof(Record) + sizeof(std::uint32_t));
    // A slot of up to a line never straddles two.
    const std::size_t line = whole < 64 ? whole : 64;
    return line > alignof(Record) ? line : alignof(Record);
  }

  struct alignas(slot_alignment()) Slot {
    Record record{};
    /// Position + 1 of the record in it. Stored by the producer, loaded by the consumer.
    std::atomic<std::uint32_t> sequence{0};
  };

  void put(std::uint32_t at, const Record& record) noexcept {
    Slot& slot = slots_[at & mask_];
    slot.record = record;
    // Release pairs with the consumer's loads: the record is written before its sequence.
    slot.sequence.store(at + 1, std::memory_order_release);
  }

  /// Looks how far the consumer is; false when the ring is full indeed.
  bool refresh_free(std::uint32_t at) noexcept {
    // Acquire pairs with the consumer's store: it has read the slots that are written next.
    producer_.free_from = freed_.load(std::memory_order_acquire);
    return at - producer_.free_from <= mask_;
  }

  AlignedBuffer memory_;
  Slot* slots_ = nullptr;
  std::uint32_t mask_;
  /// Of the producer alone: its position, and the consumer's as last seen.
  struct alignas(128) {
    std::uint32_t position = 0;
    std::uint32_t free_from = 0;
  } producer_;
  /// Of the consumer alone.
  struct alignas(128) {
    std::uint32_t position = 0;
  } consumer_;
  /// The consumer's position. Stored by the consumer, loaded by a producer that finds no room.
  alignas(128) std::atomic<std::uint32_t> freed_{0};
};

}  // namespace bot4
