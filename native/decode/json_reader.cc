#include "decode/json_reader.h"

#include "decode/utc_time.h"

namespace bot4 {
namespace {

/// A number's text, or why the value is none.
Status number_text(simdjson::ondemand::value& value, std::string_view* text) noexcept {
  simdjson::ondemand::json_type type;
  if (const auto error = value.type().get(type)) return json_status(error);
  if (type != simdjson::ondemand::json_type::number) return Status::kUnexpectedToken;
  return check_value(value, text);
}

}  // namespace

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
