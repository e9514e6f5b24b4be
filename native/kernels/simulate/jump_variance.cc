// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/simulate/path_block.h"
#include "simd/log_positive.h"

namespace bot4::BOT4_TARGET {
namespace {

/// The draws of one step for the paths of a block.
struct Draws {
  alignas(64) double asset[kBlock];
  alignas(64) double variance[kBlock];
  alignas(64) double variance_uniform[kBlock];
  alignas(64) double jump_uniform[kBlock];
  alignas(64) double jump[kBlock];
};

void draw(const Run& run, const PathBlock& block, int step, bool jumps, Draws* draws) {
  alignas(64) std::uint64_t words[4 * kBlock];
  const auto counter = static_cast<std::uint32_t>(step);
  philox(run.key, block.stream, counter, 0, kBlock, words);
  for (int l = 0; l < kBlock; ++l) {
    normal_pair(words[l], words[kBlock + l], draws->asset + l, draws->variance + l);
  }
  for (int l = 0; l < kBlock; ++l) {
    const double sign = block.sign[l];
    draws->asset[l] *= sign;
    draws->variance[l] *= sign;
    draws->variance_uniform[l] = 0.5 + sign * (uniform(words[2 * kBlock + l]) - 0.5);
    draws->jump_uniform[l] = 0.5 + sign * (uniform(words[3 * kBlock + l]) - 0.5);
  }
  if (!jumps) return;
  philox(run.key, block.stream, counter, 1, kBlock, words);
  alignas(64) double spare[kBlock];
  for (int l = 0; l < kBlock; ++l) {
    normal_pair(words[l], words[kBlock + l], draws->jump + l, spare + l);
    draws->jump[l] *= block.sign[l];
  }
}

/// Jumps of a step: a Poisson number of normal ones, by inversion of its distribution.
struct Jumps {
  double mean;
  double deviation;
  int levels;
  const double* cumulative;  ///< P(N <= j) for j < levels.
};

Jumps read_jumps(const double* p) { return {p[0], p[1], static_cast<int>(p[2]), p + 3}; }

void add_jumps(const Jumps& jumps, const Draws& draws, PathBlock* block) {
  alignas(64) double number[kBlock];
  for (int l = 0; l < kBlock; ++l) number[l] = 0.0;
  for (int j = 0; j < jumps.levels; ++j) {
    const double bound = jumps.cumulative[j];
    for (int l = 0; l < kBlock; ++l) number[l] += draws.jump_uniform[l] > bound ? 1.0 : 0.0;
  }
  for (int l = 0; l < kBlock; ++l) {
    block->x[l] +=
        number[l] * jumps.mean + root(number[l]) * jumps.deviation * draws.jump[l];
  }
}

/// The constants of one step of a square-root variance and of the log price it drives.
struct Variance {
  double start;         ///< v0
  double mean;          ///< theta
  double decay;         ///< e^(-kappa dt)
  double spread_state;  ///< Variance of v' = spread_state v + spread_constant.
  double spread_constant;
  double k1, k2, k3, k4;  ///< Andersen's, central discretisation.
  double k0;              ///< Without the martingale correction.
  double drift;           ///< Of the log price over a step.
};

/// v' of the quadratic-exponential scheme, and the logarithm of the factor that keeps the price a
/// martingale (0 correction where its moment does not exist).
inline void quadratic_exponential(const Variance& p, double v, double z, double u, double* next,
                                  double* k0) {
  const double m = p.mean + (v - p.mean) * p.decay;
  const double psi = (v * p.spread_state + p.spread_constant) / (m * m);
  const bool quadratic = psi <= 1.5;
  const double inverse = 2.0 / psi;
  const double above = inverse - 1.0 > 0.0 ? inverse - 1.0 : 0.0;
  const double b2 = above + root(inverse) * root(above);
  const double a = m / (1.0 + b2);
  const double shifted = root(b2) + z;
  const double mass = (psi - 1.0) / (psi + 1.0);
  const double zero_mass = mass > 0.0 ? mass : 0.0;
  const double beta = (1.0 - zero_mass) / m;
  const double tail = log_positive((1.0 - zero_mass) / (1.0 - u)) / beta;
  *next = quadratic ? a * shifted * shifted : (u <= zero_mass ? 0.0 : tail);
  const double slope = p.k2 + 0.5 * p.k4;
  const double root_term = 1.0 - 2.0 * slope * a;
  const double gap = beta - slope;
  const double exponential_moment = zero_mass + beta * (1.0 - zero_mass) / gap;
  const double raw = quadratic ? root_term : exponential_moment;
  const bool exists = quadratic ? root_term > 0.0 : gap > 0.0;
  const double logarithm = log_positive(exists ? raw : 1.0);
  const double log_moment = quadratic ? slope * b2 * a / root_term - 0.5 * logarithm : logarithm;
  *k0 = exists ? -log_moment - (p.k1 + 0.5 * p.k3) * v : p.k0;
}

Variance read_variance(const double* p) {
  return {p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10]};
}
inline constexpr int kVarianceLength = 11;

/// Simulates the models of Heston and Bates by the quadratic-exponential scheme.
///
/// Shapes:      parameters[7 + 11 + 3 + levels] in = Run, Variance, Jumps; outputs as
///              simulateLinear.
/// Requires:    n, steps >= 1; mean, decay > 0.
/// Determinism: bit-identical on every target; a path depends on seed and number alone.
/// Source:      Andersen (2008), Simple and efficient simulation of the Heston model, J. Comp.
///              Finance 11(3): QE, gamma1 = gamma2 = 1/2, psi_c = 1.5, martingale-corrected.
int simulate_heston(const Slice* slices) noexcept {
  const Run run = read_run(slices[0]);
  const Outputs out = read_outputs(slices + 1);
  const Variance p = read_variance(run.model);
  const Jumps jumps = read_jumps(run.model + kVarianceLength);
  PathBlock block;
  Draws draws;
  alignas(64) double v[kBlock];
  for (std::size_t offset = 0; offset < out.count; offset += kBlock) {
    begin(run, offset, &block);
    keep_step(run, block, out, offset, 0);
    for (int l = 0; l < kBlock; ++l) v[l] = p.start;
    for (int step = 0; step < run.steps; ++step) {
      draw(run, block, step, jumps.levels > 0, &draws);
      for (int l = 0; l < kBlock; ++l) {
        double next = 0.0;
        double k0 = 0.0;
        quadratic_exponential(p, v[l], draws.variance[l], draws.variance_uniform[l], &next, &k0);
        const double spread = root(p.k3 * v[l] + p.k4 * next);
        block.x[l] += p.drift + k0 + p.k1 * v[l] + p.k2 * next + spread * draws.asset[l];
        v[l] = next;
      }
      if (jumps.levels > 0) add_jumps(jumps, draws, &block);
      observe(&block);
      keep_step(run, block, out, offset, step + 1);
    }
    finish(run, out, offset, &block);
  }
  return 0;
}

/// Simulates the square-root process of Cox, Ingersoll and Ross by the same scheme.
///
/// Shapes:      parameters[7 + 11] in = Run, Variance (k and drift unused); outputs as
///              simulateLinear.
int simulate_square_root(const Slice* slices) noexcept {
  const Run run = read_run(slices[0]);
  const Outputs out = read_outputs(slices + 1);
  const Variance p = read_variance(run.model);
  PathBlock block;
  Draws draws;
  for (std::size_t offset = 0; offset < out.count; offset += kBlock) {
    begin(run, offset, &block);
    keep_step(run, block, out, offset, 0);
    for (int step = 0; step < run.steps; ++step) {
      draw(run, block, step, false, &draws);
      for (int l = 0; l < kBlock; ++l) {
        double k0 = 0.0;
        double next = 0.0;
        quadratic_exponential(p, block.x[l], draws.variance[l], draws.variance_uniform[l], &next,
                              &k0);
        block.x[l] = next;
      }
      observe(&block);
      keep_step(run, block, out, offset, step + 1);
    }
    finish(run, out, offset, &block);
  }
  return 0;
}

/// Simulates geometric Brownian motion with normal jumps of the logarithm (Merton).
///
/// Shapes:      parameters[7 + 2 + 3 + levels] in = Run, drift and deviation of a step, Jumps;
///              outputs as simulateLinear.
/// Determinism: bit-identical on every target; exact at the grid, whatever the step.
/// Source:      Merton (1976), J. Financial Economics 3.
int simulate_merton(const Slice* slices) noexcept {
  const Run run = read_run(slices[0]);
  const Outputs out = read_outputs(slices + 1);
  const double drift = run.model[0];
  const double deviation = run.model[1];
  const Jumps jumps = read_jumps(run.model + 2);
  PathBlock block;
  Draws draws;
  for (std::size_t offset = 0; offset < out.count; offset += kBlock) {
    begin(run, offset, &block);
    keep_step(run, block, out, offset, 0);
    for (int step = 0; step < run.steps; ++step) {
      draw(run, block, step, true, &draws);
      for (int l = 0; l < kBlock; ++l) block.x[l] += drift + deviation * draws.asset[l];
      add_jumps(jumps, draws, &block);
      observe(&block);
      keep_step(run, block, out, offset, step + 1);
    }
    finish(run, out, offset, &block);
  }
  return 0;
}

const QuantEntry kEntries[] = {{"simulateHeston", 6, simulate_heston},
                               {"simulateSquareRoot", 6, simulate_square_root},
                               {"simulateMerton", 6, simulate_merton},
                               {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kSimulateJumpVarianceTable;
const QuantTable kSimulateJumpVarianceTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
