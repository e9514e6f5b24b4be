#pragma once
// Policies that decide on the best bid and ask alone, and the seconds that their times are told in.
#include <cstdint>

#include "engine/arena_layout.h"
#include "engine/features_list.h"

namespace bot4::test {

inline constexpr std::int64_t kSecond = 1'000'000'000;

/// Buys on a full bid against a thin ask, sells on the opposite.
inline PolicyBlock take_policy() {
  PolicyBlock p{};
  p.kind = PolicyKind::kTake;
  for (double& isd : p.model.inverse_sds) isd = 1.0;
  p.model.weights[kImbalanceL1] = 4.0;  // A full bid against a thin ask: buy.
  p.model.platt_a = 1.0;
  p.model.payoff = 1.0;
  p.model.cost = 0.01;
  p.model.kelly_fraction = 1.0;
  p.model.kelly_cap = 0.5;
  p.model.buy_threshold = 0.6;
  p.model.sell_threshold = 0.4;
  p.model.minimum = 1.0;
  p.max_spread_ticks = 100;
  p.stale_after_ns = 10.0 * kSecond;
  p.max_intents_per_s = 1000;
  p.intent_burst = 1000;
  p.collar_ticks = 2;
  return p;
}

/// Rests ten lots four ticks from the mid.
inline PolicyBlock quote_policy() {
  PolicyBlock p = take_policy();
  p.kind = PolicyKind::kQuote;
  p.model.weights[kImbalanceL1] = 0.0;
  p.gamma = 0.0;
  p.horizon_s = 1.0;
  p.half_spread_ticks = 4.0;
  p.inventory_unit_lots = 10.0;
  p.quote_lots = 10.0;
  p.requote_ticks = 2.0;
  p.refresh_interval_ns = 1000.0 * kSecond;
  return p;
}

}  // namespace bot4::test
