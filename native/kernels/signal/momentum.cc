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

/// 100 up / (up + down), Wilder means over p[0] changes; 50 where nothing moved. x; out;
/// workspace[length].
int rsi(const Slice* s) noexcept {
  const double* x = s[1].data;
  const std::size_t n = s[1].length;
  const std::size_t period = whole(s[0].data[0]);
  double* up = s[2].data;
  double* down = s[3].data;
  for (std::size_t i = 1; i < n; ++i) {
    const double change = x[i] - x[i - 1];
    up[i] = change > 0.0 ? change : 0.0;
    down[i] = change < 0.0 ? -change : 0.0;
  }
  const double ratio = 1.0 / s[0].data[0];
  const std::size_t first = average_in_place(up, 1, n, period, ratio);
  average_in_place(down, 1, n, period, ratio);
  for (std::size_t i = first; i < n; ++i) up[i] = ratio_or(100.0 * up[i], up[i] + down[i], 50.0);
  fill_missing(up, first, n);
  return 0;
}

/// EMA(p[0]) - EMA(p[1]), in percent of the slow one if p[3] is not 0, and its EMA(p[2]).
/// x; macd, signal.
int macd(const Slice* s) noexcept {
  const double* p = s[0].data;
  Ema fast = Ema::of(p[0]);
  Ema slow = Ema::of(p[1]);
  Ema smooth = Ema::of(p[2]);
  const bool percent = p[3] != 0.0;
  for (std::size_t i = 0; i < s[1].length; ++i) {
    const double a = fast.next(s[1].data[i]);
    const double b = slow.next(s[1].data[i]);
    const bool both = fast.ready() && slow.ready();
    const double value = percent ? 100.0 * (a / b - 1.0) : a - b;
    s[2].data[i] = both ? value : kMissing;
    s[3].data[i] = both ? smooth.next(value) : kMissing;
  }
  return 0;
}

/// Place of the close in the range of p[0] bars (0 to 1, 0.5 in a range of 0), its mean over p[1]
/// bars and the mean of that over p[2]. high, low, close; fastK, fastD, slowD; workspace of windows.
int stochastic(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const double* high = s[1].data;
  const double* low = s[2].data;
  const double* close = s[3].data;
  std::size_t first = whole(s[0].data[0]) - 1;
  double* k = s[4].data;
  fill_missing(k, first, n);
  roll<Extremes>(
      0, n, first + 1, [=](std::size_t i) { return Extremes{{high[i], low[i]}}; },
      [=](std::size_t i, const Extremes& e) {
        k[i] = ratio_or(close[i] - e.v[1], e.v[0] - e.v[1], 0.5);
      },
      s[7].data);
  for (int level = 1; level <= 2; ++level) {
    const double* from = s[3 + level].data;
    double* out = s[4 + level].data;
    const std::size_t window = whole(s[0].data[level]);
    fill_missing(out, first + window - 1, n);
    roll<Sums<1>>(
        first, n, window, [from](std::size_t i) { return Sums<1>{{from[i]}}; },
        [out, window](std::size_t i, const Sums<1>& sum) {
          out[i] = sum.v[0] / static_cast<double>(window);
        },
        s[7].data);
    first += window - 1;
  }
  return 0;
}

/// Mean of |x - mean| over the window that ends at each bar from window - 1 on.
void mean_deviation(const double* x, const double* mean, std::size_t n, std::size_t window,
                    double* out) {
  std::size_t i = window - 1;
  const double count = static_cast<double>(window);
  for (; i + kLanes <= n; i += kLanes) {
    const F64x8 centre = F64x8::load(mean + i);
    F64x8 sum = F64x8::zero();
    const double* from = x + (i + 1 - window);
    for (std::size_t j = 0; j < window; ++j) {
      sum = add(sum, abs(sub(F64x8::load(from + j), centre)));
    }
    div(sum, F64x8::set1(count)).store(out + i);
  }
  for (; i < n; ++i) {
    double sum = 0.0;
    const double* from = x + (i + 1 - window);
    for (std::size_t j = 0; j < window; ++j) sum += __builtin_fabs(from[j] - mean[i]);
    out[i] = sum / count;
  }
}

/// Typical prices of high, low, close (s[1] to s[3]).
void typical_prices(const Slice* s, double* out) {
  const double* high = s[1].data;
  const double* low = s[2].data;
  const double* close = s[3].data;
  for (std::size_t i = 0; i < s[1].length; ++i) out[i] = typical_price(high[i], low[i], close[i]);
}

/// (typical - mean) / (p[1] mean deviation) over p[0] bars, 0 where all are equal.
/// high, low, close; out; workspace[2 length] and of
/// windows. O(length p[0]), eight bars at once.
int cci(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const std::size_t window = whole(s[0].data[0]);
  double* typical = s[5].data;
  double* mean = typical + n;
  double* out = s[4].data;
  typical_prices(s, typical);
  roll<Spread>(
      0, n, window, [typical](std::size_t i) { return Spread::term(typical[i]); },
      [mean](std::size_t i, const Spread& spread) { mean[i] = spread.mean(); }, mean + n);
  fill_missing(out, window - 1, n);
  mean_deviation(typical, mean, n, window, out);
  for (std::size_t i = window - 1; i < n; ++i) {
    out[i] = ratio_or(typical[i] - mean[i], s[0].data[1] * out[i], 0.0);
  }
  return 0;
}

