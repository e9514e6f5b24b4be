#include "engine/features.h"

#include <cmath>

#include "kernels/table.h"

namespace bot4 {
namespace {

static_assert(kFeatureCount <= kFeatureSlots);

constexpr double kBps = 1e4;
constexpr double kTapeTau = 5.0;

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) noexcept {
  return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / 1e9 : 0.0;
}

double decay(double dt_s, double tau_s) noexcept { return tau_s / (tau_s + dt_s); }

double mean_step(double mean, double value, double factor) noexcept {
  return value + (mean - value) * factor;
}

}  // namespace

const char* feature_name(int feature) noexcept {
  static const char* const kNames[kFeatureCount] = {
      "micropriceDeviation", "spread",          "imbalanceL1",        "imbalanceL5",
      "imbalanceL10",        "orderFlowImbalance", "touchShare",      "gapAsymmetry",
      "spreadRatio",         "midReturn1s",     "midReturn10s",       "micropriceReturn1s",
      "realisedVolatility",  "volatilityRatio", "tradeSign",          "signedVolume",
      "tradeIntensity",      "volumeIntensity", "updateIntensity",    "tradeDeviation"};
  return kNames[feature];
}

Features::Depth Features::read_side(const L2Book& book, Side side) noexcept {
  Depth depth;
  int level = 0;
  std::int64_t total = 0;
  book.visit(side, [&](std::int64_t ticks, std::int64_t lots) {
    total += lots;
    ++level;
    if (level == 1) {
      depth.touch_ticks = static_cast<double>(ticks);
      depth.touch_lots = static_cast<double>(lots);
    }
    if (level <= 5) {
      depth.five = static_cast<double>(total);
      depth.fifth_ticks = static_cast<double>(ticks);
    }
    return level < 10;
  });
  depth.ten = static_cast<double>(total);
  return depth;
}

void Features::on_book(const L2Book& book, std::int64_t at_ns) noexcept {
  const Depth bid = read_side(book, Side::kBuy);
  const Depth ask = read_side(book, Side::kSell);
  const double dt = updates_ == 0 ? 0.0 : seconds_between(book_ns_, at_ns);
  const double spread = ask.touch_ticks - bid.touch_ticks;
  const double touch = bid.touch_lots + ask.touch_lots;
  const double previous_mid = mid_;
  mid_ = (bid.touch_ticks + ask.touch_ticks) * 0.5;
  microprice_ = (bid.touch_ticks * ask.touch_lots + ask.touch_ticks * bid.touch_lots) / touch;

  update_flow(bid, ask, dt);
  update_means(spread, dt);
  update_volatility(previous_mid, dt);
  update_count_ = update_count_ * decay(dt, kTapeTau) + 1.0;

  values_[kMicropriceDeviation] = microprice_ - mid_;
  values_[kSpread] = spread;
  values_[kImbalanceL1] = (bid.touch_lots - ask.touch_lots) / touch;
  values_[kImbalanceL5] = (bid.five - ask.five) / (bid.five + ask.five);
  values_[kImbalanceL10] = (bid.ten - ask.ten) / (bid.ten + ask.ten);
  values_[kOrderFlowImbalance] = flow_ / mean_depth_;
  values_[kTouchShare] = touch / (bid.ten + ask.ten);
  values_[kGapAsymmetry] =
      (ask.fifth_ticks - ask.touch_ticks) - (bid.touch_ticks - bid.fifth_ticks);
  values_[kSpreadRatio] = spread / mean_spread_ - 1.0;
  values_[kMidReturn1s] = (mid_ / mean_mid_1s_ - 1.0) * kBps;
  values_[kMidReturn10s] = (mid_ / mean_mid_10s_ - 1.0) * kBps;
  values_[kMicropriceReturn1s] = (microprice_ / mean_micro_1s_ - 1.0) * kBps;
  values_[kUpdateIntensity] = update_count_ / kTapeTau;

  bid_ticks_ = bid.touch_ticks;
  bid_lots_ = bid.touch_lots;
  ask_ticks_ = ask.touch_ticks;
  ask_lots_ = ask.touch_lots;
  book_ns_ = at_ns;
  ++updates_;
  decay_tape(at_ns);
  publish_tape();
}

