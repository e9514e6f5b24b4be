#pragma once
#include <cstddef>

#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

inline constexpr double kMissing = __builtin_nan("");

/// A parameter that counts bars.
inline std::size_t whole(double x) { return static_cast<std::size_t>(x); }

/// Marks the first `count` values of an indicator as not there yet.
inline void fill_missing(double* out, std::size_t count, std::size_t length) {
  for (std::size_t i = 0; i < count && i < length; ++i) out[i] = kMissing;
}

/// a / b, or `otherwise` where b is 0.
inline double ratio_or(double a, double b, double otherwise) {
  return b == 0.0 ? otherwise : a / b;
}

/// (high + low + close) / 3 with one rounding (but for the rarest of ties), so that bars of equal
/// prices in another order compare as equal.
inline double typical_price(double high, double low, double close) {
  const auto error = [](double a, double b, double sum) {
    const double part = sum - a;
    return (a - (sum - part)) + (b - part);
  };
  const double two = high + low;
  const double three = two + close;
  const double lost = error(high, low, two) + error(two, close, three);
  const double third = three / 3.0;
  const double back = 2.0 * third + third;
  const double rest = (three - back) - error(2.0 * third, third, back) + lost;
  return third + rest / 3.0;
}

/// x[i] = keep x[i - 1] + x[i] for i in [from, length), in place, with `value` before the first.
/// Four at a time, so that only every fourth sum waits for one before it.
inline void decay(double* x, std::size_t from, std::size_t length, double keep, double value) {
  const double keep2 = keep * keep;
  const double keeps[4] = {keep, keep2, keep2 * keep, keep2 * keep2};
  std::size_t i = from;
  for (; i + 4 <= length; i += 4) {
    const double s0 = x[i];
    const double s1 = keep * s0 + x[i + 1];
    const double s2 = keep * s1 + x[i + 2];
    const double s3 = keep * s2 + x[i + 3];
    x[i] = keeps[0] * value + s0;
    x[i + 1] = keeps[1] * value + s1;
    x[i + 2] = keeps[2] * value + s2;
    value = keeps[3] * value + s3;
    x[i + 3] = value;
  }
  // The same roundings, so that a value does not depend on how many follow.
  double sum = 0.0;
  for (std::size_t k = 0; i + k < length; ++k) {
    sum = k == 0 ? x[i] : keep * sum + x[i + k];
    x[i + k] = keeps[k] * value + sum;
  }
}

/// The exponential average of x[from], x[from + 1] ... in place, seeded with the mean of the first
/// `period` of them; returns where it begins. Before that place it leaves the terms.
inline std::size_t average_in_place(double* x, std::size_t from, std::size_t length,
                                    std::size_t period, double ratio) {
  const std::size_t seed = from + period - 1;
  if (seed >= length) return seed;
  double value = 0.0;
  for (std::size_t i = from; i <= seed; ++i) value += x[i] / static_cast<double>(period);
  x[seed] = value;
  for (std::size_t i = seed + 1; i < length; ++i) x[i] *= ratio;
  decay(x, seed + 1, length, 1.0 - ratio, value);
  return seed;
}

/// An exponential average that begins with the mean of its first `period` values.
struct Ema {
  double ratio;
  double keep;
  std::size_t period;
  std::size_t seen = 0;
  double value = 0.0;

  Ema(std::size_t n, double r) : ratio(r), keep(1.0 - r), period(n) {}
  /// Ratio 2 / (n + 1), or 1 / n after Wilder.
  static Ema of(double n, bool wilder = false) {
    return {static_cast<std::size_t>(n), wilder ? 1.0 / n : 2.0 / (n + 1.0)};
  }
  bool ready() const { return seen == period; }
  double next(double x) {
    if (seen == period) {
      value = x * ratio + value * keep;
      return value;
    }
    value += x / static_cast<double>(period);
    ++seen;
    return seen == period ? value : kMissing;
  }
};

/// An exponential average that begins with its first value and is shown from the `period`-th on.
struct FirstSeededEma {
  double ratio;
  double keep;
  std::size_t period;
  std::size_t seen = 0;
  double value = 0.0;

  static FirstSeededEma of(double n) {
    const double r = 2.0 / (n + 1.0);
    return {r, 1.0 - r, static_cast<std::size_t>(n)};
  }
  bool ready() const { return seen >= period; }
  double next(double x) {
    value = seen == 0 ? x : x * ratio + value * keep;
    ++seen;
    return ready() ? value : kMissing;
  }
};

/// Linearly weighted means, the latest value weighing most: out[i] for i >= first + window - 1.
/// The lanes are neighbouring outputs, so that each output adds in the same order everywhere.
inline void weighted_mean(const double* x, std::size_t first, std::size_t length,
                          std::size_t window, double* out) {
  const double n = static_cast<double>(window);
  const double total = n * (n + 1.0) / 2.0;
  std::size_t i = first + window - 1;
  for (; i + kLanes <= length; i += kLanes) {
    F64x8 sum = F64x8::zero();
    const double* from = x + (i + 1 - window);
    for (std::size_t j = 0; j < window; ++j) {
      const F64x8 weight = F64x8::set1(static_cast<double>(j + 1));
      sum = add(sum, mul(F64x8::load(from + j), weight));
    }
    div(sum, F64x8::set1(total)).store(out + i);
  }
  for (; i < length; ++i) {
    double sum = 0.0;
    const double* from = x + (i + 1 - window);
    for (std::size_t j = 0; j < window; ++j) sum += from[j] * static_cast<double>(j + 1);
    out[i] = sum / total;
  }
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
