#include "book/composite.h"

#include "core/check.h"

namespace bot4 {
namespace {

/// Takes a venue's quote into a side; `sign` is +1 where the higher price is better, else -1.
void merge(CompositeQuote* best, int venue, std::int64_t price, std::int64_t quantity,
           int sign) noexcept {
  if (price == 0) return;
  if (best->venue >= 0 && price == best->price_e8) {
    // Saturates: no sum of real quantities comes near.
    if (__builtin_add_overflow(best->total_quantity_e8, quantity, &best->total_quantity_e8)) {
      best->total_quantity_e8 = INT64_MAX;
    }
    if (quantity <= best->quantity_e8) return;
    best->quantity_e8 = quantity;
    best->venue = venue;
    return;
  }
  const bool better = best->venue < 0 || (price > best->price_e8) == (sign > 0);
  if (better) *best = {price, quantity, quantity, venue};
}

/// Whether a quote's age is above the limit, without overflow for any two times.
bool is_older(std::int64_t at_ns, std::int64_t now_ns, std::int64_t limit_ns) noexcept {
  if (now_ns <= at_ns) return false;
  const std::uint64_t age = static_cast<std::uint64_t>(now_ns) - static_cast<std::uint64_t>(at_ns);
  return age > static_cast<std::uint64_t>(limit_ns);
}

}  // namespace

int CompositeBook::add_venue(std::int64_t tick_e8, std::int64_t step_e8,
                             std::int64_t max_age_ns) noexcept {
  if (count_ == kMaxVenues || tick_e8 <= 0 || step_e8 <= 0 || max_age_ns < 0) return -1;
  venues_[count_].tick_e8 = tick_e8;
  venues_[count_].step_e8 = step_e8;
  venues_[count_].max_age_ns = max_age_ns;
  return count_++;
}

Status CompositeBook::update(int venue, std::int64_t bid_ticks, std::int64_t bid_lots,
                             std::int64_t ask_ticks, std::int64_t ask_lots,
                             std::int64_t at_ns) noexcept {
  const bool known = venue >= 0 && venue < count_;
  const bool negative = bid_ticks < 0 || bid_lots < 0 || ask_ticks < 0 || ask_lots < 0;
  const bool halves = (bid_ticks == 0) != (bid_lots == 0) || (ask_ticks == 0) != (ask_lots == 0);
  if (!known || negative || halves) return Status::kBadArgument;
  Venue& v = venues_[venue];
  if (at_ns < v.at_ns) return Status::kStaleUpdate;
  Venue next = v;
  if (__builtin_mul_overflow(bid_ticks, v.tick_e8, &next.bid_e8) ||
      __builtin_mul_overflow(bid_lots, v.step_e8, &next.bid_quantity_e8) ||
      __builtin_mul_overflow(ask_ticks, v.tick_e8, &next.ask_e8) ||
      __builtin_mul_overflow(ask_lots, v.step_e8, &next.ask_quantity_e8)) {
    return Status::kNumberOverflow;
  }
  next.at_ns = at_ns;
  next.quoted = true;
  v = next;
  return Status::kOk;
}

void CompositeBook::withdraw(int venue) noexcept {
  BOT4_CHECK(venue >= 0 && venue < count_);
  venues_[venue].quoted = false;
}

CompositeTop CompositeBook::top(std::int64_t now_ns) const noexcept {
  CompositeTop result;
  for (int i = 0; i < count_; ++i) {
    const Venue& v = venues_[i];
    if (!v.quoted) continue;
    if (is_older(v.at_ns, now_ns, v.max_age_ns)) {
      result.stale |= 1u << i;
      continue;
    }
    result.live |= 1u << i;
    merge(&result.bid, i, v.bid_e8, v.bid_quantity_e8, 1);
    merge(&result.ask, i, v.ask_e8, v.ask_quantity_e8, -1);
  }
  const bool two_sided = result.bid.venue >= 0 && result.ask.venue >= 0;
  result.locked = two_sided && result.bid.price_e8 == result.ask.price_e8;
  result.crossed = two_sided && result.bid.price_e8 > result.ask.price_e8;
  return result;
}

}  // namespace bot4
