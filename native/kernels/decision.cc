// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/table.h"
#include "simd/exp.h"
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

struct Scalars {
  F64x8 bias, platt_a, platt_b, payoff, cost, kelly_fraction, kelly_cap;
  F64x8 buy_threshold, sell_threshold, minimum, budget, inverse_volatility, step, halted;
};

struct Outcome {
  F64x8 side, quantity, probability, edge;
  M8 not_finite, no_signal, no_edge, below_minimum, halted, capped;
};

inline F64x8 standardise(F64x8 x, F64x8 inverse_sd, F64x8 negative_mean) {
  const F64x8 z = fma(x, inverse_sd, negative_mean);
  return maximum(F64x8::set1(-4.0), minimum(F64x8::set1(4.0), z));
}

/// Everything after the weighted sum, for eight lanes.
inline Outcome finish(F64x8 sum, const Scalars& in) {
  const F64x8 zero = F64x8::zero();
  const F64x8 one = F64x8::set1(1.0);
  const F64x8 score = fma(in.platt_a, add(in.bias, sum), in.platt_b);
  const F64x8 p = div(one, add(one, exp(sub(zero, score))));
  const F64x8 lose = sub(one, p);
  const F64x8 q = maximum(lose, p);
  const F64x8 edge = sub(sub(mul(q, in.payoff), sub(one, q)), in.cost);
  const F64x8 kelly = div(mul(in.kelly_fraction, edge), in.payoff);
  const F64x8 k = minimum(in.kelly_cap, maximum(zero, kelly));
  const F64x8 stake = mul(mul(k, in.budget), in.inverse_volatility);
  const F64x8 size = mul(floor(div(stake, in.step)), in.step);

  // x - x is zero for finite x and NaN otherwise.
  const M8 finite = both(both(equal(sub(p, p), zero), equal(sub(edge, edge), zero)),
                         equal(sub(size, size), zero));
  const M8 buy = less_equal(in.buy_threshold, p);
  const M8 sell = less_equal(p, in.sell_threshold);
  const M8 signal = either(buy, sell);
  const M8 has_edge = less(zero, edge);
  const M8 enough = both(less_equal(in.minimum, size), less(zero, size));
  const M8 running = equal(in.halted, zero);
  const M8 active = both(both(both(finite, signal), both(has_edge, enough)), running);

  const F64x8 direction = select(buy, one, F64x8::set1(-1.0));
  const M8 all = equal(zero, zero);
  const auto negate = [&](M8 m) { return equal(select(m, one, zero), select(all, zero, one)); };
  Outcome out;
  out.side = select(active, direction, zero);
  out.quantity = select(active, size, zero);
  out.probability = select(finite, p, F64x8::set1(0.5));
  out.edge = select(finite, edge, zero);
  out.not_finite = negate(finite);
  out.no_signal = both(finite, negate(signal));
  out.no_edge = both(finite, negate(has_edge));
  out.below_minimum = both(finite, negate(enough));
  out.halted = negate(running);
  out.capped = both(finite, less(in.kelly_cap, kelly));
  return out;
}

struct ReasonBits {
  unsigned not_finite, no_signal, no_edge, below_minimum, halted, capped;
  explicit ReasonBits(const Outcome& o)
      : not_finite(o.not_finite.bits()),
        no_signal(o.no_signal.bits()),
        no_edge(o.no_edge.bits()),
        below_minimum(o.below_minimum.bits()),
        halted(o.halted.bits()),
        capped(o.capped.bits()) {}
  std::uint32_t lane(int l) const {
    return ((not_finite >> l) & 1u) * kReasonNotFinite | ((no_signal >> l) & 1u) * kReasonNoSignal |
           ((no_edge >> l) & 1u) * kReasonNoEdge |
           ((below_minimum >> l) & 1u) * kReasonBelowMinimum |
           ((halted >> l) & 1u) * kReasonHalted | ((capped >> l) & 1u) * kReasonCapped;
  }
};

