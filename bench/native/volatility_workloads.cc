// The GARCH recursion against its limit, a chain of dependent fused multiply-adds, on one series.
#include <cmath>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/cpu.h"
#include "kernels/quant.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr std::size_t kSteps = 80'000;
constexpr double kOmega = 0.02, kAlpha = 0.08, kBeta = 0.9, kFirst = 1.0;

/// Shocks of about unit size, as many as one series or eight interleaved ones take.
const std::vector<double>& shocks() {
  static const std::vector<double> all = [] {
    std::vector<double> e(kSteps);
    std::uint64_t state = 7;
    for (double& x : e) {
      double sum = -6.0;
      for (int i = 0; i < 12; ++i) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        sum += static_cast<double>(state >> 11) * 0x1p-53;
      }
      x = sum;
    }
    return e;
  }();
  return all;
}

/// Peers round differently: the checksum takes the variances to six decimals.
std::uint64_t fold(const std::vector<double>& h) {
  bench::Checksum sum;
  for (std::size_t t = 0; t < h.size(); t += 97) sum.fold(static_cast<std::int64_t>(h[t] * 1e6));
  return sum.value();
}

const QuantEntry* entry(const char* name) {
  Target target = Target::kSse2;
  choose_target(std::getenv("BOT4_TARGET"), &target);
  for (const QuantTable* const* t = quant_kernels(target); *t != nullptr; ++t) {
    for (const QuantEntry* e = (*t)->entries; e->name != nullptr; ++e) {
      if (std::strcmp(e->name, name) == 0) return e;
    }
  }
  return nullptr;
}

class OneSeries : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kSteps; }
  std::uint64_t run() noexcept override {
    const Slice slices[] = {{const_cast<double*>(shocks().data()), kSteps},
                            {parameters_, 5},
                            {h_.data(), h_.size()}};
    entry_->call(slices);
    return fold(h_);
  }

 private:
  const QuantEntry* entry_ = entry("garchFilter");
  double parameters_[5] = {kOmega, kAlpha, 0.0, kBeta, kFirst};
  std::vector<double> h_ = std::vector<double>(kSteps + 1);
};

/// The recursion step by step with its input already computed: one fused multiply-add each.
__attribute__((target("fma"))) void chain(const double* input, std::size_t n, double* h) {
  double state = kFirst;
  for (std::size_t t = 0; t < n; ++t) {
    h[t] = state;
    state = __builtin_fma(kBeta, state, input[t]);
  }
  h[n] = state;
}

class FmaChain : public bench::Workload {
 public:
  FmaChain() {
    for (const double e : shocks()) input_.push_back(kOmega + kAlpha * (e * e));
  }
  std::uint64_t operations() const noexcept override { return kSteps; }
  std::uint64_t run() noexcept override {
    chain(input_.data(), kSteps, h_.data());
    return fold(h_);
  }

 private:
  std::vector<double> input_;
  std::vector<double> h_ = std::vector<double>(kSteps + 1);
};

/// Eight series of kSteps / 8: an operation is one step of one of them.
class EightSeries : public bench::Workload {
 public:
  EightSeries() {
    const double values[] = {kOmega, kAlpha, 0.0, kBeta, kFirst};
    for (int i = 0; i < 40; ++i) parameters_[i] = values[i / 8];
  }
  std::uint64_t operations() const noexcept override { return kSteps; }
  std::uint64_t run() noexcept override {
    const Slice slices[] = {{const_cast<double*>(shocks().data()), kSteps},
                            {parameters_, 40},
                            {h_.data(), h_.size()}};
    entry_->call(slices);
    return fold(h_);
  }

 private:
  const QuantEntry* entry_ = entry("garchFilterLanes");
  double parameters_[40];
  std::vector<double> h_ = std::vector<double>(kSteps + 8);
};

/// Fits of n = 2000 with standard errors; an operation is one observation of one fit.
class Fit : public bench::Workload {
 public:
  Fit() {
    double h = kOmega / (1.0 - kAlpha - kBeta);
    for (std::size_t t = 0; t < kLength; ++t) {
      y_[t] = 0.05 + shocks()[t] * std::sqrt(h);
      h = kOmega + kAlpha * (y_[t] - 0.05) * (y_[t] - 0.05) + kBeta * h;
    }
  }
  std::uint64_t operations() const noexcept override { return kFits * kLength; }
  std::uint64_t run() noexcept override {
    const Slice slices[] = {{y_.data(), kLength},
                            {control_, 8},
                            {workspace_.data(), workspace_.size()},
                            {h_.data(), kLength},
                            {out_, 88}};
    for (int i = 0; i < kFits; ++i) entry_->call(slices);
    return fold(h_);
  }

 private:
  static constexpr std::size_t kLength = 2000;
  static constexpr int kFits = 5;
  const QuantEntry* entry_ = entry("garchFit");
  double control_[8] = {0, 0, 0, 0, 0, 0, 0.999, 200};
  double out_[88];
  std::vector<double> y_ = std::vector<double>(kLength);
  std::vector<double> workspace_ = std::vector<double>(4 * (kLength + 8));
  std::vector<double> h_ = std::vector<double>(kLength);
};

template <typename W>
std::unique_ptr<bench::Workload> make(const char*) {
  return std::make_unique<W>();
}

std::unique_ptr<bench::Workload> make_chain(const char*) {
  if (!__builtin_cpu_supports("fma")) return nullptr;
  return std::make_unique<FmaChain>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kVolatilityWorkloads[];
const WorkloadEntry kVolatilityWorkloads[] = {
    {"volatility.garch_filter", make<OneSeries>},
    {"volatility.garch_filter/fma_chain", make_chain},
    {"volatility.garch_filter_lanes", make<EightSeries>},
    {"volatility.garch_fit", make<Fit>},
    {nullptr, nullptr},
};

}  // namespace bot4::bench
