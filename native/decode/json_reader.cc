#include "decode/json_reader.h"

#include <cstring>

#include "core/market_message.h"
#include "decode/scan.h"
#include "decode/utc_time.h"

namespace bot4 {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::size_t kPlaces = 8;
constexpr std::size_t kMaxWholeDigits = 11;
/// Largest whole part whose amount of 1e-8 still fits an int64 with any fraction.
constexpr std::int64_t kMaxWhole = 92233720367;

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The text of a scalar, without the white space that simdjson leaves behind it.
std::string_view token_of(simdjson::ondemand::value& value) noexcept {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
  return token;
}

/// Moves past digits; false when there is none.
bool skip_digits(std::string_view text, std::size_t* at) noexcept {
  const std::size_t begin = *at;
  while (*at < text.size() && is_digit(text[*at])) ++*at;
  return *at > begin;
}

/// Whether the text is a number of RFC 8259.
bool is_number(std::string_view text) noexcept {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t first = at;
  if (!skip_digits(text, &at)) return false;
  if (text[first] == '0' && at - first > 1) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!skip_digits(text, &at)) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!skip_digits(text, &at)) return false;
  }
  return at == text.size();
}

bool is_string(simdjson::ondemand::value& value) noexcept {
  simdjson::ondemand::json_type type;
  return !value.type().get(type) && type == simdjson::ondemand::json_type::string;
}

/// A number's text, or why the value is none.
Status number_text(simdjson::ondemand::value& value, std::string_view* text) noexcept {
  const std::string_view token = token_of(value);
  if (token.empty() || (token[0] != '-' && !is_digit(token[0]))) return Status::kUnexpectedToken;
  *text = token;
  return Status::kOk;
}

}  // namespace

Status json_status(simdjson::error_code error) noexcept {
  switch (error) {
    case simdjson::SUCCESS: return Status::kOk;
    case simdjson::EMPTY:
    case simdjson::UNCLOSED_STRING:
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return Status::kTruncated;
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
    case simdjson::DEPTH_ERROR: return Status::kTooLong;
    default: return Status::kUnexpectedToken;
  }
}

void SoleText::note(std::string_view value) noexcept {
  if (length == -1 && !several && value.size() <= kMax) {
    length = static_cast<int>(value.size());
    std::memcpy(text, value.data(), value.size());
  } else if (value != std::string_view(text, length < 0 ? 0 : static_cast<std::size_t>(length))) {
    several = true;
  }
}

Status check_json(simdjson::ondemand::value value, SoleText* names, int depth) noexcept {
  if (depth == kMaxDepth) return Status::kTooLong;
  simdjson::ondemand::json_type type;
  if (const auto error = value.type().get(type)) return json_status(error);
  switch (type) {
    case simdjson::ondemand::json_type::array:
      return each_element(value, [=](simdjson::ondemand::value element) noexcept {
        return check_json(element, names, depth + 1);
      });
    case simdjson::ondemand::json_type::object:
      return each_member(value, [=](std::string_view key, simdjson::ondemand::value member) noexcept {
        std::string_view text;
        if (key != names->key || !is_string(member)) return check_json(member, names, depth + 1);
        const Status status = read_text(member, &text);
        if (status == Status::kOk) names->note(text);
        return status;
      });
    case simdjson::ondemand::json_type::string: {
      std::string_view text;
      return read_text(value, &text);
    }
    case simdjson::ondemand::json_type::number:
      return is_number(token_of(value)) ? Status::kOk : Status::kUnexpectedToken;
    default: break;
  }
  const std::string_view token = token_of(value);
  const bool literal = token == "true" || token == "false" || token == "null";
  return literal ? Status::kOk : Status::kUnexpectedToken;
}

Status read_text(simdjson::ondemand::value value, std::string_view* text) noexcept {
  return json_status(value.get_string(false).get(*text));
}

Status parse_integer(std::string_view text, std::int64_t* number) noexcept {
  if (!text.empty() && text[0] == '-') return Status::kNegative;
  if (text.empty()) return Status::kBadNumber;
  std::int64_t result = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) return Status::kBadNumber;
    if (i == 16) return Status::kNumberOverflow;
    result = result * 10 + (text[i] - '0');
  }
  if (text[0] == '0' && text.size() > 1) return Status::kBadNumber;
  if (result > kMaxExact) return Status::kNumberOverflow;
  *number = result;
  return Status::kOk;
}

Status parse_decimal(std::string_view text, std::int64_t* e8) noexcept {
  if (!text.empty() && text[0] == '-') return Status::kNegative;
  std::size_t at = 0;
  std::int64_t whole = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (at == kMaxWholeDigits) return Status::kNumberOverflow;
    whole = whole * 10 + (text[at] - '0');
  }
  if (at == 0 || (text[0] == '0' && at > 1)) return Status::kBadNumber;
  if (whole > kMaxWhole) return Status::kNumberOverflow;
  std::int64_t fraction = 0;
  std::size_t places = 0;
  if (at < text.size()) {
    if (text[at] != '.') return Status::kBadNumber;
    for (++at; at < text.size(); ++at, ++places) {
      if (!is_digit(text[at]) || places == kPlaces) return Status::kBadNumber;
      fraction = fraction * 10 + (text[at] - '0');
    }
    if (places == 0) return Status::kBadNumber;
  }
  *e8 = whole * kPower10[kPlaces] + fraction * kPower10[kPlaces - places];
  return Status::kOk;
}

Status read_integer(simdjson::ondemand::value value, std::int64_t* number) noexcept {
  std::string_view text;
  if (const Status status = number_text(value, &text); status != Status::kOk) return status;
  return parse_integer(text, number);
}

Status read_decimal(simdjson::ondemand::value value, std::int64_t* e8) noexcept {
  std::string_view text;
  if (const Status status = number_text(value, &text); status != Status::kOk) return status;
  return parse_decimal(text, e8);
}

Status read_quoted_decimal(simdjson::ondemand::value value, std::int64_t* e8) noexcept {
  std::string_view text;
  if (const Status status = read_text(value, &text); status != Status::kOk) return status;
  return parse_decimal(text, e8);
}

Status read_time(simdjson::ondemand::value value, std::int64_t* ms) noexcept {
  std::string_view text;
  if (const Status status = read_text(value, &text); status != Status::kOk) return status;
  return parse_utc_ms(text.data(), text.size(), ms) ? Status::kOk : Status::kUnexpectedToken;
}

}  // namespace bot4
