// How commands and events lie in shared memory: records of f64 slots that hold whole numbers.
#pragma once

#include <cstddef>

#include "match/types.h"

namespace bot4::match {

/// Slots of a command record: kind, symbol, id, side, ticks, lots, flags, owner.
inline constexpr std::size_t kCommandSlots = 8;

/// Slots of the terms behind them, for the kinds that have terms: trigger, trail, display,
/// expiry, group, target.
inline constexpr std::size_t kTermSlots = 6;

/// Reads a command record without its terms. False when a slot is not a whole number of its range
/// (NaN, fractions, beyond 2^53, unknown kind or side); then `command.id` alone is set, to the id
/// or to 0.
bool decode_command(const double* record, Command& command) noexcept;

/// Whether commands of this kind have terms.
bool has_terms(CommandKind kind) noexcept;

/// Reads the terms of a command record from where they begin. False as for `decode_command`.
bool decode_terms(const double* record, Terms& terms) noexcept;

/// Powers of two that the parts of an event record's first slot are multiplied by; the kind stands
/// as it is.
inline constexpr int kHeadReason = 64;
inline constexpr int kHeadSide = 65536;
inline constexpr int kHeadMaker = 131072;

/// The first slot of an event record: the kind, and reason, side and maker by their factors.
double encode_head(EventKind kind, Reason reason, Side side, bool maker) noexcept;

/// Number of values of `Reason`.
inline constexpr int kMatchReasonCount = 19;

/// Returns the stable kebab-case name of a reason, for example "self-trade".
const char* match_reason_name(Reason reason) noexcept;

/// A count that the caller wrote into a slot, held to 0 .. `limit`.
std::size_t slot_count(double slot, std::size_t limit) noexcept;

}  // namespace bot4::match
