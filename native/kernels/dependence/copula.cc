// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/dependence/elliptical_copula.h"
#include "kernels/quant.h"

namespace bot4::BOT4_TARGET {
namespace {

constexpr std::size_t kMaxPairs = 120;  // Of 16 assets.

/// The profile likelihood over log nu, each point with its own best correlations.
class Profile {
 public:
  Profile(CopulaModel* model, std::size_t pairs, const double* start, int max_iterations)
      : model_(model), pairs_(pairs), max_iterations_(max_iterations) {
    for (std::size_t i = 0; i < pairs; ++i) start_[i] = start[i];
  }

  /// Minus the likelihood; infinite where it does not exist.
  double operator()(double log_nu) {
    ++evaluations_;
    double here[kMaxPairs];
    for (std::size_t i = 0; i < pairs_; ++i) here[i] = start_[i];
    const double nu = exp_scalar(log_nu);
    if (!model_->set_student(nu)) return __builtin_inf();
    const CopulaModel::Best best = model_->maximise(here, max_iterations_);
    iterations_ += best.iterations;
    if (!is_finite(best.value)) return __builtin_inf();
    // The next point is near: its search starts where this one ended.
    for (std::size_t i = 0; i < pairs_; ++i) start_[i] = here[i];
    if (best.value > value_) {
      value_ = best.value;
      nu_ = nu;
      converged_ = best.converged;
      for (std::size_t i = 0; i < pairs_; ++i) best_[i] = here[i];
    }
    return -best.value;
  }

  void report(double* out, double* correlations) const {
    out[0] = nu_;
    out[1] = value_;
    out[2] = evaluations_;
    out[3] = iterations_;
    for (std::size_t i = 0; i < pairs_; ++i) correlations[i] = best_[i];
  }
  bool found() const { return is_finite(value_); }
  bool converged() const { return converged_; }

