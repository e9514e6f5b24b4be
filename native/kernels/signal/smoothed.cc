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

/// 100 times the relative change of a triple EMA(p[0]), and its EMA(p[1]). x; trix, signal.
int trix(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const double period = s[0].data[0];
  double* out = s[2].data;
  double* signal = s[3].data;
  for (std::size_t i = 0; i < n; ++i) out[i] = s[1].data[i];
  std::size_t first = 0;
  for (int k = 0; k < 3; ++k) {
    first = average_in_place(out, first, n, whole(period), 2.0 / (period + 1.0));
  }
  // The first bar of the triple mean has no bar before it.
  for (std::size_t i = first + 1; i < n; ++i) signal[i] = 100.0 * (out[i] / out[i - 1] - 1.0);
  for (std::size_t i = first + 1; i < n; ++i) out[i] = signal[i];
  fill_missing(out, first + 1, n);
  const double smooth = s[0].data[1];
  fill_missing(signal,
               average_in_place(signal, first + 1, n, whole(smooth), 2.0 / (smooth + 1.0)), n);
  return 0;
}

/// 100 sum p[8 + k] SMA(p[k]) of the log change over p[4 + k] bars, k < 4, and its SMA(p[12]).
/// logarithms of prices; kst, signal; workspace of windows.
int know_sure_thing(const Slice* s) noexcept {
  const double* p = s[0].data;
  const double* x = s[1].data;
  const std::size_t n = s[1].length;
  double* out = s[2].data;
  double* signal = s[3].data;
  for (std::size_t i = 0; i < n; ++i) out[i] = 0.0;
  std::size_t first = 0;
  for (int k = 0; k < 4; ++k) {
    const std::size_t window = whole(p[k]);
    const std::size_t lag = whole(p[4 + k]);
    const double weight = p[8 + k];
    if (lag + window - 1 > first) first = lag + window - 1;
    roll<Sums<1>>(
        lag, n, window, [=](std::size_t i) { return Sums<1>{{x[i] - x[i - lag]}}; },
        [=](std::size_t i, const Sums<1>& sum) {
          out[i] += sum.v[0] / static_cast<double>(window) * weight;
        },
        s[4].data);
  }
  for (std::size_t i = first; i < n; ++i) out[i] *= 100.0;
  fill_missing(out, first, n);
  const std::size_t window = whole(p[12]);
  fill_missing(signal, first + window - 1, n);
  roll<Sums<1>>(
      first, n, window, [out](std::size_t i) { return Sums<1>{{out[i]}}; },
      [=](std::size_t i, const Sums<1>& sum) {
        signal[i] = sum.v[0] / static_cast<double>(window);
      },
      s[4].data);
  return 0;
}

/// 100 times the double EMA (p[0], then p[1]) of the changes over that of their sizes,
/// first-seeded; 0 where nothing moved. x; out.
int true_strength(const Slice* s) noexcept {
  const double* x = s[1].data;
  FirstSeededEma slow = FirstSeededEma::of(s[0].data[0]);
  FirstSeededEma slow_size = slow;
  FirstSeededEma fast = FirstSeededEma::of(s[0].data[1]);
  FirstSeededEma fast_size = fast;
  fill_missing(s[2].data, 1, s[1].length);
  for (std::size_t i = 1; i < s[1].length; ++i) {
    const double d = x[i] - x[i - 1];
    const double a = slow.next(d);
    const double b = slow_size.next(__builtin_fabs(d));
    if (!slow.ready()) {
      s[2].data[i] = kMissing;
      continue;
    }
    const double top = fast.next(a);
    const double size = fast_size.next(b);
    s[2].data[i] = fast.ready() ? 100.0 * ratio_or(top, size, 0.0) : kMissing;
  }
  return 0;
}

/// 100 times the place of x in the range of `window` bars (0.5 in a range of 0), smoothed by a
/// first-seeded EMA; returns the first bar of the result.
std::size_t smoothed_place(const double* x, std::size_t first, std::size_t n, std::size_t window,
                           double smooth, double* out, double* workspace) {
  FirstSeededEma average = FirstSeededEma::of(smooth);
  fill_missing(out, first + window - 1, n);
  roll<Extremes>(
      first, n, window, [x](std::size_t i) { return Extremes{{x[i], x[i]}}; },
      [&](std::size_t i, const Extremes& e) {
        out[i] = average.next(100.0 * ratio_or(x[i] - e.v[1], e.v[0] - e.v[1], 0.5));
      },
      workspace);
  return first + window - 1 + whole(smooth) - 1;
}

/// Schaff's cycle: twice the smoothed place over p[2] bars, EMA(p[3]) and EMA(p[4]), of
/// EMA(p[0]) - EMA(p[1]), all first-seeded. x; out; workspace[2 length] and of
/// windows.
int schaff(const Slice* s) noexcept {
  const double* p = s[0].data;
  const std::size_t n = s[1].length;
  FirstSeededEma fast = FirstSeededEma::of(p[0]);
  FirstSeededEma slow = FirstSeededEma::of(p[1]);
  double* difference = s[3].data;
  double* place = difference + n;
  for (std::size_t i = 0; i < n; ++i) {
    difference[i] = fast.next(s[1].data[i]) - slow.next(s[1].data[i]);
  }
  const std::size_t first = whole(p[0] > p[1] ? p[0] : p[1]) - 1;
  const std::size_t second =
      smoothed_place(difference, first, n, whole(p[2]), p[3], place, place + n);
  smoothed_place(place, second, n, whole(p[2]), p[4], s[2].data, place + n);
  return 0;
}

const QuantEntry kEntries[] = {
    {"taTrix", 4, trix},
    {"taKnowSureThing", 5, know_sure_thing},
    {"taTrueStrength", 3, true_strength},
    {"taSchaff", 4, schaff},
    {nullptr, 0, nullptr},
};

}  // namespace

extern const QuantTable kSignalSmoothedTable;
const QuantTable kSignalSmoothedTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
