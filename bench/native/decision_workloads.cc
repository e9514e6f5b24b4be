// D64, single and batched over 64 symbols, against its definition in plain C++ with the C library's
// exp. The peer neither fuses nor vectorises, so that p and edge differ from the kernel's by a few
// ulps: they enter the checksum rounded to 1e-9, side, quantity and reasons as they are.
#include <cmath>
#include <memory>

#include "chosen_kernels.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kSymbols = 64;
constexpr int kBlocks = kSymbols / kBlockLanes;
constexpr int kRepeats = 400;  // 25,600 decisions a batch.

double random_unit(std::uint64_t& state) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return static_cast<double>(state >> 11) * 0x1p-53;
}

/// 64 symbols with one model, and the features that the repeats write one by one.
struct Input {
  double features[kSymbols][kFeatureSlots];
  double fresh[kRepeats];
  DecisionModel model{};
  DecisionContext context{1000.0, 1.0, 1.0, 0.0};

  Input() {
    std::uint64_t seed = 42;
    for (auto& symbol : features) {
      for (double& x : symbol) x = random_unit(seed) * 8 - 4;
    }
    for (double& x : fresh) x = random_unit(seed) * 8 - 4;
    for (int i = 0; i < kFeatureSlots; ++i) {
      model.weights[i] = (random_unit(seed) - 0.5) * 0.2;
      model.inverse_sds[i] = 0.5 + random_unit(seed);
      model.negative_means[i] = random_unit(seed) - 0.5;
    }
    model.bias = 0.1;
    model.platt_a = 1.0;
    model.payoff = 1.0;
    model.cost = 0.02;
    model.kelly_fraction = 0.5;
    model.kelly_cap = 0.25;
    model.buy_threshold = 0.55;
    model.sell_threshold = 0.45;
    model.minimum = 1.0;
  }
};

void fold(bench::Checksum* sum, const Decision& d) {
  sum->fold(d.side * d.quantity);
  sum->fold(static_cast<std::uint64_t>(d.reasons));
  sum->fold(static_cast<std::int64_t>(std::llround(d.probability * 1e9)));
  sum->fold(static_cast<std::int64_t>(std::llround(d.edge * 1e9)));
}

/// The definition of D64, one operation after the other.
[[gnu::noinline]] void decide_scalar(const double* x, const DecisionModel& m,
                                     const DecisionContext& c, Decision* out) {
  double score = m.bias;
  for (int i = 0; i < kFeatureSlots; ++i) {
    double z = x[i] * m.inverse_sds[i] + m.negative_means[i];
    z = z < -4 ? -4 : z > 4 ? 4 : z;
    score += m.weights[i] * z;
  }
  const double p = 1 / (1 + std::exp(-(m.platt_a * score + m.platt_b)));
  const double q = p > 1 - p ? p : 1 - p;
  const double edge = q * m.payoff - (1 - q) - m.cost;
  const double kelly = m.kelly_fraction * edge / m.payoff;
  const double k = kelly < 0 ? 0 : kelly > m.kelly_cap ? m.kelly_cap : kelly;
  const double size = std::floor(k * c.budget * c.inverse_volatility / c.step) * c.step;
  std::uint32_t reasons = 0;
  if (!(p >= m.buy_threshold) && !(p <= m.sell_threshold)) reasons |= kReasonNoSignal;
  if (!(edge > 0)) reasons |= kReasonNoEdge;
  if (!(size >= m.minimum && size > 0)) reasons |= kReasonBelowMinimum;
  if (c.halted != 0) reasons |= kReasonHalted;
  const bool active = reasons == 0;
  if (kelly > m.kelly_cap) reasons |= kReasonCapped;
  *out = {active ? (p >= m.buy_threshold ? 1.0 : -1.0) : 0.0, active ? size : 0.0, p, edge, reasons};
}

enum class Kind { kShared, kOwn, kSingle, kScalar };

