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

/// Returns 1 if a value of x is not finite, or neither 0 nor of a size from p[0] to p[1]. p, x.
int all_within(const Slice* s) noexcept {
  const double least = s[0].data[0];
  const double greatest = s[0].data[1];
  const double* x = s[1].data;
  const std::size_t n = s[1].length;
  std::size_t i = 0;
  unsigned sound = 0xff;
  for (; i + kLanes <= n; i += kLanes) {
    const F64x8 size = abs(F64x8::load(x + i));
    const M8 small = either(less_equal(F64x8::set1(least), size), equal(size, F64x8::zero()));
    sound &= both(small, less_equal(size, F64x8::set1(greatest))).bits();
  }
  bool all = sound == 0xff;
  for (; i < n; ++i) {
    const double size = __builtin_fabs(x[i]);
    all = all && (size >= least || size == 0.0) && size <= greatest;
  }
  return all ? 0 : 1;
}

/// Returns 1 if a value of x is below p[0] or NaN. p, x.
int all_from(const Slice* s) noexcept {
  const F64x8 least = F64x8::set1(s[0].data[0]);
  const double* x = s[1].data;
  const std::size_t n = s[1].length;
  std::size_t i = 0;
  unsigned sound = 0xff;
  for (; i + kLanes <= n; i += kLanes) sound &= less_equal(least, F64x8::load(x + i)).bits();
  bool all = sound == 0xff;
  for (; i < n; ++i) all = all && s[0].data[0] <= x[i];
  return all ? 0 : 1;
}

/// Returns 1 if a value of x is above that of y. x, y, of one length.
int all_ordered(const Slice* s) noexcept {
  const double* x = s[0].data;
  const double* y = s[1].data;
  const std::size_t n = s[0].length;
  std::size_t i = 0;
  unsigned sound = 0xff;
  for (; i + kLanes <= n; i += kLanes) {
    sound &= less_equal(F64x8::load(x + i), F64x8::load(y + i)).bits();
  }
  bool all = sound == 0xff;
  for (; i < n; ++i) all = all && x[i] <= y[i];
  return all ? 0 : 1;
}

/// Mean, population or sample (p[1] = 0 or 1 taken off the count) variance and deviation of the
/// last p[0] values. x; mean, variance, deviation; workspace of windows.
int rolling_moments(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double share = 1.0 / (s[0].data[0] - s[0].data[1]);
  const double* x = s[1].data;
  double* mean = s[2].data;
  double* variance = s[3].data;
  double* deviation = s[4].data;
  for (int k = 2; k < 5; ++k) fill_missing(s[k].data, window - 1, s[1].length);
  roll<Spread>(
      0, s[1].length, window, [x](std::size_t i) { return Spread::term(x[i]); },
      [=](std::size_t i, const Spread& spread) {
        mean[i] = spread.mean();
        variance[i] = spread.squares() * share;
      },
      s[5].data);
  for (std::size_t i = window - 1; i < s[1].length; ++i) deviation[i] = __builtin_sqrt(variance[i]);
  return 0;
}

/// Greatest and least of the last p[0] values. x; greatest, least; workspace of windows.
int rolling_extremes(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double* x = s[1].data;
  double* greatest = s[2].data;
  double* least = s[3].data;
  fill_missing(greatest, window - 1, s[1].length);
  fill_missing(least, window - 1, s[1].length);
  roll<Extremes>(
      0, s[1].length, window, [x](std::size_t i) { return Extremes{{x[i], x[i]}}; },
      [=](std::size_t i, const Extremes& e) {
        greatest[i] = e.v[0];
        least[i] = e.v[1];
      },
      s[4].data);
  return 0;
}

/// Mean -+ p[1] population deviations over p[0] values, and the place between them (0.5 in a band
/// of no width). x; lower, middle, upper, place; workspace of windows.
int bollinger(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double wide = s[0].data[1];
  const double* x = s[1].data;
  double* lower = s[2].data;
  double* mean = s[3].data;
  double* upper = s[4].data;
  double* place = s[5].data;
  for (int k = 2; k < 6; ++k) fill_missing(s[k].data, window - 1, s[1].length);
  const double share = 1.0 / static_cast<double>(window);
  roll<Spread>(
      0, s[1].length, window, [x](std::size_t i) { return Spread::term(x[i]); },
      [=](std::size_t i, const Spread& spread) {
        mean[i] = spread.mean();
        place[i] = spread.squares() * share;
      },
      s[6].data);
  for (std::size_t i = window - 1; i < s[1].length; ++i) {
    const double reach = wide * __builtin_sqrt(place[i]);
    const double bottom = mean[i] - reach;
    const double top = mean[i] + reach;
    lower[i] = bottom;
    upper[i] = top;
    place[i] = ratio_or(x[i] - bottom, top - bottom, 0.5);
  }
  return 0;
}

/// True range and its Wilder mean over p[0] bars. high, low, close; range, mean, true high, true
/// low.
int atr(const Slice* s) noexcept {
  Ema average = Ema::of(s[0].data[0], true);
  for (int k = 4; k < 8; ++k) fill_missing(s[k].data, 1, s[1].length);
  for (std::size_t i = 1; i < s[1].length; ++i) {
    const double before = s[3].data[i - 1];
    const double top = s[1].data[i] > before ? s[1].data[i] : before;
    const double bottom = s[2].data[i] < before ? s[2].data[i] : before;
    s[4].data[i] = top - bottom;
    s[5].data[i] = average.next(top - bottom);
    s[6].data[i] = top;
    s[7].data[i] = bottom;
  }
  return 0;
}

