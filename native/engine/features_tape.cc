#include "engine/features_tape.h"

#include "engine/features_list.h"

namespace bot4 {
namespace {

constexpr double kTapeTau = 5.0;
/// Decayed trades below this are forgotten: sums that shrink for ever would lose their digits.
constexpr double kForgotten = 1e-9;

}  // namespace

Side TapeFeatures::classify(double ticks, double mid) const noexcept {
  if (mid > 0.0 && ticks != mid) return ticks > mid ? Side::kBuy : Side::kSell;
  double direction = direction_;
  if (last_ticks_ > 0.0 && ticks != last_ticks_) direction = ticks > last_ticks_ ? 1.0 : -1.0;
  return direction > 0.0 ? Side::kBuy : Side::kSell;
}

void TapeFeatures::decay_sums(std::int64_t at_ns) noexcept {
  const double dt_s = sums_ns_ == INT64_MIN ? 0.0 : seconds_between(sums_ns_, at_ns);
  const double factor = decay(dt_s, kTapeTau);
  sums_ns_ = at_ns;
  time_5s_ = time_5s_ * factor + dt_s;
  per_time_5s_ = share(1.0, time_5s_);
  count_ *= factor;
  signs_ *= factor;
  lots_ *= factor;
  signed_lots_ *= factor;
  value_ *= factor;
  if (count_ < kForgotten) count_ = signs_ = lots_ = signed_lots_ = value_ = 0.0;
}

void TapeFeatures::update_change(double ticks) noexcept {
  if (last_ticks_ > 0.0) {
    const double change = ticks - last_ticks_;
    if (changes_seen_ > 0) changes_.add(last_change_, change, changes_weight_.next());
    ++changes_seen_;
    last_change_ = change;
    if (change != 0.0) direction_ = change > 0.0 ? 1.0 : -1.0;
  }
  last_ticks_ = ticks;
}

void TapeFeatures::on_trade(double ticks, double lots, Side aggressor, double mid,
                            std::int64_t at_ns, double* values) noexcept {
  decay_sums(at_ns);
  const double sign = sign_of(aggressor);
  count_ += 1.0;
  signs_ += sign;
  lots_ += lots;
  signed_lots_ += sign * lots;
  value_ += ticks * lots;
  update_change(ticks);
  if (last_sign_ != 0.0) {
    sign_product_ += (sign * last_sign_ - sign_product_) * signs_weight_.next();
  }
  last_sign_ = sign;
  mean_lots_ += (lots - mean_lots_) * sizes_weight_.next();
  if (mid > 0.0) {
    open_.count += 1.0;
    open_.lots += lots;
    open_.signed_lots += sign * lots;
    open_.paid += 2.0 * (sign * lots * (ticks - mid));
    open_.mid = mid;
  }
  values[kTimeSinceTrade] = trade_ns_ == 0 ? 0.0 : seconds_between(trade_ns_, at_ns);
  trade_ns_ = at_ns;
  values[kTradeSizeRatio] = lots / mean_lots_ - 1.0;
  values[kSignPersistence] = sign_product_;
  values[kRollSpread] = changes_.xy < 0.0 ? 2.0 * std::sqrt(-changes_.xy) : 0.0;
  publish(mid, per_depth_, values);
}

void TapeFeatures::mature(double mid, const Decays& decays) noexcept {
  count_1s_ = count_1s_ * decays.s1 + open_.count;
  count_30s_ = count_30s_ * decays.s30 + open_.count;
  lots_30s_ = lots_30s_ * decays.s30 + open_.lots;
  signed_lots_30s_ = signed_lots_30s_ * decays.s30 + open_.signed_lots;
  paid_30s_ = paid_30s_ * decays.s30 + open_.paid;
  ring_[ring_at_] = open_;
  open_ = Interval{};
  ring_at_ = ring_at_ + 1 == kImpactUpdates ? 0 : ring_at_ + 1;
  Interval& oldest = ring_[ring_at_];
  const double impact = 2.0 * (oldest.signed_lots * (mid - oldest.mid));
  matured_lots_30s_ = matured_lots_30s_ * decays.s30 + oldest.lots;
  realised_30s_ = realised_30s_ * decays.s30 + (oldest.paid - impact);
  impact_30s_ = impact_30s_ * decays.s30 + impact;
  if (count_30s_ < kForgotten) count_1s_ = count_30s_ = 0.0;
  if (lots_30s_ < kForgotten) lots_30s_ = signed_lots_30s_ = paid_30s_ = 0.0;
  if (matured_lots_30s_ < kForgotten) matured_lots_30s_ = realised_30s_ = impact_30s_ = 0.0;
}

void TapeFeatures::on_book(double mid, double per_depth, std::int64_t at_ns,
                           const Decays& decays, const DecayedTime& time,
                           double* values) noexcept {
  per_depth_ = per_depth;
  decay_sums(at_ns);
  mature(mid, decays);
  values[kTimeSinceTrade] = trade_ns_ == 0 ? 0.0 : seconds_between(trade_ns_, at_ns);
  values[kTradeBurst] = count_30s_ > 0.0 ? count_1s_ / count_30s_ * time.s30_per_s1 - 1.0 : 0.0;
  values[kSignedVolume30s] = share(signed_lots_30s_, lots_30s_);
  values[kEffectiveSpread] = share(paid_30s_, lots_30s_);
  values[kRealisedSpread] = share(realised_30s_, matured_lots_30s_);
  values[kPriceImpact] = share(impact_30s_, matured_lots_30s_);
  publish(mid, per_depth, values);
}

void TapeFeatures::publish(double mid, double per_depth, double* values) const noexcept {
  values[kTradeSign] = share(signs_, count_);
  values[kSignedVolume] = share(signed_lots_, lots_);
  values[kTradeIntensity] = count_ * per_time_5s_;
  values[kVolumeIntensity] = lots_ * per_time_5s_ * per_depth;
  values[kTradeDeviation] = last_ticks_ > 0.0 && mid > 0.0 ? last_ticks_ - mid : 0.0;
  values[kVwapDeviation] = lots_ > 0.0 && mid > 0.0 ? mid - value_ / lots_ : 0.0;
}

}  // namespace bot4
