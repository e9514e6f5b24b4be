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

/// K sums over one window.
template <int K>
struct Sums {
  static constexpr int kWidth = K;
  double v[K];
  static Sums join(const Sums& a, const Sums& b) {
    Sums r;
    for (int k = 0; k < K; ++k) r.v[k] = a.v[k] + b.v[k];
    return r;
  }
};

/// The greatest and the least value of one window.
struct Extremes {
  static constexpr int kWidth = 2;
  double v[2];
  static Extremes join(const Extremes& a, const Extremes& b) {
    return {{a.v[0] > b.v[0] ? a.v[0] : b.v[0], a.v[1] < b.v[1] ? a.v[1] : b.v[1]}};
  }
};

/// Calls emit(i, value over term(i - window + 1) .. term(i)) for each whole window of
/// [first, length). Each window is the end of one block of `window` terms and the beginning of the
/// next: nothing is ever subtracted, so that no error is carried from window to window.
///
/// Shapes:   workspace[window * T::kWidth].
/// Cost:     O(length), about three joins a value whatever the window.
/// Source:   van Herk (1992), Gil & Werman (1993).
template <typename T, typename Term, typename Emit>
inline void roll(std::size_t first, std::size_t length, std::size_t window, Term term, Emit emit,
                 double* workspace) {
  for (std::size_t end = first + window; end <= length; end += window) {
    T tail = term(end - 1);
    for (std::size_t k = window; k-- > 0;) {
      if (k + 1 < window) tail = T::join(term(end - window + k), tail);
      for (int c = 0; c < T::kWidth; ++c) workspace[k * T::kWidth + c] = tail.v[c];
    }
    emit(end - 1, tail);
    T head = tail;
    const std::size_t last = length - end < window - 1 ? length : end + window - 1;
    for (std::size_t i = end; i < last; ++i) {
      const T next = term(i);
      head = i == end ? next : T::join(head, next);
      T start;
      for (int c = 0; c < T::kWidth; ++c) start.v[c] = workspace[(i - end + 1) * T::kWidth + c];
      emit(i, T::join(start, head));
    }
  }
}

/// Calls emit(i, mean, population variance) for each whole window of x. Both are sums of departures
/// from a value inside the window, so that a price far from 0 costs no digits.
///
/// Shapes: workspace[2 * window].
template <typename Emit>
inline void roll_moments(const double* x, std::size_t length, std::size_t window, Emit emit,
                         double* workspace) {
  const double share = 1.0 / static_cast<double>(window);
  for (std::size_t end = window; end <= length; end += window) {
    const double centre = x[end - 1];
    const auto give = [&](std::size_t i, double s1, double s2) {
      const double off = s1 * share;
      const double variance = s2 * share - off * off;
      emit(i, centre + off, variance > 0.0 ? variance : 0.0);
    };
    double s1 = 0.0;
    double s2 = 0.0;
    for (std::size_t k = window; k-- > 0;) {
      const double d = x[end - window + k] - centre;
      s1 += d;
      s2 += d * d;
      workspace[2 * k] = s1;
      workspace[2 * k + 1] = s2;
    }
    give(end - 1, s1, s2);
    double h1 = 0.0;
    double h2 = 0.0;
    const std::size_t last = length - end < window - 1 ? length : end + window - 1;
    for (std::size_t i = end; i < last; ++i) {
      const double d = x[i] - centre;
      h1 += d;
      h2 += d * d;
      const std::size_t k = 2 * (i - end + 1);
      give(i, workspace[k] + h1, workspace[k + 1] + h2);
    }
  }
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
