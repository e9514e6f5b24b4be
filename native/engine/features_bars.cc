#include "engine/features_bars.h"

#include "engine/features_list.h"

namespace bot4 {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr double kHalfPi = 1.5707963267948966;

double magnitude(double x) noexcept { return x < 0.0 ? -x : x; }

/// sign(x) sqrt(|x|).
double signed_root(double x) noexcept { return x < 0.0 ? -std::sqrt(-x) : std::sqrt(x); }

/// The second that holds a time; rounds down, also before the epoch.
std::int64_t second_of(std::int64_t at_ns) noexcept {
  const std::int64_t second = at_ns / kSecondNs;
  return at_ns % kSecondNs < 0 ? second - 1 : second;
}

}  // namespace

void BarFeatures::close(double mid, double depth, std::int64_t at_ns, double* values) noexcept {
  const bool first = end_ns_ == INT64_MIN;
  const std::int64_t second = second_of(at_ns);
  const double dt_s = first ? 0.0 : static_cast<double>(second - second_);
  second_ = second;
  end_ns_ = (second + 1) * kSecondNs;
  if (first) return;
  if (lots_ > 0.0) close_trades(mid, depth, values);
  if (mid > 0.0) close_mid(mid, dt_s, values);
}

void BarFeatures::close_trades(double mid, double depth, double* values) noexcept {
  mean_volume_ += (lots_ - mean_volume_) * volume_weight_.next();
  if (previous_ticks_ > 0.0) {
    const double change = close_ticks_ - previous_ticks_;
    const double weight = weight_.next();
    kyle_.add(signed_lots_, change, weight);
    hasbrouck_.add(signed_root(signed_lots_), change, weight);
    mean_square_ += (change * change - mean_square_) * weight;
    const double illiquidity = magnitude(change / previous_ticks_) / notional_;
    mean_amihud_ += (illiquidity - mean_amihud_) * weight;
    const double sigma = std::sqrt(mean_square_);
    vpin_.add(lots_, sigma > 0.0 ? normal_cdf(change / sigma) : 0.5, mean_volume_);
    values[kVpin] = vpin_.value();
    values[kBulkVolumeImbalance] = vpin_.imbalance();
    values[kKyleLambda] = kyle_.slope() * depth;
    values[kKyleFit] = kyle_.fit();
    values[kHasbrouckLambda] = hasbrouck_.slope() * std::sqrt(depth);
    values[kAmihud] = mean_amihud_ * (depth * mid) * kBps;
  }
  previous_ticks_ = close_ticks_;
  lots_ = signed_lots_ = notional_ = 0.0;
}

void BarFeatures::close_mid(double mid, double dt_s, double* values) noexcept {
  if (previous_mid_ > 0.0) {
    const double change = magnitude(mid / previous_mid_ - 1.0);
    const double factor = decay(dt_s, 60.0);
    realised_60s_ = realised_60s_ * factor + change * change;
    bipower_60s_ = bipower_60s_ * factor + change * previous_change_;
    previous_change_ = change;
    const double bipower = kHalfPi * bipower_60s_;
    const bool jumps = ++mids_ > 1 && bipower < realised_60s_;
    values[kJumpShare] = jumps ? 1.0 - bipower / realised_60s_ : 0.0;
  }
  previous_mid_ = mid;
}

}  // namespace bot4
