// Commands and events of the matching engine, as they lie in its shared memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/side.h"

namespace bot4::match {

/// What a command asks for.
enum class CommandKind : std::int32_t {
  kLimit = 1,     ///< Match up to the limit price; the rest rests, or expires when IOC.
  kMarket = 2,    ///< Match up to the worst acceptable price; the rest expires.
  kCancel = 3,    ///< Take an order out, together with the others of its OCO group.
  kDepth = 4,     ///< Report the best `lots` levels of one side as level events.
  kPlace = 5,     ///< An order with any flags and terms.
  kAmend = 6,     ///< Change the open lots, the price or the trigger of an order; 0 keeps it.
  kReplace = 7,   ///< Cancel `terms.target`, then place.
  kClock = 8,     ///< The venue's time is `terms.expires_at`: orders that are due expire.
  kPosition = 9,  ///< `owner` holds `lots` (signed) of the symbol.
  kShift = 10,    ///< Replays: recorded prices count as `lots` (signed) ticks higher from here on.
  kRecord = 11,   ///< Replays, kExact: what a record tells of order `id`; flags = an OrderChange,
                  ///< terms.expires_at = the time, us since the epoch.
};

/// Bits of `Command::flags`. kLimit takes none, IOC or post-only; kPlace and kReplace take all.
inline constexpr std::int64_t kFlagIoc = 1;            ///< Nothing rests: immediate or cancel.
inline constexpr std::int64_t kFlagPostOnly = 2;       ///< Rejected instead of taking liquidity.
inline constexpr std::int64_t kFlagFok = 4;            ///< Wholly at once or not at all.
inline constexpr std::int64_t kFlagReduceOnly = 8;     ///< Never beyond closing its owner's position.
inline constexpr std::int64_t kFlagMarket = 16;        ///< The price is the worst one; nothing rests.
inline constexpr std::int64_t kFlagAllowFailure = 32;  ///< kReplace: place even without a cancel.
inline constexpr std::int64_t kFlagPrevention = 64;    ///< Times a `Prevention`: the two top bits.
inline constexpr std::int64_t kAllFlags = 255;

/// What happens when an order would trade with another of its owner; the incoming order's counts.
enum class Prevention : std::int32_t {
  kCancelResting = 0,  ///< The resting order goes, the incoming one goes on.
  kCancelNew = 1,      ///< The incoming order's rest goes, the resting one stays.
  kCancelBoth = 2,     ///< Both go.
  kDecrement = 3,      ///< Both lose the smaller of their quantities; who has none left goes.
};

/// What happened. One command gives its events in this order: verdict, trades, end of the rest,
/// then the levels that changed, then the stops that its trades moved or triggered.
enum class EventKind : std::int32_t {
  kAccepted = 1,        ///< a = order id.
  kRejected = 2,        ///< a = order id, reason.
  kTrade = 3,           ///< a = maker id, b = taker id, remaining = maker's, side = taker's.
  kCancelled = 4,       ///< a = order id, lots = what was taken out, reason.
  kExpired = 5,         ///< a = order id, lots = unfilled rest, reason (kNone: it may not rest).
  kCancelRejected = 6,  ///< a = order id, reason.
  kLevel = 7,           ///< side, ticks; lots = new total, remaining = old total. Visible lots only.
  kTriggered = 8,       ///< a = order id, ticks = the trade price that woke it.
  kAmended = 9,         ///< a = order id, ticks, lots = open ones; remaining = 1: kept its place.
  kAmendRejected = 10,  ///< a = order id, reason; the order stands as it was.
  kPrevented = 11,      ///< As kTrade, of lots that both orders lost instead of trading them.
  kTrailed = 12,        ///< a = order id of a trailing stop, ticks = its new water mark.
};

/// Why a command was refused, or why an order left the book.
enum class Reason : std::int32_t {
  kNone = 0,
  kRequested = 1,          ///< Cancelled because its owner asked.
  kSelfTrade = 2,          ///< It would have met an order of its own owner.
  kDuplicateId = 3,        ///< An order with this id is in the book or waits.
  kBadPrice = 4,           ///< Price not in 1 .. kMaxTicks.
  kBadQuantity = 5,        ///< Quantity not in 1 .. kMaxLots.
  kBadSymbol = 6,          ///< Symbol not in 0 .. symbols - 1.
  kBadCommand = 7,         ///< Unknown kind, side or flag, or a field that is not an integer.
  kPostOnlyWouldTake = 8,  ///< A post-only order that crosses the book.
  kBookFull = 9,           ///< No free order slot: `max_orders` rest or wait already.
  kUnknownOrder = 10,      ///< Cancel or amend of an order that is not here.
  kOneCancelsOther = 11,   ///< Another order of its OCO group traded, triggered or ended.
  kTimedOut = 12,          ///< Its time has come; on arrival: it has passed already.
  kReduceOnly = 13,        ///< Its owner has no position left that it could reduce.
  kWouldTrigger = 14,      ///< The last trade has reached the trigger already.
  kNotFillable = 15,       ///< Fill-or-kill, and the book does not hold enough.
  kBadTerms = 16,          ///< Terms that contradict each other.
  kNotAttempted = 17,      ///< Not placed, since the cancel before it failed.
  kTooManySlices = 18,     ///< An iceberg of more than kMaxSlices slices, or no room for them.
};

/// Largest price and quantity. Every sum of a book's quantities is exact in int64; in the f64 slots
/// of the shared memory a level's total is exact below 2^53 lots, which is 131,072 of the largest
/// orders at one price.
inline constexpr std::int64_t kMaxTicks = std::int64_t{1} << 40;
inline constexpr std::int64_t kMaxLots = std::int64_t{1} << 36;

/// Owner 0 is the anonymous crowd: its orders may meet each other. Orders of any other owner never
/// trade with each other, see Prevention.
inline constexpr std::int64_t kCrowd = 0;

/// Owners 1 to kTrackedOwners - 1 have a position here; only theirs can be reduce-only orders.
inline constexpr std::int64_t kTrackedOwners = 64;

/// Slices of the largest iceberg, as Binance's filter ICEBERG_PARTS allows.
inline constexpr std::int64_t kMaxSlices = 100;

/// Terms of kPlace, kReplace, kAmend and kClock; 0 = none.
struct Terms {
  std::int64_t trigger = 0;     ///< Trade price that wakes a stop; of a trailing stop: water mark.
  std::int64_t trail = 0;       ///< Ticks between water mark and trigger of a trailing stop.
  std::int64_t display = 0;     ///< Lots of an iceberg that the book shows at a time.
  std::int64_t expires_at = 0;  ///< Venue time, in any unit that only grows.
  std::int64_t group = 0;       ///< Number of an OCO group.
  std::int64_t target = 0;      ///< kReplace: the order to cancel.
};

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
  Terms terms = {};
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

/// Best prices of one symbol; 0 lots = that side is empty.
struct Touch {
  std::int64_t bid_ticks = 0;
  std::int64_t bid_lots = 0;
  std::int64_t ask_ticks = 0;
  std::int64_t ask_lots = 0;
};

/// Receives the events of a command, in order. Fixed room, checked before the command runs.
struct EventSink {
  Event* events;
  std::size_t capacity;
  std::size_t count = 0;

  void push(const Event& event) noexcept { events[count++] = event; }
};

}  // namespace bot4::match
