#pragma once
#include <cstdint>
#include <string_view>

#include "core/status.h"
#include "decode/json.h"

namespace bot4 {

/// The status that says what a simdjson error means for the message.
Status json_status(simdjson::error_code error) noexcept;

/// What is wrong with refused text whose brackets do not close at its end: kTruncated when they
/// never close, kTrailingBytes when they do so earlier and simdjson saw no more than that, else
/// `refused`. For statuses only: nothing is accepted by it.
Status unfinished_object(std::string_view text, Status refused) noexcept;

/// The one value that the members of some name have in a document, wherever they stand.
struct SoleText {
  static constexpr int kMax = 23;
  std::string_view key;   ///< The members' name.
  char text[kMax] = {};   ///< The value of the first one.
  int length = -1;        ///< Its length; -1 when there is none or it is longer than any name.
  bool several = false;   ///< Another member has another value.

  void note(std::string_view value) noexcept;
  bool found() const noexcept { return length >= 0 && !several; }
};

/// Walks a value up to 32 levels deep and holds it to the grammar of RFC 8259, which on-demand
/// parsing alone does not; its UTF-8 is checked before. Writes the value's text, without white
/// space around it, when `token` is not null; notes the values of one name on the way when `names`
/// is not.
Status check_value(simdjson::ondemand::value value, std::string_view* token,
                   SoleText* names = nullptr) noexcept;

/// The text between the quotes of a string that holds no escapes.
Status plain_text(std::string_view token, std::string_view* text) noexcept;

/// A number that is a plain non-negative integer up to 2^53 - 1.
Status plain_integer(std::string_view token, std::int64_t* value) noexcept;

/// Plain decimal text (no quotes) with at most eight places, as an integer of 1e-8; never a float.
/// A sign is kNegative.
Status plain_decimal(std::string_view text, std::int64_t* e8) noexcept;

/// A quoted plain decimal.
Status quoted_decimal(std::string_view token, std::int64_t* e8) noexcept;

/// A quoted plain decimal that may be negative.
Status signed_decimal(std::string_view token, std::int64_t* e8) noexcept;

/// true or false.
Status plain_boolean(std::string_view token, bool* value) noexcept;

}  // namespace bot4
