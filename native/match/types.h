// Commands and events of the matching engine, as they lie in its shared memory.
#pragma once

#include <cstdint>

#include "core/side.h"

namespace bot4::match {

/// What a command asks for.
enum class CommandKind : std::int32_t {
  kLimit = 1,   ///< Match up to the limit price; the rest rests, or expires when IOC.
  kMarket = 2,  ///< Match up to the worst acceptable price; the rest expires.
  kCancel = 3,  ///< Take a resting order out of the book.
  kDepth = 4,   ///< Report the best `lots` levels of one side as level events.
};

/// Bits of `Command::flags`.
inline constexpr std::int64_t kFlagIoc = 1;       ///< Nothing rests: immediate or cancel.
inline constexpr std::int64_t kFlagPostOnly = 2;  ///< Rejected instead of taking liquidity.

/// What happened. One command gives its events in this order: verdict, trades, end of the rest,
/// and then the levels that changed.
enum class EventKind : std::int32_t {
  kAccepted = 1,        ///< a = order id.
  kRejected = 2,        ///< a = order id, reason.
  kTrade = 3,           ///< a = maker id, b = taker id, remaining = maker's, side = taker's.
  kCancelled = 4,       ///< a = order id, lots = what was taken out, reason.
  kExpired = 5,         ///< a = order id, lots = unfilled rest of an order that may not rest.
  kCancelRejected = 6,  ///< a = order id, reason.
  kLevel = 7,           ///< side, ticks; lots = new total, remaining = old total.
};

/// Why a command was refused, or why an order left the book.
enum class Reason : std::int32_t {
  kNone = 0,
  kRequested = 1,          ///< Cancelled because its owner asked.
  kSelfTrade = 2,          ///< Resting order removed before it would meet its own owner.
  kDuplicateId = 3,        ///< An order with this id is in the book.
  kBadPrice = 4,           ///< Price not in 1 .. kMaxTicks.
  kBadQuantity = 5,        ///< Quantity not in 1 .. kMaxLots.
  kBadSymbol = 6,          ///< Symbol not in 0 .. symbols - 1.
  kBadCommand = 7,         ///< Unknown kind, side or flag, or a field that is not an integer.
  kPostOnlyWouldTake = 8,  ///< A post-only order that crosses the book.
  kBookFull = 9,           ///< No free order slot: `max_orders` rest already.
  kUnknownOrder = 10,      ///< Cancel of an order that is not in the book.
};

/// Largest price and quantity. Every sum of a book's quantities is exact in int64; in the f64 slots
/// of the shared memory a level's total is exact below 2^53 lots, which is 131,072 of the largest
/// orders at one price.
inline constexpr std::int64_t kMaxTicks = std::int64_t{1} << 40;
inline constexpr std::int64_t kMaxLots = std::int64_t{1} << 36;

/// Owner 0 is the anonymous crowd: its orders may meet each other. Any other owner's resting order
/// is removed (`kSelfTrade`) before an incoming order of the same owner would trade with it.
inline constexpr std::int64_t kCrowd = 0;

/// One command, decoded.
struct Command {
  CommandKind kind;
  std::int32_t symbol;
  std::int64_t id;
  Side side;
  std::int64_t ticks;
  std::int64_t lots;
  std::int64_t flags;
  std::int64_t owner;
};

/// One event, before it is encoded.
struct Event {
  EventKind kind;
  std::int32_t symbol;
  std::int64_t a;
  std::int64_t b;
  Side side;
  std::int64_t ticks;
  std::int64_t lots;
  std::int64_t remaining;
  Reason reason;
};

}  // namespace bot4::match

