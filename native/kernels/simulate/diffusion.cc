// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/simulate/path_block.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Four normals for every path of a block: one Philox counter a path.
void four_normals(const Run& run, const PathBlock& block, int quarter, double* z) {
  alignas(64) std::uint64_t words[4 * kBlock];
  philox(run.key, block.stream, static_cast<std::uint32_t>(quarter), 0, kBlock, words);
  for (int l = 0; l < kBlock; ++l) {
    normal_pair(words[l], words[kBlock + l], z + l, z + kBlock + l);
  }
  for (int l = 0; l < kBlock; ++l) {
    normal_pair(words[2 * kBlock + l], words[3 * kBlock + l], z + 2 * kBlock + l,
                z + 3 * kBlock + l);
  }
}

/// One step of x' = shift + keep x + scale z, `keep` left out where it is 1.
template <bool kReverting>
inline double advance(double x, double shift, double keep, double noise) {
  if constexpr (kReverting) return (shift + keep * x) + noise;
  return (x + shift) + noise;
}

/// Advances a block by one step and takes the states into the extremes.
template <bool kReverting>
void one_step(const double* model, const double* z, PathBlock* block) {
  for (int l = 0; l < kBlock; ++l) {
    block->x[l] =
        advance<kReverting>(block->x[l], model[0], model[1], model[2] * block->sign[l] * z[l]);
  }
  observe(block);
}

/// Advances a block by four steps with the states in registers.
template <bool kReverting>
void four_steps(const double* model, const double* z, PathBlock* block) {
  const double shift = model[0];
  const double keep = model[1];
  const double scale = model[2];
  for (int l = 0; l < kBlock; ++l) {
    const double signed_scale = scale * block->sign[l];
    const double x0 = advance<kReverting>(block->x[l], shift, keep, signed_scale * z[l]);
    const double x1 = advance<kReverting>(x0, shift, keep, signed_scale * z[kBlock + l]);
    const double x2 = advance<kReverting>(x1, shift, keep, signed_scale * z[2 * kBlock + l]);
    const double x3 = advance<kReverting>(x2, shift, keep, signed_scale * z[3 * kBlock + l]);
    const double h0 = x0 > block->high[l] ? x0 : block->high[l];
    const double h1 = x1 > h0 ? x1 : h0;
    const double h2 = x2 > h1 ? x2 : h1;
    const double h3 = x3 > h2 ? x3 : h2;
    const double l0 = x0 < block->low[l] ? x0 : block->low[l];
    const double l1 = x1 < l0 ? x1 : l0;
    const double l2 = x2 < l1 ? x2 : l1;
    const double d0 = h0 - x0 > block->drop[l] ? h0 - x0 : block->drop[l];
    const double d1 = h1 - x1 > d0 ? h1 - x1 : d0;
    const double d2 = h2 - x2 > d1 ? h2 - x2 : d1;
    block->x[l] = x3;
    block->high[l] = h3;
    block->low[l] = x3 < l2 ? x3 : l2;
    block->drop[l] = h3 - x3 > d2 ? h3 - x3 : d2;
  }
}

template <bool kReverting>
void simulate(const Run& run, const Outputs& out) {
  alignas(64) double z[4 * kBlock];
  PathBlock block;
  for (std::size_t offset = 0; offset < out.count; offset += kBlock) {
    begin(run, offset, &block);
    keep_step(run, block, out, offset, 0);
    for (int step = 0; step < run.steps; step += 4) {
      four_normals(run, block, step / 4, z);
      const int count = run.steps - step < 4 ? run.steps - step : 4;
      if (count == 4 && out.paths == nullptr) {
        four_steps<kReverting>(run.model, z, &block);
        continue;
      }
      for (int j = 0; j < count; ++j) {
        one_step<kReverting>(run.model, z + j * kBlock, &block);
        keep_step(run, block, out, offset, step + j + 1);
      }
    }
    finish(run, out, offset, &block);
  }
}

