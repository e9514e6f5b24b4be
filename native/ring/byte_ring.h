#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "core/aligned_buffer.h"
#include "core/check.h"

namespace bot4 {

/// A bounded single-producer, single-consumer ring of records of any length between two threads.
///
/// A record is a header of 8 bytes (its length) and its bytes, padded to 8. It never wraps: where
/// the rest of the ring is too short for it, a wrap marker sends the consumer to the beginning.
///
/// Policy when full: `try_reserve` returns null and `try_push` false; nothing is written.
/// Requires:    one thread that writes, one thread that reads.
/// Shapes:      at least kReadSlack bytes after every record may be read (their content is
///              unspecified), so that a vector scanner may run past a record's end. Another thread
///              may be writing there: such bytes must not influence any result.
/// Cost:        no allocation after construction; bench ring.bytes.
class ByteRing {
 public:
  /// Bytes behind the end of the ring that a scanner may read.
  static constexpr std::size_t kReadSlack = 64;

  /// Requires: `capacity` in bytes a power of two, from 64 to 2^31.
  explicit ByteRing(std::uint32_t capacity) noexcept
      : ByteRing(capacity, AlignedBuffer(bytes(capacity))) {}

  /// Uses `memory`, for example a locked block of huge pages. Requires: bytes(capacity) of it.
  ByteRing(std::uint32_t capacity, AlignedBuffer memory) noexcept
      : memory_(std::move(memory)), capacity_(capacity) {
    BOT4_CHECK(capacity >= 64 && std::has_single_bit(capacity));
    BOT4_CHECK(memory_.size() >= bytes(capacity));
  }
  ByteRing(const ByteRing&) = delete;
  ByteRing& operator=(const ByteRing&) = delete;

  /// The bytes that a ring of this capacity needs.
  static constexpr std::size_t bytes(std::uint32_t capacity) noexcept {
    return capacity + kReadSlack;
  }

  /// The ring's memory, to be prepared before two threads use it.
  AlignedBuffer& memory() noexcept { return memory_; }

  /// The longest record that always fits into an empty ring, wherever its positions stand.
  std::uint32_t longest() const noexcept { return capacity_ / 2 - kHeader; }

  /// Bytes in the ring, headers and padding included; exact for neither thread.
  std::uint64_t used() const noexcept {
    // Pairs with nothing: only the numbers are used. Tail first: it never passes head.
    const std::uint64_t tail = tail_.load(std::memory_order_acquire);
    return head_.load(std::memory_order_acquire) - tail;
  }

  /// Room for a record of `length` bytes, 8-byte aligned; null when the ring is too full for it or
  /// the record is longer than `longest()`. Producer only; `commit` makes it visible.
  std::byte* try_reserve(std::uint32_t length) noexcept {
    if (length > longest()) return nullptr;
    const std::uint64_t need = kHeader + padded(length);
    std::uint64_t at = producer_.position;
    const std::uint64_t to_end = capacity_ - offset(at);
    const std::uint64_t skipped = need > to_end ? to_end : 0;
    if (at + skipped + need - producer_.tail > capacity_) {
      // Acquire pairs with the consumer's `pop`: it has read the bytes that are written next.
      producer_.tail = tail_.load(std::memory_order_acquire);
      if (at + skipped + need - producer_.tail > capacity_) return nullptr;
    }
    if (skipped != 0) {
      set_header(at, kWrap);
      at += skipped;
    }
    set_header(at, length);
    producer_.reserved = at + need;
    return bytes_at(at) + kHeader;
  }

  /// Hands the record of the last `try_reserve` to the consumer. Producer only.
  void commit() noexcept {
    producer_.position = producer_.reserved;
    // Release pairs with the consumer's load in `front`: the record is whole.
    head_.store(producer_.position, std::memory_order_release);
  }

  /// Appends a copy of a record; false when there is no room for it. Producer only.
  bool try_push(const void* record, std::uint32_t length) noexcept {
    std::byte* to = try_reserve(length);
    if (to == nullptr) return false;
    if (length > 0) std::memcpy(to, record, length);
    commit();
    return true;
  }

  /// The oldest record, or null when there is none. It stays valid until `pop`. Consumer only.
  const std::byte* front(std::uint32_t* length) noexcept {
    if (consumer_.position == consumer_.head) {
      // Acquire pairs with the producer's `commit`: every record before head is whole.
      consumer_.head = head_.load(std::memory_order_acquire);
      if (consumer_.position == consumer_.head) return nullptr;
    }
    if (header(consumer_.position) == kWrap) {
      consumer_.position += capacity_ - offset(consumer_.position);
    }
    *length = static_cast<std::uint32_t>(header(consumer_.position));
    return bytes_at(consumer_.position) + kHeader;
  }

  /// Drops the record that `front` returned. Consumer only.
  void pop() noexcept {
    consumer_.position += kHeader + padded(header(consumer_.position));
    // Release pairs with the producer's load in `try_reserve`: the record has been read.
    tail_.store(consumer_.position, std::memory_order_release);
  }

 private:
  static constexpr std::uint32_t kHeader = 8;
  static constexpr std::uint64_t kWrap = ~std::uint64_t{0};

  static std::uint64_t padded(std::uint64_t length) noexcept {
    return (length + 7) & ~std::uint64_t{7};
  }
  std::uint64_t offset(std::uint64_t position) const noexcept { return position & (capacity_ - 1); }
  std::byte* bytes_at(std::uint64_t position) noexcept { return memory_.data() + offset(position); }
  std::uint64_t header(std::uint64_t position) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes_at(position), sizeof word);
    return word;
  }
  void set_header(std::uint64_t position, std::uint64_t word) noexcept {
    std::memcpy(bytes_at(position), &word, sizeof word);
  }

  AlignedBuffer memory_;
  std::uint64_t capacity_;
  /// Of the producer alone: where it writes, where the reserved record ends, the last tail it saw.
  struct alignas(128) {
    std::uint64_t position = 0;
    std::uint64_t reserved = 0;
    std::uint64_t tail = 0;
  } producer_;
  /// Of the consumer alone: where it reads, and the last head it saw.
  struct alignas(128) {
    std::uint64_t position = 0;
    std::uint64_t head = 0;
  } consumer_;
  /// End of the committed records. Stored by the producer, loaded by the consumer.
  alignas(128) std::atomic<std::uint64_t> head_{0};
  /// Begin of the records that are not read yet. Stored by the consumer, loaded by the producer.
  alignas(128) std::atomic<std::uint64_t> tail_{0};
};

}  // namespace bot4
