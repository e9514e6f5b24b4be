#pragma once
#include <cstdint>

#include "core/side.h"
#include "engine/features_math.h"

namespace bot4 {

/// The features of the tape: signs, sizes and rates of trades, and what they cost.
class TapeFeatures {
 public:
  /// Updates from a trade to the mid that shows its lasting effect.
  static constexpr int kImpactUpdates = 10;

  /// The side that took liquidity, by Lee & Ready: above the mid a buyer, below a seller; at the
  /// mid, or without a book (`mid` 0), the direction of the last price change; before any a buyer.
  ///
  /// Source: Lee & Ready (1991), Journal of Finance 46(2), with the quote in force, not one five
  ///         seconds old: exchange and book come on one clock here.
  Side classify(double ticks, double mid) const noexcept;

  /// Takes one trade at the present mid (0 without a book).
  void on_trade(double ticks, double lots, Side aggressor, double mid, std::int64_t at_ns,
                double* values) noexcept;

  /// Takes the mid after a book update; `per_depth` is one over the mean touch depth [1/lots].
  void on_book(double mid, double per_depth, std::int64_t at_ns, const Decays& decays,
               const DecayedTime& time, double* values) noexcept;

 private:
  /// The trades between two book updates. They share one mid.
  struct Interval {
    double count = 0, lots = 0, signed_lots = 0;
    double paid = 0;  // Sum of 2 D lots (p - mid).
    double mid = 0;
  };
  void decay_sums(std::int64_t at_ns) noexcept;
  void update_change(double ticks) noexcept;
  void publish(double mid, double per_depth, double* values) const noexcept;
  void mature(double mid, const Decays& decays) noexcept;

  std::int64_t sums_ns_ = INT64_MIN, trade_ns_ = 0;
  double time_5s_ = 0, per_time_5s_ = 0;  // DecayedTime of the sums, which trades step, too.
  double per_depth_ = 0;
  double count_ = 0, signs_ = 0, lots_ = 0, signed_lots_ = 0, value_ = 0;
  double last_ticks_ = 0, last_change_ = 0, last_sign_ = 0;
  double direction_ = 1;  // Sign of the last price change; a buyer before any.
  NewestWeight signs_weight_{256}, changes_weight_{256}, sizes_weight_{256};
  double sign_product_ = 0, mean_lots_ = 0;
  RunningLine changes_;
  std::int64_t changes_seen_ = 0;
  Interval open_;
  Interval ring_[kImpactUpdates];
  int ring_at_ = 0;
  double count_1s_ = 0, count_30s_ = 0;
  double lots_30s_ = 0, signed_lots_30s_ = 0, paid_30s_ = 0;
  double matured_lots_30s_ = 0, realised_30s_ = 0, impact_30s_ = 0;
};

}  // namespace bot4
