#pragma once
#include <cstdint>

#include "book/l2_book.h"
#include "engine/features_math.h"

namespace bot4 {

/// The best levels of one side as the features read them, in one sweep.
///
/// Units: ticks and lots as doubles; a level that does not exist has 0 lots and the price `absent`.
struct SideDepth {
  static constexpr int kFlowLevels = 5;
  static constexpr int kLevels = 10;

  double ticks[kFlowLevels];  ///< Prices of the best five levels.
  double lots[kFlowLevels];   ///< Their quantities.
  double five = 0, ten = 0;   ///< Sums of lots over the best five and ten levels.
  double fifth_ticks = 0;     ///< Price of the fifth level, or of the last where there are fewer.
  double value_five = 0;      ///< Sum of distance from the touch times lots over the best five.
  double slope = 0;           ///< Regression slope of cumulative lots on distance [lots per tick].
};

/// Reads the best ten levels of one side. Requires that it has one.
template <Side kSide>
SideDepth read_depth(const L2Book& book) noexcept;

/// The features of the book's shape and of its flow at the best levels.
class DepthFeatures {
 public:
  /// Takes the book after an update. `first` begins the means; `time` includes the update's step.
  void on_book(const SideDepth& bid, const SideDepth& ask, double dt_s, const Decays& decays,
               const DecayedTime& time, bool first, double* values) noexcept;

  double mid() const noexcept { return mid_; }
  double microprice() const noexcept { return microprice_; }
  /// Mean of (qb + qa) / 2 with tau 10 s [lots]; 0 before the first update.
  double mean_depth() const noexcept { return mean_depth_; }
  /// Its reciprocal; 0 before the first update.
  double per_depth() const noexcept { return per_depth_; }

 private:
  void update_flow(const SideDepth& bid, const SideDepth& ask, const Decays& decays) noexcept;
  void update_volatility(double previous_mid, const Decays& decays) noexcept;
  void publish_shape(const SideDepth& bid, const SideDepth& ask, double* values) const noexcept;
  void publish_moves(double spread, const DecayedTime& time, double* values) const noexcept;

  double mid_ = 0, microprice_ = 0;
  double bid_ticks_[SideDepth::kFlowLevels] = {}, bid_lots_[SideDepth::kFlowLevels] = {};
  double ask_ticks_[SideDepth::kFlowLevels] = {}, ask_lots_[SideDepth::kFlowLevels] = {};
  double flow_1s_ = 0, flow_10s_ = 0, level_flow_1s_ = 0;
  double mean_depth_ = 0, per_depth_ = 0, mean_level_depth_ = 0, mean_spread_ = 0;
  double mean_mid_1s_ = 0, mean_mid_10s_ = 0, mean_micro_1s_ = 0, mean_micro_10s_ = 0;
  double variance_5s_ = 0, variance_30s_ = 0, variance_60s_ = 0, variance_300s_ = 0;
  double update_count_ = 0;
};

}  // namespace bot4
