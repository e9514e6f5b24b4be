#pragma once
// Hidden Markov models with normal or Student-t emissions: layout of a model, and the densities.
// Included only by files compiled once per target.
#include "kernels/quant.h"
#include "simd/exp.h"
#include "simd/log_positive.h"

namespace bot4::BOT4_TARGET {
namespace {

inline constexpr int kMaxStates = kLanes;
inline constexpr int kMaxDimensions = 16;
inline constexpr int kMaxTriangle = kMaxDimensions * (kMaxDimensions + 1) / 2;
/// Stands for ln 0: far below every density, and a sum of many stays finite.
inline constexpr double kLogZero = -1e300;
/// Status codes of all kernels here.
inline constexpr int kHmmSound = 0;
inline constexpr int kHmmNotPositiveDefinite = 1;
inline constexpr int kHmmImpossible = 2;

/// ln p, or kLogZero for a probability that is zero or subnormal.
inline double log_probability(double p) { return p >= 0x1p-1022 ? log_positive(p) : kLogZero; }

/// ln of eight positive, finite, normal values.
inline F64x8 log_lanes(F64x8 x) {
  alignas(64) double t[kLanes];
  x.store(t);
  for (int l = 0; l < kLanes; ++l) t[l] = log_positive(t[l]);
  return F64x8::load(t);
}

/// ln Gamma(x) for x >= 0.5, by Stirling's series after a shift above 10. Bound: 1e-14 relative to
/// max(1, |value|).
inline double log_gamma(double x) {
  double shift = 1.0;
  while (x < 10.0) {
    shift *= x;
    x += 1.0;
  }
  const double r = 1.0 / x;
  const double s = r * r;
  const double tail =
      r * (1.0 / 12.0 -
           s * (1.0 / 360.0 -
                s * (1.0 / 1260.0 -
                     s * (1.0 / 1680.0 - s * (1.0 / 1188.0 - s * (691.0 / 360360.0 - s / 156.0))))));
  return (x - 0.5) * log_positive(x) - x + 0.91893853320467274178 + tail - log_positive(shift);
}

/// The derivative of ln Gamma for x >= 0.5, by its asymptotic series after a shift above 10.
inline double digamma(double x) {
  double shift = 0.0;
  while (x < 10.0) {
    shift += 1.0 / x;
    x += 1.0;
  }
  const double r = 1.0 / x;
  const double s = r * r;
  const double tail =
      s * (1.0 / 12.0 -
           s * (1.0 / 120.0 -
                s * (1.0 / 252.0 - s * (1.0 / 240.0 - s * (1.0 / 132.0 - s * (691.0 / 32760.0))))));
  return log_positive(x) - 0.5 * r - tail - shift;
}

/// What a model is: `slice` holds states, dimensions, 1 for Student-t, 1 for full covariances.
struct HmmShape {
  int states;
  int dimensions;
  bool student;
  bool full;
  explicit HmmShape(const double* slice)
      : states(static_cast<int>(slice[0])),
        dimensions(static_cast<int>(slice[1])),
        student(slice[2] != 0.0),
        full(slice[3] != 0.0) {}
  int model_length() const { return 8 + 64 + 8 * dimensions * (dimensions + 1) + 8; }
};

/// One packed model; eight lanes of states everywhere, the unused ones zero:
/// initial[8], transitions[8 from][8 to], means[D][8], covariances[D][D][8], degrees of freedom[8].
struct HmmModel {
  double* initial;
  double* transitions;
  double* means;
  double* covariances;
  double* degrees;
  HmmModel(const HmmShape& shape, double* data)
      : initial(data),
        transitions(data + 8),
        means(data + 72),
        covariances(means + 8 * shape.dimensions),
        degrees(covariances + 8 * shape.dimensions * shape.dimensions) {}
};

/// What the densities need of a model: per state the inverse of the Cholesky factor (lower, by
/// rows) and the constant of the log-density.
struct HmmDensity {
  double inverse[kMaxStates][kMaxTriangle];
  double constant[kMaxStates];

