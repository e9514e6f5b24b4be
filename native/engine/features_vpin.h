#pragma once

#include "engine/features_math.h"

namespace bot4 {

/// Volume-synchronised probability of informed trading over buckets of equal volume.
///
///   bucket j: volume V_j, bought B_j, sold S_j;   VPIN = sum |B_j - S_j| / sum V_j of the last 50
///
/// A bar's volume fills buckets in turn, each part bought in the bar's share. A bucket holds ten
/// times the mean volume of a bar when it begins, so that it needs no knowledge of the day's
/// volume; with buckets of one size the value is that of Easley et al. Before 50 buckets are full
/// it is over those that are; before the first it is 0.
///
/// Source: Easley, Lopez de Prado & O'Hara (2012), Review of Financial Studies 25(5).
class Vpin {
 public:
  static constexpr int kBuckets = 50;
  static constexpr double kBarsPerBucket = 10.0;

  /// Takes one bar. Requires volume > 0, 0 <= buy_share <= 1, mean_volume > 0 (lots of a bar).
  void add(double volume, double buy_share, double mean_volume) noexcept;

  double value() const noexcept { return share(absolute_, total_); }
  /// Signed: sum (B_j - S_j) / sum V_j of the same buckets.
  double imbalance() const noexcept { return share(signed_, total_); }

 private:
  void close_bucket() noexcept;

  double size_ = 0, filled_ = 0, imbalance_ = 0;  // The open bucket; imbalance is B - S.
  double sizes_[kBuckets] = {}, imbalances_[kBuckets] = {};
  int at_ = 0;
  double absolute_ = 0, signed_ = 0, total_ = 0;
};

}  // namespace bot4
