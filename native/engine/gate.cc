#include "engine/gate.h"

#include <cmath>

namespace bot4 {
namespace {

constexpr double kPriceBound = 9007199254740992.0;  // 2^53
constexpr double kBps = 1e4;

double at_least_zero(double value) noexcept { return value > 0.0 ? value : 0.0; }

/// Most whole lots worth at most `notional` at a price > 0. Exact for notionals below 2^53: a product
/// beyond that is rounded to 2^53 or more, never down to the bound.
double lots_worth(double notional, double price_ticks) noexcept {
  const double lots = std::floor(notional / price_ticks);
  return lots * price_ticks > notional ? lots - 1.0 : lots;
}

/// Whether the limit is a number from 0 to infinity.
bool is_limit(double value) noexcept { return value >= 0.0; }

struct Size {
  double lots;
  std::uint32_t reasons = 0;
  void cut(double bound, std::uint32_t reason) noexcept {
    if (!(bound < lots)) return;
    lots = bound;
    reasons |= reason | kReasonReduced;
  }
};

}  // namespace

void Gate::configure(const PolicyBlock& policy) noexcept {
  rate_.configure(policy.max_intents_per_s, policy.intent_burst);
  max_spread_ticks_ = policy.max_spread_ticks;
  stale_after_ns_ = policy.stale_after_ns;
  warm_up_updates_ = policy.warm_up_updates;
  min_interval_ns_ = policy.min_interval_ns;
  minimum_lots_ = policy.model.minimum;
}

bool Gate::halted() const noexcept {
  // Relaxed pairs with the plain stores of JavaScript's own thread, or with its Atomics.store from
  // another one: a halt carries nothing but itself.
  const auto is_set = [](const std::uint32_t* word) {
    return __atomic_load_n(word, __ATOMIC_RELAXED) != 0;
  };
  return is_set(halts_[0]) || is_set(halts_[1]);
}

bool Gate::breaker_is_open() const noexcept {
  for (const std::uint32_t* word : breakers_) {
    // Acquire pairs with the release of whoever trips the breaker: what led to it is visible.
    if (word != nullptr && __atomic_load_n(word, __ATOMIC_ACQUIRE) != 0) return true;
  }
  return false;
}

bool Gate::steering_is_sound() const noexcept {
  const SymbolSteering& s = *steering_;
  return std::isfinite(s.position_lots) && std::isfinite(s.budget_lots) &&
         is_limit(s.max_position_lots) && is_limit(s.max_order_lots) &&
         is_limit(s.max_position_notional) && is_limit(s.max_order_notional) &&
         is_limit(s.max_collar_ticks) && is_limit(s.collar_bps) && is_limit(s.stale_mark_after_ns);
}

std::uint32_t Gate::check(const GateMarket& market, std::int64_t at_ns) const noexcept {
  std::uint32_t reasons = 0;
  const auto refuse_if = [&reasons](bool condition, std::uint32_t reason) {
    reasons |= condition ? reason : 0u;
  };
  refuse_if(halted(), kReasonHalted);
  refuse_if(breaker_is_open(), kReasonBreaker);
  refuse_if(!market.synchronised, kReasonUnsynchronised);
  refuse_if(!market.two_sided, kReasonOneSided);
  refuse_if(static_cast<double>(market.updates) < warm_up_updates_, kReasonNotWarm);
  refuse_if(static_cast<double>(at_ns - market.depth_ns) > stale_after_ns_, kReasonStale);
  refuse_if(market.two_sided && market.best_ask_ticks - market.best_bid_ticks > max_spread_ticks_,
            kReasonSpread);
  const double stale_mark = steering_->stale_mark_after_ns;
  refuse_if(stale_mark > 0.0 && (market.mark_ns == 0 ||
                                 static_cast<double>(at_ns - market.mark_ns) > stale_mark),
            kReasonStaleMark);
  refuse_if(!steering_is_sound(), kReasonNotFinite);
  return reasons;
}

GatedOrder Gate::check_order(double side, double price_ticks, double lots,
                             const GateMarket& market) const noexcept {
  const SymbolSteering& s = *steering_;
  std::uint32_t reasons = 0;
  double price = price_ticks;
  if (s.max_collar_ticks > 0.0) {
    const double touch = side > 0.0 ? market.best_ask_ticks : market.best_bid_ticks;
    const double furthest = touch + side * std::floor(s.max_collar_ticks);
    if ((price - furthest) * side > 0.0) {
      price = furthest;
      reasons |= kReasonCollar;
    }
  }
  if (price < 1.0) price = 1.0;
  if (!(price < kPriceBound)) return {price, 0.0, reasons | kReasonNotFinite};
  const double reference = market.reference_ticks;
  if (s.collar_bps > 0.0 && reference > 0.0 &&
      !(std::fabs(price - reference) * kBps <= s.collar_bps * reference)) {
    return {price, 0.0, reasons | kReasonPriceBand};
  }

  const double position = side * s.position_lots;
  const double room = std::floor(at_least_zero(s.max_position_lots - position));
  if (room == 0.0) return {price, 0.0, reasons | kReasonPosition};
  Size size{lots};
  size.cut(room, kReasonPositionRoom);
  size.cut(std::floor(s.max_order_lots), kReasonOrderLots);
  if (s.max_order_notional > 0.0) {
    size.cut(lots_worth(s.max_order_notional, price), kReasonOrderNotional);
  }
  if (s.max_position_notional > 0.0) {
    const double worth = lots_worth(s.max_position_notional, price);
    size.cut(std::floor(at_least_zero(worth - position)), kReasonPositionNotional);
  }
  reasons |= size.reasons;
  if (size.lots < minimum_lots_ || !(size.lots > 0.0)) {
    return {price, 0.0, reasons | kReasonBelowMinimum};
  }
  return {price, size.lots, reasons};
}

std::uint32_t Gate::check_pace(std::int64_t at_ns) noexcept {
  std::uint32_t reasons = 0;
  if (last_intent_ns_ != INT64_MIN &&
      static_cast<double>(at_ns - last_intent_ns_) < min_interval_ns_) {
    reasons |= kReasonInterval;
  }
  if (!rate_.allows(at_ns)) reasons |= kReasonRate;
  return reasons;
}

}  // namespace bot4
