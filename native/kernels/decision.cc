// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/decision_finish.h"
#include "kernels/decision_shared.h"
#include "kernels/table.h"

namespace bot4::BOT4_TARGET {
namespace {

inline void store(const Outcome<F64x2>& out, Decision* result) {
  result->side = out.side.first();
  result->quantity = out.quantity.first();
  result->probability = out.probability.first();
  result->edge = out.edge.first();
  result->reasons = static_cast<std::uint32_t>(out.reasons.first());
}

[[gnu::noinline, gnu::cold]] void decide_any(F64x2 sum, const DecisionModel& model,
                                             const DecisionContext& context, Decision* result) {
  store(finish(sum, broadcast<F64x2>(model, context)), result);
}

/// Decides for the 64 features that `load(i)` gives by eight.
template <typename Load>
inline void decide_with(const Load& load, const DecisionModel& model,
                        const DecisionContext& context, Decision* result) {
  F64x8 accumulator = F64x8::zero();
  for (int i = 0; i < kFeatureSlots; i += kLanes) {
    const F64x8 z = standardise(load(i), F64x8::load(model.inverse_sds + i),
                                F64x8::load(model.negative_means + i));
    accumulator = fma(z, F64x8::load(model.weights + i), accumulator);
  }
  // One value from here on: a narrow register has less latency, and sse2 a quarter of the work.
  const F64x2 sum = reduce_pair(accumulator);
  const Scalars<F64x2> scalars = broadcast<F64x2>(model, context);
  const Bet<F64x2> of = bet(sum, scalars);
  // A branch that is always foretold costs less than to select from both cases.
  if (zero_if_finite(of).first() == 0.0) [[likely]] {
    store(conclude_finite(of, scalars), result);
  } else {
    decide_any(sum, model, context, result);
  }
}

void decide(const double* features, const DecisionModel* model, const DecisionContext* context,
            Decision* result) noexcept {
  decide_with([=](int i) { return F64x8::load(features + i); }, *model, *context, result);
}

void decide_fresh(const double* features, const DecisionModel* model,
                  const DecisionContext* context, Decision* result) noexcept {
  const double* same = hidden(features);
  decide_with([=](int i) { return F64x8::load_fresh(features + i, same + i); }, *model, *context,
              result);
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
  const Scalars<F64x8> scalars = {
      F64x8::load(model.bias),           F64x8::load(model.platt_a),
      F64x8::load(model.platt_b),        F64x8::load(model.payoff),
      F64x8::load(model.cost),           F64x8::load(model.kelly_fraction),
      F64x8::load(model.kelly_cap),      F64x8::load(model.buy_threshold),
      F64x8::load(model.sell_threshold), F64x8::load(model.minimum),
      F64x8::load(block.budget),         F64x8::load(block.inverse_volatility),
      F64x8::load(block.step),           F64x8::load(block.halted)};
  store(finish(total, scalars), result);
}

void decide_batch(const DecisionModelBlock* models, const DecisionBlock* blocks, std::size_t count,
                  DecisionBlockResult* results) noexcept {
  for (std::size_t b = 0; b < count; ++b) decide_block(models[b], blocks[b], results + b);
}

/// Eight 64-bit words; the compiler splits them where registers are narrower.
using U64x8 [[gnu::vector_size(64)]] = std::uint64_t;

std::uint64_t fingerprint(const double* features) noexcept {
  constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ull;
  constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Full;
  U64x8 key = {1, 2, 3, 4, 5, 6, 7, 8};
  key *= kPrime1;
  U64x8 sum = {};
  for (int i = 0; i < kFeatureSlots; i += kLanes) {
    U64x8 word;
    __builtin_memcpy(&word, features + i, sizeof word);
    const U64x8 mixed = word ^ key;
    // Both halves multiplied, and the word itself added: a zero half loses nothing.
    sum = ((sum << 27) | (sum >> 37)) + (mixed & 0xFFFFFFFFull) * (mixed >> 32) + word;
    key += kPrime2;
  }
  std::uint64_t hash = kFeatureSlots;
  for (int lane = 0; lane < kLanes; ++lane) {
    hash = (hash ^ sum[lane]) * kPrime1;
    hash ^= hash >> 32;
  }
  return hash;
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
const DecisionTable kDecisionTable = {decide,      decide_fresh, decide_batch, decide_shared,
                                      fingerprint, exp_all,      fma_all};

}  // namespace bot4::BOT4_TARGET
