// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
//
// Of every kernel here: slice 0 holds the parameters (their order: the face in src/quant),
// then come the inputs, all of one length, then the outputs of that length, then the workspace, if
// it needs one; a workspace "of windows" is that of `roll`, for the longest window.
// Bars before the first value hold NaN. Bit-identical on every target, no allocation; O(length)
// unless it says otherwise.
#include "kernels/quant.h"
#include "kernels/signal/rolling.h"
#include "kernels/signal/windows.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Turns terms into Wilder's sums in place: the first p - 1 terms added, then x + sum (p - 1) / p.
/// The terms begin at 1; the sums at p.
void wilder_sums(double* x, std::size_t length, double period) {
  double value = 0.0;
  for (std::size_t i = 1; i < whole(period) && i < length; ++i) value += x[i];
  decay(x, whole(period), length, (period - 1.0) / period, value);
}

/// Writes from bar 1 on what moved up, what moved down (the greater of both alone) and the true
/// range.
void directions(const double* high, const double* low, const double* close, std::size_t length,
                double* up, double* down, double* range) {
  // One output a loop: more would be too much for the compiler to make vectors of.
  for (std::size_t i = 1; i < length; ++i) {
    const double top = high[i] > close[i - 1] ? high[i] : close[i - 1];
    const double bottom = low[i] < close[i - 1] ? low[i] : close[i - 1];
    range[i] = top - bottom;
  }
  const auto greater = [](double move, double other) {
    const double alone = move > other ? move : 0.0;
    return alone > 0.0 ? alone : 0.0;
  };
  for (std::size_t i = 1; i < length; ++i) {
    up[i] = greater(high[i] - high[i - 1], low[i - 1] - low[i]);
  }
  for (std::size_t i = 1; i < length; ++i) {
    down[i] = greater(low[i - 1] - low[i], high[i] - high[i - 1]);
  }
}

/// Wilder's directional movement over p[0] bars. high, low, close; plus, minus, DX, ADX.
int adx(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const double period = s[0].data[0];
  const std::size_t first = whole(period);
  double* plus = s[4].data;
  double* minus = s[5].data;
  double* index = s[6].data;
  double* average = s[7].data;
  directions(s[1].data, s[2].data, s[3].data, n, plus, minus, index);
  for (int k = 4; k < 7; ++k) wilder_sums(s[k].data, n, period);
  for (std::size_t i = first; i < n; ++i) {
    const double range = index[i];
    plus[i] = ratio_or(100.0 * plus[i], range, 0.0);
    minus[i] = ratio_or(100.0 * minus[i], range, 0.0);
    const double apart = __builtin_fabs(plus[i] - minus[i]);
    index[i] = 100.0 * ratio_or(apart, plus[i] + minus[i], 0.0);
    average[i] = index[i];
  }
  for (int k = 4; k < 7; ++k) fill_missing(s[k].data, first, n);
  fill_missing(average, average_in_place(average, first, n, first, 1.0 / period), n);
  return 0;
}

/// 100 (window - age of the highest value of window + 1) / window; `sign` -1 for the lowest.
/// The latest of equal values counts; the first window has one value less.
void age_of_extreme(const double* x, double sign, std::size_t n, std::size_t window, double* out,
                    double* workspace) {
  const double count = static_cast<double>(window);
  const auto term = [=](std::size_t i) {
    return Peak{{sign * x[i], static_cast<double>(static_cast<int>(i))}};
  };
  const auto emit = [=](std::size_t i, const Peak& peak) {
    const double age = static_cast<double>(static_cast<int>(i)) - peak.v[1];
    out[i] = 100.0 * (count - age) / count;
  };
  fill_missing(out, window - 1, n);
  roll<Peak>(0, window < n ? window : n, window, term, emit, workspace);
  roll<Peak>(0, n, window + 1, term, emit, workspace);
}

/// Aroon over p[0] bars. high, low; up, down, oscillator; workspace of windows.
int aroon(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  age_of_extreme(s[1].data, 1.0, n, whole(s[0].data[0]), s[3].data, s[6].data);
  age_of_extreme(s[2].data, -1.0, n, whole(s[0].data[0]), s[4].data, s[6].data);
  for (std::size_t i = 0; i < n; ++i) s[5].data[i] = s[3].data[i] - s[4].data[i];
  return 0;
}

/// State of the parabolic stop.
struct Parabolic {
  double stop;
  double extreme;
  double acceleration;
  bool rising;
};

/// Moves the stop over bar i. The acceleration rises by p[0] up to p[1].
inline void advance(Parabolic& state, const double* high, const double* low, std::size_t i,
                    const double* p) {
  const double bottom = low[i - 1] < low[i] ? low[i - 1] : low[i];
  const double top = high[i - 1] > high[i] ? high[i - 1] : high[i];
  const bool was_rising = state.rising;
  const double before = state.extreme;
  if (was_rising) {
    state.rising = low[i] > state.stop;
    state.extreme = top > before ? top : before;
  } else {
    state.rising = !(high[i] < state.stop);
    state.extreme = bottom < before ? bottom : before;
  }
  if (state.rising != was_rising) {
    state.acceleration = p[0];
    state.stop = state.extreme;
    return;
  }
  state.stop = state.stop + (before - state.stop) * state.acceleration;
  if (state.extreme != before) {
    const double more = state.acceleration + p[0];
    state.acceleration = more < p[1] ? more : p[1];
  }
  if (state.rising && state.stop > bottom) state.stop = bottom;
  if (!state.rising && state.stop < top) state.stop = top;
}