/// 100 positive / (positive + negative) money flow over p[0] bars: 100 without a negative one, 50
/// without any. high, low, close, volume; out; workspace[length] and of windows.
int mfi(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const std::size_t window = whole(s[0].data[0]);
  const double* volume = s[4].data;
  double* typical = s[6].data;
  double* out = s[5].data;
  typical_prices(s, typical);
  fill_missing(out, window, n);
  roll<Sums<2>>(
      1, n, window,
      [=](std::size_t i) {
        const double flow = typical[i] * volume[i];
        return Sums<2>{{typical[i] > typical[i - 1] ? flow : 0.0,
                        typical[i] < typical[i - 1] ? flow : 0.0}};
      },
      [=](std::size_t i, const Sums<2>& f) {
        const double index = 100.0 - 100.0 / (1.0 + f.v[0] / f.v[1]);
        out[i] = f.v[1] != 0.0 ? index : (f.v[0] == 0.0 ? 50.0 : 100.0);
      },
      typical + n);
  return 0;
}

/// 100 (up - down) / (up + down) over p[0] changes, 0 where nothing moved. x; out; workspace of windows.
int cmo(const Slice* s) noexcept {
  const double* x = s[1].data;
  double* out = s[2].data;
  const std::size_t window = whole(s[0].data[0]);
  fill_missing(out, window, s[1].length);
  roll<Sums<2>>(
      1, s[1].length, window,
      [x](std::size_t i) {
        const double d = x[i] - x[i - 1];
        return Sums<2>{{d > 0.0 ? d : 0.0, d < 0.0 ? -d : 0.0}};
      },
      [out](std::size_t i, const Sums<2>& m) {
        out[i] = ratio_or(100.0 * (m.v[0] - m.v[1]), m.v[0] + m.v[1], 0.0);
      },
      s[3].data);
  return 0;
}

/// (highest - close) / range of p[0] bars, 0.5 in a range of 0. high, low, close; out;
/// workspace of windows.
int williams(const Slice* s) noexcept {
  const double* high = s[1].data;
  const double* low = s[2].data;
  const double* close = s[3].data;
  double* out = s[4].data;
  const std::size_t window = whole(s[0].data[0]);
  fill_missing(out, window - 1, s[1].length);
  roll<Extremes>(
      0, s[1].length, window, [=](std::size_t i) { return Extremes{{high[i], low[i]}}; },
      [=](std::size_t i, const Extremes& e) {
        out[i] = ratio_or(e.v[0] - close[i], e.v[0] - e.v[1], 0.5);
      },
      s[5].data);
  return 0;
}

/// 100 sum w_k (buying pressure / true range over p[k] bars) / sum w_k, weights p[3..5], 0.5 in a
/// range of 0. high, low, close; out; workspace[2 length] and of windows.
int ultimate(const Slice* s) noexcept {
  const std::size_t n = s[1].length;
  const double* p = s[0].data;
  double* out = s[4].data;
  double* pressure = s[5].data;
  double* range = pressure + n;
  const double* high = s[1].data;
  const double* low = s[2].data;
  const double* close = s[3].data;
  for (std::size_t i = 1; i < n; ++i) {
    const double bottom = low[i] < close[i - 1] ? low[i] : close[i - 1];
    const double top = high[i] > close[i - 1] ? high[i] : close[i - 1];
    pressure[i] = close[i] - bottom;
    range[i] = top - bottom;
    out[i] = 0.0;
  }
  std::size_t longest = 0;
  for (int k = 0; k < 3; ++k) {
    const double weight = p[3 + k];
    const std::size_t window = whole(p[k]);
    if (window > longest) longest = window;
    roll<Sums<2>>(
        1, n, window, [=](std::size_t i) { return Sums<2>{{pressure[i], range[i]}}; },
        [=](std::size_t i, const Sums<2>& f) { out[i] += weight * ratio_or(f.v[0], f.v[1], 0.5); },
        range + n);
  }
  const double total = p[3] + p[4] + p[5];
  for (std::size_t i = longest; i < n; ++i) out[i] = 100.0 * out[i] / total;
  fill_missing(out, longest, n);
  return 0;
}

/// Change over p[0] bars: p[1] = 0 the difference, 1 the relative one. x; out.
int change(const Slice* s) noexcept {
  const double* x = s[1].data;
  double* out = s[2].data;
  const std::size_t lag = whole(s[0].data[0]);
  const std::size_t n = s[1].length;
  fill_missing(out, lag, n);
  if (s[0].data[1] == 0.0) {
    for (std::size_t i = lag; i < n; ++i) out[i] = x[i] - x[i - lag];
  } else {
    for (std::size_t i = lag; i < n; ++i) out[i] = x[i] / x[i - lag] - 1.0;
  }
  return 0;
}

const QuantEntry kEntries[] = {
    {"taRsi", 4, rsi},
    {"taMacd", 4, macd},
    {"taStochastic", 8, stochastic},
    {"taCci", 6, cci},
    {"taMfi", 7, mfi},
    {"taCmo", 4, cmo},
    {"taWilliams", 6, williams},
    {"taUltimate", 6, ultimate},
    {"taChange", 3, change},
    {nullptr, 0, nullptr},
};

}  // namespace

extern const QuantTable kSignalMomentumTable;
const QuantTable kSignalMomentumTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
