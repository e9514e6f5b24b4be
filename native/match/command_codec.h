// How commands and events lie in shared memory: records of f64 slots that hold whole numbers.
#pragma once

#include <cstddef>

#include "match/types.h"

namespace bot4::match {

/// Slots of a command record: kind, symbol, id, side, ticks, lots, flags, owner.
inline constexpr std::size_t kCommandSlots = 8;

/// Reads a command record. False when a slot is not a whole number of its range (NaN, fractions,
/// beyond 2^53, unknown kind or side); then `command.id` alone is set, to the id or to 0.
bool decode_command(const double* record, Command& command) noexcept;

/// The first slot of an event record: kind + 64 * reason + 65536 * side + 131072 * maker.
double encode_head(EventKind kind, Reason reason, Side side, bool maker) noexcept;

/// A count that the caller wrote into a slot, held to 0 .. `limit`.
std::size_t slot_count(double slot, std::size_t limit) noexcept;

}  // namespace bot4::match
