#pragma once
#include "kernels/volatility/box_bfgs.h"
#include "kernels/volatility/specification.h"

namespace bot4::BOT4_TARGET {
namespace {

/// The coordinates in which the likelihood is searched, all of order one, with the admissible
/// coefficients as a box. s2 is the variance of the series.
///
///   GARCH, GJR   x = (mu / s, log(omega / s2), persistence p, share, tilt, 1 / nu)
///                alpha = p share (1 - tilt), gamma = 2 p share tilt, beta = p (1 - share)
///   EGARCH       x = (mu / s, level, beta, gamma, alpha, 1 / nu)
///                omega = (1 - beta) (log s2 + level)
///
/// so that p = alpha + gamma / 2 + beta, and alpha, alpha + gamma and beta are never below 0. Nor is
/// gamma of EGARCH: below 0 the recursion forgets its start badly, and the likelihood is jagged.
class SearchCoordinates {
 public:
  static constexpr int kSize = kCoefficients;
  double low[kSize];
  double high[kSize];

  SearchCoordinates(const Specification& spec, const SeriesMoments& moments)
      : spec_(spec),
        egarch_(spec.model == Model::kEgarch),
        scale_(__builtin_sqrt(moments.variance)),
        variance_(moments.variance),
        log_variance_(log_scalar(moments.variance)) {
    const double bound = spec.persistence_bound;
    // About the mean of the series, which may lie many deviations from 0 (rates, levels).
    const double centre = moments.mean / scale_;
    set(0, centre - 10.0, centre + 10.0);
    set(5, 1.0 / 500.0, 1.0 / 2.05);
    if (egarch_) {
      set(1, -20.0, 20.0);
      set(2, -bound, bound);
      set(3, 0.0, 5.0);
      set(4, -5.0, 5.0);
    } else {
      set(1, -25.0, 5.0);
      set(2, 0.0, bound);
      set(3, 0.0, 1.0);
      set(4, -1.0, 1.0);
      if (!spec.free(kGamma)) set(4, 0.0, 0.0);
    }
    if (!spec.free(kMu)) set(0, 0.0, 0.0);
    if (!spec.free(kNu)) set(5, 0.0, 0.0);
  }

  /// Whether shocks move the variances little, or not for long, or x lies on a bound: there the
  /// likelihood often has several maxima, as beta means little without alpha. Series with the usual
  /// clusters of volatility end elsewhere, where one search is enough.
  bool weakly_identified(const double* x) const {
    if (x[2] <= low[2] || x[2] >= high[2]) return true;
    if (egarch_) return x[3] < 0.1 || x[2] < 0.8;
    const bool tilted = spec_.free(kGamma) && (x[4] <= low[4] || x[4] >= high[4]);
    return tilted || x[3] < 0.02 || x[2] * (1.0 - x[3]) < 0.8;
  }

  /// Whether the likelihood has kinks: EGARCH, where mu crosses an observation.
  bool kinked() const { return egarch_ && spec_.free(kMu); }

  /// Start number `index` of kStarts: the usual persistences, mean and variance of the series.
  static constexpr int kStarts = 6;
  void start(int index, double mean, double* x) const {
    constexpr double kPersistence[kStarts] = {0.95, 0.98, 0.9, 0.7, 0.3, 0.995};
    constexpr double kShare[kStarts] = {0.1, 0.05, 0.2, 0.25, 0.5, 0.01};
    const double bound = spec_.persistence_bound;
    const double p = kPersistence[index] < bound ? kPersistence[index] : 0.98 * bound;
    x[0] = spec_.free(kMu) ? mean / scale_ : 0.0;
    x[1] = egarch_ ? 0.0 : log_scalar(1.0 - p);
    x[2] = p;
    x[3] = egarch_ ? 4.0 * p * kShare[index] * (1.0 - kShare[index]) : kShare[index];
    x[4] = 0.0;
    x[5] = spec_.free(kNu) ? 0.125 : 0.0;
  }

  void coefficients(const double* x, double* c) const {
    c[kMu] = spec_.free(kMu) ? x[0] * scale_ : 0.0;
    c[kNu] = !spec_.student ? 0.0 : spec_.free(kNu) ? 1.0 / x[5] : spec_.fixed_nu;
    if (egarch_) {
      c[kOmega] = (1.0 - x[2]) * (log_variance_ + x[1]);
      c[kAlpha] = x[4];
      c[kGamma] = x[3];
      c[kBeta] = x[2];
      return;
    }
    c[kOmega] = variance_ * exp_scalar(x[1]);
    c[kAlpha] = x[2] * x[3] * (1.0 - x[4]);
    c[kGamma] = 2.0 * x[2] * x[3] * x[4];
    c[kBeta] = x[2] * (1.0 - x[3]);
  }

  /// Derivatives of the coefficients (rows) by the coordinates (columns).
  SmallMatrix<kSize> jacobian(const double* x, const double* c) const {
    SmallMatrix<kSize> j = {};
    j.a[kMu][0] = scale_;
    j.a[kNu][5] = -c[kNu] * c[kNu];
    if (egarch_) {
      j.a[kOmega][1] = 1.0 - x[2];
      j.a[kOmega][2] = -(log_variance_ + x[1]);
      j.a[kBeta][2] = 1.0;
      j.a[kGamma][3] = 1.0;
      j.a[kAlpha][4] = 1.0;
      return j;
    }
    j.a[kOmega][1] = c[kOmega];
    j.a[kAlpha][2] = x[3] * (1.0 - x[4]);
    j.a[kAlpha][3] = x[2] * (1.0 - x[4]);
    j.a[kAlpha][4] = -x[2] * x[3];
    j.a[kGamma][2] = 2.0 * x[3] * x[4];
    j.a[kGamma][3] = 2.0 * x[2] * x[4];
    j.a[kGamma][4] = 2.0 * x[2] * x[3];
    j.a[kBeta][2] = 1.0 - x[3];
    j.a[kBeta][3] = -x[2];
    return j;
  }

  /// J' M J, with a part of the diagonal added so that a flat direction stays solvable.
  SmallMatrix<kSize> metric(const double (*m)[kSize], const SmallMatrix<kSize>& j) const {
    SmallMatrix<kSize> half = {};
    SmallMatrix<kSize> out = {};
    for (int i = 0; i < kSize; ++i) {
      for (int k = 0; k < kSize; ++k) {
        for (int l = 0; l < kSize; ++l) half.a[i][k] += m[i][l] * j.a[l][k];
      }
    }
    for (int i = 0; i < kSize; ++i) {
      for (int k = 0; k < kSize; ++k) {
        for (int l = 0; l < kSize; ++l) out.a[i][k] += j.a[l][i] * half.a[l][k];
      }
    }
    for (int i = 0; i < kSize; ++i) out.a[i][i] = out.a[i][i] * (1.0 + 1e-6) + 1e-3;
    return out;
  }

 private:
  void set(int i, double from, double to) {
    low[i] = from;
    high[i] = to;
  }

  const Specification& spec_;
  bool egarch_;
  double scale_;
  double variance_;
  double log_variance_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
