#pragma once
#include <cstdint>

#include "engine/features_math.h"
#include "engine/features_vpin.h"

namespace bot4 {

/// The features of bars of one second of event time: price impact, illiquidity, informed trading
/// and jumps. A bar ends with the first event of a later second; a second without
/// an event has no bar.
///
/// Source: Kyle (1985), Econometrica 53(6), for lambda; Hasbrouck (2009), Journal of Finance 64(3),
///         for the square-root form; Amihud (2002), Journal of Financial Markets 5(1), eq. 1;
///         Easley, Lopez de Prado & O'Hara (2012) for bulk volume classification;
///         Barndorff-Nielsen & Shephard (2004), J. of Financial Econometrics 2(1), for bipower.
class BarFeatures {
 public:
  /// Trade bars that the regressions and means remember.
  static constexpr int kBars = 300;

  /// Whether an event at this time ends the bar: `close` comes first then.
  bool ends(std::int64_t at_ns) const noexcept { return at_ns >= end_ns_; }

  /// Ends the bar before an event, at the mid and depth before that event (0 without a book).
  void close(double mid, double depth, std::int64_t at_ns, double* values) noexcept;

  /// Takes one trade into the open bar.
  void on_trade(double ticks, double signed_lots, double lots) noexcept {
    close_ticks_ = ticks;
    lots_ += lots;
    signed_lots_ += signed_lots;
    notional_ += ticks * lots;
  }

 private:
  void close_trades(double mid, double depth, double* values) noexcept;
  void close_mid(double mid, double dt_s, double* values) noexcept;

  std::int64_t end_ns_ = INT64_MIN;
  std::int64_t second_ = 0;
  double close_ticks_ = 0, lots_ = 0, signed_lots_ = 0, notional_ = 0;
  double previous_ticks_ = 0;
  NewestWeight weight_{kBars}, volume_weight_{kBars};
  RunningLine kyle_, hasbrouck_;
  double mean_square_ = 0, mean_amihud_ = 0, mean_volume_ = 0;
  Vpin vpin_;
  double previous_mid_ = 0, previous_change_ = 0;
  std::int64_t mids_ = 0;
  double realised_60s_ = 0, bipower_60s_ = 0;
};

}  // namespace bot4
