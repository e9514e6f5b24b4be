// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/table.h"
#include "simd/exp.h"
#include "simd/f64x8.h"
#include "simd/f64x8_group.h"

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

/// Everything after the weighted sum.
template <typename V>
[[gnu::always_inline]] inline Outcome<V> finish(V sum, const Scalars<V>& in) {
  const V zero = V::zero();
  const V one = V::set1(1.0);
  // Rounding is symmetric: the negated factors give exactly -(A s + B).
  const V minus_score = fma(negate(in.platt_a), add(in.bias, sum), negate(in.platt_b));
  const V p = div(one, add(one, exp(minus_score)));
  const V lose = sub(one, p);
  const V q = maximum(lose, p);
  const V edge = sub(sub(mul(q, in.payoff), sub(one, q)), in.cost);
  // kf / b first: it waits for nothing, and a shared model needs it once.
  const V kelly = mul(div(in.kelly_fraction, in.payoff), edge);
  const V k = minimum(in.kelly_cap, maximum(zero, kelly));
  const V stake = mul(mul(k, in.budget), in.inverse_volatility);
  const V size = mul(floor(div(stake, in.step)), in.step);

  // Reason bits are whole numbers, exact in a double: all that may hold, less those that do not.
  const auto buy = less_equal(in.buy_threshold, p);
  const auto running = equal(in.halted, zero);
  V reasons = V::set1(kReasonNoSignal + kReasonNoEdge + kReasonBelowMinimum + kReasonHalted);
  reasons = add_where(running, reasons, V::set1(-double{kReasonHalted}));
  reasons = add_where(either(buy, less_equal(p, in.sell_threshold)), reasons,
                      V::set1(-double{kReasonNoSignal}));
  reasons = add_where(less(zero, edge), reasons, V::set1(-double{kReasonNoEdge}));
  reasons = add_where(both(less_equal(in.minimum, size), less(zero, size)), reasons,
                      V::set1(-double{kReasonBelowMinimum}));
  // x - x is zero for finite x and NaN otherwise; a p that is NaN makes the edge NaN.
  const auto finite = equal(add(sub(edge, edge), sub(size, size)), zero);
  const auto active = both(finite, equal(reasons, zero));
  const V refused = select(running, V::set1(double{kReasonNotFinite}),
                           V::set1(double{kReasonNotFinite + kReasonHalted}));

  Outcome<V> out;
  out.side = select(active, select(buy, one, V::set1(-1.0)), zero);
  out.quantity = select(active, size, zero);
  out.probability = select(finite, p, V::set1(0.5));
  out.edge = select(finite, edge, zero);
  out.reasons = select(finite, add_where(less(in.kelly_cap, kelly), reasons,
                                         V::set1(double{kReasonCapped})), refused);
  return out;
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

template <F64x8 (*kLoad)(const double*)>
inline void decide_with(const double* features, const DecisionModel* model,
                        const DecisionContext* context, Decision* result) {
  F64x8 accumulator = F64x8::zero();
  for (int i = 0; i < kFeatureSlots; i += kLanes) {
    const F64x8 z = standardise(kLoad(features + i), F64x8::load(model->inverse_sds + i),
                                F64x8::load(model->negative_means + i));
    accumulator = fma(z, F64x8::load(model->weights + i), accumulator);
  }
  // One value from here on: a narrow register has less latency, and sse2 a quarter of the work.
  const Outcome<F64x2> out =
      finish(reduce_pair(accumulator), broadcast<F64x2>(*model, *context));
  result->side = out.side.first();
  result->quantity = out.quantity.first();
  result->probability = out.probability.first();
  result->edge = out.edge.first();
  result->reasons = static_cast<std::uint32_t>(out.reasons.first());
}

void decide(const double* features, const DecisionModel* model, const DecisionContext* context,
            Decision* result) noexcept {
  decide_with<F64x8::load>(features, model, context, result);
}

void decide_fresh(const double* features, const DecisionModel* model,
                  const DecisionContext* context, Decision* result) noexcept {
  decide_with<F64x8::load_fresh>(features, model, context, result);
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

/// Adds to each block's `totals` the sums of accumulators j and j + 4, which its tree adds first.
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

// As many blocks as the target's registers hold sums for, and chains of the rest.
#if defined(__AVX512F__)
inline constexpr int kGroup = 8;
inline constexpr int kChains = 4;
#else
inline constexpr int kGroup = 2;
inline constexpr int kChains = 2;
#endif

template <int N, typename Part>
inline F64x8Group<N> gather(const Part& part) {
  F64x8Group<N> out;
  for (int i = 0; i < N; ++i) out.v[i] = part(i);
  return out;
}

/// Decides for `kBlocks` blocks at once: each weight is loaded once for all of them.
template <int kBlocks>
inline void decide_group(const DecisionModel& model, const DecisionBlock* blocks,
                         DecisionBlockResult* results) {
  constexpr int kN = kBlocks < kChains ? kBlocks : kChains;
  F64x8 pair[4][kBlocks];
  sum_pair(model, blocks, 0, pair[0]);
  sum_pair(model, blocks, 2, pair[1]);
  sum_pair(model, blocks, 1, pair[2]);
  sum_pair(model, blocks, 3, pair[3]);
  for (int b = 0; b < kBlocks; b += kN) {
    const DecisionBlock* part = blocks + b;
    Scalars<F64x8Group<kN>> scalars = broadcast<F64x8Group<kN>>(model, DecisionContext{});
    const auto load = [part](const auto& field) {
      return gather<kN>([&](int i) { return F64x8::load(part[i].*field); });
    };
    scalars.budget = load(&DecisionBlock::budget);
    scalars.inverse_volatility = load(&DecisionBlock::inverse_volatility);
    scalars.step = load(&DecisionBlock::step);
    scalars.halted = load(&DecisionBlock::halted);
    const auto total = gather<kN>([&](int i) {
      return add(add(pair[0][b + i], pair[1][b + i]), add(pair[2][b + i], pair[3][b + i]));
    });
    const Outcome<F64x8Group<kN>> out = finish(total, scalars);
    for (int i = 0; i < kN; ++i) {
      store({out.side.v[i], out.quantity.v[i], out.probability.v[i], out.edge.v[i],
             out.reasons.v[i]}, results + b + i);
    }
  }
}

void decide_shared(const DecisionModel* model, const DecisionBlock* blocks, std::size_t count,
                   DecisionBlockResult* results) noexcept {
  std::size_t b = 0;
  for (; b + kGroup <= count; b += kGroup) decide_group<kGroup>(*model, blocks + b, results + b);
  for (; b < count; ++b) decide_group<1>(*model, blocks + b, results + b);
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
