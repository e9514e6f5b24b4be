// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/volatility/egarch_likelihood.h"
#include "kernels/volatility/garch_likelihood.h"
#include "kernels/volatility/scores.h"
#include "kernels/volatility/search_coordinates.h"

namespace bot4::BOT4_TARGET {
namespace {

/// GARCH and GJR under the interface that `fit` asks of a model.
class GarchModel {
 public:
  GarchModel(const Specification& spec, const Slice& y, const Slice& workspace)
      : spec_(spec), y_(y), likelihood_(spec, y, workspace) {}
  const SeriesMoments& moments() const { return likelihood_.moments(); }
  Likelihood operator()(const double* c) const { return likelihood_(c); }
  template <typename Take>
  void scores(const double* c, Take take) const {
    garch_scores(spec_, likelihood_.moments(), y_, c, take);
  }
  void variances(const double* c, double* h) const {
    likelihood_(c);
    likelihood_.variances(h);
  }

 private:
  const Specification& spec_;
  Slice y_;
  GarchLikelihood likelihood_;
};

/// The part of the output slice that follows the coefficients, the value and the counts.
enum FitOutput { kValue = kCoefficients, kIterations, kEvaluations, kHeld, kInformation = 16 };
constexpr int kMatrix = kCoefficients * kCoefficients;

template <typename M>
OuterProduct outer_product(const M& model, const double* c) {
  OuterProduct out;
  model.scores(c, [&out](const double* score) { out.add(score); });
  out.finish();
  return out;
}

/// Minus the Hessian of the log-likelihood, by central differences of its gradient over the free
/// coefficients. A step is 3e-4 of a conditional standard error, so that the error of the difference
/// (its square) and of the rounding both stay near 1e-8.
template <typename M>
void information(const M& model, const Specification& spec, const double* c, const OuterProduct& outer,
                 double* out) {
  for (int i = 0; i < kMatrix; ++i) out[i] = 0.0;
  for (int i = 0; i < kCoefficients; ++i) {
    if (!spec.free(i) || !(outer.a[i][i] > 0.0)) continue;
    const double step = 3e-4 / __builtin_sqrt(outer.a[i][i]);
    double moved[kCoefficients];
    for (int k = 0; k < kCoefficients; ++k) moved[k] = c[k];
    moved[i] = c[i] + step;
    const double above = moved[i];
    const Likelihood up = model(moved);
    moved[i] = c[i] - step;
    const Likelihood down = model(moved);
    const double width = above - moved[i];
    for (int k = 0; k < kCoefficients; ++k) {
      if (!spec.free(k)) continue;
      const double entry = 0.5 * (down.gradient[k] - up.gradient[k]) / width;
      out[i * kCoefficients + k] += entry;
      out[k * kCoefficients + i] += entry;
    }
  }
}

/// Bit i of the result: search coordinate i ended on a bound of its range.
int held(const SearchCoordinates& at, const double* x) {
  int bits = 0;
  for (int i = 0; i < SearchCoordinates::kSize; ++i) {
    if (at.low[i] < at.high[i] && (x[i] <= at.low[i] || x[i] >= at.high[i])) bits |= 1 << i;
  }
  return bits;
}

/// One search, from the outer product of the scores at its start as the Hessian.
template <typename M, typename Objective>
SearchEnd search_once(const M& model, const SearchCoordinates& at, const Objective& objective,
                      const double* low, const double* high, int max_iterations, double* x) {
  double c[kCoefficients];
  at.coefficients(x, c);
  const OuterProduct outer = outer_product(model, c);
  SmallMatrix<kCoefficients> metric = at.metric(outer.a, at.jacobian(x, c));
  const int poor_steps = at.kinked() ? 12 : max_iterations;
  const BoxBfgs<kCoefficients, Objective> bfgs(objective, low, high, poor_steps);
  return bfgs.minimise(x, &metric, 1e-10, max_iterations);
}

/// Searches; where EGARCH stands still, alternates with searches at a fixed mean.
///
/// |z| has a kink where mu crosses an observation, and the optimum may lie on one, where no gradient
/// vanishes. At a fixed mu the likelihood is smooth. Found when freeing mu gains less than 1e-7.
template <typename M, typename Objective>
SearchEnd search(const M& model, const Specification& spec, const SearchCoordinates& at,
                 const Objective& objective, double* x) {
  SearchEnd end = search_once(model, at, objective, at.low, at.high, spec.max_iterations, x);
  if (end.converged || !at.kinked()) return end;
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds && !end.converged; ++round) {
    double low[kCoefficients], high[kCoefficients];
    for (int i = 0; i < kCoefficients; ++i) {
      low[i] = at.low[i];
      high[i] = at.high[i];
    }
    low[0] = x[0];
    high[0] = x[0];
    const int left = spec.max_iterations - end.iterations;
    const SearchEnd fixed = search_once(model, at, objective, low, high, left, x);
    const SearchEnd freed =
        search_once(model, at, objective, at.low, at.high, left - fixed.iterations, x);
    end.iterations += fixed.iterations + freed.iterations;
    end.evaluations += fixed.evaluations + freed.evaluations;
    end.value = freed.value;
    end.converged = freed.converged || (fixed.converged && fixed.value - freed.value < 1e-7);
  }
  return end;
}

/// Takes the start of highest likelihood into x; its number, or -1 when none has one.
template <typename Objective>
int best_start(const SearchCoordinates& at, double mean, const Objective& objective, double* x) {
  double best = __builtin_inf();
  int chosen = -1;
  for (int s = 0; s < SearchCoordinates::kStarts; ++s) {
    double candidate[kCoefficients], gradient[kCoefficients];
    at.start(s, mean, candidate);
    const double value = objective(candidate, gradient);
    if (!(value < best)) continue;
    best = value;
    chosen = s;
    for (int i = 0; i < kCoefficients; ++i) x[i] = candidate[i];
  }
  return chosen;
}

template <typename M>
int fit(const M& model, const Specification& spec, double* h, double* out) {
  const SearchCoordinates at(spec, model.moments());
  const auto objective = [&](const double* x, double* gradient) {
    double c[kCoefficients];
    at.coefficients(x, c);
    const Likelihood l = model(c);
    const SmallMatrix<kCoefficients> j = at.jacobian(x, c);
    for (int i = 0; i < kCoefficients; ++i) {
      gradient[i] = 0.0;
      for (int k = 0; k < kCoefficients; ++k) gradient[i] -= j.a[k][i] * l.gradient[k];
    }
    return -l.value;
  };

  double x[kCoefficients];
  const int chosen = best_start(at, model.moments().mean, objective, x);
  if (chosen < 0) return 2;
  SearchEnd end = search(model, spec, at, objective, x);
  for (int s = 0; s < SearchCoordinates::kStarts && at.weakly_identified(x); ++s) {
    if (s == chosen) continue;
    double other[kCoefficients];
    at.start(s, model.moments().mean, other);
    const SearchEnd rival = search(model, spec, at, objective, other);
    const int evaluations = end.evaluations + rival.evaluations;
    if (rival.converged && rival.value < end.value) {
      end = rival;
      for (int i = 0; i < kCoefficients; ++i) x[i] = other[i];
    }
    end.evaluations = evaluations;
  }

  at.coefficients(x, out);
  out[kValue] = -end.value;
  out[kIterations] = end.iterations;
  out[kEvaluations] = end.evaluations + SearchCoordinates::kStarts;
  out[kHeld] = held(at, x);
  const OuterProduct outer = outer_product(model, out);
  information(model, spec, out, outer, out + kInformation);
  for (int i = 0; i < kMatrix; ++i) {
    out[kInformation + kMatrix + i] = outer.a[i / kCoefficients][i % kCoefficients];
  }
  model.variances(out, h);
  return end.converged ? 0 : 1;
}

/// Fits a model by maximum likelihood: search, information and outer product of the scores.
///
/// Shapes:   y[n], control[8] and workspace[4 (n + 8)] in; h[n] and out[88] out: coefficients (6),
///           log-likelihood, iterations, evaluations, bits of coordinates on a bound, from 16 minus
///           the Hessian (36) and the outer product of the scores (36).
/// Requires: n >= 64, finite y with a variance in [1e-24, 1e24]. Checked by src/quant/garch.ts.
/// Errors:   1 the search did not converge, 2 no start has a likelihood.
int garch_fit(const Slice* slices) noexcept {
  const Specification spec(slices[1]);
  double* h = slices[3].data;
  double* out = slices[4].data;
  if (spec.model == Model::kEgarch) return fit(EgarchLikelihood(spec, slices[0]), spec, h, out);
  return fit(GarchModel(spec, slices[0], slices[2]), spec, h, out);
}

template <typename M>
int evaluate(const M& model, const double* c, double* h, double* out) {
  const Likelihood l = model(c);
  out[0] = l.value;
  for (int i = 0; i < kCoefficients; ++i) out[1 + i] = l.gradient[i];
  if (!is_finite(l.value)) return 1;
  model.variances(c, h);
  return 0;
}

/// The log-likelihood of given coefficients, its gradient and the variances.
///
/// Shapes: y[n], control[8], workspace[4 (n + 8)], coefficients[6] in; h[n], out[7] out.
/// Errors: 1 no likelihood: a variance that is not positive or out of range.
int garch_evaluate(const Slice* slices) noexcept {
  const Specification spec(slices[1]);
  const double* c = slices[3].data;
  double* h = slices[4].data;
  double* out = slices[5].data;
  if (spec.model == Model::kEgarch) return evaluate(EgarchLikelihood(spec, slices[0]), c, h, out);
  return evaluate(GarchModel(spec, slices[0], slices[2]), c, h, out);
}

template <typename M>
int each_score(const M& model, const double* c, double* out) {
  model.scores(c, [&out](const double* score) {
    for (int i = 0; i < kCoefficients; ++i) *out++ = score[i];
  });
  return 0;
}

/// The gradient of each observation's log-likelihood at given coefficients.
///
/// Shapes:   y[n], control[8], workspace[4 (n + 8)], coefficients[6] in; scores[6 n] out, an
///           observation after the other.
/// Requires: coefficients for which garch_evaluate returns 0.
int garch_each_score(const Slice* slices) noexcept {
  const Specification spec(slices[1]);
  const double* c = slices[3].data;
  double* out = slices[4].data;
  if (spec.model == Model::kEgarch) return each_score(EgarchLikelihood(spec, slices[0]), c, out);
  return each_score(GarchModel(spec, slices[0], slices[2]), c, out);
}

const QuantEntry kEntries[] = {{"garchFit", 5, garch_fit},
                               {"garchScores", 5, garch_each_score},
                               {"garchEvaluate", 6, garch_evaluate},
                               {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kVolatilityFitTable;
const QuantTable kVolatilityFitTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
