// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/regime/hmm_smooth.h"

namespace bot4::BOT4_TARGET {
namespace {

inline constexpr double kLowestDegrees = 2.1;
inline constexpr double kHighestDegrees = 200.0;
/// A state whose expected number of points is below this keeps its parameters.
inline constexpr double kEmptyState = 1e-10;

/// The rules of a search: shape[4], then iterations at most, tolerance, 1 to estimate the degrees of
/// freedom, 1 to estimate the initial probabilities.
struct FitSettings {
  int iterations;
  double tolerance;
  bool degrees;
  bool initial;
  explicit FitSettings(const double* slice)
      : iterations(static_cast<int>(slice[4])),
        tolerance(slice[5]),
        degrees(slice[6] != 0.0),
        initial(slice[7] != 0.0) {}
};

/// Sums of a maximisation, lanes = states.
struct Sums {
  F64x8 weight;     ///< Sum of posteriors.
  F64x8 precision;  ///< Sum of posterior times Student-t weight; the same for normal densities.
  F64x8 first[kMaxDimensions];
  F64x8 second[kMaxDimensions * kMaxDimensions];
  F64x8 log_weight;  ///< Student-t: sum of posterior times (ln u - u).
};

/// ln u as a line in the log-density: ln u = intercept + slope * ln density, lanes = states.
struct LogWeights {
  alignas(64) double intercept[kLanes] = {};
  alignas(64) double slope[kLanes] = {};

