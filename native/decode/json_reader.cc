#include "decode/json_reader.h"

#include <cstring>

#include "decode/json_value.h"
#include "decode/utc_time.h"

namespace bot4 {
namespace {

constexpr int kMaxDepth = 32;

bool is_string(simdjson::ondemand::value& value) noexcept {
  simdjson::ondemand::json_type type;
  return !value.type().get(type) && type == simdjson::ondemand::json_type::string;
}

/// A number's text, or why the value is none.
Status number_text(simdjson::ondemand::value& value, std::string_view* text) noexcept {
  simdjson::ondemand::json_type type;
  if (const auto error = value.type().get(type)) return json_status(error);
  if (type != simdjson::ondemand::json_type::number) return Status::kUnexpectedToken;
  return check_value(value, text);
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
    default: return check_value(value, nullptr);
  }
}

Status read_text(simdjson::ondemand::value value, std::string_view* text) noexcept {
  return json_status(value.get_string(false).get(*text));
}

Status read_integer(simdjson::ondemand::value value, std::int64_t* number) noexcept {
  std::string_view text;
  if (const Status status = number_text(value, &text); status != Status::kOk) return status;
  return plain_integer(text, number);
}

Status read_decimal(simdjson::ondemand::value value, std::int64_t* e8) noexcept {
  std::string_view text;
  if (const Status status = number_text(value, &text); status != Status::kOk) return status;
  return plain_decimal(text, e8);
}

Status read_quoted_decimal(simdjson::ondemand::value value, std::int64_t* e8) noexcept {
  std::string_view text;
  if (const Status status = read_text(value, &text); status != Status::kOk) return status;
  return plain_decimal(text, e8);
}

Status read_time(simdjson::ondemand::value value, std::int64_t* ms) noexcept {
  std::string_view text;
  if (const Status status = read_text(value, &text); status != Status::kOk) return status;
  return parse_utc_ms(text.data(), text.size(), ms) ? Status::kOk : Status::kUnexpectedToken;
}

}  // namespace bot4
