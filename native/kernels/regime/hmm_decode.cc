// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/regime/hmm_smooth.h"

namespace bot4::BOT4_TARGET {
namespace {

/// The first state with the largest value.
int first_largest(const double* values, int states) {
  int best = 0;
  for (int k = 1; k < states; ++k) best = values[k] > values[best] ? k : best;
  return best;
}

/// The most probable path of states; of equal ones the one with the lower states from the end on.
///
///   v_t(j) = max_i (v_{t-1}(i) + ln a_ij) + ln b_j(x_t)
///
/// Shapes:      shape[4], model, x[n][D], workspace[8 n] in; path[n], out[1] = ln probability.
/// Requires:    n >= 1; a model as HmmModel says.
/// Errors:      kHmmNotPositiveDefinite, kHmmImpossible.
/// Determinism: bit-identical on every target.
/// Cost:        O(n K^2), no allocation; bench/quant/regime.mjs.
/// Source:      Viterbi (1967), IEEE Trans. Inf. Theory 13(2).
int viterbi(const Slice* slices) noexcept {
  const HmmShape shape(slices[0].data);
  const HmmModel model(shape, slices[1].data);
  const long n = static_cast<long>(slices[4].length);
  double* path = slices[4].data;
  double* scores = slices[3].data;
  HmmDensity density = {};
  if (!density.prepare(shape, model)) return kHmmNotPositiveDefinite;
  emissions(shape, model, density, slices[2].data, n, {scores, nullptr, nullptr, nullptr});
  const LogTransitions transitions(shape, model);
  alignas(64) double initial[kLanes];
  for (int k = 0; k < kLanes; ++k) initial[k] = log_probability(model.initial[k]);
  F64x8 best = add(F64x8::load(initial), F64x8::load(scores));
  for (long t = 1;; ++t) {
    double* previous = scores + (t - 1) * kLanes;
    maximum(F64x8::set1(kLogZero), best).store(previous);
    if (t == n) break;
    best = add(F64x8::load(transitions.rows), F64x8::set1(previous[0]));
    for (int i = 1; i < shape.states; ++i) {
      const F64x8 through = add(F64x8::load(transitions.rows + i * 8), F64x8::set1(previous[i]));
      best = maximum(best, through);
    }
    best = add(best, F64x8::load(scores + t * kLanes));
  }
  int state = first_largest(scores + (n - 1) * kLanes, shape.states);
  slices[5].data[0] = scores[(n - 1) * kLanes + state];
  path[n - 1] = state;
  for (long t = n - 1; t > 0; --t) {
    double through[kLanes];
    for (int i = 0; i < shape.states; ++i) {
      through[i] = transitions.columns[state * 8 + i] + scores[(t - 1) * kLanes + i];
    }
    state = first_largest(through, shape.states);
    path[t - 1] = state;
  }
  return slices[5].data[0] > 0.5 * kLogZero ? kHmmSound : kHmmImpossible;
}

/// Smoothed probabilities, expected transitions and log-likelihood by forward and backward passes.
///
/// Shapes:      shape[4], model, x[n][D], workspace[42 n] in; posterior[n][8],
///              out[65] = log-likelihood, expected transitions [8 from][8 to].
/// Requires:    n >= 1; a model as HmmModel says.
/// Errors:      kHmmNotPositiveDefinite, kHmmImpossible.
/// Determinism: bit-identical on every target.
/// Cost:        O(n K^2), no allocation; bench/quant/regime.mjs.
/// Source:      Rabiner (1989), Proc. IEEE 77(2), section III.
int smoothed(const Slice* slices) noexcept {
  const HmmShape shape(slices[0].data);
  const HmmModel model(shape, slices[1].data);
  const long n = static_cast<long>(slices[4].length) / kLanes;
  HmmWorkspace work(slices[3].data, n);
  if (!shape.student) work.emissions.weights = nullptr;
  HmmEvidence evidence;
  const int status = smooth(shape, model, slices[2].data, n, work, &evidence);
  if (status != kHmmSound) return status;
  for (long i = 0; i < n * kLanes; ++i) slices[4].data[i] = work.posterior[i];
  slices[5].data[0] = evidence.log_likelihood;
  for (int i = 0; i < 64; ++i) slices[5].data[1 + i] = evidence.transitions[i];
  return kHmmSound;
}

/// One step of the filter in logs, for points that scaled arithmetic cannot weigh: `joint` becomes
/// the filtered probabilities. Returns the log of the predictive density.
double filter_in_logs(const double* predicted, const double* logs, int states, double* joint) {
  for (int k = 0; k < kLanes; ++k) joint[k] = log_probability(predicted[k]) + logs[k];
  const double total = log_sum_of_states(joint, states);
  if (!(total > 0.5 * kLogZero)) return total;
  normalised(exp_or_zero(sub(F64x8::load(joint), F64x8::set1(total)))).store(joint);
  return total;
}

/// Filtered probabilities point by point; a series may come in pieces.
///
/// Shapes:      shape[4], model, x[n][D], workspace[17 n] in; predicted[8] in and out (the initial
///              probabilities before the first piece, then P(next state)); filtered[n][8] and
///              logs[n] out: ln density of each point given those before it.
/// Requires:    n >= 1; a model as HmmModel says.
/// Errors:      kHmmNotPositiveDefinite, kHmmImpossible.
/// Determinism: bit-identical on every target, and however the series is cut.
/// Cost:        O(n K^2), no allocation; bench/quant/regime.mjs.
/// Source:      Hamilton (1989), Econometrica 57(2).
int filtered(const Slice* slices) noexcept {
  const HmmShape shape(slices[0].data);
  const HmmModel model(shape, slices[1].data);
  const long n = static_cast<long>(slices[6].length);
  double* work = slices[3].data;
  HmmDensity density = {};
  if (!density.prepare(shape, model)) return kHmmNotPositiveDefinite;
  const HmmEmissions target = {work, work + n * kLanes, work + 2 * n * kLanes, nullptr};
  emissions(shape, model, density, slices[2].data, n, target);
  F64x8 predicted = F64x8::load(slices[4].data);
  alignas(64) double lanes[kLanes];
  for (long t = 0; t < n; ++t) {
    double* out = slices[5].data + t * kLanes;
    const F64x8 joint = mul(predicted, F64x8::load(target.scaled + t * kLanes));
    const double scale = reduce_add(joint);
    if (scale > kSmallestScale) {
      div(joint, F64x8::set1(scale)).store(out);
      slices[6].data[t] = log_positive(scale) + target.shifts[t];
    } else {
      predicted.store(lanes);
      const double total = filter_in_logs(lanes, target.logs + t * kLanes, shape.states, out);
      if (!(total > 0.5 * kLogZero)) return kHmmImpossible;
      slices[6].data[t] = total;
    }
    predicted = weighted_rows(model.transitions, out, shape.states);
  }
  predicted.store(slices[4].data);
  return kHmmSound;
}

const QuantEntry kEntries[] = {{"hmmViterbi", 6, viterbi},
                               {"hmmSmooth", 6, smoothed},
                               {"hmmFilter", 7, filtered},
                               {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kRegimeDecodeTable;
const QuantTable kRegimeDecodeTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
