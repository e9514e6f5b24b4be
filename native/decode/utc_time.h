#pragma once
#include <cstddef>
#include <cstdint>

namespace bot4 {

/// Reads a UTC time of RFC 3339 as venues write it, YYYY-MM-DDTHH:MM:SS[.fraction]Z with at most
/// nine places, into milliseconds since the epoch, rounded down. A time before 1970 (some servers
/// write year 1 for "none") gives 0.
///
/// Errors: false, and `*ms` untouched, for anything else, impossible dates and second 60 included.
bool parse_utc_ms(const char* text, std::size_t length, std::int64_t* ms) noexcept;

/// Reads times as parse_utc_ms does, and remembers the minute of the last one: times that come one
/// after the other mostly share it.
class UtcReader {
 public:
  /// Requires at least 16 readable bytes.
  bool read(const char* text, std::size_t length, std::int64_t* ms) noexcept;

 private:
  static constexpr std::size_t kMinuteLength = 16;  // 2026-08-01T02:53
  char minute_[kMinuteLength] = {};
  std::int64_t minute_ms_ = 0;
};

}  // namespace bot4
