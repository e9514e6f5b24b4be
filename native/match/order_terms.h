// What the terms of an order mean, wherever it is matched.
#pragma once

#include <algorithm>

#include "match/types.h"

namespace bot4::match {

/// Whether price `a` is better than `b` for an order of `side`.
inline bool better(Side side, std::int64_t a, std::int64_t b) noexcept {
  return side == Side::kBuy ? a > b : a < b;
}

/// Whether an order waits for a trigger before it works.
inline bool is_stop(const Terms& terms) noexcept {
  return terms.trigger != 0 || terms.trail != 0;
}

/// Whether what an order does not take at once may rest.
inline bool may_rest(const Command& command) noexcept {
  return command.kind != CommandKind::kMarket &&
         (command.flags & (kFlagIoc | kFlagFok | kFlagMarket)) == 0;
}

/// Whether a trade at `price` wakes a stop of `side` with this trigger.
inline bool reached(Side side, std::int64_t price, std::int64_t trigger) noexcept {
  return side == Side::kBuy ? price >= trigger : price <= trigger;
}

/// The trigger of a trailing stop with this water mark; a sell's may fall to 0, which never comes.
inline std::int64_t trigger_behind(Side side, std::int64_t mark, std::int64_t trail) noexcept {
  return side == Side::kBuy ? mark + trail : std::max<std::int64_t>(0, mark - trail);
}

/// Whether a trade moves the water mark of a trailing stop: that of a sell is the highest price, of
/// a buy the lowest. A mark of 0 is none.
inline bool moves_mark(Side side, std::int64_t price, std::int64_t mark) noexcept {
  return mark == 0 || (side == Side::kSell ? price > mark : price < mark);
}

/// Whether the last trade (0: none) has reached the trigger of an arriving stop already.
bool would_trigger(const Command& command, std::int64_t last_trade) noexcept;

/// What is wrong with an order by itself, or kNone: symbol and owner apart.
inline Reason malformed(const Command& command) noexcept {
  const bool full = command.kind == CommandKind::kPlace || command.kind == CommandKind::kReplace;
  if (!full) {
    if (command.flags < 0 || command.flags > kFlagPostOnly) return Reason::kBadCommand;
    if (command.kind == CommandKind::kMarket && command.flags != 0) return Reason::kBadCommand;
  }
  if (command.ticks < 1 || command.ticks > kMaxTicks) return Reason::kBadPrice;
  return command.lots < 1 || command.lots > kMaxLots ? Reason::kBadQuantity : Reason::kNone;
}

/// What is wrong with the flags and terms of a kPlace or kReplace by themselves, or kNone.
Reason malformed_terms(const Command& command) noexcept;

}  // namespace bot4::match
