#include "decode/cursor.h"

namespace bot4 {
namespace {

constexpr int kMaxDepth = 32;
constexpr int kPlaces = 8;
/// Largest whole part whose amount of 1e-8 still fits an int64 with any fraction.
constexpr std::int64_t kMaxWhole = 92233720367;
constexpr std::int64_t kPower10[kPlaces + 1] = {1,      10,      100,      1000,     10000,
                                                100000, 1000000, 10000000, 100000000};

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether `c` may follow a backslash on its own.
bool is_escape(char c) noexcept {
  return c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' || c == 'n' || c == 'r' ||
         c == 't';
}

}  // namespace

Status Cursor::plain_string(Text* text) noexcept {
  if (Status s = expect('"'); s != Status::kOk) return s;
  const char* begin = at_;
  while (at_ != end_ && *at_ != '"') {
    if (*at_ == '\\' || static_cast<unsigned char>(*at_) < 0x20) return Status::kUnexpectedToken;
    ++at_;
  }
  if (at_ == end_) return Status::kTruncated;
  if (at_ - begin > 4096) return Status::kTooLong;
  *text = Text{begin, static_cast<int>(at_ - begin)};
  ++at_;
  return Status::kOk;
}

Status Cursor::integer(std::int64_t* value) noexcept {
  skip_space();
  if (at_ == end_) return Status::kTruncated;
  if (*at_ == '-') return Status::kNegative;
  if (!is_digit(*at_)) return Status::kUnexpectedToken;
  const char* begin = at_;
  std::int64_t result = 0;
  while (at_ != end_ && is_digit(*at_)) {
    if (at_ - begin >= 16) return Status::kNumberOverflow;
    result = result * 10 + (*at_ - '0');
    ++at_;
  }
  if (at_ == end_) return Status::kTruncated;  // An integer never ends a message.
  if (*at_ == '.' || *at_ == 'e' || *at_ == 'E') return Status::kBadNumber;
  if (*begin == '0' && at_ - begin > 1) return Status::kBadNumber;
  if (result > kMaxExact) return Status::kNumberOverflow;
  *value = result;
  return Status::kOk;
}

Status Cursor::decimal(std::int64_t* e8) noexcept {
  if (at_ == end_) return Status::kTruncated;
  if (*at_ == '-') return Status::kNegative;
  const char* begin = at_;
  std::int64_t whole = 0;
  while (at_ != end_ && is_digit(*at_)) {
    if (at_ - begin >= 11) return Status::kNumberOverflow;
    whole = whole * 10 + (*at_ - '0');
    ++at_;
  }
  if (at_ == end_) return Status::kTruncated;
  if (at_ == begin || (*begin == '0' && at_ - begin > 1)) return Status::kBadNumber;
  if (whole > kMaxWhole) return Status::kNumberOverflow;
  std::int64_t fraction = 0;
  int places = 0;
  if (*at_ == '.') {
    ++at_;
    while (at_ != end_ && is_digit(*at_)) {
      if (places == kPlaces) return Status::kBadNumber;
      fraction = fraction * 10 + (*at_ - '0');
      ++places;
      ++at_;
    }
    if (at_ == end_) return Status::kTruncated;
    if (places == 0) return Status::kBadNumber;
  }
  *e8 = whole * kPower10[kPlaces] + fraction * kPower10[kPlaces - places];
  return Status::kOk;
}

Status Cursor::quoted_decimal(std::int64_t* e8) noexcept {
  if (Status s = expect('"'); s != Status::kOk) return s;
  if (Status s = decimal(e8); s != Status::kOk) return s;
  if (*at_ != '"') return Status::kBadNumber;  // decimal() stopped before the end.
  ++at_;
  return Status::kOk;
}

Status Cursor::boolean(bool* value) noexcept {
  const char first = peek();
  if (first == '\0') return Status::kTruncated;
  if (first != 't' && first != 'f') return Status::kUnexpectedToken;
  *value = first == 't';
  return skip_literal(*value ? "true" : "false");
}

Status Cursor::skip_literal(const char* word) noexcept {
  for (; *word != '\0'; ++word, ++at_) {
    if (at_ == end_) return Status::kTruncated;
    if (*at_ != *word) return Status::kUnexpectedToken;
  }
  return Status::kOk;
}

/// What follows a backslash.
Status Cursor::skip_escape() noexcept {
  if (at_ == end_) return Status::kTruncated;
  const char c = *at_++;
  if (c != 'u') return is_escape(c) ? Status::kOk : Status::kUnexpectedToken;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_ == end_) return Status::kTruncated;
    if (!is_hex_digit(*at_)) return Status::kUnexpectedToken;
  }
  return Status::kOk;
}

Status Cursor::skip_string() noexcept {
  if (Status s = expect('"'); s != Status::kOk) return s;
  while (at_ != end_ && *at_ != '"') {
    if (static_cast<unsigned char>(*at_) < 0x20) return Status::kUnexpectedToken;
    if (*at_++ != '\\') continue;
    if (Status s = skip_escape(); s != Status::kOk) return s;
  }
  if (at_ == end_) return Status::kTruncated;
  ++at_;
  return Status::kOk;
}

/// One digit or more.
Status Cursor::skip_digits() noexcept {
  if (at_ == end_) return Status::kTruncated;
  if (!is_digit(*at_)) return Status::kUnexpectedToken;
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return Status::kOk;
}

Status Cursor::skip_number() noexcept {
  if (*at_ == '-') ++at_;
  const char* first = at_;
  if (Status s = skip_digits(); s != Status::kOk) return s;
  if (*first == '0' && at_ - first > 1) return Status::kUnexpectedToken;
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (Status s = skip_digits(); s != Status::kOk) return s;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (Status s = skip_digits(); s != Status::kOk) return s;
  }
  return at_ == end_ ? Status::kTruncated : Status::kOk;  // A number never ends a message.
}

/// A string, a number, true, false or null.
Status Cursor::skip_scalar() noexcept {
  switch (peek()) {
    case '\0': return at_ == end_ ? Status::kTruncated : Status::kUnexpectedToken;
    case '"': return skip_string();
    case 't': return skip_literal("true");
    case 'f': return skip_literal("false");
    case 'n': return skip_literal("null");
    default: return *at_ == '-' || is_digit(*at_) ? skip_number() : Status::kUnexpectedToken;
  }
}

/// The name of an object's member and its colon.
Status Cursor::skip_key() noexcept {
  if (Status s = skip_string(); s != Status::kOk) return s;
  return expect(':');
}

Status Cursor::skip_value() noexcept {
  char close[kMaxDepth];
  int depth = 0;
  for (;;) {
    const char c = peek();
    Status s = Status::kOk;
    if (c == '{' || c == '[') {
      if (depth == kMaxDepth) return Status::kTooLong;
      ++at_;
      close[depth] = c == '{' ? '}' : ']';
      if (!accept(close[depth])) {
        ++depth;
        if (c == '{') s = skip_key();
        if (s != Status::kOk) return s;
        continue;  // With the first value inside.
      }
    } else {
      s = skip_scalar();
    }
    // A value has ended; so may the containers around it.
    while (s == Status::kOk && depth > 0 && !accept(',')) s = expect(close[--depth]);
    if (s == Status::kOk && depth > 0 && close[depth - 1] == '}') s = skip_key();
    if (s != Status::kOk || depth == 0) return s;
  }
}

}  // namespace bot4
