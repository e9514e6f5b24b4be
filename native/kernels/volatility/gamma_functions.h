#pragma once
#include "simd/scalar_elementary.h"

namespace bot4::BOT4_TARGET {
namespace {

/// log Gamma(x) and its derivative, the digamma function.
struct LogGamma {
  double value;
  double derivative;
};

/// Stirling's series at x + k >= 12, brought back by k steps of Gamma(x + 1) = x Gamma(x).
///
/// Requires: x >= 0.5.
/// Bound:    2e-14 of max(1, |log Gamma(x)|) (test/native/volatility_test.cc prints the largest).
/// Source:   Abramowitz & Stegun (1964), 6.1.41, 6.1.15, 6.3.18, 6.3.5.
inline LogGamma log_gamma(double x) {
  double product = 1.0;
  double reciprocals = 0.0;
  double y = x;
  while (y < 12.0) {
    product *= y;
    reciprocals += 1.0 / y;
    y += 1.0;
  }
  const double r = 1.0 / y;
  const double r2 = r * r;
  const double log_y = log_scalar(y);
  const double series =
      r * (1.0 / 12.0 -
           r2 * (1.0 / 360.0 -
                 r2 * (1.0 / 1260.0 -
                       r2 * (1.0 / 1680.0 - r2 * (1.0 / 1188.0 - r2 * (691.0 / 360360.0))))));
  const double slope =
      r2 * (1.0 / 12.0 -
            r2 * (1.0 / 120.0 -
                  r2 * (1.0 / 252.0 -
                        r2 * (1.0 / 240.0 - r2 * (1.0 / 132.0 - r2 * (691.0 / 32760.0))))));
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  return {(y - 0.5) * log_y - y + kHalfLogTwoPi + series - log_scalar(product),
          log_y - 0.5 * r - slope - reciprocals};
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
