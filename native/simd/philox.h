#pragma once
#include <cstdint>

#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

#if defined(__AVX512F__)
using IntegerRegister = __m512i;
inline IntegerRegister product32(IntegerRegister a, IntegerRegister b) {
  return _mm512_mul_epu32(a, b);
}
inline IntegerRegister exclusive(IntegerRegister a, IntegerRegister b) {
  return _mm512_xor_si512(a, b);
}
inline IntegerRegister high_half(IntegerRegister a) { return _mm512_srli_epi64(a, 32); }
inline IntegerRegister everywhere(std::uint64_t a) {
  return _mm512_set1_epi64(static_cast<long long>(a));
}
inline IntegerRegister load_integers(const std::uint64_t* p) { return _mm512_loadu_si512(p); }
inline void store_integers(std::uint64_t* p, IntegerRegister a) { _mm512_storeu_si512(p, a); }
#elif defined(__AVX2__)
using IntegerRegister = __m256i;
inline IntegerRegister product32(IntegerRegister a, IntegerRegister b) {
  return _mm256_mul_epu32(a, b);
}
inline IntegerRegister exclusive(IntegerRegister a, IntegerRegister b) {
  return _mm256_xor_si256(a, b);
}
inline IntegerRegister high_half(IntegerRegister a) { return _mm256_srli_epi64(a, 32); }
inline IntegerRegister everywhere(std::uint64_t a) {
  return _mm256_set1_epi64x(static_cast<long long>(a));
}
inline IntegerRegister load_integers(const std::uint64_t* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
inline void store_integers(std::uint64_t* p, IntegerRegister a) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a);
}
#else
using IntegerRegister = __m128i;
inline IntegerRegister product32(IntegerRegister a, IntegerRegister b) {
  return _mm_mul_epu32(a, b);
}
inline IntegerRegister exclusive(IntegerRegister a, IntegerRegister b) {
  return _mm_xor_si128(a, b);
}
inline IntegerRegister high_half(IntegerRegister a) { return _mm_srli_epi64(a, 32); }
inline IntegerRegister everywhere(std::uint64_t a) {
  return _mm_set1_epi64x(static_cast<long long>(a));
}
inline IntegerRegister load_integers(const std::uint64_t* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
inline void store_integers(std::uint64_t* p, IntegerRegister a) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), a);
}
#endif

/// The two words of a Philox key: the seed of a simulation.
struct PhiloxKey {
  std::uint32_t low;
  std::uint32_t high;
};

/// Philox4x32-10 for counters {stream[i] low, stream[i] high, block, draw}: four words for each.
/// A word stands in the low half of its 64 bits; the upper half is rubbish.
///
/// Shapes:      stream[count] in; words[4][count] out, word after word.
/// Requires:    count a multiple of 8.
/// Determinism: bit-identical on every target, and to Random123's philox4x32.
/// Cost:        80 integer instructions for four words of a register's lanes.
/// Source:      Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
inline void philox(PhiloxKey key, const std::uint64_t* stream, std::uint32_t block,
                   std::uint32_t draw, int count, std::uint64_t* words) {
  constexpr int kStep = sizeof(IntegerRegister) / sizeof(std::uint64_t);
  const IntegerRegister first = everywhere(0xD2511F53);
  const IntegerRegister second = everywhere(0xCD9E8D57);
  for (int i = 0; i < count; i += kStep) {
    IntegerRegister c0 = load_integers(stream + i);
    IntegerRegister c1 = high_half(c0);
    IntegerRegister c2 = everywhere(block);
    IntegerRegister c3 = everywhere(draw);
    std::uint32_t k0 = key.low;
    std::uint32_t k1 = key.high;
    for (int round = 0; round < 10; ++round) {
      const IntegerRegister p0 = product32(c0, first);
      const IntegerRegister p1 = product32(c2, second);
      c0 = exclusive(exclusive(high_half(p1), c1), everywhere(k0));
      c1 = p1;
      c2 = exclusive(exclusive(high_half(p0), c3), everywhere(k1));
      c3 = p0;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    store_integers(words + i, c0);
    store_integers(words + count + i, c1);
    store_integers(words + 2 * count + i, c2);
    store_integers(words + 3 * count + i, c3);
  }
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
