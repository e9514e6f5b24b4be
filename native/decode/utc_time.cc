#include "decode/utc_time.h"

#include <cstring>

namespace bot4 {
namespace {

constexpr std::size_t kShortest = 20;  // 2026-08-01T02:53:53Z
constexpr std::size_t kLongest = 30;   // With a dot and nine places.
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMinuteMs = 60'000;

/// Two digits as a number, or a value above 99.
int two(const char* at) noexcept {
  const auto tens = static_cast<unsigned>(at[0] - '0');
  const auto ones = static_cast<unsigned>(at[1] - '0');
  return tens > 9 || ones > 9 ? 1000 : static_cast<int>(tens * 10 + ones);
}

int days_in(int year, int month) noexcept {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

/// Days from 1970-01-01 of the proleptic Gregorian calendar.
/// Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
std::int64_t days_since_epoch(int year, int month, int day) noexcept {
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int year_of_era = y - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return std::int64_t{era} * 146097 + day_of_era - 719468;
}

/// The milliseconds of a fraction of `count` digits, or -1.
int fraction_ms(const char* digits, std::size_t count) noexcept {
  int ms = 0;
  int weight = 100;
  for (std::size_t i = 0; i < count; ++i) {
    const auto digit = static_cast<unsigned>(digits[i] - '0');
    if (digit > 9) return -1;
    ms += static_cast<int>(digit) * weight;
    weight /= 10;
  }
  return ms;
}

/// The milliseconds behind the minute in ":SS[.fraction]Z", or -1.
int second_ms(const char* text, std::size_t length) noexcept {
  if (text[0] != ':' || text[length - 1] != 'Z') return -1;
  const int second = two(text + 1);
  if (second > 59) return -1;
  if (length == 4) return second * 1000;
  if (text[3] != '.' || length == 5) return -1;
  const int fraction = fraction_ms(text + 4, length - 5);
  return fraction < 0 ? -1 : second * 1000 + fraction;
}

}  // namespace

bool parse_utc_ms(const char* text, std::size_t length, std::int64_t* ms) noexcept {
  if (length < kShortest || length > kLongest) return false;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':') return false;
  const int century = two(text);
  const int year_of_century = two(text + 2);
  const int month = two(text + 5);
  const int day = two(text + 8);
  const int hour = two(text + 11);
  const int minute = two(text + 14);
  if (century > 99 || year_of_century > 99 || month < 1 || month > 12) return false;
  const int year = century * 100 + year_of_century;
  if (day < 1 || day > days_in(year, month) || hour > 23 || minute > 59) return false;
  const int milliseconds = second_ms(text + 16, length - 16);
  if (milliseconds < 0) return false;
  const std::int64_t since = days_since_epoch(year, month, day) * kDayMs +
                             (hour * 60 + minute) * kMinuteMs + milliseconds;
  *ms = since < 0 ? 0 : since;
  return true;
}

bool UtcReader::read(const char* text, std::size_t length, std::int64_t* ms) noexcept {
  if (length < kShortest || length > kLongest) return false;
  if (std::memcmp(text, minute_, kMinuteLength) != 0) {
    if (!parse_utc_ms(text, length, ms)) return false;
    // A minute before 1970 is not remembered: all its times give 0.
    if (*ms == 0 && std::memcmp(text, "1970", 4) < 0) return true;
    std::memcpy(minute_, text, kMinuteLength);
    minute_ms_ = *ms - *ms % kMinuteMs;
    return true;
  }
  const int milliseconds = second_ms(text + kMinuteLength, length - kMinuteLength);
  if (milliseconds < 0) return false;
  *ms = minute_ms_ + milliseconds;
  return true;
}

}  // namespace bot4
