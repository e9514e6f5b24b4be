#pragma once
#include "kernels/volatility/specification.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Log-likelihood, gradient and scores of EGARCH(1,1) by the forward recursion.
///
///   log h[t] = omega + beta log h[t-1] + alpha z[t-1] + gamma (|z[t-1]| - E|z|),  z = (y-mu)/sqrt h
///
/// With a presample variance v the first step has no shock: log h[0] = omega + beta log v.
///
/// Determinism: bit-identical on every target.
/// Cost:        O(n), sequential: z feeds back through an exponential.
/// Source:      Nelson (1991), Econometrica 59(2), equations 2.1-2.2.
class EgarchLikelihood {
 public:
  EgarchLikelihood(const Specification& spec, const Slice& y)
      : spec_(spec), moments_(y), y_(y) {}

  const SeriesMoments& moments() const { return moments_; }

  Likelihood operator()(const double* c) const {
    Likelihood out = {};
    out.value = run(c, nullptr, [&out](const double* score) {
      for (int i = 0; i < kCoefficients; ++i) out.gradient[i] += score[i];
    });
    return is_finite(out.value) ? out : impossible();
  }

  template <typename Take>
  void scores(const double* c, Take take) const {
    run(c, nullptr, take);
  }

  /// Writes the variances at coefficients for which the likelihood exists.
  void variances(const double* c, double* h) const {
    run(c, h, [](const double*) {});
  }

 private:
  /// The first log variance, and its derivatives into d.
  double first(const double* c, double* d) const {
    const InitialState initial(spec_, moments_, c[kMu]);
    const double log_v = log_scalar(initial.variance);
    const double by_mu = initial.by_mu / initial.variance;
    for (int i = 0; i < kCoefficients; ++i) d[i] = 0.0;
    if (spec_.initial == InitialVariance::kFirst) {
      d[kMu] = by_mu;
      return log_v;
    }
    d[kMu] = c[kBeta] * by_mu;
    d[kOmega] = 1.0;
    d[kBeta] = log_v;
    return c[kOmega] + c[kBeta] * log_v;
  }

  /// One pass; `take` gets each score, `h` the variances unless null. Returns the log-likelihood, minus infinity where a log
  /// variance leaves [-600, 600].
  template <typename Take>
  double run(const double* c, double* h, Take take) const {
    const Density density(spec_.student, c[kNu]);
    double d[kCoefficients];
    double log_h = first(c, d);
    double sum = 0.0;
    ScaledProduct tails;
    for (std::size_t t = 0; t < y_.length; ++t) {
      if (!(log_h > -600.0 && log_h < 600.0)) return -__builtin_inf();
      const double inverse_root = exp_scalar(-0.5 * log_h);
      const double z = (y_.data[t] - c[kMu]) * inverse_root;
      const double square = z * z;
      const double weight = density.weight(square);
      const double slope = 0.5 * (weight * square - 1.0);
      double score[kCoefficients];
      for (int i = 0; i < kCoefficients; ++i) score[i] = slope * d[i];
      score[kMu] += weight * z * inverse_root;
      if (density.student) {
        score[kNu] += density.by_nu(square);
        tails.multiply(density.tail(square));
        sum += log_h;
      } else {
        sum += log_h + square;
      }
      take(score);
      if (h != nullptr) h[t] = exp_scalar(log_h);
      const double size = z < 0.0 ? -z : z;
      const double reaction = z < 0.0 ? c[kAlpha] - c[kGamma] : c[kAlpha] + c[kGamma];
      const double carry = c[kBeta] - 0.5 * reaction * z;
      for (double& x : d) x *= carry;
      d[kMu] -= reaction * inverse_root;
      d[kOmega] += 1.0;
      d[kAlpha] += z;
      d[kGamma] += size - density.mean_absolute;
      d[kBeta] += log_h;
      d[kNu] -= c[kGamma] * density.mean_absolute_by_nu;
      log_h = c[kOmega] + c[kBeta] * log_h + c[kAlpha] * z +
              c[kGamma] * (size - density.mean_absolute);
    }
    const double n = static_cast<double>(y_.length);
    const double tail = density.student ? (density.nu + 1.0) * tails.log() : 0.0;
    return n * density.constant - 0.5 * (sum + tail);
  }

  const Specification& spec_;
  SeriesMoments moments_;
  Slice y_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
