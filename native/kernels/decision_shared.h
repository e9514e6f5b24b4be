#pragma once
// D64 of many blocks with one model. Included only by kernel files.
//
// What it waits for is the two pipes that fuse: 1,024 operations for eight blocks, 512 cycles on a
// machine with 512-bit ones. All else is arranged to stay out of their way: an eight-lane store
// takes them for a cycle, a comparison into a mask register takes two pipes, so that intermediate
// values stay in registers and the signs of differences answer the comparisons.
#include "kernels/decision_finish.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Blocks that are finished side by side, so that the latencies of their chains overlap.
inline constexpr int kFinished = 8;
// As many blocks as the target's registers hold sums for.
#if defined(__AVX512F__)
inline constexpr int kSummed = 8;
#else
inline constexpr int kSummed = 2;
#endif

/// One model in all lanes. Limits that are NaN hold for nobody, as comparisons with NaN do.
struct SharedModel {
  F64x8 bias, minus_a, minus_b, payoff, cost, kelly_ratio, kelly_cap, buy, sell, least;

  explicit SharedModel(const DecisionModel& m)
      : bias(F64x8::set1(m.bias)),
        minus_a(negate(F64x8::set1(m.platt_a))),
        minus_b(negate(F64x8::set1(m.platt_b))),
        payoff(F64x8::set1(m.payoff)),
        cost(F64x8::set1(m.cost)),
        kelly_ratio(F64x8::set1(m.kelly_fraction / m.payoff)),
        // Plus zero: less than -0 is nothing, while the difference of 0 to it has a sign.
        kelly_cap(add(minimum(F64x8::set1(m.kelly_cap), infinity()), F64x8::zero())),
        buy(minimum(F64x8::set1(m.buy_threshold), infinity())),
        sell(maximum(F64x8::set1(m.sell_threshold), negate(infinity()))),
        // A size that is at least this is positive as well.
        least(minimum(maximum(F64x8::set1(0x1p-1074), F64x8::set1(m.minimum)), infinity())) {}

  static F64x8 infinity() { return F64x8::set1(__builtin_inf()); }
};

/// The sums of accumulators j and j + 4 of each block, which its tree adds first.
template <int kBlocks>
inline void sum_pair(const DecisionModel& model, const DecisionBlock* blocks, int j,
                     F64x8 (&pair)[kBlocks]) {
  F64x8 low[kBlocks], high[kBlocks];
  for (int b = 0; b < kBlocks; ++b) low[b] = high[b] = F64x8::zero();
  const auto step = [&](int i, F64x8(&sums)[kBlocks]) {
    const F64x8 inverse_sd = F64x8::set1(model.inverse_sds[i]);
    const F64x8 negative_mean = F64x8::set1(model.negative_means[i]);
    const F64x8 weight = F64x8::set1(model.weights[i]);
    for (int b = 0; b < kBlocks; ++b) {
      const F64x8 x = F64x8::load(blocks[b].features[i]);
      sums[b] = fma(standardise(x, inverse_sd, negative_mean), weight, sums[b]);
    }
  };
  for (int i = j; i < kFeatureSlots; i += kLanes) {
    step(i, low);
    step(i + 4, high);
  }
  for (int b = 0; b < kBlocks; ++b) pair[b] = add(low[b], high[b]);
}

/// The weighted sums of `kBlocks` blocks: each weight is loaded once for all of them.
template <int kBlocks>
inline void sum_blocks(const DecisionModel& model, const DecisionBlock* blocks, F64x8* totals) {
  F64x8 even[kBlocks], odd[kBlocks], pair[kBlocks];
  sum_pair(model, blocks, 0, even);
  sum_pair(model, blocks, 2, pair);
  for (int b = 0; b < kBlocks; ++b) even[b] = add(even[b], pair[b]);
  sum_pair(model, blocks, 1, odd);
  sum_pair(model, blocks, 3, pair);
  for (int b = 0; b < kBlocks; ++b) totals[b] = add(even[b], add(odd[b], pair[b]));
}

/// Probability and edge of `kFinished` blocks, written to their results.
inline void finish_edges(const SharedModel& model, const F64x8 (&totals)[kFinished],
                         DecisionBlockResult* results) {
  const F64x8 one = F64x8::set1(1.0);
  F64x8 bounded[kFinished];
  for (int b = 0; b < kFinished; ++b) {
    bounded[b] =
        bounded_exponent(fma(model.minus_a, add(model.bias, totals[b]), model.minus_b));
  }
  for (int b = 0; b < kFinished; ++b) {
    div(one, add(one, exp_bounded(bounded[b]))).store(results[b].probability);
  }
}

