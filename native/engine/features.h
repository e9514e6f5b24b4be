#pragma once
#include <cstdint>

#include "book/l2_book.h"
#include "core/side.h"

namespace bot4 {

/// The features that exist, by slot. Slots from kFeatureCount on are absent. The same list with
/// formula, unit and source for people: src/features/catalogue.ts; a test holds them equal.
enum Feature : int {
  kMicropriceDeviation = 0,  ///< micro - mid [ticks]; micro = (pb qa + pa qb) / (qb + qa).
  kSpread,                   ///< pa - pb [ticks].
  kImbalanceL1,              ///< (qb - qa) / (qb + qa).
  kImbalanceL5,              ///< (B5 - A5) / (B5 + A5), sums over the best five levels.
  kImbalanceL10,             ///< (B10 - A10) / (B10 + A10).
  kOrderFlowImbalance,       ///< Decayed sum (1 s) of e_n over the mean touch depth (10 s).
  kTouchShare,               ///< (qb + qa) / (B10 + A10).
  kGapAsymmetry,             ///< (ask of level 5 - pa) - (pb - bid of level 5) [ticks].
  kSpreadRatio,              ///< spread / mean spread (60 s) - 1.
  kMidReturn1s,              ///< mid / mean mid (1 s) - 1 [bps].
  kMidReturn10s,             ///< mid / mean mid (10 s) - 1 [bps].
  kMicropriceReturn1s,       ///< micro / mean micro (1 s) - 1 [bps].
  kRealisedVolatility,       ///< sqrt(decayed sum of r^2 (30 s) / 30 s) [bps per sqrt(s)].
  kVolatilityRatio,          ///< Realised volatility over 5 s / over 60 s - 1; 0 while the latter is 0.
  kTradeSign,                ///< Decayed sum of trade signs / decayed count (5 s).
  kSignedVolume,             ///< Decayed signed lots / decayed lots (5 s).
  kTradeIntensity,           ///< Decayed trade count (5 s) / 5 s [1/s].
  kVolumeIntensity,          ///< Decayed traded lots (5 s) / 5 s / mean touch depth [1/s].
  kUpdateIntensity,          ///< Decayed count of depth updates (5 s) / 5 s [1/s].
  kTradeDeviation,           ///< Last trade price - mid [ticks]; 0 before the first trade.
  kFeatureCount
};

/// Returns the stable camelCase name of a feature. Requires 0 <= feature < kFeatureCount.
const char* feature_name(int feature) noexcept;

/// Computes one symbol's features from its verified book and its tape.
///
///   decay(dt, tau) = tau / (tau + dt)           sums:  S <- S decay + x
///   means: M <- x + (M - x) decay               e_n = [pb >= pb'] qb - [pb <= pb'] qb'
///                                                     - [pa <= pa'] qa + [pa >= pa'] qa'
///
/// The decay is the backward-Euler step of a first-order low pass: only +, -, *, / and sqrt, so
/// that every target and every compiler gives the same bits.
///
/// Units:       prices ticks, quantities lots, time ns since the epoch.
/// Determinism: bit-identical everywhere; a pure function of the calls.
/// Cost:        O(10 levels) per depth update, O(1) per trade, no allocation; bench/native/session_bench.
/// Source:      Cont, Kukanov & Stoikov (2014), J. of Financial Econometrics 12(1), eq. 4-5 for
///              e_n; Gatheral & Oomen (2010), Finance and Stochastics 14, for the microprice.
class Features {
 public:
  /// Writes into `values` (64 slots, zero at first), which must outlive this object.
  explicit Features(double* values) noexcept : values_(values) {}

  /// Takes the book after one whole depth update. Requires a two-sided book.
  void on_book(const L2Book& book, std::int64_t at_ns) noexcept;

  /// Takes one trade.
  void on_trade(std::int64_t ticks, std::int64_t lots, Side aggressor, std::int64_t at_ns) noexcept;

  /// Forgets everything; all values become zero.
  void reset() noexcept;

  /// Depth updates since the last reset.
  std::int64_t updates() const noexcept { return updates_; }
  double mid() const noexcept { return mid_; }
  double microprice() const noexcept { return microprice_; }

 private:
  struct Depth {
    double touch_lots = 0, five = 0, ten = 0;
    double touch_ticks = 0, fifth_ticks = 0;
  };
  static Depth read_side(const L2Book& book, Side side) noexcept;
  void update_flow(const Depth& bid, const Depth& ask, double dt) noexcept;
  void update_means(double spread, double dt) noexcept;
  void update_volatility(double previous_mid, double dt) noexcept;
  void publish_tape() noexcept;
  void decay_tape(std::int64_t at_ns) noexcept;

  double* values_;
  std::int64_t updates_ = 0;
  std::int64_t book_ns_ = 0;
  std::int64_t tape_ns_ = 0;
  double mid_ = 0, microprice_ = 0;
  double bid_ticks_ = 0, bid_lots_ = 0, ask_ticks_ = 0, ask_lots_ = 0;
  double flow_ = 0, mean_depth_ = 0, mean_spread_ = 0;
  double mean_mid_1s_ = 0, mean_mid_10s_ = 0, mean_micro_1s_ = 0;
  double variance_5s_ = 0, variance_30s_ = 0, variance_60s_ = 0;
  double update_count_ = 0;
  double trade_count_ = 0, trade_signs_ = 0, trade_lots_ = 0, trade_signed_lots_ = 0;
  double last_trade_ticks_ = 0;
};

}  // namespace bot4
