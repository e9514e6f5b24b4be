#pragma once
// Forward and backward recursions of a hidden Markov model; see Rabiner (1989), Proc. IEEE 77(2).
// Included only by files compiled once per target.
#include "kernels/regime/hmm_model.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Below this a transition may lose paths in scaled arithmetic; the recursion in logs takes over.
/// With every transition above it, a path that underflows is worth less than 1e-200 of the rest.
inline constexpr double kSmallestScaledTransition = 1e-100;
inline constexpr double kSmallestScale = 1e-200;

/// The arrays of one pass over n points, eight lanes of states each, cut from one workspace.
struct HmmWorkspace {
  HmmEmissions emissions;
  double* forward;     ///< Filtered probabilities, or their logs.
  double* posterior;   ///< P(state at t | all points).
  double* scales;      ///< One per point.
  static constexpr long kDoublesPerPoint = 5 * kLanes + 2;

  HmmWorkspace(double* data, long n) {
    const long block = n * kLanes;
    emissions = {data, data + block, data + 5 * block, data + 2 * block};
    forward = data + 3 * block;
    posterior = data + 4 * block;
    scales = data + 5 * block + n;
  }
};

/// What a pass sums up: log-likelihood, and expected transitions [from][to]; and the constants of the
/// log-densities that it used.
struct HmmEvidence {
  double log_likelihood;
  double constants[kMaxStates];
  alignas(64) double transitions[kMaxStates * kLanes];
};

/// Adds up the shifts and the logs of the scales, eight accumulators.
inline double sum_of_logs(const double* shifts, const double* scales, long n) {
  alignas(64) double sums[kLanes] = {};
  for (long t = 0; t < n; ++t) sums[t % kLanes] += log_positive(scales[t]) + shifts[t];
  return reduce_add(F64x8::load(sums));
}

/// Sum over i < states of rows[i] * weights[i].
inline F64x8 weighted_rows(const double* rows, const double* weights, int states) {
  F64x8 sum = mul(F64x8::load(rows), F64x8::set1(weights[0]));
  for (int i = 1; i < states; ++i) {
    sum = add(sum, mul(F64x8::load(rows + i * kLanes), F64x8::set1(weights[i])));
  }
  return sum;
}

/// The scaled forward recursion; false when a scale shows that paths may have been lost.
inline bool forward_scaled(const HmmShape& shape, const HmmModel& model, const HmmWorkspace& work,
                           long n) {
  F64x8 predicted = F64x8::load(model.initial);
  for (long t = 0; t < n; ++t) {
    const F64x8 joint = mul(predicted, F64x8::load(work.emissions.scaled + t * kLanes));
    const double scale = reduce_add(joint);
    if (!(scale > kSmallestScale)) return false;
    work.scales[t] = scale;
    double* filtered = work.forward + t * kLanes;
    div(joint, F64x8::set1(scale)).store(filtered);
    predicted = weighted_rows(model.transitions, filtered, shape.states);
  }
  return true;
}

/// Makes probabilities sum to 1 again, so that rounding leaves none above 1.
inline F64x8 normalised(F64x8 p) { return div(p, F64x8::set1(reduce_add(p))); }

/// The backward recursion that belongs to forward_scaled.
inline void backward_scaled(const HmmShape& shape, const HmmModel& model, const HmmWorkspace& work,
                            long n, HmmEvidence* evidence) {
  const int states = shape.states;
  alignas(64) double columns[kMaxStates * kLanes] = {};
  for (int i = 0; i < states; ++i) {
    for (int j = 0; j < states; ++j) columns[j * 8 + i] = model.transitions[i * 8 + j];
  }
  F64x8 sums[kMaxStates];
  for (F64x8& sum : sums) sum = F64x8::zero();
  F64x8 backward = F64x8::set1(1.0);
  F64x8::load(work.forward + (n - 1) * kLanes).store(work.posterior + (n - 1) * kLanes);
  alignas(64) double weights[kLanes];
  for (long t = n - 1; t > 0; --t) {
    const double* before = work.forward + (t - 1) * kLanes;
    const F64x8 weight = div(mul(F64x8::load(work.emissions.scaled + t * kLanes), backward),
                             F64x8::set1(work.scales[t]));
    weight.store(weights);
    for (int i = 0; i < states; ++i) {
      sums[i] = add(sums[i], mul(F64x8::set1(before[i]), weight));
    }
    backward = weighted_rows(columns, weights, states);
    normalised(mul(F64x8::load(before), backward)).store(work.posterior + (t - 1) * kLanes);
  }
  for (int i = 0; i < states; ++i) {
    mul(sums[i], F64x8::load(model.transitions + i * 8)).store(evidence->transitions + i * 8);
  }
}

/// e^x, and 0 below e^-700: exp clamps there, and nothing impossible may become possible.
inline F64x8 exp_or_zero(F64x8 x) {
  return select(less(x, F64x8::set1(-700.0)), F64x8::zero(), exp(x));
}

/// ln of the sum over j of e^terms[j], lane by lane, and the terms become e^term / sum.
inline F64x8 log_sum(F64x8* terms, int count) {
  F64x8 largest = terms[0];
  for (int j = 1; j < count; ++j) largest = maximum(largest, terms[j]);
  F64x8 sum = F64x8::zero();
  for (int j = 0; j < count; ++j) {
    terms[j] = exp_or_zero(sub(terms[j], largest));
    sum = add(sum, terms[j]);
  }
  const F64x8 inverse = div(F64x8::set1(1.0), sum);
  for (int j = 0; j < count; ++j) terms[j] = mul(terms[j], inverse);
  return maximum(F64x8::set1(kLogZero), add(largest, log_lanes(sum)));
}

