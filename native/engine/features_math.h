#pragma once
#include <cmath>
#include <cstdint>

namespace bot4 {

/// Basis points of one.
inline constexpr double kBps = 1e4;

/// Seconds from one time to a later one; 0 when time stands still or runs back.
inline double seconds_between(std::int64_t from_ns, std::int64_t to_ns) noexcept {
  return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / 1e9 : 0.0;
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

/// The weight of the newest of n observations in a mean over the last `window`: 1 / min(n, window).
/// While n <= window the mean is the plain mean of all; from then on it forgets with rate 1 / window.
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
