// D64, single and batched over 64 symbols, against the scalar definition. BOT4_TARGET forces the
// target. The scalar peer uses the same fused steps and the same exp, so that the sums are equal.
#include <cmath>
#include <memory>

#include "kernels/table.h"
#include "measure.h"

using namespace bot4;

namespace {

constexpr int kSymbols = 64;
constexpr int kBlocks = kSymbols / kBlockLanes;
constexpr int kRepeats = 400;  // 25,600 decisions a batch.

struct Work {
  const DecisionTable* table;
  double features[kSymbols][kFeatureSlots];
  DecisionModel models[kSymbols];
  DecisionContext contexts[kSymbols];
  DecisionModelBlock model_blocks[kBlocks];
  DecisionBlock blocks[kBlocks];
  DecisionBlockResult results[kBlocks];
};

double random_unit(std::uint64_t& state) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return static_cast<double>(state >> 11) * 0x1p-53;
}

void fill(Work& w) {
  std::uint64_t seed = 42;
  for (int s = 0; s < kSymbols; ++s) {
    DecisionModel& m = w.models[s];
    for (int i = 0; i < kFeatureSlots; ++i) {
      w.features[s][i] = random_unit(seed) * 8 - 4;
      m.weights[i] = random_unit(seed) - 0.5;
      m.inverse_sds[i] = 0.5 + random_unit(seed);
      m.negative_means[i] = random_unit(seed) - 0.5;
    }
    m.bias = 0.1;
    m.platt_a = 1.0;
    m.payoff = 1.0;
    m.cost = 0.02;
    m.kelly_fraction = 0.5;
    m.kelly_cap = 0.25;
    m.buy_threshold = 0.55;
    m.sell_threshold = 0.45;
    m.minimum = 1.0;
    w.contexts[s] = {1000.0, 1.0, 1.0, 0.0};
    DecisionModelBlock& b = w.model_blocks[s / kBlockLanes];
    DecisionBlock& x = w.blocks[s / kBlockLanes];
    const int l = s % kBlockLanes;
    for (int i = 0; i < kFeatureSlots; ++i) {
      x.features[i][l] = w.features[s][i];
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
    x.budget[l] = 1000.0;
    x.inverse_volatility[l] = 1.0;
    x.step[l] = 1.0;
  }
}

std::uint64_t run_single(void* state) {
  auto* w = static_cast<Work*>(state);
  bench::Checksum sum;
  for (int r = 0; r < kRepeats; ++r) {
    for (int s = 0; s < kSymbols; ++s) {
      Decision d;
      w->table->decide(w->features[s], &w->models[s], &w->contexts[s], &d);
      sum.fold(d.side * d.quantity);
    }
  }
  return sum.value();
}

std::uint64_t run_batch(void* state, std::size_t stride) {
  auto* w = static_cast<Work*>(state);
  bench::Checksum sum;
  for (int r = 0; r < kRepeats; ++r) {
    w->table->decide_batch(w->model_blocks, stride, w->blocks, kBlocks, w->results);
    for (int s = 0; s < kSymbols; ++s) {
      const DecisionBlockResult& result = w->results[s / kBlockLanes];
      sum.fold(result.side[s % kBlockLanes] * result.quantity[s % kBlockLanes]);
    }
  }
  return sum.value();
}

std::uint64_t run_own(void* state) { return run_batch(state, 1); }
std::uint64_t run_shared(void* state) { return run_batch(state, 0); }

/// The definition of D64, one operation after the other, with the C library's exp.
std::uint64_t run_scalar(void* state) {
  auto* w = static_cast<Work*>(state);
  bench::Checksum sum;
  for (int r = 0; r < kRepeats; ++r) {
    for (int s = 0; s < kSymbols; ++s) {
      const DecisionModel& m = w->models[s];
      const DecisionContext& c = w->contexts[s];
      double score = m.bias;
      for (int i = 0; i < kFeatureSlots; ++i) {
        double z = w->features[s][i] * m.inverse_sds[i] + m.negative_means[i];
        z = z < -4 ? -4 : z > 4 ? 4 : z;
        score += m.weights[i] * z;
      }
      const double p = 1 / (1 + std::exp(-(m.platt_a * score + m.platt_b)));
      const double q = p > 1 - p ? p : 1 - p;
      const double edge = q * m.payoff - (1 - q) - m.cost;
      double k = m.kelly_fraction * edge / m.payoff;
      k = k < 0 ? 0 : k > m.kelly_cap ? m.kelly_cap : k;
      const double size = std::floor(k * c.budget * c.inverse_volatility / c.step) * c.step;
      const double side = p >= m.buy_threshold ? 1 : p <= m.sell_threshold ? -1 : 0;
      const bool active = edge > 0 && size >= m.minimum && c.halted == 0;
      sum.fold(active ? side * size : 0.0);
    }
  }
  return sum.value();
}

}  // namespace

int main() {
  Target target = Target::kSse2;
  const TargetChoice how = choose_target(std::getenv("BOT4_TARGET"), &target);
  if (how == TargetChoice::kUnknown || how == TargetChoice::kUnsupported) return 2;
  bench::print_manifest(target_name(target));
  const auto work = std::make_unique<Work>();
  fill(*work);
  work->table = decision_kernels(target);
  constexpr double kOperations = double{kRepeats} * kSymbols;
  bench::paired("throughput", {"D64 single", run_single, work.get()},
                {"scalar C++", run_scalar, work.get()}, kOperations);
  bench::paired("batch S=64", {"D64 batch, own models", run_own, work.get()},
                {"scalar C++", run_scalar, work.get()}, kOperations);
  // One model for all symbols: the model of the first block in every block.
  for (int b = 1; b < kBlocks; ++b) work->model_blocks[b] = work->model_blocks[0];
  for (int s = kBlockLanes; s < kSymbols; ++s) work->models[s] = work->models[s % kBlockLanes];
  bench::paired("batch S=64", {"D64 batch, shared model", run_shared, work.get()},
                {"scalar C++", run_scalar, work.get()}, kOperations);
  return 0;
}
