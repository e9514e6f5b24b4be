#include "core/cpu.h"

#include <cstring>
#include <initializer_list>

namespace bot4 {

bool target_supported(Target target) noexcept {
  // The builtin checks CPUID and, through XCR0, that the operating system saves the registers.
  __builtin_cpu_init();
  switch (target) {
    case Target::kSse2: return true;
#if defined(__clang__) && __clang_major__ < 18
    // Older clang has no names for the micro-architecture levels.
    case Target::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    case Target::kAvx512:
      return target_supported(Target::kAvx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    case Target::kAvx2: return __builtin_cpu_supports("x86-64-v3") != 0;
    case Target::kAvx512: return __builtin_cpu_supports("x86-64-v4") != 0;
#endif
  }
  return false;
}

Target best_target() noexcept {
  if (target_supported(Target::kAvx512)) return Target::kAvx512;
  if (target_supported(Target::kAvx2)) return Target::kAvx2;
  return Target::kSse2;
}

const char* target_name(Target target) noexcept {
  switch (target) {
    case Target::kSse2: return "sse2";
    case Target::kAvx2: return "avx2";
    case Target::kAvx512: return "avx512";
  }
  return "invalid";
}

bool target_from_name(const char* name, Target* target) noexcept {
  for (Target candidate : {Target::kSse2, Target::kAvx2, Target::kAvx512}) {
    if (std::strcmp(name, target_name(candidate)) == 0) {
      *target = candidate;
      return true;
    }
  }
  return false;
}

TargetChoice choose_target(const char* forced, Target* target) noexcept {
  *target = best_target();
  if (forced == nullptr || *forced == '\0') return TargetChoice::kBest;
  Target named = Target::kSse2;
  if (!target_from_name(forced, &named)) return TargetChoice::kUnknown;
  if (!target_supported(named)) return TargetChoice::kUnsupported;
  *target = named;
  return TargetChoice::kForced;
}

}  // namespace bot4
