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

/// Where the close lies between low and high: -1 to 1, 0 in a range of 0.
inline double close_location(double high, double low, double close) {
  return ratio_or((close - low) - (high - close), high - low, 0.0);
}

/// Turns terms into their sums from the first on.
inline void add_up(double* x, std::size_t length) {
  double total = 0.0;
  for (std::size_t i = 0; i < length; ++i) {
    total += x[i];
    x[i] = total;
  }
}

/// Volume added on a rise and taken off on a fall; begins with the first volume. A relative change
/// below 2^-26 is none, as in TTR. price, volume; out.
int obv(const Slice* s) noexcept {
  const double* price = s[1].data;
  const double* volume = s[2].data;
  double* out = s[3].data;
  const std::size_t n = s[1].length;
  out[0] = volume[0];
  for (std::size_t i = 1; i < n; ++i) {
    const double change = price[i] - price[i - 1];
    const double least = 0x1p-26 * __builtin_fabs(price[i - 1]);
    const double fallen = change < -least ? -volume[i] : 0.0;
    out[i] = change > least ? volume[i] : fallen;
  }
  add_up(out, n);
  return 0;
}

/// Sum of close location times volume from the first bar on. high, low, close, volume; out.
int accumulation(const Slice* s) noexcept {
  const double* high = s[1].data;
  const double* low = s[2].data;
  const double* close = s[3].data;
  const double* volume = s[4].data;
  double* out = s[5].data;
  for (std::size_t i = 0; i < s[1].length; ++i) {
    out[i] = close_location(high[i], low[i], close[i]) * volume[i];
  }
  add_up(out, s[1].length);
  return 0;
}

/// Sum of close location times volume over the sum of volume, p[0] bars; 0 without volume.
/// high, low, close, volume; out; workspace of windows.
int chaikin_flow(const Slice* s) noexcept {
  const std::size_t window = whole(s[0].data[0]);
  const double* high = s[1].data;
  const double* low = s[2].data;
  const double* close = s[3].data;
  const double* volume = s[4].data;
  double* out = s[5].data;
  fill_missing(out, window - 1, s[1].length);
  roll<Sums<2>>(
      0, s[1].length, window,
      [=](std::size_t i) {
        return Sums<2>{{close_location(high[i], low[i], close[i]) * volume[i], volume[i]}};
      },
      [out](std::size_t i, const Sums<2>& f) { out[i] = ratio_or(f.v[0], f.v[1], 0.0); },
      s[6].data);
  return 0;
}

const QuantEntry kEntries[] = {
    {"taObv", 4, obv},
    {"taAccumulation", 6, accumulation},
    {"taChaikinFlow", 7, chaikin_flow},
    {nullptr, 0, nullptr},
};

}  // namespace

extern const QuantTable kSignalVolumeTable;
const QuantTable kSignalVolumeTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