/// Sample deviation of high - low, NaN for fewer than two bars. high, low; out[1].
int range_deviation(const Slice* s) noexcept {
  const std::size_t n = s[0].length;
  const auto sum = [=](auto term) {
    F64x8 lanes = F64x8::zero();
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      lanes = add(lanes, term(sub(F64x8::load(s[0].data + i), F64x8::load(s[1].data + i))));
    }
    double total = reduce_add(lanes);
    alignas(64) double rest[kLanes];
    for (; i < n; ++i) {
      term(F64x8::set1(s[0].data[i] - s[1].data[i])).store(rest);
      total += rest[0];
    }
    return total;
  };
  const double mean = sum([](F64x8 range) { return range; }) / static_cast<double>(n);
  const double squares = sum([mean](F64x8 range) {
    const F64x8 off = sub(range, F64x8::set1(mean));
    return mul(off, off);
  });
  s[2].data[0] = n > 1 ? __builtin_sqrt(squares / static_cast<double>(n - 1)) : kMissing;
  return 0;
}

/// Wilder's parabolic stop and reverse; begins rising, p[2] below the first low. high, low; out.
int sar(const Slice* s) noexcept {
  Parabolic state{s[2].data[0] - s[0].data[2], s[1].data[0], s[0].data[0], true};
  s[3].data[0] = state.stop;
  for (std::size_t i = 1; i < s[1].length; ++i) {
    advance(state, s[1].data, s[2].data, i, s[0].data);
    s[3].data[i] = state.stop;
  }
  return 0;
}

/// The middle of highest and lowest over `window` bars; over those there are, where `partial`.
void middle(const Slice* s, std::size_t window, bool partial, double* out, double* workspace) {
  const double* high = s[1].data;
  const double* low = s[2].data;
  fill_missing(out, window - 1, s[1].length);
  double highest = high[0];
  double lowest = low[0];
  for (std::size_t i = 0; partial && i + 1 < window && i < s[1].length; ++i) {
    highest = high[i] > highest ? high[i] : highest;
    lowest = low[i] < lowest ? low[i] : lowest;
    out[i] = 0.5 * (highest + lowest);
  }
  roll<Extremes>(
      0, s[1].length, window, [=](std::size_t i) { return Extremes{{high[i], low[i]}}; },
      [out](std::size_t i, const Extremes& e) { out[i] = 0.5 * (e.v[0] + e.v[1]); }, workspace);
}

/// Ichimoku over p[0], p[1] and p[2] bars, spans not shifted; the last with partial windows where
/// p[3] is not 0. high, low; conversion, base, span A, span B; workspace of windows.
int ichimoku(const Slice* s) noexcept {
  const double* p = s[0].data;
  middle(s, whole(p[0]), false, s[3].data, s[7].data);
  middle(s, whole(p[1]), false, s[4].data, s[7].data);
  middle(s, whole(p[2]), p[3] != 0.0, s[6].data, s[7].data);
  for (std::size_t i = 0; i < s[1].length; ++i) {
    s[5].data[i] = 0.5 * (s[3].data[i] + s[4].data[i]);
  }
  return 0;
}

/// Movement up and down over true range, p[0] bars; 1 in a range of 0. high, low, close; plus,
/// minus; workspace of windows.
int vortex(const Slice* s) noexcept {
  const double* high = s[1].data;
  const double* low = s[2].data;
  const double* close = s[3].data;
  double* plus = s[4].data;
  double* minus = s[5].data;
  const std::size_t window = whole(s[0].data[0]);
  fill_missing(plus, window, s[1].length);
  fill_missing(minus, window, s[1].length);
  roll<Sums<3>>(
      1, s[1].length, window,
      [=](std::size_t i) {
        const double top = high[i] > close[i - 1] ? high[i] : close[i - 1];
        const double bottom = low[i] < close[i - 1] ? low[i] : close[i - 1];
        return Sums<3>{{__builtin_fabs(high[i] - low[i - 1]), __builtin_fabs(low[i] - high[i - 1]),
                        top - bottom}};
      },
      [=](std::size_t i, const Sums<3>& m) {
        plus[i] = ratio_or(m.v[0], m.v[2], 1.0);
        minus[i] = ratio_or(m.v[1], m.v[2], 1.0);
      },
      s[6].data);
  return 0;
}

const QuantEntry kEntries[] = {
    {"taAdx", 8, adx},           {"taAroon", 7, aroon},   {"taParabolic", 4, sar},
    {"rangeDeviation", 3, range_deviation},
    {"taIchimoku", 8, ichimoku}, {"taVortex", 7, vortex}, {nullptr, 0, nullptr},
};

}  // namespace

extern const QuantTable kSignalTrendTable;
const QuantTable kSignalTrendTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
