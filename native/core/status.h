#pragma once
#include <cstdint>

namespace bot4 {

/// What became of a message or a request. Values are stable: they are counted by index in the
/// arena and named in TypeScript by `status_name`.
enum class Status : std::uint8_t {
  kOk = 0,               ///< Understood and applied.
  kTruncated,            ///< The bytes end inside the message.
  kUnexpectedToken,      ///< Not JSON, or not the shape this message must have.
  kTrailingBytes,        ///< Something other than white space follows the message.
  kBadNumber,            ///< A number that is not a plain decimal or integer.
  kNumberOverflow,       ///< A number beyond the exact range (2^53 - 1 ticks, lots or ids).
  kOffGrid,              ///< A price that is no multiple of its tick.
  kNegative,             ///< A price or quantity below zero, or a price of zero in a book.
  kMissingField,         ///< A field that this message must have is absent.
  kDuplicateField,       ///< A field stands twice.
  kUnknownEvent,         ///< A message kind that the decoder does not read.
  kUnknownSymbol,        ///< No instrument has this name.
  kSymbolMissing,        ///< The message names no symbol and its frame names none either.
  kWrongSymbol,          ///< The message names another symbol than its frame.
  kTooManyLevels,        ///< More levels on a side than the decoder holds.
  kTooLong,              ///< A message or name longer than allowed.
  kSkippedTrade,         ///< A trade outside the market (insurance fund, liquidation at price 0).
  kHeldForSnapshot,      ///< A depth update kept until its snapshot arrives.
  kStaleUpdate,          ///< A depth update that the snapshot already holds.
  kDuplicateUpdate,      ///< A depth update at or before the last applied one.
  kStaleSnapshot,        ///< A snapshot older than the book or than the held updates.
  kSequenceGap,          ///< A depth update that does not follow the last applied one.
  kCrossedBook,          ///< Best bid at or above best ask after an update.
  kTickerMismatch,       ///< The venue's best bid and ask differ from the book at the same update.
  kPendingOverflow,      ///< The held updates reached their bound; the oldest were dropped.
  kChecksumMismatch,     ///< The venue's checksum differs from the book's after the same update.
  kSkippedHistory,       ///< Past trades that a venue repeats when a subscription begins.
  kBadFrame,             ///< A WebSocket stream that breaks its protocol: what it carried is lost.
  kConnectionReset,      ///< The connection began anew: what was sent in between is lost.
  kBadArgument,          ///< A request with a value outside its declared bounds.
  kCount                 ///< Number of values; not a status.
};

/// Number of statuses.
inline constexpr int kStatusCount = static_cast<int>(Status::kCount);

/// Returns the stable kebab-case name, for example "sequence-gap".
const char* status_name(Status status) noexcept;

}  // namespace bot4
