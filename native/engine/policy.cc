#include "engine/policy.h"

#include <cmath>

#include "engine/features.h"

namespace bot4 {
namespace {

struct Bound {
  const char* name;
  double value;
  double least;
  double most;
};

constexpr double kLargest = 9007199254740991.0;  // 2^53 - 1

bool inside(const Bound& b) noexcept { return b.value >= b.least && b.value <= b.most; }

/// The first of `bounds` that does not hold, or null. NaN is inside nothing.
template <int N>
const char* first_outside(const Bound (&bounds)[N]) noexcept {
  for (const Bound& bound : bounds) {
    if (!inside(bound)) return bound.name;
  }
  return nullptr;
}

const char* check_model(const DecisionModel& model) noexcept {
  for (int i = 0; i < kFeatureSlots; ++i) {
    if (!std::isfinite(model.weights[i]) || (i >= kFeatureCount && model.weights[i] != 0.0)) {
      return "weights";
    }
    if (!std::isfinite(model.inverse_sds[i])) return "inverseSds";
    if (!std::isfinite(model.negative_means[i])) return "negativeMeans";
  }
  const Bound bounds[] = {
      {"bias", model.bias, -1e9, 1e9},
      {"plattA", model.platt_a, -1e9, 1e9},
      {"plattB", model.platt_b, -1e9, 1e9},
      {"payoff", model.payoff, 1e-9, 1e9},
      {"cost", model.cost, -1e9, 1e9},
      {"kellyFraction", model.kelly_fraction, 0.0, 1.0},
      {"kellyCap", model.kelly_cap, 0.0, 1e9},
      {"buyThreshold", model.buy_threshold, 0.0, 1.0},
      {"sellThreshold", model.sell_threshold, 0.0, model.buy_threshold},
      {"minimum", model.minimum, 0.0, kLargest},
  };
  return first_outside(bounds);
}

}  // namespace

Status check_policy(const PolicyBlock& policy, const char** field) noexcept {
  *field = nullptr;
  if (policy.kind == PolicyKind::kNone) return Status::kOk;
  *field = "kind";
  if (policy.kind != PolicyKind::kTake && policy.kind != PolicyKind::kQuote) {
    return Status::kBadArgument;
  }
  *field = check_model(policy.model);
  if (*field != nullptr) return Status::kBadArgument;
  const bool quotes = policy.kind == PolicyKind::kQuote;
  const Bound bounds[] = {
      {"volatilityTargetBps", policy.volatility_target_bps, 0.0, 1e9},
      {"volatilityScaleCap", policy.volatility_scale_cap, 0.0, 1e9},
      {"maxSpreadTicks", policy.max_spread_ticks, 0.0, kLargest},
      {"staleAfterNs", policy.stale_after_ns, 0.0, kLargest},
      {"warmUpUpdates", policy.warm_up_updates, 0.0, kLargest},
      {"minIntervalNs", policy.min_interval_ns, 0.0, kLargest},
      {"maxIntentsPerS", policy.max_intents_per_s, 0.0, 1e9},
      {"intentBurst", policy.intent_burst, 1.0, 1e9},
      {"collarTicks", policy.collar_ticks, 0.0, 1e9},
      {"gamma", policy.gamma, 0.0, 1e9},
      {"horizonS", policy.horizon_s, 0.0, 1e9},
      {"halfSpreadTicks", policy.half_spread_ticks, 0.0, 1e9},
      {"minHalfSpreadTicks", policy.min_half_spread_ticks, 0.0, 1e9},
      {"volatilityFloorTicks", policy.volatility_floor_ticks, 0.0, 1e9},
      {"inventoryUnitLots", policy.inventory_unit_lots, quotes ? 1e-9 : 0.0, kLargest},
      {"skewTicks", policy.skew_ticks, -1e9, 1e9},
      {"quoteLots", policy.quote_lots, 0.0, kLargest},
      {"requoteTicks", policy.requote_ticks, 0.0, 1e9},
      {"refreshIntervalNs", policy.refresh_interval_ns, 0.0, kLargest},
  };
  *field = first_outside(bounds);
  return *field == nullptr ? Status::kOk : Status::kBadArgument;
}

}  // namespace bot4
