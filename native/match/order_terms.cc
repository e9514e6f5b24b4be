#include "match/order_terms.h"

namespace bot4::match {

namespace {

bool within(std::int64_t value, std::int64_t least, std::int64_t most) noexcept {
  return value >= least && value <= most;
}

}  // namespace

bool would_trigger(const Command& command, std::int64_t last_trade) noexcept {
  const Terms& terms = command.terms;
  if (last_trade == 0 || terms.trigger == 0) return false;
  const std::int64_t at = terms.trail == 0
                              ? terms.trigger
                              : trigger_behind(command.side, terms.trigger, terms.trail);
  return reached(command.side, last_trade, at);
}

Reason malformed_terms(const Command& command) noexcept {
  const Terms& terms = command.terms;
  const std::int64_t flags = command.flags;
  const bool rests = may_rest(command);
  if (!within(flags, 0, kAllFlags)) return Reason::kBadCommand;
  if ((flags & kFlagPostOnly) != 0 && !rests) return Reason::kBadTerms;
  if ((flags & kFlagIoc) != 0 && (flags & kFlagFok) != 0) return Reason::kBadTerms;
  if (!within(terms.trigger, 0, kMaxTicks) || !within(terms.trail, 0, kMaxTicks)) {
    return Reason::kBadPrice;
  }
  if (terms.expires_at < 0 || terms.group < 0) return Reason::kBadTerms;
  if (!within(terms.display, 0, command.lots)) return Reason::kBadTerms;
  if (terms.display != 0) {
    if (!rests) return Reason::kBadTerms;
    const std::int64_t slices = (command.lots + terms.display - 1) / terms.display;
    if (slices > kMaxSlices) return Reason::kTooManySlices;
  }
  const bool lasts = rests || is_stop(terms);
  return terms.group != 0 && !lasts ? Reason::kBadTerms : Reason::kNone;
}

}  // namespace bot4::match
