#pragma once
#include <emmintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/market_message.h"

namespace bot4 {

/// Bytes that must be readable (any content) behind every message given to a decoder. The scanner
/// loads ahead of what it has checked, and simdjson does, too.
inline constexpr std::size_t kDecodePadding = 64;

/// Powers of ten up to 10^16.
inline constexpr std::int64_t kPower10[17] = {1,
                                              10,
                                              100,
                                              1000,
                                              10000,
                                              100000,
                                              1000000,
                                              10000000,
                                              100000000,
                                              1000000000,
                                              10000000000,
                                              100000000000,
                                              1000000000000,
                                              10000000000000,
                                              100000000000000,
                                              1000000000000000,
                                              10000000000000000};

/// Reads messages whose shape is known to the byte. Where a function says false the message is not
/// of that shape: the position is then of no further use, and the general decoder must decide.
///
/// Every function may load up to 32 bytes behind the position, and none moves it by more than 24
/// bytes, without looking at the end; those that take a number or a name look at it first. So a
/// shape that never lets more than one literal pass between two of them stays within
/// `kDecodePadding`. That the message ends exactly where its shape does is asked with `at_end`:
/// only then nothing behind the message was taken for a part of it.
///
/// Instruction set: SSE2 and 64-bit words, the baseline of x86-64.
class Scanner {
 public:
  Scanner(const char* data, std::size_t length) noexcept : at_(data), end_(data + length) {}

  const char* at() const noexcept { return at_; }
  const char* end() const noexcept { return end_; }
  void move_to(const char* at) noexcept { at_ = at; }
  bool inside() const noexcept { return at_ < end_; }
  bool at_end() const noexcept { return at_ == end_; }
  char peek() const noexcept { return *at_; }

  static std::uint64_t load(const char* at) noexcept {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }

  /// Whether the literal stands here; it is at most 24 bytes long without its zero.
  template <std::size_t N>
  bool sees(const char (&literal)[N]) const noexcept {
    static_assert(N >= 2 && N <= 25);
    return matches<N - 1>(at_, literal);
  }

  /// Moves past the literal when it stands here.
  template <std::size_t N>
  bool accept(const char (&literal)[N]) noexcept {
    if (!sees(literal)) return false;
    at_ += N - 1;
    return true;
  }

  /// A plain integer from 0 to 2^53 - 1, without leading zeros. What follows is not looked at,
  /// except that it is no digit.
  bool integer(std::int64_t* value) noexcept {
    if (!inside()) return false;
    const std::uint64_t high = load(at_) ^ kZeros;
    const int high_digits = leading_digits(high);
    if (high_digits < 8) {
      if (high_digits == 0 || (at_[0] == '0' && high_digits > 1)) return false;
      *value = static_cast<std::int64_t>(number(high << (64 - 8 * high_digits)));
      at_ += high_digits;
      return true;
    }
    if (at_[0] == '0') return false;
    const std::uint64_t low = load(at_ + 8) ^ kZeros;
    const int low_digits = leading_digits(low);
    if (low_digits == 5) {
      // Times in ms and most ids have 13 digits: predicted, so that the next token needs not wait.
      *value = static_cast<std::int64_t>(number(high) * 100000 + number(low << 24));
      at_ += 13;
      return true;
    }
    if (low_digits == 0) {
      *value = static_cast<std::int64_t>(number(high));
      at_ += 8;
      return true;
    }
    if (low_digits == 8 && is_digit(at_[16])) return false;
    *value = static_cast<std::int64_t>(number(high)) * kPower10[low_digits] +
             static_cast<std::int64_t>(number(low << (64 - 8 * low_digits)));
    at_ += 8 + low_digits;
    return *value <= kMaxExact;
  }

