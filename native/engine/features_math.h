#pragma once
#include <emmintrin.h>

#include <cmath>
#include <cstdint>

namespace bot4 {

/// Basis points of one.
inline constexpr double kBps = 1e4;

/// Seconds from one time to a later one; 0 when time stands still or runs back. At most 2^63 ns.
inline double seconds_between(std::int64_t from_ns, std::int64_t to_ns) noexcept {
  if (to_ns <= from_ns) return 0.0;
  std::int64_t ns = 0;
  if (__builtin_sub_overflow(to_ns, from_ns, &ns)) ns = INT64_MAX;
  return static_cast<double>(ns) / 1e9;
}

/// The backward-Euler step of a first-order low pass over `dt_s` seconds: tau / (tau + dt).
inline double decay(double dt_s, double tau_s) noexcept { return tau_s / (tau_s + dt_s); }

/// Moves a decayed mean towards a value: x + (M - x) d.
inline double mean_step(double mean, double value, double factor) noexcept {
  return value + (mean - value) * factor;
}

/// numerator / denominator, or 0 where there is nothing to divide by.
inline double share(double numerator, double denominator) noexcept {
  return denominator > 0.0 ? numerator / denominator : 0.0;
}

/// a / c and b / d, rounded as two divisions are and in the time of one.
inline __m128d divide(double a, double b, double c, double d) noexcept {
  return _mm_div_pd(_mm_set_pd(b, a), _mm_set_pd(d, c));
}
inline double first_of(__m128d pair) noexcept { return _mm_cvtsd_f64(pair); }
inline double second_of(__m128d pair) noexcept {
  return _mm_cvtsd_f64(_mm_unpackhi_pd(pair, pair));
}

/// The decays of one step of time, divided once and used by every feature.
struct Decays {
  /// Requires dt_s >= 0.
  explicit Decays(double dt_s) noexcept
      : s1(decay(dt_s, 1.0)),
        s5(decay(dt_s, 5.0)),
        s10(decay(dt_s, 10.0)),
        s30(decay(dt_s, 30.0)),
        s60(decay(dt_s, 60.0)),
        s300(decay(dt_s, 300.0)) {}
  double s1, s5, s10, s30, s60, s300;  ///< tau in seconds.
};

/// The time that the decayed sums of one clock have been kept for, decayed as they are.
///
///   T <- T d + dt;   rate = S / T, 0 while T is 0
///
/// What happened and the time in which it happened have the same weights, so the rate has no bias
/// from the first step on: S = c T when every step brings c dt. S / tau would begin near 0 and tend
/// to c (1 + dt / tau).
struct DecayedTime {
  double s1 = 0, s5 = 0, s10 = 0, s30 = 0, s60 = 0, s300 = 0;  ///< T by tau [s].
  double per_s5 = 0, per_s10 = 0;         ///< 1 / T, 0 while T is 0.
  double s30_per_s1 = 1, s60_per_s5 = 1;  ///< Ratios of two T, 1 while they are 0.

  /// Takes one step of time and its decays.
  void add(double dt_s, const Decays& decays) noexcept {
    s1 = s1 * decays.s1 + dt_s;
    s5 = s5 * decays.s5 + dt_s;
    s10 = s10 * decays.s10 + dt_s;
    s30 = s30 * decays.s30 + dt_s;
    s60 = s60 * decays.s60 + dt_s;
    s300 = s300 * decays.s300 + dt_s;
    if (!(s1 > 0.0)) return;  // All grow from 0 at once.
    per_s5 = 1.0 / s5;
    per_s10 = 1.0 / s10;
    s30_per_s1 = s30 / s1;
    s60_per_s5 = s60 / s5;
  }
};

/// The weight of the newest of n observations in a mean over the last `window`: 1 / min(n, window).
/// While n <= window the mean is the plain mean of all; then it forgets with rate 1 / window.
class NewestWeight {
 public:
  explicit NewestWeight(std::int64_t window) noexcept : window_(window) {}
  double next() noexcept {
    if (count_ < window_) ++count_;
    return 1.0 / static_cast<double>(count_);
  }
  std::int64_t count() const noexcept { return count_; }

 private:
  std::int64_t window_;
  std::int64_t count_ = 0;
};

/// Running means, variances and covariance of two series, and so the line of y on x.
///
///   d = x - mx;  mx += w d;  Cxx <- (1 - w)(Cxx + w d^2);  likewise y and xy
///
/// With w = 1 / n these are the population moments of all observations (Welford); with a constant w
/// those of an exponentially forgetting window. Centred, so that equal observations give exactly 0.
///
/// Source: West (1979), Communications of the ACM 22(9); Finch (2009), incremental calculation of
///         weighted mean and variance.
struct RunningLine {
  double mean_x = 0, mean_y = 0;
  double xx = 0, xy = 0, yy = 0;

  void add(double x, double y, double weight) noexcept {
    const double dx = x - mean_x;
    const double dy = y - mean_y;
    const double keep = 1.0 - weight;
    mean_x += weight * dx;
    mean_y += weight * dy;
    xx = keep * (xx + weight * dx * dx);
    xy = keep * (xy + weight * dx * dy);
    yy = keep * (yy + weight * dy * dy);
  }
  double slope() const noexcept { return share(xy, xx); }
  double fit() const noexcept { return share(xy * xy, xx * yy); }
};

/// The standard normal distribution function, from a polynomial alone, so that every machine gives
/// the same bits.
///
///   P(x) = 1 - (1 + d1 x + ... + d6 x^6)^-16 / 2 for x >= 0;   P(-x) = 1 - P(x)
///
/// Errors:      |error| < 1.5e-7; a test measures it against erfc.
/// Source:      Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.2.19.
inline double normal_cdf(double x) noexcept {
  const double a = x < 0.0 ? -x : x;
  double p = 0.0000053830;
  p = p * a + 0.0000488906;
  p = p * a + 0.0000380036;
  p = p * a + 0.0032776263;
  p = p * a + 0.0211410061;
  p = p * a + 0.0498673470;
  p = p * a + 1.0;
  p *= p;
  p *= p;
  p *= p;
  p *= p;
  const double tail = 0.5 / p;
  return x < 0.0 ? tail : 1.0 - tail;
}

}  // namespace bot4