void decide(const double* features, const DecisionModel* model, const DecisionContext* context,
            Decision* result) noexcept {
  F64x8 accumulator = F64x8::zero();
  for (int i = 0; i < kFeatureSlots; i += kLanes) {
    const F64x8 z = standardise(F64x8::load(features + i), F64x8::load(model->inverse_sds + i),
                                F64x8::load(model->negative_means + i));
    accumulator = fma(z, F64x8::load(model->weights + i), accumulator);
  }
  const Scalars scalars = {
      F64x8::set1(model->bias),           F64x8::set1(model->platt_a),
      F64x8::set1(model->platt_b),        F64x8::set1(model->payoff),
      F64x8::set1(model->cost),           F64x8::set1(model->kelly_fraction),
      F64x8::set1(model->kelly_cap),      F64x8::set1(model->buy_threshold),
      F64x8::set1(model->sell_threshold), F64x8::set1(model->minimum),
      F64x8::set1(context->budget),       F64x8::set1(context->inverse_volatility),
      F64x8::set1(context->step),         F64x8::set1(context->halted)};
  const Outcome out = finish(F64x8::set1(reduce_add(accumulator)), scalars);
  alignas(64) double lanes[kLanes];
  out.side.store(lanes);
  result->side = lanes[0];
  out.quantity.store(lanes);
  result->quantity = lanes[0];
  out.probability.store(lanes);
  result->probability = lanes[0];
  out.edge.store(lanes);
  result->edge = lanes[0];
  result->reasons = ReasonBits(out).lane(0);
}

void decide_block(const DecisionModelBlock& model, const DecisionBlock& block,
                  DecisionBlockResult* result) noexcept {
  // Accumulator j takes features j, j + 8, ...: the lanes of the single decision.
  F64x8 sums[kLanes];
  for (F64x8& sum : sums) sum = F64x8::zero();
  for (int i = 0; i < kFeatureSlots; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) {
      const F64x8 z = standardise(F64x8::load(block.features[i + j]),
                                  F64x8::load(model.inverse_sds[i + j]),
                                  F64x8::load(model.negative_means[i + j]));
      sums[j] = fma(z, F64x8::load(model.weights[i + j]), sums[j]);
    }
  }
  const F64x8 total = add(add(add(sums[0], sums[4]), add(sums[2], sums[6])),
                        add(add(sums[1], sums[5]), add(sums[3], sums[7])));
  const Scalars scalars = {
      F64x8::load(model.bias),           F64x8::load(model.platt_a),
      F64x8::load(model.platt_b),        F64x8::load(model.payoff),
      F64x8::load(model.cost),           F64x8::load(model.kelly_fraction),
      F64x8::load(model.kelly_cap),      F64x8::load(model.buy_threshold),
      F64x8::load(model.sell_threshold), F64x8::load(model.minimum),
      F64x8::load(block.budget),         F64x8::load(block.inverse_volatility),
      F64x8::load(block.step),           F64x8::load(block.halted)};
  const Outcome out = finish(total, scalars);
  out.side.store(result->side);
  out.quantity.store(result->quantity);
  out.probability.store(result->probability);
  out.edge.store(result->edge);
  const ReasonBits reasons(out);
  for (int l = 0; l < kLanes; ++l) result->reasons[l] = static_cast<double>(reasons.lane(l));
}

void decide_batch(const DecisionModelBlock* models, std::size_t model_stride,
                  const DecisionBlock* blocks, std::size_t count,
                  DecisionBlockResult* results) noexcept {
  for (std::size_t b = 0; b < count; ++b) {
    decide_block(models[b * model_stride], blocks[b], results + b);
  }
}

void exp_all(const double* x, std::size_t n, double* result) noexcept {
  for (std::size_t i = 0; i < n; i += kLanes) exp(F64x8::load(x + i)).store(result + i);
}

void fma_all(const double* a, const double* b, const double* c, std::size_t n,
             double* result) noexcept {
  for (std::size_t i = 0; i < n; i += kLanes) {
    fma(F64x8::load(a + i), F64x8::load(b + i), F64x8::load(c + i)).store(result + i);
  }
}

}  // namespace

extern const DecisionTable kDecisionTable;
const DecisionTable kDecisionTable = {decide, decide_batch, exp_all, fma_all};

}  // namespace bot4::BOT4_TARGET
