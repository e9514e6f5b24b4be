#pragma once
// D64 behind the weighted sum. Included only by kernel files.
#include "kernels/decision.h"
#include "simd/exp.h"
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

/// What a decision needs besides the weighted sum.
template <typename V>
struct Scalars {
  V bias, platt_a, platt_b, payoff, cost, kelly_fraction, kelly_cap;
  V buy_threshold, sell_threshold, minimum, budget, inverse_volatility, step, halted;
};

template <typename V>
struct Outcome {
  V side, quantity, probability, edge, reasons;
};

inline F64x8 standardise(F64x8 x, F64x8 inverse_sd, F64x8 negative_mean) {
  const F64x8 z = fma(x, inverse_sd, negative_mean);
  return maximum(F64x8::set1(-4.0), minimum(F64x8::set1(4.0), z));
}

/// What a weighted sum comes to, before anything refuses it.
template <typename V>
struct Bet {
  V probability, edge, kelly, size;
};

template <typename V>
[[gnu::always_inline]] inline Bet<V> bet(V sum, const Scalars<V>& in) {
  const V one = V::set1(1.0);
  const V p = div(one, add(one, exp(negative_fma(in.platt_a, add(in.bias, sum), in.platt_b))));
  const V q = maximum(sub(one, p), p);
  const V edge = sub(sub(mul(q, in.payoff), sub(one, q)), in.cost);
  // kf / b first: it waits for nothing, and a shared model needs it once.
  const V kelly = mul(div(in.kelly_fraction, in.payoff), edge);
  const V k = minimum(in.kelly_cap, maximum(V::zero(), kelly));
  const V stake = mul(mul(k, in.budget), in.inverse_volatility);
  return {p, edge, kelly, mul(floor(div(stake, in.step)), in.step)};
}

/// x - x is zero for finite x and NaN otherwise; a p that is NaN makes the edge NaN.
template <typename V>
[[gnu::always_inline]] inline V zero_if_finite(const Bet<V>& of) {
  return add(sub(of.edge, of.edge), sub(of.size, of.size));
}

/// Side and reasons of a bet that is finite.
template <typename V>
[[gnu::always_inline]] inline Outcome<V> conclude_finite(const Bet<V>& of, const Scalars<V>& in) {
  const V zero = V::zero();
  // Reason bits are whole numbers, exact in a double: all that may hold, less those that do not.
  const auto buy = less_equal(in.buy_threshold, of.probability);
  const auto sell = less_equal(of.probability, in.sell_threshold);
  V reasons = V::set1(kReasonNoSignal + kReasonNoEdge + kReasonBelowMinimum + kReasonHalted);
  reasons = add_where(equal(in.halted, zero), reasons, V::set1(-double{kReasonHalted}));
  reasons = add_where(either(buy, sell), reasons, V::set1(-double{kReasonNoSignal}));
  reasons = add_where(less(zero, of.edge), reasons, V::set1(-double{kReasonNoEdge}));
  // A size that is at least the least positive number is positive as well.
  const V least = maximum(V::set1(0x1p-1074), in.minimum);
  reasons = add_where(less_equal(least, of.size), reasons,
                      V::set1(-double{kReasonBelowMinimum}));
  const auto active = equal(reasons, zero);
  const V side = select(buy, V::set1(1.0), V::set1(-1.0));
  return {keep_where(active, side), keep_where(active, of.size), of.probability, of.edge,
          add_where(less(in.kelly_cap, of.kelly), reasons, V::set1(double{kReasonCapped}))};
}

/// Everything after the weighted sum, whatever the values are.
template <typename V>
[[gnu::always_inline]] inline Outcome<V> finish(V sum, const Scalars<V>& in) {
  const V zero = V::zero();
  const Bet<V> of = bet(sum, in);
  const auto finite = equal(zero_if_finite(of), zero);
  const Outcome<V> out = conclude_finite(of, in);
  const V refused = select(equal(in.halted, zero), V::set1(double{kReasonNotFinite}),
                           V::set1(double{kReasonNotFinite + kReasonHalted}));
  return {keep_where(finite, out.side), keep_where(finite, out.quantity),
          select(finite, of.probability, V::set1(0.5)), keep_where(finite, of.edge),
          select(finite, out.reasons, refused)};
}

template <typename V>
inline Scalars<V> broadcast(const DecisionModel& model, const DecisionContext& context) {
  return {V::set1(model.bias),           V::set1(model.platt_a),
          V::set1(model.platt_b),        V::set1(model.payoff),
          V::set1(model.cost),           V::set1(model.kelly_fraction),
          V::set1(model.kelly_cap),      V::set1(model.buy_threshold),
          V::set1(model.sell_threshold), V::set1(model.minimum),
          V::set1(context.budget),       V::set1(context.inverse_volatility),
          V::set1(context.step),         V::set1(context.halted)};
}

inline void store(const Outcome<F64x8>& out, DecisionBlockResult* result) {
  out.side.store(result->side);
  out.quantity.store(result->quantity);
  out.probability.store(result->probability);
  out.edge.store(result->edge);
  out.reasons.store(result->reasons);
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
