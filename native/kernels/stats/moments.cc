// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/quant.h"
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Sums f(x) over a slice: eight accumulators, lane l takes x[l], x[l + 8], ...; the tail joins the
/// first lanes. The order of additions is the same on every target.
template <typename Term>
double sum(const Slice& x, Term term) {
  F64x8 accumulator = F64x8::zero();
  std::size_t i = 0;
  for (; i + kLanes <= x.length; i += kLanes) {
    accumulator = add(accumulator, term(F64x8::load(x.data + i)));
  }
  alignas(64) double tail[kLanes] = {};
  alignas(64) double lanes[kLanes];
  const std::size_t rest = x.length - i;
  if (rest > 0) {
    for (std::size_t l = 0; l < rest; ++l) tail[l] = x.data[i + l];
    term(F64x8::load(tail)).store(lanes);
    for (std::size_t l = rest; l < kLanes; ++l) lanes[l] = 0.0;
    accumulator = add(accumulator, F64x8::load(lanes));
  }
  return reduce_add(accumulator);
}

/// Sums of the first four powers about the mean.
///
/// Shapes:      x[n] in; out[4] = mean, sum (x - mean)^2, sum (x - mean)^3, sum (x - mean)^4.
/// Requires:    n >= 1.
/// Determinism: bit-identical on every target.
/// Cost:        O(n), two passes, no allocation.
int central_moments(const Slice* slices) noexcept {
  const Slice& x = slices[0];
  double* out = slices[1].data;
  const double mean = sum(x, [](F64x8 v) { return v; }) / static_cast<double>(x.length);
  const F64x8 centre = F64x8::set1(mean);
  out[0] = mean;
  out[1] = sum(x, [centre](F64x8 v) {
    const F64x8 d = sub(v, centre);
    return mul(d, d);
  });
  out[2] = sum(x, [centre](F64x8 v) {
    const F64x8 d = sub(v, centre);
    return mul(mul(d, d), d);
  });
  out[3] = sum(x, [centre](F64x8 v) {
    const F64x8 d = sub(v, centre);
    const F64x8 square = mul(d, d);
    return mul(square, square);
  });
  return 0;
}

const QuantEntry kEntries[] = {{"centralMoments", 2, central_moments}, {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kStatsTable;
const QuantTable kStatsTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
