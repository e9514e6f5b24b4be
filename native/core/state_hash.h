#pragma once
#include <bit>
#include <cstdint>

namespace bot4 {

/// A running 64-bit fingerprint of a sequence of words: equal sequences give equal fingerprints on
/// every target. Not cryptographic.
///
/// Four lanes take the words in turn, so that folding is bound by throughput, not latency.
class StateHash {
 public:
  void fold(std::uint64_t word) noexcept {
    std::uint64_t& lane = lanes_[count_++ & 3];
    lane = std::rotl((lane ^ word) * kPrime1, 29) * kPrime2;
  }
  void fold(std::int64_t value) noexcept { fold(static_cast<std::uint64_t>(value)); }
  void fold(double value) noexcept { fold(std::bit_cast<std::uint64_t>(value)); }

  std::uint64_t digest() const noexcept {
    std::uint64_t h = count_;
    for (std::uint64_t lane : lanes_) {
      h = (h ^ lane) * kPrime1;
      h ^= h >> 32;
    }
    return h * kPrime2 ^ (h >> 29);
  }

 private:
  static constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ull;
  static constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Full;
  std::uint64_t lanes_[4] = {1, 2, 3, 4};
  std::uint64_t count_ = 0;
};

}  // namespace bot4
