#pragma once
#include "engine/arena_layout.h"

namespace bot4 {

/// What the quotes are computed from.
struct QuoteInputs {
  double centre_ticks;      ///< Mid or microprice.
  double best_bid_ticks;
  double best_ask_ticks;
  double position_lots;     ///< Signed.
  double volatility_ticks;  ///< sigma, ticks per sqrt(s).
  double probability;       ///< p of an up move.
};

/// A bid and an ask. Zero lots: no order on that side.
struct Quotes {
  double bid_ticks = 0;
  double bid_lots = 0;
  double ask_ticks = 0;
  double ask_lots = 0;
};

/// Computes both quote prices; their lots are left to the gate.
///
///   r = centre - q gamma sigma^2 tau + skew (2 p - 1),     q = position / inventory unit
///   half = max(gamma sigma^2 tau / 2 + half_spread, min_half_spread)
///   bid = floor(r - half), ask = ceil(r + half), moved so that bid < best ask, ask > best bid and
///   ask is at least one tick above bid: neither would take liquidity
///
/// Units:       ticks, lots, seconds; gamma in 1 / tick.
/// Errors:      false when a price is not a whole number in [1, 2^53): no quote then.
/// Determinism: bit-identical everywhere (+, -, *, /, floor, ceil).
/// Source:      Avellaneda & Stoikov (2008), Quantitative Finance 8(3), eq. 29-30; gamma/2 sigma^2
///              tau + (1/gamma) ln(1 + gamma/k) is half of their spread.
bool quote_prices(const PolicyBlock& policy, const QuoteInputs& in, Quotes* quotes) noexcept;

}  // namespace bot4
