#pragma once
#include <cstdint>

namespace bot4 {

/// Instruction-set targets, from the most portable to the fastest: a higher value is preferred.
enum class Target : std::uint8_t {
  kSse2 = 0,    ///< x86-64, the baseline.
  kAvx2 = 1,    ///< x86-64-v3: AVX2, FMA, BMI.
  kAvx512 = 2,  ///< x86-64-v4: AVX-512 F, BW, CD, DQ, VL.
};

/// Number of entries of `Target`.
inline constexpr int kTargetCount = 3;

/// Returns whether the CPU and the operating system can run `target`.
bool target_supported(Target target) noexcept;

/// Returns the fastest supported target.
Target best_target() noexcept;

/// Returns the stable lower-case name: "sse2", "avx2" or "avx512".
const char* target_name(Target target) noexcept;

/// Finds a target by its name. Returns false when there is none of that name.
bool target_from_name(const char* name, Target* target) noexcept;

/// How the target in use was chosen.
enum class TargetChoice : std::uint8_t {
  kBest = 0,         ///< Nothing was forced: the fastest supported one.
  kForced = 1,       ///< BOT4_TARGET named it.
  kUnknown = 2,      ///< BOT4_TARGET names no target; the load must fail.
  kUnsupported = 3,  ///< BOT4_TARGET names one that this machine lacks; the load must fail.
};

/// Chooses the target by a forced name (null or empty: the fastest supported one).
TargetChoice choose_target(const char* forced, Target* target) noexcept;

}  // namespace bot4
