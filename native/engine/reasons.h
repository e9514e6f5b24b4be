#pragma once
#include <cstdint>

#include "kernels/table.h"

namespace bot4 {

/// Number of reason bits in use: bits 0 to kReasonCount - 1.
inline constexpr int kReasonCount = 26;

/// Reasons that forbid every new exposure, whatever the policy.
inline constexpr std::uint32_t kBlockingReasons =
    kReasonNotFinite | kReasonHalted | kReasonNoPolicy | kReasonUnsynchronised | kReasonOneSided |
    kReasonNotWarm | kReasonStale | kReasonSpread | kReasonBreaker | kReasonStaleMark;

/// Returns the stable kebab-case name of bit `bit`. Requires 0 <= bit < kReasonCount.
const char* reason_name(int bit) noexcept;

}  // namespace bot4