/// Logs of the transitions: rows[from][to] and columns[to][from]; lanes without a state kLogZero.
struct LogTransitions {
  alignas(64) double rows[kMaxStates * kLanes];
  alignas(64) double columns[kMaxStates * kLanes];
  LogTransitions(const HmmShape& shape, const HmmModel& model) {
    for (int i = 0; i < kLanes; ++i) {
      for (int j = 0; j < kLanes; ++j) {
        const bool real = i < shape.states && j < shape.states;
        rows[i * 8 + j] = real ? log_probability(model.transitions[i * 8 + j]) : kLogZero;
        columns[j * 8 + i] = rows[i * 8 + j];
      }
    }
  }
};

/// ln sum of e^v over the states of one vector, in a fixed order.
inline double log_sum_of_states(const double* v, int states) {
  double largest = v[0];
  for (int k = 1; k < states; ++k) largest = v[k] > largest ? v[k] : largest;
  alignas(64) double e[kLanes];
  exp(sub(F64x8::load(v), F64x8::set1(largest))).store(e);
  double sum = 0.0;
  for (int k = 0; k < states; ++k) sum += e[k];
  return largest + log_positive(sum);
}

/// Forward recursion in logs; work.forward becomes ln P(state, points to t). Returns ln likelihood.
inline double forward_logs(const HmmShape& shape, const HmmModel& model,
                           const LogTransitions& transitions, const HmmWorkspace& work, long n) {
  alignas(64) double initial[kLanes];
  for (int k = 0; k < kLanes; ++k) initial[k] = log_probability(model.initial[k]);
  const F64x8 lowest = F64x8::set1(kLogZero);
  F64x8 predicted = F64x8::load(initial);
  F64x8 terms[kMaxStates];
  for (long t = 0; t < n; ++t) {
    double* now = work.forward + t * kLanes;
    maximum(lowest, add(predicted, F64x8::load(work.emissions.logs + t * kLanes))).store(now);
    for (int i = 0; i < shape.states; ++i) {
      terms[i] = add(F64x8::load(transitions.rows + i * kLanes), F64x8::set1(now[i]));
    }
    predicted = log_sum(terms, shape.states);
  }
  return log_sum_of_states(work.forward + (n - 1) * kLanes, shape.states);
}

/// Backward recursion in logs.
inline void backward_logs(const HmmShape& shape, const LogTransitions& transitions,
                          const HmmWorkspace& work, long n, HmmEvidence* evidence) {
  const int states = shape.states;
  const F64x8 lowest = F64x8::set1(kLogZero);
  const F64x8 total = F64x8::set1(evidence->log_likelihood);
  F64x8 sums[kMaxStates];
  for (F64x8& sum : sums) sum = F64x8::zero();
  F64x8 backward = F64x8::zero();
  F64x8 shares[kMaxStates];
  alignas(64) double next[kLanes];
  for (long t = n - 1;; --t) {
    const F64x8 joint = sub(add(F64x8::load(work.forward + t * kLanes), backward), total);
    const F64x8 posterior = normalised(exp_or_zero(joint));
    posterior.store(work.posterior + t * kLanes);
    if (t < n - 1) {
      for (int j = 0; j < states; ++j) sums[j] = add(sums[j], mul(posterior, shares[j]));
    }
    if (t == 0) break;
    maximum(lowest, add(backward, F64x8::load(work.emissions.logs + t * kLanes))).store(next);
    for (int j = 0; j < states; ++j) {
      shares[j] = add(F64x8::load(transitions.columns + j * kLanes), F64x8::set1(next[j]));
    }
    backward = log_sum(shares, states);
  }
  alignas(64) double column[kLanes];
  for (int j = 0; j < states; ++j) {
    sums[j].store(column);
    for (int i = 0; i < states; ++i) evidence->transitions[i * 8 + j] = column[i];
  }
}

/// Posteriors, expected transitions and log-likelihood of x[n][D] under a model.
inline int smooth(const HmmShape& shape, const HmmModel& model, const double* x, long n,
                  const HmmWorkspace& work, HmmEvidence* evidence) {
  HmmDensity density = {};
  if (!density.prepare(shape, model)) return kHmmNotPositiveDefinite;
  emissions(shape, model, density, x, n, work.emissions);
  for (double& v : evidence->transitions) v = 0.0;
  for (int k = 0; k < kMaxStates; ++k) evidence->constants[k] = density.constant[k];
  bool scaled = true;
  for (int i = 0; i < shape.states; ++i) {
    for (int j = 0; j < shape.states; ++j) {
      scaled = scaled && model.transitions[i * 8 + j] >= kSmallestScaledTransition;
    }
  }
  if (scaled && forward_scaled(shape, model, work, n)) {
    evidence->log_likelihood = sum_of_logs(work.emissions.shifts, work.scales, n);
    backward_scaled(shape, model, work, n, evidence);
    return kHmmSound;
  }
  const LogTransitions transitions(shape, model);
  evidence->log_likelihood = forward_logs(shape, model, transitions, work, n);
  if (!(evidence->log_likelihood > 0.5 * kLogZero)) return kHmmImpossible;
  backward_logs(shape, transitions, work, n, evidence);
  return kHmmSound;
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