/// Each repeat writes one feature of one symbol, decides for all 64 and folds that symbol's
/// decision; the last one folds all.
template <Kind kind>
class Decisions : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kRepeats * kSymbols; }

  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    for (int s = 0; s < kSymbols; ++s) {
      for (int i = 0; i < kFeatureSlots; ++i) set(s, i, input_.features[s][i]);
    }
    for (int r = 0; r < kRepeats; ++r) {
      set(r % kSymbols, r * 7 % kFeatureSlots, input_.fresh[r]);
      decide_all();
      fold(&sum, decision(r % kSymbols));
    }
    for (int s = 0; s < kSymbols; ++s) fold(&sum, decision(s));
    return sum.value();
  }

  Decisions() : kernels_(bench::chosen_kernels()) {
    for (DecisionBlock& block : blocks_) {
      for (int l = 0; l < kBlockLanes; ++l) {
        block.budget[l] = input_.context.budget;
        block.inverse_volatility[l] = input_.context.inverse_volatility;
        block.step[l] = input_.context.step;
        block.halted[l] = 0.0;
      }
    }
    if constexpr (kind == Kind::kOwn) copy_model();
  }

 private:
  static constexpr bool kRows = kind == Kind::kSingle || kind == Kind::kScalar;

  void set(int symbol, int feature, double value) {
    if constexpr (kRows) {
      rows_[symbol][feature] = value;
    } else {
      blocks_[symbol / kBlockLanes].features[feature][symbol % kBlockLanes] = value;
    }
  }

  void decide_all() {
    if constexpr (kind == Kind::kShared) {
      kernels_->decide_shared(&input_.model, blocks_, kBlocks, results_);
    } else if constexpr (kind == Kind::kOwn) {
      kernels_->decide_batch(models_.get(), blocks_, kBlocks, results_);
    } else {
      for (int s = 0; s < kSymbols; ++s) {
        if constexpr (kind == Kind::kSingle) {
          kernels_->decide(rows_[s], &input_.model, &input_.context, decisions_ + s);
        } else {
          decide_scalar(rows_[s], input_.model, input_.context, decisions_ + s);
        }
      }
    }
  }

  Decision decision(int symbol) const {
    if constexpr (kRows) {
      return decisions_[symbol];
    } else {
      const DecisionBlockResult& r = results_[symbol / kBlockLanes];
      const int l = symbol % kBlockLanes;
      return {r.side[l], r.quantity[l], r.probability[l], r.edge[l],
              static_cast<std::uint32_t>(r.reasons[l])};
    }
  }

  void copy_model() {
    models_ = std::make_unique<DecisionModelBlock[]>(kBlocks);
    const DecisionModel& m = input_.model;
    for (int s = 0; s < kSymbols; ++s) {
      DecisionModelBlock& b = models_[static_cast<std::size_t>(s / kBlockLanes)];
      const int l = s % kBlockLanes;
      for (int i = 0; i < kFeatureSlots; ++i) {
        b.weights[i][l] = m.weights[i];
        b.inverse_sds[i][l] = m.inverse_sds[i];
        b.negative_means[i][l] = m.negative_means[i];
      }
      b.bias[l] = m.bias;
      b.platt_a[l] = m.platt_a;
      b.platt_b[l] = m.platt_b;
      b.payoff[l] = m.payoff;
      b.cost[l] = m.cost;
      b.kelly_fraction[l] = m.kelly_fraction;
      b.kelly_cap[l] = m.kelly_cap;
      b.buy_threshold[l] = m.buy_threshold;
      b.sell_threshold[l] = m.sell_threshold;
      b.minimum[l] = m.minimum;
    }
  }

  const DecisionTable* kernels_;
  Input input_;
  std::unique_ptr<DecisionModelBlock[]> models_;
  alignas(64) DecisionBlock blocks_[kBlocks] = {};
  alignas(64) DecisionBlockResult results_[kBlocks] = {};
  alignas(64) double rows_[kSymbols][kFeatureSlots] = {};
  Decision decisions_[kSymbols] = {};
};

/// A chain: each decision's probability is a feature of the next. Latency, not throughput.
class DecisionChain : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kRepeats * kSymbols; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    double row[kFeatureSlots] = {};
    Decision decision{};
    for (int n = 0; n < kRepeats * kSymbols; ++n) {
      row[n % kFeatureSlots] = decision.probability;
      kernels_->decide(row, &input_.model, &input_.context, &decision);
    }
    fold(&sum, decision);
    return sum.value();
  }

 private:
  const DecisionTable* kernels_ = bench::chosen_kernels();
  Input input_;
};

/// One new feature and a decision by the entry that JavaScript's bound single decision calls, one
/// after the other; their results do not wait for each other.
class BoundDecisions : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kRepeats * kSymbols; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    for (int i = 0; i < kFeatureSlots; ++i) row_[i] = input_.features[0][i];
    for (int n = 0; n < kRepeats * kSymbols; ++n) {
      row_[n % kFeatureSlots] = input_.fresh[n % kRepeats];
      kernels_->decide_fresh(row_, &input_.model, &input_.context, &decision_);
      sum.fold(decision_.side * decision_.quantity);
    }
    fold(&sum, decision_);
    return sum.value();
  }

 private:
  const DecisionTable* kernels_ = bench::chosen_kernels();
  Input input_;
  alignas(64) double row_[kFeatureSlots] = {};
  Decision decision_{};
};

template <typename Made>
std::unique_ptr<bench::Workload> make(const char*) {
  return bench::chosen_kernels() == nullptr ? nullptr : std::make_unique<Made>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kDecisionWorkloads[];
const WorkloadEntry kDecisionWorkloads[] = {
    {"decision.batch64", make<Decisions<Kind::kShared>>},
    {"decision.batch64/scalar-libm", make<Decisions<Kind::kScalar>>},
    {"decision.batch64-own-models", make<Decisions<Kind::kOwn>>},
    {"decision.batch64-own-models/scalar-libm", make<Decisions<Kind::kScalar>>},
    {"decision.single", make<Decisions<Kind::kSingle>>},
    {"decision.single/scalar-libm", make<Decisions<Kind::kScalar>>},
    {"decision.bound-single", make<BoundDecisions>},
    {"decision.chain", make<DecisionChain>},
    {nullptr, nullptr}};

}  // namespace bot4::bench
