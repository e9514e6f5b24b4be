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

/// Mean of the last p[0] values. x; out; workspace of windows.
int sma(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double* x = s[1].data;
  double* out = s[2].data;
  fill_missing(out, window - 1, s[1].length);
  roll<Sums<1>>(
      0, s[1].length, window, [x](std::size_t i) { return Sums<1>{{x[i]}}; },
      [out, window](std::size_t i, const Sums<1>& sum) {
        out[i] = sum.v[0] / static_cast<double>(window);
      },
      s[3].data);
  return 0;
}

/// Exponential mean, seeded with the mean of the first p[0] values, ratio p[1]. x; out.
int ema(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  double* out = s[2].data;
  for (std::size_t i = 0; i < n; ++i) out[i] = s[1].data[i];
  fill_missing(out, average_in_place(out, 0, n, whole(s[0].data[0]), s[0].data[1]), n);
  return 0;
}

/// Linearly weighted mean of the last p[0] values. x; out. O(length p[0]), eight bars at once.
int wma(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  fill_missing(s[2].data, window - 1, s[1].length);
  weighted_mean(s[1].data, 0, s[1].length, window, s[2].data);
  return 0;
}

/// 2 EMA - EMA(EMA) of p[0] values. x; out.
int dema(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  Ema once = Ema::of(s[0].data[0]);
  Ema twice = Ema::of(s[0].data[0]);
  for (std::size_t i = 0; i < n; ++i) {
    const double a = once.next(s[1].data[i]);
    s[2].data[i] = once.ready() ? 2.0 * a - twice.next(a) : kMissing;
  }
  return 0;
}

/// WMA over p[2] = trunc(sqrt(p[0])) of 2 WMA(p[1] = trunc(p[0] / 2)) - WMA(p[0]). x; out;
/// workspace[2 length].
int hma(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const std::size_t whole_window = whole(s[0].data[0]);
  const std::size_t root = whole(s[0].data[2]);
  double* slow = s[3].data;
  double* mix = s[3].data + n;
  weighted_mean(s[1].data, 0, n, whole_window, slow);
  weighted_mean(s[1].data, 0, n, whole(s[0].data[1]), mix);
  for (std::size_t i = whole_window - 1; i < n; ++i) mix[i] = 2.0 * mix[i] - slow[i];
  fill_missing(s[2].data, whole_window + root - 2, n);
  weighted_mean(mix, whole_window - 1, n, root, s[2].data);
  return 0;
}

/// EMA of 2 x[i] - x[i - lag], lag = (p[0] + 1) / 2 by linear interpolation. x; out.
int zlema(const Slice* s) noexcept {
  const double* x = s[1].data;
  const std::size_t n = s[1].length;
  const std::size_t period = whole(s[0].data[0]);
  const double ratio = 2.0 / (s[0].data[0] + 1.0);
  const std::size_t steps = (period + 1) / 2;
  const bool halfway = period % 2 == 0;
  Ema average(period, ratio);
  for (std::size_t i = 0; i < n; ++i) {
    if (i < period) {
      s[2].data[i] = average.next(x[i]);
      continue;
    }
    const double back = halfway ? 0.5 * x[i - steps - 1] + 0.5 * x[i - steps] : x[i - steps];
    s[2].data[i] = average.next(2.0 * x[i] - back);
  }
  return 0;
}

/// Mean price weighted by volume over p[0] bars; the last price where there was no volume.
/// price, volume; out; workspace of windows.
int vwap(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double* price = s[1].data;
  const double* volume = s[2].data;
  double* out = s[3].data;
  fill_missing(out, window - 1, s[1].length);
  roll<Sums<2>>(
      0, s[1].length, window,
      [=](std::size_t i) { return Sums<2>{{price[i] * volume[i], volume[i]}}; },
      [=](std::size_t i, const Sums<2>& sum) {
        out[i] = ratio_or(sum.v[0], sum.v[1], price[i]);
      },
      s[4].data);
  return 0;
}

/// Kaufman's adaptive mean: efficiency over p[0] bars between the ratios of p[1] (fast) and p[2]
/// (slow) bars; begins with the price of bar p[0] - 1. x; out; workspace of windows.
int kama(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double* x = s[1].data;
  double* out = s[2].data;
  const double slow = 2.0 / (s[0].data[2] + 1.0);
  const double spread = 2.0 / (s[0].data[1] + 1.0) - slow;
  fill_missing(out, window - 1, s[1].length);
  out[window - 1] = x[window - 1];
  double value = x[window - 1];
  roll<Sums<1>>(
      1, s[1].length, window,
      [x](std::size_t i) { return Sums<1>{{__builtin_fabs(x[i] - x[i - 1])}}; },
      [&](std::size_t i, const Sums<1>& path) {
        const double net = __builtin_fabs(x[i] - x[i - window]);
        const double root = ratio_or(net, path.v[0], 0.0) * spread + slow;
        value = value + root * root * (x[i] - value);
        out[i] = value;
      },
      s[3].data);
  return 0;
}

const QuantEntry kEntries[] = {
    {"taSma", 4, sma},     {"taEma", 3, ema},   {"taWma", 3, wma},   {"taDema", 3, dema},
    {"taHma", 4, hma},     {"taZlema", 3, zlema}, {"taVwap", 5, vwap}, {"taKama", 4, kama},
    {nullptr, 0, nullptr},
};

}  // namespace

extern const QuantTable kSignalAveragesTable;
const QuantTable kSignalAveragesTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
