#pragma once
#include <cstdint>
#include <cstring>

#include "core/market_message.h"
#include "core/status.h"

namespace bot4 {

/// A piece of the message text.
struct Text {
  const char* data = nullptr;
  int length = 0;
  bool is(const char* literal, int literal_length) const noexcept {
    return length == literal_length &&
           std::memcmp(data, literal, static_cast<std::size_t>(literal_length)) == 0;
  }
};

/// Reads JSON tokens from bytes it does not own, and never past their end. Every function that
/// returns a status moves past its token with kOk; with any other status the cursor stays somewhere
/// inside the token and is of no further use.
class Cursor {
 public:
  Cursor(const char* data, std::size_t length) noexcept : at_(data), end_(data + length) {}

  void skip_space() noexcept {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool at_end() noexcept {
    skip_space();
    return at_ == end_;
  }

  /// The next byte that is not white space, or 0 at the end.
  char peek() noexcept {
    if (at_ != end_ && *at_ > ' ') return *at_;
    skip_space();
    return at_ == end_ ? '\0' : *at_;
  }

  /// Consumes `token`.
  Status expect(char token) noexcept {
    if (at_ == end_ || *at_ != token) [[unlikely]] {
      skip_space();
      if (at_ == end_) return Status::kTruncated;
      if (*at_ != token) return Status::kUnexpectedToken;
    }
    ++at_;
    return Status::kOk;
  }

  /// Consumes `token` when it comes next.
  bool accept(char token) noexcept {
    if (peek() != token || token == '\0') return false;
    ++at_;
    return true;
  }

  /// A string without escapes.
  Status plain_string(Text* text) noexcept;

  /// A JSON number that is a plain non-negative integer up to 2^53 - 1.
  Status integer(std::int64_t* value) noexcept;

  /// A quoted plain decimal with at most eight places, as an integer of 1e-8. Never a float.
  Status quoted_decimal(std::int64_t* e8) noexcept;

  /// true or false.
  Status boolean(bool* value) noexcept;

  /// Any JSON value up to 32 levels deep, held to the grammar of RFC 8259 (numbers, literals,
  /// escapes, commas and colons); that its strings are valid UTF-8 is not checked.
  Status skip_value() noexcept;

 private:
  Status skip_string() noexcept;
  Status skip_escape() noexcept;
  Status skip_literal(const char* word) noexcept;
  Status skip_digits() noexcept;
  Status skip_number() noexcept;
  Status skip_scalar() noexcept;
  Status skip_key() noexcept;
  Status decimal(std::int64_t* e8) noexcept;

  const char* at_;
  const char* end_;
};

}  // namespace bot4
