#pragma once
#include <cstddef>

#include "kernels/volatility/gamma_functions.h"
#include "simd/exp.h"
#include "simd/log_positive.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Quantiles of Student's t by walking outward from the median.
///
/// From one knot to the next, x is the solution of  integral of the density = difference of the
/// probabilities: a second-order step, then corrections of third order, the integral by Gauss's
/// rule of seven points. The eight lanes are the seven points and the end of the interval.
///
/// Bound: 1e-11 of x plus what 1e-14 of probability moves it, on knots that
///        src/quant/copula-data.ts
///        spaces: a tail probability at least 2/3 of the one before, distances at most 0.02 apart
///        (test/quant/copula.test.ts).
class StudentQuantiles {
 public:
  explicit StudentQuantiles(double nu) : nu_(nu) {
    constexpr double kHalfLogPi = 0.57236494292470008707;
    const double log_scale = log_gamma(0.5 * (nu + 1.0)).value - log_gamma(0.5 * nu).value -
                             kHalfLogPi - 0.5 * log_scalar(nu);
    log_scale_ = F64x8::set1(log_scale);
    centre_ = exp_scalar(log_scale);
  }

  /// x[i] such that the probability between 0 and x[i] is distances[i], ascending from above 0.
  /// False when a knot was not reached.
  bool operator()(const double* distances, std::size_t count, double* x) const {
    double at_x = 0.0, density = centre_, before = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double wanted = distances[i] - before;
      double end = stepped(at_x, wanted / density);
      bool reached = false;
      for (int attempt = 0; attempt < 12 && !reached; ++attempt) {
        double end_density = 0.0;
        const double found = integral(at_x, end, &end_density);
        const double shift = (wanted - found) / end_density;
        end = stepped(end, shift);
        reached = __builtin_fabs(shift) <= 1e-5 * end;
        density = end_density * (1.0 - shift * bend(end));
      }
      if (!reached) return false;
      // The error left is cubic in the last shift, at most 1e-15 of x.
      x[i] = end;
      at_x = end;
      before = distances[i];
    }
    return true;
  }

 private:
  /// Minus the derivative of the log-density.
  double bend(double x) const { return (nu_ + 1.0) * x / (nu_ + x * x); }

  /// x after a step of probability / density.
  double stepped(double x, double step) const { return x + step * (1.0 + 0.5 * step * bend(x)); }

  double integral(double from, double to, double* end_density) const {
    alignas(64) static constexpr double kPoints[kLanes] = {
        -0.94910791234275852, -0.74153118559939444, -0.40584515137739717, 0.0,
        0.40584515137739717,  0.74153118559939444,  0.94910791234275852,  1.0};
    alignas(64) static constexpr double kWeights[kLanes] = {
        0.12948496616886969, 0.27970539148927667, 0.38183005050511894, 0.41795918367346939,
        0.38183005050511894, 0.27970539148927667, 0.12948496616886969, 0.0};
    const double half = 0.5 * (to - from);
    const F64x8 x = add(F64x8::set1(0.5 * (from + to)),
                        mul(F64x8::set1(half), F64x8::load(kPoints)));
    alignas(64) double lanes[kLanes];
    add(F64x8::set1(1.0), mul(mul(x, x), F64x8::set1(1.0 / nu_))).store(lanes);
    for (double& lane : lanes) lane = log_positive(lane);
    const F64x8 slope = F64x8::set1(-0.5 * (nu_ + 1.0));
    const F64x8 density = exp(add(log_scale_, mul(slope, F64x8::load(lanes))));
    density.store(lanes);
    *end_density = lanes[kLanes - 1];
    return half * reduce_add(mul(density, F64x8::load(kWeights)));
  }

  double nu_;
  double centre_;
  F64x8 log_scale_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
