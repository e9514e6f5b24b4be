#include "decode/json_value.h"

#include <cstring>
#include <utility>

#include "core/market_message.h"
#include "decode/scan.h"

namespace bot4 {
namespace {

using simdjson::ondemand::json_type;

constexpr int kMaxDepth = 32;
constexpr int kPlaces = 8;
/// Largest whole part whose amount of 1e-8 still fits an int64 with any fraction.
constexpr std::int64_t kMaxWhole = 92233720367;

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }
bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Number of digits that `text` begins with.
std::size_t digits(std::string_view text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

/// The inside of a string: only its escapes are still unchecked.
bool has_good_escapes(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') continue;
    if (++i == text.size()) return false;
    if (text[i] != 'u') {
      if (std::string_view("\"\\/bfnrt").find(text[i]) == std::string_view::npos) return false;
      continue;
    }
    for (int k = 0; k < 4; ++k) {
      if (++i == text.size() || !is_hex_digit(text[i])) return false;
    }
  }
  return true;
}

bool is_number(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  std::size_t count = digits(text);
  if (count == 0 || (count > 1 && text[0] == '0')) return false;
  text.remove_prefix(count);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    count = digits(text);
    if (count == 0) return false;
    text.remove_prefix(count);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    count = digits(text);
    if (count == 0) return false;
    text.remove_prefix(count);
  }
  return text.empty();
}

bool is_scalar(std::string_view token) noexcept {
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"') {
    return has_good_escapes(token.substr(1, token.size() - 2));
  }
  return token == "true" || token == "false" || token == "null" || is_number(token);
}

std::string_view trimmed(std::string_view token) noexcept {
  while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
  return token;
}

Status check(simdjson::ondemand::value value, SoleText* names, int depth) noexcept;

Status check_array(simdjson::ondemand::value value, SoleText* names, int depth) noexcept {
  simdjson::ondemand::array array;
  if (const auto error = value.get_array().get(array)) return json_status(error);
  for (auto element : array) {
    simdjson::ondemand::value inner;
    if (const auto error = std::move(element).get(inner)) return json_status(error);
    if (const Status s = check(inner, names, depth); s != Status::kOk) return s;
  }
  return Status::kOk;
}

/// A member while names are noted: its key is compared with its escapes resolved.
Status check_noting(simdjson::ondemand::field& field, SoleText* names, int depth) noexcept {
  std::string_view text;
  if (const auto error = field.unescaped_key(false).get(text)) return json_status(error);
  simdjson::ondemand::value value = field.value();
  json_type type;
  if (text != names->key || value.type().get(type) || type != json_type::string) {
    return check(value, names, depth);
  }
  if (const auto error = value.get_string(false).get(text)) return json_status(error);
  names->note(text);
  return Status::kOk;
}

Status check_object(simdjson::ondemand::value value, SoleText* names, int depth) noexcept {
  simdjson::ondemand::object object;
  if (const auto error = value.get_object().get(object)) return json_status(error);
  for (auto member : object) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(member).get(field)) return json_status(error);
    Status s = Status::kUnexpectedToken;
    if (names != nullptr) {
      s = check_noting(field, names, depth);
    } else if (has_good_escapes(field.escaped_key())) {
      s = check(field.value(), nullptr, depth);
    }
    if (s != Status::kOk) return s;
  }
  return Status::kOk;
}

Status check(simdjson::ondemand::value value, SoleText* names, int depth) noexcept {
  json_type type;
  if (const auto error = value.type().get(type)) return json_status(error);
  if (type == json_type::array || type == json_type::object) {
    if (depth == kMaxDepth) return Status::kTooLong;
    return type == json_type::array ? check_array(value, names, depth + 1)
                                    : check_object(value, names, depth + 1);
  }
  if (!is_scalar(trimmed(value.raw_json_token()))) return Status::kUnexpectedToken;
  if (type != json_type::string) return Status::kOk;
  // The loop around this would take a string before a colon for a key; other scalars it steps over.
  simdjson::ondemand::raw_json_string text;
  return json_status(value.get_raw_json_string().get(text));
}

}  // namespace

