#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/status.h"
#include "decode/json.h"
#include "decode/json_value.h"
#include "decode/scan.h"

namespace bot4 {

/// The parser of one decoder. Its buffers hold messages of usual length from the start and grow
/// when one is longer than every one before; that is the only allocation.
class JsonParser {
 public:
  /// Messages up to this length need no allocation.
  static constexpr std::size_t kUsualLength = 64 * 1024;

  JsonParser() noexcept {
    // A failure shows again, with a status, at the first message.
    if (parser_.allocate(kUsualLength) != simdjson::SUCCESS) return;
  }

  /// Begins a document. Requires `kDecodePadding` readable bytes behind it. A byte order mark,
  /// which simdjson would pass over, is refused.
  simdjson::simdjson_result<simdjson::ondemand::document> read(const char* data,
                                                               std::size_t length) noexcept {
    static_assert(kDecodePadding >= simdjson::SIMDJSON_PADDING);
    if (length > 0 && data[0] == kMarkBegin) return simdjson::TAPE_ERROR;
    return parser_.iterate(data, length, length + kDecodePadding);
  }

 private:
  static constexpr char kMarkBegin = '\xEF';
  simdjson::ondemand::parser parser_;
};

/// A string; escapes are resolved. Valid until the parser reads its next document.
Status read_text(simdjson::ondemand::value value, std::string_view* text) noexcept;

/// A number that is a plain non-negative integer up to 2^53 - 1.
Status read_integer(simdjson::ondemand::value value, std::int64_t* number) noexcept;

/// A number that is a plain decimal, as an integer of 1e-8. Never a float.
Status read_decimal(simdjson::ondemand::value value, std::int64_t* e8) noexcept;

/// A string that is a plain decimal, as an integer of 1e-8. Never a float.
Status read_quoted_decimal(simdjson::ondemand::value value, std::int64_t* e8) noexcept;

/// A string that is a UTC time, in milliseconds since the epoch.
Status read_time(simdjson::ondemand::value value, std::int64_t* ms) noexcept;

/// Calls `visit(key, value)` for every member of an object, in order, until one is refused.
template <typename Visit>
Status each_member(simdjson::ondemand::object& object, Visit visit) noexcept {
  for (auto member : object) {
    std::string_view key;
    if (const auto error = member.unescaped_key(false).get(key)) return json_status(error);
    simdjson::ondemand::value value;
    if (const auto error = member.value().get(value)) return json_status(error);
    if (const Status status = visit(key, value); status != Status::kOk) return status;
  }
  return Status::kOk;
}

/// Calls `visit(value)` for every element of an array, in order, until one is refused.
template <typename Visit>
Status each_element(simdjson::ondemand::value array_value, Visit visit) noexcept {
  simdjson::ondemand::array array;
  if (const auto error = array_value.get_array().get(array)) return json_status(error);
  for (auto element : array) {
    simdjson::ondemand::value value;
    if (const auto error = element.get(value)) return json_status(error);
    if (const Status status = visit(value); status != Status::kOk) return status;
  }
  return Status::kOk;
}

/// Calls `visit(key, value)` for every member of a value that must be an object.
template <typename Visit>
Status each_member(simdjson::ondemand::value object_value, Visit visit) noexcept {
  simdjson::ondemand::object object;
  if (const auto error = object_value.get_object().get(object)) return json_status(error);
  return each_member(object, visit);
}

}  // namespace bot4
