#pragma once
#include <cmath>
#include <cstdint>

#include "core/status.h"
#include "engine/arena_layout.h"

namespace bot4 {

/// Checks a policy: every number finite, in its declared bounds, and no weight on a feature that
/// does not exist. Returns kOk or kBadArgument, with the name of the first bad field in `*field`
/// (null when there is none).
///
/// Bounds: payoff, step sizes and inventory unit > 0; Kelly fraction and thresholds in [0, 1],
///         sell threshold <= buy threshold; gamma, spreads, intervals, rates >= 0; burst >= 1.
Status check_policy(const PolicyBlock& policy, const char** field) noexcept;

/// A token bucket on event time, in whole nanoseconds: exact and deterministic.
class IntentRate {
 public:
  /// Starts full the first time. Later no call brings a token: those that are there stay, at most
  /// `burst` of them, and the time since the last one was earned counts at the new rate.
  /// `per_second` and `burst` as in PolicyBlock. Requires 0 <= per_second <= 1e9, burst >= 1.
  void configure(double per_second, double burst) noexcept {
    // Rounded up: never more than the rate. Beyond int64 (292 years, 1 / 0) no token ever comes.
    const double interval = std::ceil(1e9 / per_second);
    interval_ns_ = interval < 0x1p63 ? static_cast<std::int64_t>(interval) : kNever;
    burst_ = static_cast<std::int64_t>(burst);
    if (tokens_ > burst_) tokens_ = burst_;
  }

  /// Whether an intent at `now_ns` is allowed.
  bool allows(std::int64_t now_ns) noexcept {
    refill(now_ns);
    return tokens_ > 0;
  }

  /// Takes one token. Requires allows().
  void spend() noexcept { --tokens_; }

 private:
  static constexpr std::int64_t kNever = INT64_MAX;
  void refill(std::int64_t now_ns) noexcept {
    if (last_ns_ == INT64_MIN) last_ns_ = now_ns;
    if (interval_ns_ == kNever) return;
    if (now_ns - last_ns_ < interval_ns_) return;  // Mostly: without a division.
    const std::int64_t earned = (now_ns - last_ns_) / interval_ns_;
    last_ns_ += earned * interval_ns_;
    tokens_ = earned < burst_ - tokens_ ? tokens_ + earned : burst_;
  }

  std::int64_t interval_ns_ = kNever;
  std::int64_t burst_ = 1;
  std::int64_t tokens_ = INT64_MAX;  // The first burst cuts it.
  std::int64_t last_ns_ = INT64_MIN;
};

}  // namespace bot4
