// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/quant.h"
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Filters one series of shocks with GJR-GARCH(1,1), four steps of the recursion at a time.
///
///   h[t] = omega + (alpha + gamma [e[t-1] < 0]) e[t-1]^2 + beta h[t-1]
///
/// With c[t] the part without h, h[t+j] = beta^j h[t] + (c[t+j] + beta c[t+j-1] + ...): the chain
/// from one group of four to the next is one multiplication and one addition.
///
/// Shapes:      e[n], parameters[5] = omega, alpha, gamma, beta, h[0] in; h[n + 1] out, the last of
///              which is the variance that follows the series. e and h may not overlap.
/// Requires:    finite input; h[0] > 0.
/// Determinism: bit-identical on every target; within 1e-13 of the recursion step by step.
/// Cost:        bench/native/volatility_workloads.cc.
/// Source:      Glosten, Jagannathan & Runkle (1993), J. of Finance 48(5).
int garch_filter(const Slice* slices) noexcept {
  const Slice& e = slices[0];
  const double* p = slices[1].data;
  double* h = slices[2].data;
  const double omega = p[0], alpha = p[1], falling = p[1] + p[2], beta = p[3];
  const double beta2 = beta * beta, beta3 = beta2 * beta, beta4 = beta2 * beta2;
  const auto input = [=](double x) { return omega + (x < 0.0 ? falling : alpha) * (x * x); };
  double state = p[4];
  std::size_t t = 0;
  for (; t + 4 <= e.length; t += 4) {
    const double c0 = input(e.data[t]);
    const double c1 = input(e.data[t + 1]) + beta * c0;
    const double c2 = input(e.data[t + 2]) + beta * c1;
    const double c3 = input(e.data[t + 3]) + beta * c2;
    h[t] = state;
    h[t + 1] = c0 + beta * state;
    h[t + 2] = c1 + beta2 * state;
    h[t + 3] = c2 + beta3 * state;
    state = c3 + beta4 * state;
  }
  for (; t < e.length; ++t) {
    h[t] = state;
    state = input(e.data[t]) + beta * state;
  }
  h[t] = state;
  return 0;
}

/// Filters eight series at once, one a lane; n = 1 updates eight filters online.
///
/// Shapes:      e[8 n] in with series l at e[8 t + l]; parameters[40] in: omega, alpha, gamma, beta
///              and h[0], eight of each; h[8 (n + 1)] out.
/// Determinism: bit-identical on every target; each step as the formula says.
int garch_filter_lanes(const Slice* slices) noexcept {
  const Slice& e = slices[0];
  const double* p = slices[1].data;
  double* h = slices[2].data;
  const F64x8 omega = F64x8::load(p);
  const F64x8 alpha = F64x8::load(p + 8);
  const F64x8 falling = add(alpha, F64x8::load(p + 16));
  const F64x8 beta = F64x8::load(p + 24);
  const F64x8 zero = F64x8::zero();
  F64x8 state = F64x8::load(p + 32);
  for (std::size_t i = 0; i + kLanes <= e.length; i += kLanes) {
    const F64x8 x = F64x8::load(e.data + i);
    const F64x8 reaction = select(less(x, zero), falling, alpha);
    state.store(h + i);
    state = add(add(omega, mul(reaction, mul(x, x))), mul(beta, state));
  }
  state.store(h + e.length);
  return 0;
}

/// Takes one shock of each of many series into their filters, in place: the online step.
///
///   h[s] = omega[s] + (alpha[s] + gamma[s] [e[s] < 0]) e[s]^2 + beta[s] h[s]
///
/// Shapes:      e[S], parameters[4 S] = S of omega, alpha, gamma and beta each in; h[S] in and out.
/// Determinism: bit-identical on every target, and to garch_filter_lanes.
int garch_update(const Slice* slices) noexcept {
  const Slice& e = slices[0];
  const std::size_t n = e.length;
  const double* p = slices[1].data;
  double* h = slices[2].data;
  const F64x8 zero = F64x8::zero();
  std::size_t s = 0;
  for (; s + kLanes <= n; s += kLanes) {
    const F64x8 x = F64x8::load(e.data + s);
    const F64x8 alpha = F64x8::load(p + n + s);
    const F64x8 reaction = select(less(x, zero), add(alpha, F64x8::load(p + 2 * n + s)), alpha);
    const F64x8 input = add(F64x8::load(p + s), mul(reaction, mul(x, x)));
    add(input, mul(F64x8::load(p + 3 * n + s), F64x8::load(h + s))).store(h + s);
  }
  for (; s < n; ++s) {
    const double x = e.data[s];
    const double reaction = x < 0.0 ? p[n + s] + p[2 * n + s] : p[n + s];
    h[s] = (p[s] + reaction * (x * x)) + p[3 * n + s] * h[s];
  }
  return 0;
}

const QuantEntry kEntries[] = {{"garchFilter", 3, garch_filter},
                               {"garchFilterLanes", 3, garch_filter_lanes},
                               {"garchUpdate", 3, garch_update},
                               {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kVolatilityFilterTable;
const QuantTable kVolatilityFilterTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
