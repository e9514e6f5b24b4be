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
  const char* word = *value ? "true" : "false";
  for (; *word != '\0'; ++word, ++at_) {
    if (at_ == end_) return Status::kTruncated;
    if (*at_ != *word) return Status::kUnexpectedToken;
  }
  return Status::kOk;
}

Status Cursor::skip_string() noexcept {
  ++at_;
  while (at_ != end_ && *at_ != '"') {
    if (static_cast<unsigned char>(*at_) < 0x20) return Status::kUnexpectedToken;
    if (*at_ == '\\') {
      ++at_;
      if (at_ == end_) return Status::kTruncated;
    }
    ++at_;
  }
  if (at_ == end_) return Status::kTruncated;
  ++at_;
  return Status::kOk;
}

/// A number, true, false or null: any run of their characters.
Status Cursor::skip_scalar() noexcept {
  const char* begin = at_;
  while (at_ != end_ && (is_digit(*at_) || (*at_ >= 'a' && *at_ <= 'z') || *at_ == '+' ||
                         *at_ == '-' || *at_ == '.' || *at_ == 'E')) {
    ++at_;
  }
  if (at_ == end_) return Status::kTruncated;
  return at_ == begin ? Status::kUnexpectedToken : Status::kOk;
}

Status Cursor::skip_value() noexcept {
  char open[kMaxDepth];
  int depth = 0;
  do {
    const char c = peek();
    Status s = Status::kOk;
    if (c == '\0') {
      return at_ == end_ ? Status::kTruncated : Status::kUnexpectedToken;
    } else if (c == '"') {
      s = skip_string();
    } else if (c == '{' || c == '[') {
      if (depth == kMaxDepth) return Status::kTooLong;
      open[depth++] = c;
      ++at_;
    } else if (depth > 0 && (c == '}' || c == ']')) {
      if (open[--depth] != (c == '}' ? '{' : '[')) return Status::kUnexpectedToken;
      ++at_;
    } else if (depth > 0 && (c == ',' || c == ':')) {
      ++at_;
    } else {
      s = skip_scalar();
    }
    if (s != Status::kOk) return s;
  } while (depth > 0);
  return Status::kOk;
}

}  // namespace bot4