  /// False when the covariance of a state is not positive definite.
  bool prepare(const HmmShape& shape, const HmmModel& model);
};

/// Cholesky factor of covariance `k`, by rows, and its inverse into `inverse`; false when a pivot
/// is not positive. `log_pivots` gets the sum of the logs of the pivots.
inline bool invert_factor(const HmmShape& shape, const HmmModel& model, int k, double* inverse,
                          double* log_pivots) {
  const int d = shape.dimensions;
  double factor[kMaxTriangle];
  double sum_of_logs = 0.0;
  for (int i = 0; i < d; ++i) {
    double* row = factor + i * (i + 1) / 2;
    for (int j = 0; j <= i; ++j) {
      const double* other = factor + j * (j + 1) / 2;
      const bool used = i == j || shape.full;
      double s = used ? model.covariances[(i * d + j) * 8 + k] : 0.0;
      for (int m = 0; m < j; ++m) s -= row[m] * other[m];
      if (i != j) {
        row[j] = s / other[j];
        continue;
      }
      if (!(s >= 0x1p-1022) || s > 1e300) return false;
      row[i] = __builtin_sqrt(s);
      sum_of_logs += 0.5 * log_positive(s);
    }
  }
  for (int i = 0; i < d; ++i) {
    const double* row = factor + i * (i + 1) / 2;
    double* out = inverse + i * (i + 1) / 2;
    for (int j = 0; j <= i; ++j) {
      double s = i == j ? 1.0 : 0.0;
      for (int m = j; m < i; ++m) s -= row[m] * inverse[m * (m + 1) / 2 + j];
      out[j] = s / row[i];
    }
  }
  *log_pivots = sum_of_logs;
  return true;
}

inline bool HmmDensity::prepare(const HmmShape& shape, const HmmModel& model) {
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  constexpr double kLogPi = 1.1447298858494001741;
  const double d = shape.dimensions;
  for (int k = 0; k < shape.states; ++k) {
    double log_pivots = 0.0;
    if (!invert_factor(shape, model, k, inverse[k], &log_pivots)) return false;
    if (shape.student) {
      const double nu = model.degrees[k];
      constant[k] = log_gamma(0.5 * (nu + d)) - log_gamma(0.5 * nu) -
                    0.5 * d * (log_positive(nu) + kLogPi) - log_pivots;
    } else {
      constant[k] = -d * kHalfLogTwoPi - log_pivots;
    }
  }
  return true;
}

/// Squared Mahalanobis distance of eight points (xs[D][8]) from state `k`.
inline F64x8 squared_distance(const HmmShape& shape, const HmmModel& model, const double* inverse,
                              const double* xs, int k) {
  F64x8 deviations[kMaxDimensions];
  F64x8 total = F64x8::zero();
  const double* row = inverse;
  for (int i = 0; i < shape.dimensions; ++i) {
    deviations[i] = sub(F64x8::load(xs + i * kLanes), F64x8::set1(model.means[i * 8 + k]));
    F64x8 z = mul(F64x8::set1(row[i]), deviations[i]);
    if (shape.full) {
      for (int j = 0; j < i; ++j) z = add(z, mul(F64x8::set1(row[j]), deviations[j]));
    }
    total = add(total, mul(z, z));
    row += i + 1;
  }
  return total;
}

/// Where the densities of a series go; each array has eight lanes of states per point.
struct HmmEmissions {
  double* logs;     ///< ln density; kLogZero in lanes without a state.
  double* scaled;   ///< e^(ln density - shift); 0 in lanes without a state; null when not needed.
  double* shifts;   ///< One per point: the largest ln density of the point; null with `scaled`.
  double* weights;  ///< Student-t: (nu + D) / (nu + squared distance); null when not needed.
};

/// Log-densities of the points t .. t + 7, lanes = points, into logs[states]; weights likewise.
inline void block_densities(const HmmShape& shape, const HmmModel& model, const HmmDensity& density,
                            const double* xs, F64x8* logs, F64x8* weights) {
  const F64x8 lowest = F64x8::set1(kLogZero);
  for (int k = 0; k < shape.states; ++k) {
    const F64x8 distance = squared_distance(shape, model, density.inverse[k], xs, k);
    F64x8 exponent = mul(F64x8::set1(-0.5), distance);
    if (shape.student) {
      const F64x8 nu = F64x8::set1(model.degrees[k]);
      const F64x8 power = F64x8::set1(model.degrees[k] + shape.dimensions);
      // Beyond any real distance; the logarithm wants a finite number.
      const F64x8 bounded = minimum(F64x8::set1(1e300), distance);
      const F64x8 ratio = add(F64x8::set1(1.0), div(bounded, nu));
      exponent = mul(mul(F64x8::set1(-0.5), power), log_lanes(ratio));
      weights[k] = div(power, add(nu, bounded));
    }
    logs[k] = maximum(lowest, add(F64x8::set1(density.constant[k]), exponent));
  }
}

/// Eight points by states, turned into states by points, as they stand in HmmEmissions.
inline void place_block(const F64x8* block, int states, int count, double unused, double* out) {
  alignas(64) double lanes[kMaxStates][kLanes];
  for (int k = 0; k < kMaxStates; ++k) (k < states ? block[k] : F64x8::set1(unused)).store(lanes[k]);
  for (int l = 0; l < count; ++l) {
    for (int k = 0; k < kMaxStates; ++k) out[l * kLanes + k] = lanes[k][l];
  }
}

/// Fills the densities of x[n][D].
inline void emissions(const HmmShape& shape, const HmmModel& model, const HmmDensity& density,
                      const double* x, long n, const HmmEmissions& out) {
  const int d = shape.dimensions;
  alignas(64) double xs[kMaxDimensions * kLanes] = {};
  F64x8 logs[kMaxStates];
  F64x8 weights[kMaxStates];
  for (long t = 0; t < n; t += kLanes) {
    const int count = n - t < kLanes ? static_cast<int>(n - t) : kLanes;
    for (int l = 0; l < count; ++l) {
      for (int i = 0; i < d; ++i) xs[i * kLanes + l] = x[(t + l) * d + i];
    }
    block_densities(shape, model, density, xs, logs, weights);
    place_block(logs, shape.states, count, kLogZero, out.logs + t * kLanes);
    if (out.weights != nullptr) {
      place_block(weights, shape.states, count, 0.0, out.weights + t * kLanes);
    }
    if (out.scaled == nullptr) continue;
    F64x8 shift = logs[0];
    for (int k = 1; k < shape.states; ++k) shift = maximum(shift, logs[k]);
    alignas(64) double shifts[kLanes];
    shift.store(shifts);
    for (int l = 0; l < count; ++l) out.shifts[t + l] = shifts[l];
    for (int k = 0; k < shape.states; ++k) logs[k] = exp(sub(logs[k], shift));
    place_block(logs, shape.states, count, 0.0, out.scaled + t * kLanes);
  }
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