void Features::update_flow(const Depth& bid, const Depth& ask, double dt) noexcept {
  const double half_touch = (bid.touch_lots + ask.touch_lots) * 0.5;
  if (updates_ == 0) {
    mean_depth_ = half_touch;
    return;
  }
  double event = 0.0;
  if (bid.touch_ticks >= bid_ticks_) event += bid.touch_lots;
  if (bid.touch_ticks <= bid_ticks_) event -= bid_lots_;
  if (ask.touch_ticks <= ask_ticks_) event -= ask.touch_lots;
  if (ask.touch_ticks >= ask_ticks_) event += ask_lots_;
  flow_ = flow_ * decay(dt, 1.0) + event;
  mean_depth_ = mean_step(mean_depth_, half_touch, decay(dt, 10.0));
}

void Features::update_means(double spread, double dt) noexcept {
  if (updates_ == 0) {
    mean_spread_ = spread;
    mean_mid_1s_ = mid_;
    mean_mid_10s_ = mid_;
    mean_micro_1s_ = microprice_;
    return;
  }
  mean_spread_ = mean_step(mean_spread_, spread, decay(dt, 60.0));
  mean_mid_1s_ = mean_step(mean_mid_1s_, mid_, decay(dt, 1.0));
  mean_mid_10s_ = mean_step(mean_mid_10s_, mid_, decay(dt, 10.0));
  mean_micro_1s_ = mean_step(mean_micro_1s_, microprice_, decay(dt, 1.0));
}

void Features::update_volatility(double previous_mid, double dt) noexcept {
  if (updates_ != 0) {
    const double change = mid_ / previous_mid - 1.0;
    const double square = change * change;
    variance_5s_ = variance_5s_ * decay(dt, 5.0) + square;
    variance_30s_ = variance_30s_ * decay(dt, 30.0) + square;
    variance_60s_ = variance_60s_ * decay(dt, 60.0) + square;
  }
  values_[kRealisedVolatility] = std::sqrt(variance_30s_ / 30.0) * kBps;
  const double slow = std::sqrt(variance_60s_ / 60.0);
  values_[kVolatilityRatio] = slow > 0.0 ? std::sqrt(variance_5s_ / 5.0) / slow - 1.0 : 0.0;
}

void Features::decay_tape(std::int64_t at_ns) noexcept {
  const double factor = decay(seconds_between(tape_ns_, at_ns), kTapeTau);
  trade_count_ *= factor;
  trade_signs_ *= factor;
  trade_lots_ *= factor;
  trade_signed_lots_ *= factor;
  tape_ns_ = at_ns;
}

void Features::publish_tape() noexcept {
  values_[kTradeSign] = trade_count_ > 0.0 ? trade_signs_ / trade_count_ : 0.0;
  values_[kSignedVolume] = trade_lots_ > 0.0 ? trade_signed_lots_ / trade_lots_ : 0.0;
  values_[kTradeIntensity] = trade_count_ / kTapeTau;
  values_[kVolumeIntensity] = mean_depth_ > 0.0 ? trade_lots_ / kTapeTau / mean_depth_ : 0.0;
  values_[kTradeDeviation] = last_trade_ticks_ > 0.0 && mid_ > 0.0 ? last_trade_ticks_ - mid_ : 0.0;
}

void Features::on_trade(std::int64_t ticks, std::int64_t lots, Side aggressor,
                        std::int64_t at_ns) noexcept {
  decay_tape(at_ns);
  const double sign = sign_of(aggressor);
  const double quantity = static_cast<double>(lots);
  trade_count_ += 1.0;
  trade_signs_ += sign;
  trade_lots_ += quantity;
  trade_signed_lots_ += sign * quantity;
  last_trade_ticks_ = static_cast<double>(ticks);
  publish_tape();
}

void Features::reset() noexcept {
  double* const values = values_;
  *this = Features(values);
  for (int i = 0; i < kFeatureCount; ++i) values[i] = 0.0;
}

}  // namespace bot4
