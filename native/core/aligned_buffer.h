#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/check.h"

namespace bot4 {

/// A zeroed block of memory with a fixed size and alignment; the base of every arena.
///
/// Requires: at construction `bytes` > 0. Aborts when the system has no memory left.
class AlignedBuffer {
 public:
  /// Two cache lines: writers and readers that must not share one stay apart.
  static constexpr std::size_t kAlignment = 128;

  AlignedBuffer() noexcept = default;
  explicit AlignedBuffer(std::size_t bytes) noexcept : size_(round_up(bytes)) {
    BOT4_CHECK(bytes > 0);
    data_ = static_cast<std::byte*>(std::aligned_alloc(kAlignment, size_));
    BOT4_CHECK(data_ != nullptr);
    std::memset(data_, 0, size_);
  }
  AlignedBuffer(AlignedBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        mapped_(std::exchange(other.mapped_, false)) {}
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(mapped_, other.mapped_);
    return *this;
  }
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;
  ~AlignedBuffer() {
    if (mapped_) {
      munmap(data_, size_);
    } else {
      std::free(data_);
    }
  }

  /// Takes over zeroed memory of mmap and unmaps it in the end; `allocate_memory` makes it.
  /// Requires: whole pages.
  static AlignedBuffer adopt_mapping(std::byte* data, std::size_t size) noexcept {
    AlignedBuffer buffer;
    buffer.data_ = data;
    buffer.size_ = size;
    buffer.mapped_ = true;
    return buffer;
  }

  std::byte* data() noexcept { return data_; }
  const std::byte* data() const noexcept { return data_; }

  /// Size in bytes, rounded up to the alignment.
  std::size_t size() const noexcept { return size_; }

  /// Returns the object at `offset`. Requires the offset to be aligned for T and inside the block.
  template <typename T>
  T* at(std::size_t offset) noexcept {
    BOT4_CHECK(offset % alignof(T) == 0 && offset + sizeof(T) <= size_);
    return reinterpret_cast<T*>(data_ + offset);
  }

  /// Rounds a size up to the alignment.
  static constexpr std::size_t round_up(std::size_t bytes) noexcept {
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  bool mapped_ = false;
};

}  // namespace bot4
