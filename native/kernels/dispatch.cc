#include "kernels/table.h"

namespace bot4 {

const DecisionTable* decision_kernels(Target target) noexcept {
  if (!target_supported(target)) return nullptr;
  switch (target) {
    case Target::kSse2: return &sse2::kDecisionTable;
    case Target::kAvx2: return &avx2::kDecisionTable;
    case Target::kAvx512: return &avx512::kDecisionTable;
  }
  return nullptr;
}

}  // namespace bot4
