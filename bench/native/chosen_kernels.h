#pragma once
#include <cstdlib>

#include "core/cpu.h"
#include "kernels/table.h"

namespace bot4::bench {

/// The decision kernels of the target that BOT4_TARGET names, else of the machine's best; null where
/// this machine cannot run it.
inline const DecisionTable* chosen_kernels() {
  Target target = Target::kSse2;
  choose_target(std::getenv("BOT4_TARGET"), &target);
  return decision_kernels(target);
}

}  // namespace bot4::bench