/// Highest, lowest and their middle over p[0] bars. high, low; highest, middle, lowest;
/// workspace of windows.
int donchian(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double* high = s[1].data;
  const double* low = s[2].data;
  double* highest = s[3].data;
  double* mid = s[4].data;
  double* lowest = s[5].data;
  for (int k = 3; k < 6; ++k) fill_missing(s[k].data, window - 1, s[1].length);
  roll<Extremes>(
      0, s[1].length, window, [=](std::size_t i) { return Extremes{{high[i], low[i]}}; },
      [=](std::size_t i, const Extremes& e) {
        highest[i] = e.v[0];
        mid[i] = (e.v[0] + e.v[1]) / 2.0;
        lowest[i] = e.v[1];
      },
      s[6].data);
  return 0;
}

/// Relative change over p[0] bars of the EMA(p[0]) of high - low, 0 after a mean range of 0.
/// high, low; out; workspace[length].
int chaikin_volatility(const Slice* s) noexcept {
  const std::size_t lag = whole(s[0].data[0]);
  double* mean = s[4].data;
  Ema average = Ema::of(s[0].data[0]);
  for (std::size_t i = 0; i < s[1].length; ++i) {
    mean[i] = average.next(s[1].data[i] - s[2].data[i]);
    const bool there = i + 1 >= 2 * lag;
    s[3].data[i] = there ? ratio_or(mean[i], mean[i - lag], 1.0) - 1.0 : kMissing;
  }
  return 0;
}

/// First-seeded EMA(p[0]) of the close -+ p[2] ATR(p[1]), whose first range is high - low.
/// high, low, close; lower, middle, upper.
int keltner(const Slice* s) noexcept {
  FirstSeededEma average = FirstSeededEma::of(s[0].data[0]);
  Ema range = Ema::of(s[0].data[1], true);
  double before = s[3].data[0];
  for (std::size_t i = 0; i < s[1].length; ++i) {
    // The first bar has no close before it.
    const double top = i > 0 && before > s[1].data[i] ? before : s[1].data[i];
    const double bottom = i > 0 && before < s[2].data[i] ? before : s[2].data[i];
    const double reach = s[0].data[2] * range.next(top - bottom);
    const double mid = average.next(s[3].data[i]);
    before = s[3].data[i];
    s[4].data[i] = mid - reach;
    s[5].data[i] = mid;
    s[6].data[i] = mid + reach;
  }
  return 0;
}

/// Sum over p[1] bars of EMA / EMA(EMA) of high - low, first-seeded, p[0] bars each; 1 a bar where
/// there was no range. high, low; out; workspace[length] and of
/// windows.
int mass_index(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const std::size_t window = whole(s[0].data[1]);
  FirstSeededEma once = FirstSeededEma::of(s[0].data[0]);
  FirstSeededEma twice = once;
  double* mass = s[4].data;
  double* out = s[3].data;
  const std::size_t first = 2 * whole(s[0].data[0]) - 2;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = once.next(s[1].data[i] - s[2].data[i]);
    if (once.ready()) mass[i] = ratio_or(a, twice.next(a), 1.0);
  }
  fill_missing(out, first + window - 1, n);
  roll<Sums<1>>(
      first, n, window, [mass](std::size_t i) { return Sums<1>{{mass[i]}}; },
      [out](std::size_t i, const Sums<1>& sum) { out[i] = sum.v[0]; }, mass + n);
  return 0;
}

/// Root mean square over p[0] bars of the percent below the highest of p[0] bars (fewer at the
/// start). x; out; workspace[length] and of windows.
int ulcer(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const std::size_t window = whole(s[0].data[0]);
  const double* x = s[1].data;
  double* out = s[2].data;
  double* square = s[3].data;
  const auto fall = [=](std::size_t i, double highest) {
    const double percent = 100.0 * (x[i] - highest) / highest;
    square[i] = percent * percent;
  };
  double highest = x[0];
  for (std::size_t i = 0; i + 1 < window && i < n; ++i) {
    highest = x[i] > highest ? x[i] : highest;
    fall(i, highest);
  }
  roll<Extremes>(
      0, n, window, [x](std::size_t i) { return Extremes{{x[i], x[i]}}; },
      [&](std::size_t i, const Extremes& e) { fall(i, e.v[0]); }, square + n);
  fill_missing(out, window - 1, n);
  roll<Sums<1>>(
      0, n, window, [square](std::size_t i) { return Sums<1>{{square[i]}}; },
      [=](std::size_t i, const Sums<1>& sum) {
        out[i] = __builtin_sqrt(sum.v[0] / static_cast<double>(window));
      },
      square + n);
  return 0;
}

const QuantEntry kEntries[] = {
    {"allWithin", 2, all_within},
    {"allFrom", 2, all_from},
    {"allOrdered", 2, all_ordered},
    {"rollingMoments", 6, rolling_moments},
    {"rollingExtremes", 5, rolling_extremes},
    {"taBollinger", 7, bollinger},
    {"taAtr", 8, atr},
    {"taDonchian", 7, donchian},
    {"taChaikinVolatility", 5, chaikin_volatility},
    {"taKeltner", 7, keltner},
    {"taMassIndex", 5, mass_index},
    {"taUlcer", 4, ulcer},
    {nullptr, 0, nullptr},
};

}  // namespace

extern const QuantTable kSignalVolatilityTable;
const QuantTable kSignalVolatilityTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
