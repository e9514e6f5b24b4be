#pragma once
#include <atomic>
#include <cstdint>

#include "core/check.h"

namespace bot4 {

/// A bounded single-producer, single-consumer ring of fixed records over arena memory. The consumer
/// is JavaScript: it reads records [tail, head) and then advances the tail word.
///
/// Policy when full: `begin` returns null; the producer counts what it could not write.
template <typename Record>
class RecordRing {
 public:
  RecordRing() noexcept = default;
  /// Requires `capacity` to be a power of two.
  RecordRing(Record* records, std::uint32_t capacity, std::uint32_t* head,
             std::uint32_t* tail) noexcept
      : records_(records), capacity_(capacity), head_(head), tail_(tail) {
    BOT4_CHECK(capacity > 0 && (capacity & (capacity - 1)) == 0);
  }

  /// The next free record, or null when the ring is full.
  Record* begin() noexcept {
    // Acquire pairs with the consumer's advance of the tail: its reads are done.
    const std::uint32_t tail =
        std::atomic_ref<std::uint32_t>(*tail_).load(std::memory_order_acquire);
    return written_ - tail >= capacity_ ? nullptr : records_ + (written_ & (capacity_ - 1));
  }

  /// Hands the record of the last `begin` to the consumer.
  void commit() noexcept {
    ++written_;
    // Release pairs with the consumer's read of the head: the record is whole.
    std::atomic_ref<std::uint32_t>(*head_).store(written_, std::memory_order_release);
  }

 private:
  Record* records_ = nullptr;
  std::uint32_t capacity_ = 0;
  std::uint32_t written_ = 0;
  std::uint32_t* head_ = nullptr;
  std::uint32_t* tail_ = nullptr;
};

}  // namespace bot4
