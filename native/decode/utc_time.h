#pragma once
#include <emmintrin.h>

#include <cstddef>
#include <cstdint>

#include "decode/scan.h"

namespace bot4 {

/// Reads a UTC time of RFC 3339 as venues write it, YYYY-MM-DDTHH:MM:SS[.fraction]Z with at most
/// nine places, into milliseconds since the epoch, rounded down. A time before 1970 (some servers
/// write year 1 for "none") gives 0.
///
/// Errors: false, and `*ms` untouched, for anything else, impossible dates and second 60 included.
bool parse_utc_ms(const char* text, std::size_t length, std::int64_t* ms) noexcept;

/// Reads quoted times as parse_utc_ms does, and remembers the last one and its minute: times that
/// come one after the other are mostly equal or share the minute.
class UtcReader {
 public:
  /// Moves past a time and its closing quote; the position is behind the opening one. False, with
  /// the position of no further use, when no time stands there.
  bool read(Scanner& scan, std::int64_t* ms) noexcept {
    if (scan.inside() && same_as_last(scan.at())) {
      scan.move_to(scan.at() + last_length_ + 1);
      *ms = last_ms_;
      return true;
    }
    return read_other(scan, ms);
  }

 private:
  static constexpr std::size_t kMinuteLength = 16;  // 2026-08-01T02:53

  /// Whether the last time and its quote stand here again. They are 21 bytes or more, so that two
  /// loads of 16 cover them.
  bool same_as_last(const char* at) const noexcept {
    const auto bytes = [](const char* from) noexcept {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    const std::size_t tail = last_length_ + 1 - 16;
    const __m128i equal = _mm_and_si128(_mm_cmpeq_epi8(bytes(at), bytes(last_)),
                                        _mm_cmpeq_epi8(bytes(at + tail), bytes(last_ + tail)));
    return _mm_movemask_epi8(equal) == 0xFFFF;
  }

  bool read_other(Scanner& scan, std::int64_t* ms) noexcept;
  bool parse(const char* text, std::size_t length, std::int64_t* ms) noexcept;

  char last_[32] = "1970-01-01T00:00:00Z\"";  // With its closing quote: a true time from the start.
  std::size_t last_length_ = 20;
  std::int64_t last_ms_ = 0;
  char minute_[kMinuteLength] = {};
  std::int64_t minute_ms_ = 0;
};

}  // namespace bot4
