#include "engine/gate.h"

#include <bit>
#include <cmath>

namespace bot4 {
namespace {

constexpr double kExact = 9007199254740992.0;  // 2^53
constexpr double kBps = 1e4;

// `a < b ? a : b` is one instruction; so written, a NaN in the second place stays.
double smaller(double bound, double value) noexcept { return bound < value ? bound : value; }

/// Largest whole number not above x and 2^53; 0 for negative x.
double whole(double x) noexcept {
  const double positive = 0.0 < x ? x : 0.0;
  return static_cast<double>(static_cast<std::int64_t>(smaller(positive, kExact)));
}

/// Most whole lots worth at most `notional` at a price > 0. Exact for notionals below 2^53: a
/// product beyond that is rounded to 2^53 or more, never down to the bound.
double lots_worth(double notional, double price_ticks) noexcept {
  const double lots = whole(notional / price_ticks);
  return lots - (lots * price_ticks > notional ? 1.0 : 0.0);
}

/// `bits` where the condition holds. Orders come in no order, so a branch would guess wrong often.
std::uint32_t when(bool condition, std::uint32_t bits) noexcept {
  return (0u - static_cast<std::uint32_t>(condition)) & bits;
}

/// A size in whole lots on its way down through the limits.
struct Size {
  double lots;
  std::uint32_t reasons = 0;
  /// Cuts to the whole lots of `bound`. Rounding costs more than comparing, and few orders are cut.
  void cut(double bound, std::uint32_t reason) noexcept {
    if (!(bound < lots)) [[likely]] return;
    lots = whole(bound);
    reasons |= reason | kReasonReduced;
  }
  /// Cuts to `bound`, which is whole and not negative.
  void cut_to_whole(double bound, std::uint32_t reason) noexcept {
    reasons |= when(bound < lots, reason | kReasonReduced);
    lots = smaller(bound, lots);
  }
};

}  // namespace

void Gate::configure(const PolicyBlock& policy) noexcept {
  // A policy of nothing has no rate: that of the next one goes on where the last one stopped.
  if (policy.kind != PolicyKind::kNone) {
    rate_.configure(policy.max_intents_per_s, policy.intent_burst);
  }
  max_spread_ticks_ = policy.max_spread_ticks;
  // Checked to be below 2^53. A whole number exceeds x when it exceeds floor(x), and is below x
  // when it is below ceil(x).
  stale_after_ns_ = static_cast<std::int64_t>(std::floor(policy.stale_after_ns));
  warm_up_updates_ = static_cast<std::int64_t>(std::ceil(policy.warm_up_updates));
  min_interval_ns_ = static_cast<std::int64_t>(std::ceil(policy.min_interval_ns));
  minimum_lots_ = policy.model.minimum;
}

std::uint32_t Gate::refusals(const GateMarket& market, std::int64_t at_ns) const noexcept {
  std::uint32_t reasons = 0;
  const auto refuse_if = [&reasons](bool condition, std::uint32_t reason) {
    reasons |= when(condition, reason);
  };
  refuse_if(halted(), kReasonHalted);
  refuse_if((word(breakers_[0]) | word(breakers_[1])) != 0, kReasonBreaker);
  refuse_if(!market.synchronised, kReasonUnsynchronised);
  refuse_if(!market.two_sided, kReasonOneSided);
  refuse_if(market.updates < warm_up_updates_, kReasonNotWarm);
  refuse_if(at_ns - market.depth_ns > stale_after_ns_, kReasonStale);
  refuse_if(market.two_sided && is_wide(market), kReasonSpread);
  refuse_if(mark_is_stale(market, at_ns), kReasonStaleMark);
  refuse_if(!steering_is_sound(), kReasonNotFinite);
  return reasons;
}

GatedOrder Gate::check_order(double side, double price_ticks, double lots,
                             const GateMarket& market) const noexcept {
  const SymbolSteering& s = *steering_;
  // Prices times the side: larger takes more, on both sides. The product is exact.
  const double touch = side > 0.0 ? market.best_ask_ticks : market.best_bid_ticks;
  const double collar = s.max_collar_ticks > 0.0 ? whole(s.max_collar_ticks) : kExact;
  const double furthest = side * touch + collar;
  const double wanted = side * price_ticks;
  const std::uint32_t collared = when(furthest < wanted, kReasonCollar);
  const double cut_price = side * smaller(furthest, wanted);
  const double price = cut_price < 1.0 ? 1.0 : cut_price;

  // Without a reference every price is outside the band.
  const bool is_outside =
      s.collar_bps > 0.0 && !(std::fabs(price - market.reference_ticks) * kBps <=
                              s.collar_bps * market.reference_ticks);
  const double position = side * s.position_lots;
  const double room = s.max_position_lots - position;
  if (!(price < kExact) || is_outside || room < 1.0) [[unlikely]] {
    return {price, 0.0,
            collared | when(!(price < kExact), kReasonNotFinite) |
                when(is_outside, kReasonPriceBand) |
                when(room < 1.0, kReasonPosition)};
  }

  Size size{lots};
  size.cut(room, kReasonPositionRoom);
  size.cut(s.max_order_lots, kReasonOrderLots);
  // A product of whole numbers that exceeds a bound below 2^53 does so after rounding, too.
  if (s.max_order_notional > 0.0 && size.lots * price > s.max_order_notional) [[unlikely]] {
    size.cut_to_whole(lots_worth(s.max_order_notional, price), kReasonOrderNotional);
  }
  if (s.max_position_notional > 0.0 &&
      (position + size.lots) * price > s.max_position_notional) [[unlikely]] {
    size.cut(lots_worth(s.max_position_notional, price) - position, kReasonPositionNotional);
  }
  if (!(size.lots >= minimum_lots_) || !(size.lots > 0.0)) [[unlikely]] {
    return {price, 0.0, collared | size.reasons | kReasonBelowMinimum};
  }
  return {price, size.lots, collared | size.reasons};
}

}  // namespace bot4