/// Simulates x' = shift + keep x + scale z: Brownian motion, geometric in its logarithm, and the
/// exact transition of the Ornstein-Uhlenbeck process.
///
/// Shapes:      parameters[7 + 3] in = Run, shift, keep, scale; terminal, low, high, drop [n] and
///              paths [n (steps + 1)] or [0] out.
/// Requires:    n, steps >= 1; finite parameters.
/// Determinism: bit-identical on every target; a path depends on seed and number alone.
/// Cost:        O(n steps), no allocation; bench/quant/simulate.mjs.
int simulate_linear(const Slice* slices) noexcept {
  const Run run = read_run(slices[0]);
  const Outputs out = read_outputs(slices + 1);
  if (run.model[1] == 1.0) {
    simulate<false>(run, out);
  } else {
    simulate<true>(run, out);
  }
  return 0;
}

/// Standard normals of one stream: value i depends on seed, stream and i alone.
///
/// Shapes:      parameters[4] in = seed low, seed high, stream, first value / 4; out[n].
/// Requires:    integers in range: seed words below 2^32, stream below 2^53.
/// Determinism: bit-identical on every target.
int philox_normals(const Slice* slices) noexcept {
  const double* p = slices[0].data;
  const PhiloxKey key = {static_cast<std::uint32_t>(p[0]), static_cast<std::uint32_t>(p[1])};
  alignas(64) std::uint64_t stream[kLanes];
  for (int l = 0; l < kLanes; ++l) stream[l] = static_cast<std::uint64_t>(p[2]);
  const auto first = static_cast<std::uint32_t>(p[3]);
  alignas(64) std::uint64_t words[4 * kLanes];
  double* out = slices[1].data;
  const std::size_t n = slices[1].length;
  for (std::size_t i = 0; i < n; i += 4) {
    // Draw 2: apart from the steps (0) and the jumps (1) of the path with this number.
    philox(key, stream, first + static_cast<std::uint32_t>(i / 4), 2, kLanes, words);
    double z[4];
    normal_pair(words[0], words[kLanes], z, z + 1);
    normal_pair(words[2 * kLanes], words[3 * kLanes], z + 2, z + 3);
    for (std::size_t j = 0; j < 4 && i + j < n; ++j) out[i + j] = z[j];
  }
  return 0;
}

/// The words of Philox4x32-10 counters that follow each other by their block, four for each, for
/// streams that are drawn one by one.
///
/// Shapes:      in[6] = counter 0-3 of the first (2 is the block), key 0-1, as 32-bit integers;
///              out[n], n a multiple of 4.
int philox_words(const Slice* slices) noexcept {
  const double* p = slices[0].data;
  alignas(64) std::uint64_t stream[kLanes];
  for (int l = 0; l < kLanes; ++l) {
    stream[l] = static_cast<std::uint64_t>(p[0]) | static_cast<std::uint64_t>(p[1]) << 32;
  }
  const PhiloxKey key = {static_cast<std::uint32_t>(p[4]), static_cast<std::uint32_t>(p[5])};
  alignas(64) std::uint64_t words[4 * kLanes];
  for (std::size_t i = 0; i < slices[1].length; i += 4) {
    const auto block = static_cast<std::uint32_t>(p[2]) + static_cast<std::uint32_t>(i / 4);
    philox(key, stream, block, static_cast<std::uint32_t>(p[3]), kLanes, words);
    for (std::size_t w = 0; w < 4; ++w) {
      slices[1].data[i + w] = static_cast<double>(words[w * kLanes] & 0xffffffff);
    }
  }
  return 0;
}

const QuantEntry kEntries[] = {{"simulateLinear", 6, simulate_linear},
                               {"philoxNormals", 2, philox_normals},
                               {"philoxWords", 2, philox_words},
                               {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kSimulateDiffusionTable;
const QuantTable kSimulateDiffusionTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
