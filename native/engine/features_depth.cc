#include "engine/features_depth.h"

#include "engine/features_list.h"

namespace bot4 {
namespace {

constexpr double kNoBidTicks = 0.0;
constexpr double kNoAskTicks = 0x1p53;

/// What the queue at one level of one side gained between two updates: e_n of one side, positive
/// when it grew. A better price brings its whole queue, a worse one lost the former queue.
double bid_event(double ticks, double lots, double old_ticks, double old_lots) noexcept {
  double event = 0.0;
  if (ticks >= old_ticks) event += lots;
  if (ticks <= old_ticks) event -= old_lots;
  return event;
}

double ask_event(double ticks, double lots, double old_ticks, double old_lots) noexcept {
  double event = 0.0;
  if (ticks <= old_ticks) event += lots;
  if (ticks >= old_ticks) event -= old_lots;
  return event;
}

}  // namespace

template <Side kSide>
SideDepth read_depth(const L2Book& book) noexcept {
  KeyLevel best[SideDepth::kLevels];
  const int levels = book.half(kSide).copy_best(SideDepth::kLevels, best);
  SideDepth depth;
  std::int64_t total = 0;
  double x_sum = 0, y_sum = 0, xx_sum = 0, xy_sum = 0;
  for (int i = 0; i < levels; ++i) {
    total += best[i].lots;
    const auto x = static_cast<double>(best[i].key - best[0].key);  // Keys rise from the touch.
    const auto y = static_cast<double>(total);
    x_sum += x;
    y_sum += y;
    xx_sum += x * x;
    xy_sum += x * y;
  }
  depth.ten = static_cast<double>(total);
  const double n = levels;
  depth.slope = share(n * xy_sum - x_sum * y_sum, n * xx_sum - x_sum * x_sum);
  total = 0;
  for (int i = 0; i < SideDepth::kFlowLevels; ++i) {
    if (i >= levels) {
      depth.ticks[i] = kSide == Side::kBuy ? kNoBidTicks : kNoAskTicks;
      depth.lots[i] = 0.0;
      continue;
    }
    depth.ticks[i] = depth.fifth_ticks =
        static_cast<double>(kSide == Side::kBuy ? -best[i].key : best[i].key);
    depth.lots[i] = static_cast<double>(best[i].lots);
    total += best[i].lots;
    depth.value_five += static_cast<double>(best[i].key - best[0].key) * depth.lots[i];
  }
  depth.five = static_cast<double>(total);
  return depth;
}

template SideDepth read_depth<Side::kBuy>(const L2Book& book) noexcept;
template SideDepth read_depth<Side::kSell>(const L2Book& book) noexcept;

void DepthFeatures::on_book(const SideDepth& bid, const SideDepth& ask, double dt_s,
                            const Decays& decays, const DecayedTime& time, bool first,
                            double* values) noexcept {
  const double spread = ask.ticks[0] - bid.ticks[0];
  const double touch = bid.lots[0] + ask.lots[0];
  const double previous_mid = mid_;
  mid_ = (bid.ticks[0] + ask.ticks[0]) * 0.5;
  microprice_ = (bid.ticks[0] * ask.lots[0] + ask.ticks[0] * bid.lots[0]) / touch;
  if (first) {
    mean_depth_ = touch * 0.5;
    mean_level_depth_ = (bid.five + ask.five) * 0.1;
    mean_spread_ = spread;
    mean_mid_1s_ = mean_mid_10s_ = mid_;
    mean_micro_1s_ = mean_micro_10s_ = microprice_;
  } else {
    update_flow(bid, ask, decays);
    mean_spread_ = mean_step(mean_spread_, spread, decays.s60);
    mean_mid_1s_ = mean_step(mean_mid_1s_, mid_, decays.s1);
    mean_mid_10s_ = mean_step(mean_mid_10s_, mid_, decays.s10);
    mean_micro_1s_ = mean_step(mean_micro_1s_, microprice_, decays.s1);
    mean_micro_10s_ = mean_step(mean_micro_10s_, microprice_, decays.s10);
    update_volatility(previous_mid, decays);
    update_count_ = update_count_ * decays.s5 + 1.0;
  }
  per_depth_ = 1.0 / mean_depth_;
  for (int i = 0; i < SideDepth::kFlowLevels; ++i) {
    bid_ticks_[i] = bid.ticks[i];
    bid_lots_[i] = bid.lots[i];
    ask_ticks_[i] = ask.ticks[i];
    ask_lots_[i] = ask.lots[i];
  }
  publish_shape(bid, ask, values);
  publish_moves(spread, time, values);
  values[kTimeSinceUpdate] = dt_s;
}

void DepthFeatures::update_flow(const SideDepth& bid, const SideDepth& ask,
                                const Decays& decays) noexcept {
  double events = 0.0;
  double touch_event = 0.0;
  for (int i = 0; i < SideDepth::kFlowLevels; ++i) {
    const double event = bid_event(bid.ticks[i], bid.lots[i], bid_ticks_[i], bid_lots_[i]) -
                         ask_event(ask.ticks[i], ask.lots[i], ask_ticks_[i], ask_lots_[i]);
    if (i == 0) touch_event = event;
    events += event;
  }
  flow_1s_ = flow_1s_ * decays.s1 + touch_event;
  flow_10s_ = flow_10s_ * decays.s10 + touch_event;
  level_flow_1s_ = level_flow_1s_ * decays.s1 + events * 0.2;
  mean_depth_ = mean_step(mean_depth_, (bid.lots[0] + ask.lots[0]) * 0.5, decays.s10);
  mean_level_depth_ = mean_step(mean_level_depth_, (bid.five + ask.five) * 0.1, decays.s10);
}

void DepthFeatures::update_volatility(double previous_mid, const Decays& decays) noexcept {
  const double change = mid_ / previous_mid - 1.0;
  const double square = change * change;
  variance_5s_ = variance_5s_ * decays.s5 + square;
  variance_30s_ = variance_30s_ * decays.s30 + square;
  variance_60s_ = variance_60s_ * decays.s60 + square;
  variance_300s_ = variance_300s_ * decays.s300 + square;
}

void DepthFeatures::publish_shape(const SideDepth& bid, const SideDepth& ask,
                                  double* values) const noexcept {
  const double per_touch = 1.0 / (bid.lots[0] + ask.lots[0]);
  const __m128d per_sum = divide(1.0, 1.0, bid.five + ask.five, bid.ten + ask.ten);
  const double per_five = first_of(per_sum);
  const double per_ten = second_of(per_sum);
  values[kMicropriceDeviation] = microprice_ - mid_;
  values[kSpread] = ask.ticks[0] - bid.ticks[0];
  values[kImbalanceL1] = (bid.lots[0] - ask.lots[0]) * per_touch;
  values[kImbalanceL5] = (bid.five - ask.five) * per_five;
  values[kImbalanceL10] = (bid.ten - ask.ten) * per_ten;
  values[kTouchShare] = (bid.lots[0] + ask.lots[0]) * per_ten;
  values[kGapAsymmetry] = (ask.fifth_ticks - ask.ticks[0]) - (bid.ticks[0] - bid.fifth_ticks);
  // Volume-weighted five-level prices, weighed by the other side's volume as in the microprice.
  const __m128d beyond = divide(bid.value_five, ask.value_five, bid.five, ask.five);
  const double bid_price = bid.ticks[0] - first_of(beyond);
  const double ask_price = ask.ticks[0] + second_of(beyond);
  values[kWeightedMidDeviation] =
      (bid_price * ask.five + ask_price * bid.five) * per_five - mid_;
  const double slopes = bid.slope + ask.slope;
  values[kDepthSlope] = slopes * 0.5 * per_depth_;
  values[kDepthSlopeAsymmetry] = share(bid.slope - ask.slope, slopes);
  values[kBidQueueAhead] = bid.lots[0] * per_depth_;
  values[kAskQueueAhead] = ask.lots[0] * per_depth_;
}

void DepthFeatures::publish_moves(double spread, const DecayedTime& time,
                                  double* values) const noexcept {
  // Divided in pairs: the divider is what this waits for.
  const __m128d flow_and_spread = divide(level_flow_1s_, spread, mean_level_depth_, mean_spread_);
  const __m128d mids = divide(mid_, mid_, mean_mid_1s_, mean_mid_10s_);
  const __m128d micros = divide(microprice_, mean_micro_1s_, mean_micro_1s_, mean_micro_10s_);
  values[kOrderFlowImbalance] = flow_1s_ * per_depth_;
  values[kOrderFlow10s] = flow_10s_ * per_depth_;
  values[kMultiLevelOrderFlow] = first_of(flow_and_spread);
  values[kSpreadRatio] = second_of(flow_and_spread) - 1.0;
  values[kMidReturn1s] = (first_of(mids) - 1.0) * kBps;
  values[kMidReturn10s] = (second_of(mids) - 1.0) * kBps;
  values[kMicropriceReturn1s] = (first_of(micros) - 1.0) * kBps;
  values[kMicropriceMomentum] = (second_of(micros) - 1.0) * kBps;
  values[kUpdateIntensity] = update_count_ * time.per_s5;
  if (time.s30 > 0.0) {
    const __m128d deviations =
        _mm_sqrt_pd(divide(variance_30s_, variance_300s_, time.s30, time.s300));
    values[kRealisedVolatility] = first_of(deviations) * kBps;
    values[kRealisedVolatility5m] = second_of(deviations) * kBps;
  }
  // The quotient first: it is at most 1, while a product with a vanishing variance may be 0.
  values[kVolatilityRatio] =
      variance_60s_ > 0.0 ? std::sqrt(variance_5s_ / variance_60s_ * time.s60_per_s5) - 1.0 : 0.0;
}

}  // namespace bot4
