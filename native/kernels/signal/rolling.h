#pragma once
#include <cstddef>
#include <cstdint>

#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

/// What is known of neighbouring windows, a lane each; `join` puts an older part of a window before
/// a newer one, given how many terms each holds.
///
/// kOverlaps says that a term may be joined twice without a difference.

/// K sums.
template <int K>
struct Sums {
  static constexpr int kWidth = K;
  static constexpr bool kOverlaps = false;
  double v[K];
  static void join(const F64x8* older, const F64x8* newer, double, double, F64x8* out) {
    for (int k = 0; k < K; ++k) out[k] = add(older[k], newer[k]);
  }
};

/// The greatest value of one series and the least of another.
struct Extremes {
  static constexpr int kWidth = 2;
  static constexpr bool kOverlaps = true;
  double v[2];
  static void join(const F64x8* older, const F64x8* newer, double, double, F64x8* out) {
    out[0] = maximum(older[0], newer[0]);
    out[1] = minimum(older[1], newer[1]);
  }
};

/// The greatest value and its place, the latest of equal ones.
struct Peak {
  static constexpr int kWidth = 2;
  static constexpr bool kOverlaps = true;
  double v[2];
  static void join(const F64x8* older, const F64x8* newer, double, double, F64x8* out) {
    const M8 later = less_equal(older[0], newer[0]);
    out[0] = select(later, newer[0], older[0]);
    out[1] = select(later, newer[1], older[1]);
  }
};

/// Mean less latest value, sum of squared departures from the mean, latest value: all small where a
/// price far from 0 moves little, so that no digits are lost.
///
/// Source: Chan, Golub & LeVeque (1983), The American Statistician 37(3), eq. 2.1.
struct Spread {
  static constexpr int kWidth = 3;
  static constexpr bool kOverlaps = false;
  double v[3];
  static Spread term(double x) { return {{0.0, 0.0, x}}; }
  double mean() const { return v[2] + v[0]; }
  double squares() const { return v[1]; }
  static void join(const F64x8* older, const F64x8* newer, double olds, double news, F64x8* out) {
    const F64x8 apart = sub(add(older[0], sub(older[2], newer[2])), newer[0]);
    const F64x8 share = F64x8::set1(olds / (olds + news));
    const F64x8 weight = F64x8::set1(olds / (olds + news) * news);
    out[0] = add(newer[0], mul(apart, share));
    out[1] = add(add(older[1], newer[1]), mul(mul(apart, apart), weight));
    out[2] = newer[2];
  }
};

/// Windows that are worked on together: they stay in the first cache.
inline constexpr std::size_t kChunk = 512;

/// Windows side by side, one array for each value of T, each on a line of the cache; eight doubles
/// lie free before and behind each array.
template <typename T>
struct WindowArrays {
  double* data;
  std::size_t stride;
  double* of(int value) const { return data + static_cast<std::size_t>(value) * stride; }
};

/// out[k] = older[k - olds or, where they overlap, k - lag] joined with newer[k], k < span. `out`
/// may be any of the others; what has no older part gets rubbish.
template <typename T>
inline void join_windows(WindowArrays<T> older, std::ptrdiff_t lag, double olds,
                         WindowArrays<T> newer, double news, WindowArrays<T> out,
                         std::ptrdiff_t span) {
  // In locals, which no store of a vector can change.
  const double* from_older[T::kWidth];
  const double* from_newer[T::kWidth];
  double* to[T::kWidth];
  for (int c = 0; c < T::kWidth; ++c) {
    from_older[c] = older.of(c) - lag;
    from_newer[c] = newer.of(c);
    to[c] = out.of(c);
  }
  // Backwards: what is read of `out` itself is not written yet.
  for (std::ptrdiff_t k = (span - 1) / kLanes * kLanes; k > lag - kLanes; k -= kLanes) {
    F64x8 a[T::kWidth], b[T::kWidth], joined[T::kWidth];
    for (int c = 0; c < T::kWidth; ++c) {
      a[c] = F64x8::load(from_older[c] + k);
      b[c] = F64x8::load(from_newer[c] + k);
    }
    T::join(a, b, olds, news, joined);
    for (int c = 0; c < T::kWidth; ++c) joined[c].store(to[c] + k);
  }
}

/// Turns `power`, windows of one term, into windows of `window` terms; returns those, in one of the
/// two arrays. Windows double in length; those whose bit stands in `window` are joined.
template <typename T>
inline WindowArrays<T> grow_windows(WindowArrays<T> power, WindowArrays<T> spare,
                                    std::size_t window, std::ptrdiff_t span) {
  WindowArrays<T> whole = power;
  std::size_t have = 0;
  for (std::size_t length = 1;; length *= 2) {
    const auto lag = static_cast<std::ptrdiff_t>(length);
    const auto count = static_cast<double>(length);
    const bool top = window / 2 < length;
    if (T::kOverlaps && top) {
      const auto rest = static_cast<std::ptrdiff_t>(window - length);
      if (rest > 0) join_windows(power, rest, count, power, count, power, span);
      return power;
    }
    const bool taken = !T::kOverlaps && (window & length) != 0;
    if (taken && have > 0) {
      join_windows(power, static_cast<std::ptrdiff_t>(have), count, whole,
                   static_cast<double>(have), whole, span);
    }
    if (top) return have > 0 ? whole : power;
    const WindowArrays<T> twice = taken && have == 0 ? spare : power;
    if (taken && have == 0) whole = power;
    if (taken) have += length;
    join_windows(power, lag, count, power, count, twice, span);
    power = twice;
  }
}

/// Calls emit(i, value over term(i - window + 1) .. term(i)) for each whole window of
/// [first, length), in order. Nothing is ever subtracted, so that no error is carried from window
/// to window; the value depends on the terms of the window alone.
///
/// Shapes:   workspace as windowWorkspace in src/quant/indicator.ts says, T::kWidth values.
/// Cost:     O(length log(window)), eight windows at once.
template <typename T, typename Term, typename Emit>
inline void roll(std::size_t first, std::size_t length, std::size_t window, Term term, Emit emit,
                 double* workspace) {
  const std::size_t chunk = window > kChunk ? window : kChunk;
  const std::size_t stride = (chunk + window + kLanes - 1) / kLanes * kLanes + 2 * kLanes;
  const auto off = reinterpret_cast<std::uintptr_t>(workspace) / sizeof(double) % kLanes;
  const WindowArrays<T> terms = {workspace + 2 * kLanes - off, stride};
  const WindowArrays<T> spare = {terms.data + T::kWidth * stride, stride};
  for (std::size_t end = first + window - 1; end < length; end += chunk) {
    const std::size_t count = length - end < chunk ? length - end : chunk;
    const std::size_t span = count + window - 1;
    for (std::size_t k = 0; k < span; ++k) {
      const T value = term(end + 1 - window + k);
      for (int c = 0; c < T::kWidth; ++c) terms.of(c)[k] = value.v[c];
    }
    const WindowArrays<T> whole =
        grow_windows(terms, spare, window, static_cast<std::ptrdiff_t>(span));
    for (std::size_t k = 0; k < count; ++k) {
      T value;
      for (int c = 0; c < T::kWidth; ++c) value.v[c] = whole.of(c)[k + window - 1];
      emit(end + k, value);
    }
  }
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