  /// A plain non-negative decimal of at most 8 whole digits and 8 places, without leading zeros, as
  /// an integer of 1e-8; `*places` is how many places it shows. What follows is not looked at,
  /// except that it is neither a digit nor a point.
  bool decimal(std::int64_t* e8, int* places) noexcept {
    if (!inside()) return false;
    const std::uint64_t whole = load(at_) ^ kZeros;
    const int whole_digits = leading_digits(whole);
    if (whole_digits == 0 || (at_[0] == '0' && whole_digits > 1)) return false;
    at_ += whole_digits;
    const auto units = static_cast<std::int64_t>(number(whole << (64 - 8 * whole_digits)));
    if (*at_ != '.') {
      *e8 = units * kPower10[8];
      *places = 0;
      return !is_digit(*at_);
    }
    const std::uint64_t fraction = load(at_ + 1) ^ kZeros;
    const int digits = leading_digits(fraction);
    if (digits == 0) return false;
    at_ += 1 + digits;
    const auto part = static_cast<std::int64_t>(number(fraction << (64 - 8 * digits)));
    *e8 = units * kPower10[8] + part * kPower10[8 - digits];
    *places = digits;
    return !is_digit(*at_) && *at_ != '.';
  }

  /// The same between quotes.
  bool quoted_decimal(std::int64_t* e8) noexcept {
    int places = 0;
    if (*at_ != '"') return false;
    ++at_;
    if (!decimal(e8, &places) || *at_ != '"') return false;
    ++at_;
    return true;
  }

  /// Text up to the next quote, at most 48 bytes of printable ASCII without backslash; moves past
  /// the quote.
  bool text(const char** begin, int* length) noexcept {
    *begin = at_;
    for (int block = 0; block < 3 && inside(); ++block) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at_));
      const auto quotes = mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
      // Signed: bytes of 0x80 and above are below a space, too.
      const auto refused = mask(_mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                             _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
      if (quotes == 0) {
        if (refused != 0) return false;
        at_ += 16;
        continue;
      }
      if ((refused & (quotes ^ (quotes - 1))) != 0) return false;
      const int before = std::countr_zero(quotes);
      *length = static_cast<int>(at_ - *begin) + before;
      at_ += before + 1;
      return true;
    }
    return false;
  }

  /// Index of the first byte of the next 8 that equals the one all of `pattern` is made of, or 8.
  static int find_in_8(std::uint64_t bytes, std::uint64_t pattern) noexcept {
    const std::uint64_t x = bytes ^ pattern;
    const std::uint64_t zero = (x - kOnes) & ~x & kHighBits;
    return std::countr_zero(zero) >> 3;
  }

  /// Eight digits, the first in the lowest byte and each already as its value, as a number.
  static std::uint64_t number(std::uint64_t digits) noexcept {
    digits = digits * 10 + (digits >> 8);
    constexpr std::uint64_t kPairs = 0x000000FF000000FFull;
    return ((digits & kPairs) * (100 + (std::uint64_t{1000000} << 32)) +
            ((digits >> 16) & kPairs) * (1 + (std::uint64_t{10000} << 32))) >>
           32;
  }

  /// Not zero when a byte is no digit's value.
  static std::uint64_t not_digits(std::uint64_t values) noexcept {
    return ((values + kSixes) | values) & kHighBits;
  }

  static constexpr std::uint64_t kOnes = 0x0101010101010101ull;
  static constexpr std::uint64_t kZeros = kOnes * '0';
  static constexpr std::uint64_t kHighBits = kOnes * 0x80;

 private:
  static constexpr std::uint64_t kSixes = kOnes * 0x76;  // 9 + 0x76 is the last below 0x80.

  static bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

  static std::uint32_t mask(__m128i bytes) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
  }

  /// How many of the eight bytes, from the first on, are digits' values. A carry of the sum starts
  /// only at a byte that is none, and so never changes the answer.
  static int leading_digits(std::uint64_t values) noexcept {
    return std::countr_zero(not_digits(values)) >> 3;
  }

  template <std::size_t N>
  static bool matches(const char* at, const char* literal) noexcept {
    if constexpr (N >= 8) {
      std::uint64_t different = load(at) ^ load(literal);
      if constexpr (N > 16) different |= load(at + 8) ^ load(literal + 8);
      if constexpr (N > 8) different |= load(at + N - 8) ^ load(literal + N - 8);
      return different == 0;
    } else {
      std::uint64_t expected = 0;
      std::memcpy(&expected, literal, N);
      return ((load(at) ^ expected) << (64 - 8 * N)) == 0;
    }
  }

  const char* at_;
  const char* end_;
};

}  // namespace bot4
