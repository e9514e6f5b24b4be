#include "match/command_codec.h"

#include <cstdint>

namespace bot4::match {

namespace {

constexpr double kExactLimit = 9007199254740991.0;  // 2^53 - 1

/// Reads a whole number; NaN, fractions and anything beyond 2^53 are refused.
bool whole(double slot, std::int64_t& out) noexcept {
  if (!(slot >= -kExactLimit && slot <= kExactLimit)) return false;
  out = static_cast<std::int64_t>(slot);
  return static_cast<double>(out) == slot;
}

}  // namespace

bool decode_command(const double* record, Command& command) noexcept {
  if (!whole(record[2], command.id)) command.id = 0;
  std::int64_t field[kCommandSlots];
  for (std::size_t i = 0; i < kCommandSlots; ++i) {
    if (!whole(record[i], field[i])) return false;
  }
  if (field[0] < static_cast<std::int64_t>(CommandKind::kLimit) ||
      field[0] > static_cast<std::int64_t>(CommandKind::kRecord)) {
    return false;
  }
  if (field[1] < INT32_MIN || field[1] > INT32_MAX) return false;
  if (field[3] != 0 && field[3] != 1) return false;
  command.kind = static_cast<CommandKind>(field[0]);
  command.symbol = static_cast<std::int32_t>(field[1]);
  command.id = field[2];
  command.side = static_cast<Side>(field[3]);
  command.ticks = field[4];
  command.lots = field[5];
  command.flags = field[6];
  command.owner = field[7];
  return true;
}

bool has_terms(CommandKind kind) noexcept {
  return (kind >= CommandKind::kPlace && kind <= CommandKind::kClock) ||
         kind == CommandKind::kRecord;
}

bool decode_terms(const double* record, Terms& terms) noexcept {
  return whole(record[0], terms.trigger) && whole(record[1], terms.trail) &&
         whole(record[2], terms.display) && whole(record[3], terms.expires_at) &&
         whole(record[4], terms.group) && whole(record[5], terms.target);
}

double encode_head(EventKind kind, Reason reason, Side side, bool maker) noexcept {
  return static_cast<double>(static_cast<int>(kind) + kHeadReason * static_cast<int>(reason) +
                             kHeadSide * static_cast<int>(side) + (maker ? kHeadMaker : 0));
}

const char* match_reason_name(Reason reason) noexcept {
  switch (reason) {
    case Reason::kNone: return "none";
    case Reason::kRequested: return "requested";
    case Reason::kSelfTrade: return "self-trade";
    case Reason::kDuplicateId: return "duplicate-id";
    case Reason::kBadPrice: return "bad-price";
    case Reason::kBadQuantity: return "bad-quantity";
    case Reason::kBadSymbol: return "bad-symbol";
    case Reason::kBadCommand: return "bad-command";
    case Reason::kPostOnlyWouldTake: return "post-only-would-take";
    case Reason::kBookFull: return "book-full";
    case Reason::kUnknownOrder: return "unknown-order";
    case Reason::kOneCancelsOther: return "one-cancels-other";
    case Reason::kTimedOut: return "timed-out";
    case Reason::kReduceOnly: return "reduce-only";
    case Reason::kWouldTrigger: return "would-trigger";
    case Reason::kNotFillable: return "not-fillable";
    case Reason::kBadTerms: return "bad-terms";
    case Reason::kNotAttempted: return "not-attempted";
    case Reason::kTooManySlices: return "too-many-slices";
  }
  return "invalid";
}

std::size_t slot_count(double slot, std::size_t limit) noexcept {
  if (!(slot >= 0)) return 0;
  return slot <= static_cast<double>(limit) ? static_cast<std::size_t>(slot) : limit;
}

}  // namespace bot4::match
