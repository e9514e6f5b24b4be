#pragma once
#include "kernels/volatility/specification.h"

namespace bot4::BOT4_TARGET {
namespace {

/// The outer product of the scores, sum s[t] s[t]', eight observations at a time.
class OuterProduct {
 public:
  double a[kCoefficients][kCoefficients] = {};

  void add(const double* score) {
    for (int i = 0; i < kCoefficients; ++i) waiting_[i][filled_] = score[i];
    if (++filled_ == kLanes) flush();
  }

  /// Takes in what waits, then fills `a`.
  void finish() {
    for (; filled_ > 0 && filled_ < kLanes; ++filled_) {
      for (int i = 0; i < kCoefficients; ++i) waiting_[i][filled_] = 0.0;
    }
    if (filled_ > 0) flush();
    for (int i = 0; i < kCoefficients; ++i) {
      for (int j = 0; j <= i; ++j) {
        a[i][j] = reduce_add(F64x8::load(sums_[i][j]));
        a[j][i] = a[i][j];
      }
    }
  }

 private:
  void flush() {
    for (int i = 0; i < kCoefficients; ++i) {
      const F64x8 row = F64x8::load(waiting_[i]);
      for (int j = 0; j <= i; ++j) {
        const F64x8 sum = F64x8::load(sums_[i][j]);
        bot4::BOT4_TARGET::add(sum, mul(row, F64x8::load(waiting_[j]))).store(sums_[i][j]);
      }
    }
    filled_ = 0;
  }

  alignas(64) double waiting_[kCoefficients][kLanes] = {};
  alignas(64) double sums_[kCoefficients][kCoefficients][kLanes] = {};
  int filled_ = 0;
};

/// Scores of GARCH and GJR by the forward recursion of the derivatives of h; `take` gets each.
///
/// Requires: coefficients for which GarchLikelihood is finite.
/// Cost:     one sequential pass, some ten times a call of GarchLikelihood.
/// Source:   Fiorentini, Calzolari & Panattoni (1996), equations 6-8.
template <typename Take>
void garch_scores(const Specification& spec, const SeriesMoments& moments, const Slice& y,
                  const double* c, Take take) {
  const Density density(spec.student, c[kNu]);
  const InitialState initial(spec, moments, c[kMu]);
  const double presample = c[kAlpha] + 0.5 * c[kGamma] + c[kBeta];
  const double v = initial.variance;
  double h = c[kOmega] + presample * v;
  double d[kCoefficients] = {presample * initial.by_mu, 1.0, v, 0.5 * v, v, 0.0};
  if (spec.initial == InitialVariance::kFirst) {
    h = v;
    for (double& x : d) x = 0.0;
    d[kMu] = initial.by_mu;
  }
  for (std::size_t t = 0; t < y.length; ++t) {
    const double e = y.data[t] - c[kMu];
    const double inverse = 1.0 / h;
    const double square = e * e * inverse;
    const double weight = density.weight(square);
    const double slope = 0.5 * inverse * (weight * square - 1.0);
    double score[kCoefficients];
    for (int i = 0; i < kCoefficients; ++i) score[i] = slope * d[i];
    score[kMu] += weight * e * inverse;
    if (density.student) score[kNu] += density.by_nu(square);
    take(score);
    const bool falls = e < 0.0;
    const double reaction = falls ? c[kAlpha] + c[kGamma] : c[kAlpha];
    d[kMu] = c[kBeta] * d[kMu] - 2.0 * reaction * e;
    d[kOmega] = c[kBeta] * d[kOmega] + 1.0;
    d[kAlpha] = c[kBeta] * d[kAlpha] + e * e;
    d[kGamma] = c[kBeta] * d[kGamma] + (falls ? e * e : 0.0);
    d[kBeta] = c[kBeta] * d[kBeta] + h;
    h = c[kOmega] + reaction * (e * e) + c[kBeta] * h;
  }
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
