#include "core/status.h"

namespace bot4 {

const char* status_name(Status status) noexcept {
  switch (status) {
    case Status::kOk: return "ok";
    case Status::kTruncated: return "truncated";
    case Status::kUnexpectedToken: return "unexpected-token";
    case Status::kTrailingBytes: return "trailing-bytes";
    case Status::kBadNumber: return "bad-number";
    case Status::kNumberOverflow: return "number-overflow";
    case Status::kOffGrid: return "off-grid";
    case Status::kNegative: return "negative";
    case Status::kMissingField: return "missing-field";
    case Status::kDuplicateField: return "duplicate-field";
    case Status::kUnknownEvent: return "unknown-event";
    case Status::kUnknownSymbol: return "unknown-symbol";
    case Status::kSymbolMissing: return "symbol-missing";
    case Status::kWrongSymbol: return "wrong-symbol";
    case Status::kTooManyLevels: return "too-many-levels";
    case Status::kTooLong: return "too-long";
    case Status::kSkippedTrade: return "skipped-trade";
    case Status::kHeldForSnapshot: return "held-for-snapshot";
    case Status::kStaleUpdate: return "stale-update";
    case Status::kDuplicateUpdate: return "duplicate-update";
    case Status::kStaleSnapshot: return "stale-snapshot";
    case Status::kSequenceGap: return "sequence-gap";
    case Status::kCrossedBook: return "crossed-book";
    case Status::kTickerMismatch: return "ticker-mismatch";
    case Status::kPendingOverflow: return "pending-overflow";
    case Status::kChecksumMismatch: return "checksum-mismatch";
    case Status::kSkippedHistory: return "skipped-history";
    case Status::kBadFrame: return "bad-frame";
    case Status::kConnectionReset: return "connection-reset";
    case Status::kBadArgument: return "bad-argument";
    case Status::kCount: break;
  }
  return "invalid";
}

}  // namespace bot4
