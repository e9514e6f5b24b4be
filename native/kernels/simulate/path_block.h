#pragma once
#include <cstdint>

#include "kernels/quant.h"
#include "simd/exp.h"
#include "simd/normal_pairs.h"
#include "simd/philox.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Paths that advance together: loops over them become vector code and stay in the first cache.
inline constexpr int kBlock = 64;

/// The first slice of every simulation kernel, ahead of the numbers of its model.
struct Run {
  PhiloxKey key;
  int steps;
  std::uint64_t first_path;
  bool antithetic;  ///< Path 2k + 1 takes the draws of path 2k with the other sign.
  bool price;       ///< The state is a log price: exp of it goes out, and drawdowns are fractions.
  double start;
  const double* model;
};
inline constexpr int kRunLength = 7;

inline Run read_run(const Slice& parameters) {
  const double* p = parameters.data;
  return {{static_cast<std::uint32_t>(p[0]), static_cast<std::uint32_t>(p[1])},
          static_cast<int>(p[2]),
          static_cast<std::uint64_t>(p[3]),
          p[4] != 0.0,
          p[5] != 0.0,
          p[6],
          p + kRunLength};
}

/// What is known of kBlock paths while they advance: the state, and its extremes so far.
struct PathBlock {
  alignas(64) std::uint64_t stream[kBlock];
  alignas(64) double sign[kBlock];
  alignas(64) double x[kBlock];
  alignas(64) double low[kBlock];
  alignas(64) double high[kBlock];
  alignas(64) double drop[kBlock];
};

inline void begin(const Run& run, std::uint64_t offset, PathBlock* block) {
  for (int l = 0; l < kBlock; ++l) {
    const std::uint64_t path = run.first_path + offset + static_cast<std::uint64_t>(l);
    block->stream[l] = run.antithetic ? path >> 1 : path;
    block->sign[l] = run.antithetic && (path & 1) != 0 ? -1.0 : 1.0;
    block->x[l] = run.start;
    block->low[l] = run.start;
    block->high[l] = run.start;
    block->drop[l] = 0.0;
  }
}

/// Takes the states after a step into the extremes.
inline void observe(PathBlock* block) {
  for (int l = 0; l < kBlock; ++l) {
    const double x = block->x[l];
    const double high = x > block->high[l] ? x : block->high[l];
    const double drop = high - x;
    block->high[l] = high;
    block->low[l] = x < block->low[l] ? x : block->low[l];
    block->drop[l] = drop > block->drop[l] ? drop : block->drop[l];
  }
}

inline void exponential(double* values) {
  for (int l = 0; l < kBlock; l += kLanes) exp(F64x8::load(values + l)).store(values + l);
}

/// Where the results of a kernel go. `paths` may be empty: then only the summaries are kept.
struct Outputs {
  double* terminal;
  double* low;
  double* high;
  double* drop;
  double* paths;  ///< [paths][steps + 1], or null.
  std::size_t count;
};

inline Outputs read_outputs(const Slice* slices) {
  return {slices[0].data, slices[1].data, slices[2].data, slices[3].data,
          slices[4].length > 0 ? slices[4].data : nullptr, slices[0].length};
}

inline int used(const Outputs& out, std::size_t offset) {
  const std::size_t left = out.count - offset;
  return left < kBlock ? static_cast<int>(left) : kBlock;
}

/// Writes the states of one instant into the matrix of whole paths, if that is wanted.
inline void keep_step(const Run& run, const PathBlock& block, const Outputs& out,
                      std::size_t offset, int step) {
  if (out.paths == nullptr) return;
  alignas(64) double level[kBlock];
  for (int l = 0; l < kBlock; ++l) level[l] = block.x[l];
  if (run.price) exponential(level);
  const std::size_t width = static_cast<std::size_t>(run.steps) + 1;
  const int lanes = used(out, offset);
  for (int l = 0; l < lanes; ++l) {
    out.paths[(offset + static_cast<std::size_t>(l)) * width + static_cast<std::size_t>(step)] =
        level[l];
  }
}

inline void finish(const Run& run, const Outputs& out, std::size_t offset, PathBlock* block) {
  if (run.price) {
    for (int l = 0; l < kBlock; ++l) block->drop[l] = -block->drop[l];
    exponential(block->x);
    exponential(block->low);
    exponential(block->high);
    exponential(block->drop);
    for (int l = 0; l < kBlock; ++l) block->drop[l] = 1.0 - block->drop[l];
  }
  const int lanes = used(out, offset);
  for (int l = 0; l < lanes; ++l) {
    const std::size_t at = offset + static_cast<std::size_t>(l);
    out.terminal[at] = block->x[l];
    out.low[at] = block->low[l];
    out.high[at] = block->high[l];
    out.drop[at] = block->drop[l];
  }
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