/// `reasons`, with half of `bit` added where `sign` is negative and subtracted elsewhere.
inline F64x8 add_half(F64x8 reasons, F64x8 sign, double bit) {
  return fma(copy_sign(F64x8::set1(1.0), sign), F64x8::set1(bit / -2), reasons);
}

/// What follows the edges of `kFinished` blocks. Returns whether everything is finite; where
/// something is not, its block's results are wrong.
inline bool finish_blocks(const SharedModel& model, const DecisionBlock* blocks,
                          DecisionBlockResult* results) {
  const F64x8 zero = F64x8::zero();
  const F64x8 one = F64x8::set1(1.0);
  F64x8 edge[kFinished], steps[kFinished], side[kFinished], reasons[kFinished];
  for (int b = 0; b < kFinished; ++b) {
    const F64x8 p = F64x8::load(results[b].probability);
    const F64x8 q = maximum(sub(one, p), p);
    edge[b] = sub(sub(mul(q, model.payoff), sub(one, q)), model.cost);
    edge[b].store(results[b].edge);
  }
  for (int b = 0; b < kFinished; ++b) {
    const F64x8 k = minimum(model.kelly_cap, maximum(zero, mul(model.kelly_ratio, edge[b])));
    const F64x8 stake = mul(mul(k, F64x8::load(blocks[b].budget)),
                            F64x8::load(blocks[b].inverse_volatility));
    steps[b] = div(stake, F64x8::load(blocks[b].step));
  }
  constexpr double kHalves =
      double{kReasonNoSignal + kReasonNoEdge + kReasonBelowMinimum + kReasonCapped} / 2;
  for (int b = 0; b < kFinished; ++b) {
    const F64x8 p = F64x8::load(results[b].probability);
    const auto running = equal(F64x8::load(blocks[b].halted), zero);
    const F64x8 above_buy = sub(p, model.buy);
    const F64x8 base =
        select(running, F64x8::set1(kHalves), F64x8::set1(kHalves + double{kReasonHalted}));
    reasons[b] = add_half(base, both_negative(above_buy, sub(model.sell, p)), kReasonNoSignal);
    reasons[b] = add_half(reasons[b], sub(zero, edge[b]), -double{kReasonNoEdge});
    side[b] = copy_sign(one, above_buy);
  }
  F64x8 check = zero;
  for (int b = 0; b < kFinished; ++b) {
    const F64x8 size = mul(floor(steps[b]), F64x8::load(blocks[b].step));
    reasons[b] = add_half(reasons[b], sub(size, model.least), kReasonBelowMinimum);
    const auto active = equal(reasons[b], F64x8::set1(double{kReasonCapped} / 2));
    check = fma(size, zero, fma(edge[b], zero, check));
    select(active, side[b], zero).store(results[b].side);
    select(active, size, zero).store(results[b].quantity);
    const F64x8 room = sub(model.kelly_cap, mul(model.kelly_ratio, edge[b]));
    add_half(reasons[b], room, kReasonCapped).store(results[b].reasons);
  }
  return equal(check, zero).bits() == 0xFF;
}

/// Decides for one block whatever the values are.
inline void decide_any(const DecisionModel& model, const DecisionBlock& block,
                       DecisionBlockResult* result) {
  F64x8 total;
  sum_blocks<1>(model, &block, &total);
  Scalars<F64x8> scalars = broadcast<F64x8>(model, DecisionContext{});
  scalars.budget = F64x8::load(block.budget);
  scalars.inverse_volatility = F64x8::load(block.inverse_volatility);
  scalars.step = F64x8::load(block.step);
  scalars.halted = F64x8::load(block.halted);
  store(finish(total, scalars), result);
}

/// Decides for `kFinished` blocks. Returns false where something is not finite, and wrong results.
/// A function of its own, or the compiler would take its constants out of the loop over groups, and
/// put them on the stack.
[[gnu::noinline]] bool decide_group(const DecisionModel& model, const SharedModel& shared,
                                    const DecisionBlock* blocks, DecisionBlockResult* results) {
  F64x8 totals[kFinished];
  for (int b = 0; b < kFinished; b += kSummed) sum_blocks<kSummed>(model, blocks + b, totals + b);
  finish_edges(shared, totals, results);
  return finish_blocks(shared, blocks, results);
}

void decide_shared(const DecisionModel* model, const DecisionBlock* blocks, std::size_t count,
                   DecisionBlockResult* results) noexcept {
  std::size_t at = 0;
  if (count >= kFinished) {
    const SharedModel shared(*model);
    for (; at + kFinished <= count; at += kFinished) {
      if (decide_group(*model, shared, blocks + at, results + at)) [[likely]] continue;
      for (int b = 0; b < kFinished; ++b) {
        decide_any(*model, blocks[at + b], results + at + b);
      }
    }
  }
  for (; at < count; ++at) decide_any(*model, blocks[at], results + at);
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