  /// u = (nu + D) / (nu + distance), and ln density = constant - (nu + D) / 2 * ln(1 + distance / nu).
  LogWeights(const HmmShape& shape, const HmmModel& model, const HmmEvidence& evidence) {
    for (int k = 0; shape.student && k < shape.states; ++k) {
      const double power = model.degrees[k] + shape.dimensions;
      slope[k] = 2.0 / power;
      intercept[k] = log_positive(power / model.degrees[k]) - slope[k] * evidence.constants[k];
    }
  }
};

/// Sums of posteriors and of points.
void sum_points(const HmmShape& shape, const double* x, long n, const HmmWorkspace& work,
                const LogWeights& line, Sums* sums) {
  const double* u = work.emissions.weights;
  const F64x8 intercept = F64x8::load(line.intercept);
  const F64x8 slope = F64x8::load(line.slope);
  sums->weight = sums->precision = sums->log_weight = F64x8::zero();
  for (int i = 0; i < shape.dimensions; ++i) sums->first[i] = F64x8::zero();
  for (long t = 0; t < n; ++t) {
    F64x8 p = F64x8::load(work.posterior + t * kLanes);
    sums->weight = add(sums->weight, p);
    if (shape.student) {
      const F64x8 weight = F64x8::load(u + t * kLanes);
      const F64x8 logs = F64x8::load(work.emissions.logs + t * kLanes);
      const F64x8 log_weight = add(intercept, mul(slope, logs));
      sums->log_weight = add(sums->log_weight, mul(p, sub(log_weight, weight)));
      p = mul(p, weight);
    }
    sums->precision = add(sums->precision, p);
    for (int i = 0; i < shape.dimensions; ++i) {
      sums->first[i] = add(sums->first[i], mul(p, F64x8::set1(x[t * shape.dimensions + i])));
    }
  }
}

/// Sums of squares and products about `means`.
void sum_squares(const HmmShape& shape, const double* x, long n, const HmmWorkspace& work,
                 const F64x8* means, Sums* sums) {
  const int d = shape.dimensions;
  const double* u = work.emissions.weights;
  for (int i = 0; i < d * d; ++i) sums->second[i] = F64x8::zero();
  F64x8 deviations[kMaxDimensions];
  for (long t = 0; t < n; ++t) {
    F64x8 p = F64x8::load(work.posterior + t * kLanes);
    if (shape.student) p = mul(p, F64x8::load(u + t * kLanes));
    for (int i = 0; i < d; ++i) {
      deviations[i] = sub(F64x8::set1(x[t * d + i]), means[i]);
      const F64x8 weighted = mul(p, deviations[i]);
      for (int j = shape.full ? 0 : i; j <= i; ++j) {
        sums->second[i * d + j] = add(sums->second[i * d + j], mul(weighted, deviations[j]));
      }
    }
  }
}

/// The root in nu of the Student-t likelihood equation, given the mean of ln u - u and the degrees
/// of freedom that gave u. Source: Peel & McLachlan (2000), Stat. Comput. 10(4), eq. 21.
double solve_degrees(double mean_log_weight, double previous, double dimensions) {
  const double half = 0.5 * (previous + dimensions);
  const double constant = 1.0 + mean_log_weight + digamma(half) - log_positive(half);
  const auto slack = [constant](double nu) {
    return log_positive(0.5 * nu) - digamma(0.5 * nu) + constant;
  };
  // The left side falls in nu; the secant halves the weight of an end that stays (Illinois).
  double low = kLowestDegrees;
  double high = kHighestDegrees;
  double above = slack(low);
  double below = slack(high);
  if (!(above > 0.0)) return low;
  if (!(below < 0.0)) return high;
  int side = 0;
  for (int i = 0; i < 60 && high - low > 1e-10 * high; ++i) {
    const double nu = (low * below - high * above) / (below - above);
    const double value = slack(nu);
    if (value == 0.0 || nu <= low || nu >= high) return nu;
    const bool rise = value > 0.0;
    (rise ? low : high) = nu;
    (rise ? above : below) = value;
    if (rise && side == 1) below *= 0.5;
    if (!rise && side == -1) above *= 0.5;
    side = rise ? 1 : -1;
  }
  return 0.5 * (low + high);
}

/// Puts the new covariances of state `k` in place, none of them below its floor. Returns 1 when a
/// floor was needed.
int place_covariance(const HmmShape& shape, const HmmModel& model, int k, const double* second,
                     double weight, const double* floors) {
  const int d = shape.dimensions;
  int floored = 0;
  for (int i = 0; i < d; ++i) {
    for (int j = 0; j < i; ++j) {
      const double value = shape.full ? second[(i * d + j) * 8 + k] / weight : 0.0;
      model.covariances[(i * d + j) * 8 + k] = value;
      model.covariances[(j * d + i) * 8 + k] = value;
    }
    const double variance = second[(i * d + i) * 8 + k] / weight;
    const bool low = !(variance >= floors[i]);
    floored |= low ? 1 : 0;
    model.covariances[(i * d + i) * 8 + k] = low ? floors[i] : variance;
  }
  if (!shape.full) return floored;
  double inverse[kMaxTriangle];
  double log_pivots = 0.0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    if (invert_factor(shape, model, k, inverse, &log_pivots)) return floored;
    floored = 1;
    for (int i = 0; i < d; ++i) model.covariances[(i * d + i) * 8 + k] += floors[i] * (1 << attempt);
  }
  return floored;
}

/// New probabilities from the expected transitions and the posterior of the first point.
void maximise_chain(const HmmShape& shape, const HmmModel& model, const FitSettings& settings,
                    const HmmWorkspace& work, const HmmEvidence& evidence) {
  if (settings.initial) F64x8::load(work.posterior).store(model.initial);
  for (int i = 0; i < shape.states; ++i) {
    double total = 0.0;
    for (int j = 0; j < shape.states; ++j) total += evidence.transitions[i * 8 + j];
    if (!(total > kEmptyState)) continue;
    for (int j = 0; j < shape.states; ++j) {
      model.transitions[i * 8 + j] = evidence.transitions[i * 8 + j] / total;
    }
  }
}

/// New densities. Returns how many states needed the floor of a variance.
int maximise_densities(const HmmShape& shape, const HmmModel& model, const FitSettings& settings,
                       const double* x, long n, const HmmWorkspace& work,
                       const HmmEvidence& evidence, const double* floors) {
  const int d = shape.dimensions;
  Sums sums;
  sum_points(shape, x, n, work, LogWeights(shape, model, evidence), &sums);
  F64x8 means[kMaxDimensions];
  alignas(64) double weight[kLanes];
  alignas(64) double lanes[kLanes];
  alignas(64) double log_weight[kLanes];
  alignas(64) double second[kMaxDimensions * kMaxDimensions * kLanes];
  sums.weight.store(weight);
  const M8 filled = less(F64x8::set1(kEmptyState), sums.weight);
  for (int i = 0; i < d; ++i) {
    const F64x8 old = F64x8::load(model.means + i * 8);
    means[i] = select(filled, div(sums.first[i], sums.precision), old);
    means[i].store(lanes);
    for (int k = 0; k < shape.states; ++k) model.means[i * 8 + k] = lanes[k];
  }
  sum_squares(shape, x, n, work, means, &sums);
  for (int i = 0; i < d * d; ++i) sums.second[i].store(second + i * 8);
  sums.log_weight.store(log_weight);
  int floored = 0;
  for (int k = 0; k < shape.states; ++k) {
    if (!(weight[k] > kEmptyState)) continue;
    floored += place_covariance(shape, model, k, second, weight[k], floors);
    if (!shape.student || !settings.degrees) continue;
    model.degrees[k] = solve_degrees(log_weight[k] / weight[k], model.degrees[k], d);
  }
  return floored;
}

/// Improves one model until the log-likelihood gains no more than the tolerance.
/// out[5] = log-likelihood, iterations, 1 when converged, states at the floor, status.
void search(const HmmShape& shape, const HmmModel& model, const FitSettings& settings,
            const double* x, long n, const double* floors, const HmmWorkspace& work, double* out) {
  HmmEvidence evidence;
  double previous = 0.0;
  int floored = 0;
  for (int i = 0;; ++i) {
    const int status = smooth(shape, model, x, n, work, &evidence);
    const bool settled = i > 0 && evidence.log_likelihood - previous <= settings.tolerance;
    out[0] = evidence.log_likelihood;
    out[1] = i;
    out[2] = settled ? 1.0 : 0.0;
    out[3] = floored;
    out[4] = status;
    if (status != kHmmSound || settled || i == settings.iterations) return;
    previous = evidence.log_likelihood;
    maximise_chain(shape, model, settings, work, evidence);
    floored = maximise_densities(shape, model, settings, x, n, work, evidence, floors);
  }
}

/// Fits hidden Markov models by expectation and maximisation, one search per starting model.
///
/// Shapes:      settings[8] (see FitSettings), x[n][D], floors[D] of the variances, models[S][..]
///              in and out, outcomes[S][5] out (see search), workspace[42 n].
/// Requires:    n >= 1; models as HmmModel says; floors > 0.
/// Errors:      none here; each outcome holds its own status.
/// Determinism: bit-identical on every target.
/// Cost:        O(n K (K + D^2)) a step, no allocation; bench/quant/regime.mjs.
/// Source:      Baum, Petrie, Soules & Weiss (1970), Ann. Math. Stat. 41(1); Student-t densities by
///              Peel & McLachlan (2000).
int fit(const Slice* slices) noexcept {
  const HmmShape shape(slices[0].data);
  const FitSettings settings(slices[0].data);
  const long n = static_cast<long>(slices[1].length) / shape.dimensions;
  HmmWorkspace work(slices[5].data, n);
  if (!shape.student) work.emissions.weights = nullptr;
  const long starts = static_cast<long>(slices[4].length) / 5;
  for (long s = 0; s < starts; ++s) {
    const HmmModel model(shape, slices[3].data + s * shape.model_length());
    search(shape, model, settings, slices[1].data, n, slices[2].data, work,
           slices[4].data + s * 5);
  }
  return kHmmSound;
}

const QuantEntry kEntries[] = {{"hmmFit", 6, fit}, {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kRegimeFitTable;
const QuantTable kRegimeFitTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
