#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace bot4 {

/// A value that one thread replaces while others read it, without either waiting for the other.
///
/// The writer makes the version odd, writes, and makes it even again; a reader copies and keeps its
/// copy only when the version was even before and the same after. The value travels in atomic
/// words, so that a torn copy is thrown away and never a data race. All bytes zero is version 0
/// with a zero value: the lock may lie in zeroed shared memory.
///
/// Requires:    one writer at a time; readers in any number.
/// Determinism: none across threads; a reader on the writer's own thread always sees the last
///              value.
/// Cost:        no allocation; `version` is one load, `store` and `load` one move per eight bytes.
/// Source:      Boehm (2012), Can seqlocks get along with programming language memory models?,
///              MSPC, section 4, with acquire loads and release stores of the words in place of
///              fences.
template <typename T>
class SeqLock {
  static_assert(std::is_trivially_copyable_v<T>, "a seqlock copies its value word by word");

 public:
  /// Replaces the value.
  void store(const T& value) noexcept {
    // Only the writer changes the version, so its own read of it needs no order.
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < kWords; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes_of(&value) + i * kWordBytes, size_of_word(i));
      // Release pairs with the acquire of the same word in `load`: who sees the new word then sees
      // the odd version, too.
      words_[i].store(word, std::memory_order_release);
    }
    // Release pairs with the first acquire of `load` and with `version`: the value is whole.
    version_.store(version + 2, std::memory_order_release);
  }

  /// Copies the value out and, when asked, the version it belongs to; false, with `*value` of no
  /// meaning, when a writer was in the way at each of `attempts` tries.
  bool load(T* value, std::uint64_t* version = nullptr, int attempts = 64) const noexcept {
    for (int attempt = 0; attempt < attempts; ++attempt) {
      // Acquire pairs with the last release of `store`: the words are at least as new.
      const std::uint64_t before = version_.load(std::memory_order_acquire);
      if ((before & 1) != 0) continue;
      for (std::size_t i = 0; i < kWords; ++i) {
        // Acquire pairs with the release of the same word in `store`, and keeps the second read of
        // the version behind it.
        const std::uint64_t word = words_[i].load(std::memory_order_acquire);
        std::memcpy(bytes_of(value) + i * kWordBytes, &word, size_of_word(i));
      }
      if (version_.load(std::memory_order_relaxed) == before) {
        if (version != nullptr) *version = before;
        return true;
      }
    }
    return false;
  }

  /// Version of the value: 0 at first, 2 more after every store, odd while one is under way. Pairs
  /// with the last release of `store`.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }

 private:
  static constexpr std::size_t kWordBytes = sizeof(std::uint64_t);
  static constexpr std::size_t kWords = (sizeof(T) + kWordBytes - 1) / kWordBytes;

  static constexpr std::size_t size_of_word(std::size_t word) noexcept {
    return word + 1 < kWords ? kWordBytes : sizeof(T) - (kWords - 1) * kWordBytes;
  }
  static const char* bytes_of(const T* value) noexcept {
    return reinterpret_cast<const char*>(value);
  }
  static char* bytes_of(T* value) noexcept { return reinterpret_cast<char*>(value); }

  // 128 bytes apart from whatever lies before: a spinning reader does not slow a stranger down.
  alignas(128) std::atomic<std::uint64_t> version_{0};
  std::atomic<std::uint64_t> words_[kWords] = {};
};

}  // namespace bot4