 private:
  CopulaModel* model_;
  std::size_t pairs_;
  int max_iterations_;
  int evaluations_ = 0, iterations_ = 0;
  double value_ = -__builtin_inf(), nu_ = 0.0;
  bool converged_ = false;
  double start_[kMaxPairs], best_[kMaxPairs];
};

/// Minimises over [low, high] by Brent's method; false when `limit` evaluations did not suffice.
///
/// Source: Brent (1973), Algorithms for Minimization without Derivatives, ch. 5.
bool brent(Profile* f, double low, double high, double start, double at_start, double tolerance,
           int limit) {
  constexpr double kGolden = 0.3819660112501051;
  double x = start, fx = at_start, w = x, fw = fx, v = x, fv = fx, d = 0.0, e = 0.0;
  for (int i = 0; i < limit; ++i) {
    const double middle = 0.5 * (low + high);
    if (__builtin_fabs(x - middle) <= 2.0 * tolerance - 0.5 * (high - low)) return true;
    double p = 0.0, q = 0.0, r = 0.0;
    if (__builtin_fabs(e) > tolerance) {
      r = (x - w) * (fx - fv);
      q = (x - v) * (fx - fw);
      p = (x - v) * q - (x - w) * r;
      q = 2.0 * (q - r);
      if (q > 0.0) p = -p;
      q = __builtin_fabs(q);
      r = e;
      e = d;
    }
    if (__builtin_fabs(p) < __builtin_fabs(0.5 * q * r) && p > q * (low - x) &&
        p < q * (high - x)) {
      d = p / q;
      const double u = x + d;
      if (u - low < 2.0 * tolerance || high - u < 2.0 * tolerance) {
        d = x < middle ? tolerance : -tolerance;
      }
    } else {
      e = (x < middle ? high : low) - x;
      d = kGolden * e;
    }
    const double least = d > 0.0 ? tolerance : -tolerance;
    const double u = x + (__builtin_fabs(d) >= tolerance ? d : least);
    const double fu = (*f)(u);
    if (fu <= fx) {
      (u < x ? high : low) = x;
      v = w, fv = fw, w = x, fw = fx, x = u, fx = fu;
    } else {
      (u < x ? low : high) = u;
      if (fu <= fw || w == x) {
        v = w, fv = fw, w = u, fw = fu;
      } else if (fu <= fv || v == x || v == w) {
        v = u, fv = fu;
      }
    }
  }
  return false;
}

/// Fits a t copula by maximum pseudo-likelihood: nu by Brent's method on the profile likelihood,
/// the correlations at each nu by Fisher scoring.
///
/// Shapes:   index[n d] (an observation after the other: place of the knot from 1, signed; 0 the
///           median), distances[m] ascending, control[8] = d, lowest nu, highest nu, iterations,
///           start[d (d - 1) / 2] and workspace in; out[8] = nu, log-likelihood, evaluations of the
///           profile, scoring steps, and correlations[d (d - 1) / 2] out.
/// Requires: d from 2 to 16; knots spaced as src/quant/copula-data.ts does. Checked there.
/// Errors:   1 not converged, 2 no likelihood at any nu.
int t_copula_fit(const Slice* slices) noexcept {
  const double* control = slices[2].data;
  const std::size_t d = static_cast<std::size_t>(control[0]);
  CopulaModel model(slices[0].data, slices[0].length / d, d, slices[1].data, slices[1].length,
                    slices[4].data);
  const int limit = static_cast<int>(control[3]);
  Profile profile(&model, d * (d - 1) / 2, slices[3].data, limit);
  constexpr int kGrid = 5;
  const double low = log_scalar(control[1]), high = log_scalar(control[2]);
  double grid[kGrid], values[kGrid];
  int best = 0;
  for (int i = 0; i < kGrid; ++i) {
    grid[i] = low + (high - low) * i / (kGrid - 1);
    values[i] = profile(grid[i]);
    if (values[i] < values[best]) best = i;
  }
  if (!profile.found()) return 2;
  const int below = best > 0 ? best - 1 : 0;
  const int above = best < kGrid - 1 ? best + 1 : kGrid - 1;
  const bool narrow = low == high || brent(&profile, grid[below], grid[above], grid[best],
                                           values[best], 1e-4, limit);
  profile.report(slices[5].data, slices[6].data);
  return narrow && profile.converged() ? 0 : 1;
}

/// Fits a Gaussian copula by maximum pseudo-likelihood. Shapes as t_copula_fit, with the normal
/// quantiles of the knots in place of their distances.
int gaussian_copula_fit(const Slice* slices) noexcept {
  const double* control = slices[2].data;
  const std::size_t d = static_cast<std::size_t>(control[0]);
  CopulaModel model(slices[0].data, slices[0].length / d, d, slices[1].data, slices[1].length,
                    slices[4].data);
  model.set_gaussian(slices[1].data);
  double* correlations = slices[6].data;
  for (std::size_t i = 0; i < d * (d - 1) / 2; ++i) correlations[i] = slices[3].data[i];
  const CopulaModel::Best best = model.maximise(correlations, static_cast<int>(control[3]));
  double* out = slices[5].data;
  out[1] = best.value;
  out[2] = 1.0;
  out[3] = best.iterations;
  if (!is_finite(best.value)) return 2;
  return best.converged ? 0 : 1;
}

/// out[0] = doubles of workspace of the kernels above. Shapes: sizes[3] = n, d, knots in;
/// out[1] out.
int copula_workspace(const Slice* slices) noexcept {
  const double* sizes = slices[0].data;
  slices[1].data[0] = static_cast<double>(CopulaModel::workspace(
      static_cast<std::size_t>(sizes[0]), static_cast<std::size_t>(sizes[1]),
      static_cast<std::size_t>(sizes[2])));
  return 0;
}

/// Quantiles of Student's t at the knots: x[m] out from nu[1] and distances[m].
/// Errors: 1 the walk did not reach a knot.
int student_knots(const Slice* slices) noexcept {
  const StudentQuantiles quantiles(slices[0].data[0]);
  return quantiles(slices[1].data, slices[1].length, slices[2].data) ? 0 : 1;
}

const QuantEntry kEntries[] = {{"tCopulaFit", 7, t_copula_fit},
                               {"gaussianCopulaFit", 7, gaussian_copula_fit},
                               {"copulaWorkspace", 2, copula_workspace},
                               {"studentKnots", 3, student_knots},
                               {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kCopulaTable;
const QuantTable kCopulaTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