void SoleText::note(std::string_view value) noexcept {
  if (length == -1 && !several && value.size() <= kMax) {
    length = static_cast<int>(value.size());
    std::memcpy(text, value.data(), value.size());
  } else if (value != std::string_view(text, length < 0 ? 0 : static_cast<std::size_t>(length))) {
    several = true;
  }
}

Status json_status(simdjson::error_code error) noexcept {
  switch (error) {
    case simdjson::SUCCESS: return Status::kOk;
    case simdjson::EMPTY:
    case simdjson::UNCLOSED_STRING:
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return Status::kTruncated;
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
    case simdjson::DEPTH_ERROR: return Status::kTooLong;
    case simdjson::TRAILING_CONTENT: return Status::kTrailingBytes;
    default: return Status::kUnexpectedToken;
  }
}

Status unfinished_object(std::string_view text, Status refused) noexcept {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) {
      const bool more = trimmed(text).size() > i + 1;
      return more && refused == Status::kTruncated ? Status::kTrailingBytes : refused;
    }
  }
  return depth > 0 ? Status::kTruncated : refused;
}

Status check_value(simdjson::ondemand::value value, std::string_view* token,
                   SoleText* names) noexcept {
  if (token != nullptr) *token = trimmed(value.raw_json_token());
  return check(value, names, 0);
}

Status plain_text(std::string_view token, std::string_view* text) noexcept {
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') {
    return Status::kUnexpectedToken;
  }
  *text = token.substr(1, token.size() - 2);
  return text->find('\\') == std::string_view::npos ? Status::kOk : Status::kUnexpectedToken;
}

Status plain_integer(std::string_view token, std::int64_t* value) noexcept {
  if (token.starts_with('-')) return Status::kNegative;
  const std::size_t count = digits(token);
  if (count == 0) return Status::kUnexpectedToken;
  if (count < token.size() || (count > 1 && token[0] == '0')) return Status::kBadNumber;
  if (count > 16) return Status::kNumberOverflow;
  std::int64_t result = 0;
  for (const char c : token) result = result * 10 + (c - '0');
  if (result > kMaxExact) return Status::kNumberOverflow;
  *value = result;
  return Status::kOk;
}

Status plain_decimal(std::string_view text, std::int64_t* e8) noexcept {
  if (text.starts_with('-')) return Status::kNegative;
  std::size_t count = digits(text);
  if (count > 11) return Status::kNumberOverflow;
  if (count == 0 || (count > 1 && text[0] == '0')) return Status::kBadNumber;
  std::int64_t whole = 0;
  for (std::size_t i = 0; i < count; ++i) whole = whole * 10 + (text[i] - '0');
  if (whole > kMaxWhole) return Status::kNumberOverflow;
  text.remove_prefix(count);
  std::int64_t fraction = 0;
  count = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    count = digits(text);
    if (count == 0 || count > kPlaces) return Status::kBadNumber;
    for (std::size_t i = 0; i < count; ++i) fraction = fraction * 10 + (text[i] - '0');
    text.remove_prefix(count);
  }
  if (!text.empty()) return Status::kBadNumber;
  *e8 = whole * kPower10[kPlaces] + fraction * kPower10[kPlaces - static_cast<int>(count)];
  return Status::kOk;
}

Status quoted_decimal(std::string_view token, std::int64_t* e8) noexcept {
  std::string_view text;
  if (const Status s = plain_text(token, &text); s != Status::kOk) return s;
  return plain_decimal(text, e8);
}

Status signed_decimal(std::string_view token, std::int64_t* e8) noexcept {
  std::string_view text;
  if (const Status s = plain_text(token, &text); s != Status::kOk) return s;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const Status s = plain_decimal(text, e8);
  if (s == Status::kNegative) return Status::kBadNumber;
  if (s == Status::kOk && negative) *e8 = -*e8;
  return s;
}

Status plain_boolean(std::string_view token, bool* value) noexcept {
  if (token != "true" && token != "false") return Status::kUnexpectedToken;
  *value = token == "true";
  return Status::kOk;
}

}  // namespace bot4
