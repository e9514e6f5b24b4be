#pragma once
#include <cstdint>

#include "book/book_delta.h"
#include "book/l2_book.h"
#include "core/side.h"
#include "engine/features_bars.h"
#include "engine/features_depth.h"
#include "engine/features_list.h"
#include "engine/features_queue.h"
#include "engine/features_tape.h"

namespace bot4 {

/// Computes one symbol's features from its verified book, its tape and its mark prices.
///
///   decay(dt, tau) = tau / (tau + dt)           sums:  S <- S decay + x
///   means: M <- x + (M - x) decay               rates:  S / T, T <- T decay + dt
///   e_n = [pb >= pb'] qb - [pb <= pb'] qb'
///                                                     - [pa <= pa'] qa + [pa >= pa'] qa'
///
/// The decay is the backward-Euler step of a first-order low pass: only +, -, *, / and sqrt, so
/// that every target and every compiler gives the same bits.
///
/// Units:       prices ticks, quantities lots, time ns since the epoch.
/// Errors:      none: every value is finite after any calls that meet the requirements.
/// Determinism: bit-identical everywhere; a pure function of the calls.
/// Cost:        O(10 levels) per depth update, O(1) per trade, no allocation; workload
///              features.on_book.
/// Source:      Cont, Kukanov & Stoikov (2014), J. of Financial Econometrics 12(1), eq. 4-5 for
///              e_n; Xu, Gould & Howison (2018), Market Microstructure and Liquidity 4, for e_n of
///              deeper levels; Gatheral & Oomen (2010), Finance and Stochastics 14, for the
///              microprice; the others in their headers and in the catalogue.
class Features {
 public:
  /// Writes into `values` (64 slots, zero at first), which must outlive this object. `tick_e8` is
  /// the price grid in 1e-8 quote units, to compare mark prices with the mid.
  Features(double* values, std::int64_t tick_e8) noexcept
      : values_(values), tick_e8_(static_cast<double>(tick_e8)) {}

  /// Takes the book after one whole depth message and what the message changed. Of the first call
  /// after a reset the change is ignored. Requires a two-sided book.
  void on_book(const L2Book& book, const BookDelta& delta, std::int64_t at_ns) noexcept;

  /// Takes one trade and returns the side that it counts as the aggressor's: `aggressor`, or when
  /// the venue did not say so the side by Lee & Ready. Requires ticks > 0, lots > 0.
  Side on_trade(std::int64_t ticks, std::int64_t lots, Side aggressor, bool aggressor_given,
                std::int64_t at_ns) noexcept;

  /// Takes mark price, index price (0 absent) and funding rate of the period (0 absent), all in
  /// 1e-8. Requires mark_e8 >= 0, index_e8 >= 0; a mark of 0 is ignored.
  void on_mark(std::int64_t mark_e8, std::int64_t index_e8, std::int64_t funding_rate_e8) noexcept;

  /// Takes the composite's best bid and ask in 1e-8 quote units, after the book; 0: there is none.
  void on_composite(std::int64_t bid_e8, std::int64_t ask_e8) noexcept;

  /// Takes a forced order of the venue: `side` is the side of the order. Requires lots > 0.
  void on_liquidation(std::int64_t lots, Side side, std::int64_t at_ns) noexcept;

  /// Forgets everything; all values become zero.
  void reset() noexcept;

  /// Depth updates since the last reset.
  std::int64_t updates() const noexcept { return updates_; }
  double mid() const noexcept { return depth_.mid(); }
  double microprice() const noexcept { return depth_.microprice(); }

 private:
  void close_bar(std::int64_t at_ns) noexcept;
  void publish_mark() noexcept;
  void publish_liquidations() noexcept;

  double* values_;
  double tick_e8_;
  std::int64_t updates_ = 0;
  std::int64_t book_ns_ = 0;
  DecayedTime time_;  // Of the book's clock, which steps with each update.
  DepthFeatures depth_;
  QueueFeatures queue_;
  TapeFeatures tape_;
  BarFeatures bars_;
  double mark_ticks_ = 0;
  std::int64_t liquidation_ns_ = 0;
  double liquidated_30s_ = 0;
};

}  // namespace bot4
