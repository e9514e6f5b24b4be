#pragma once
#include <napi.h>

#include <vector>

#include "engine/composites.h"

namespace bot4::binding {

/// Reads composites: [{instruments, maxAgeMs}] of an engine with `count` instruments; absent: none.
/// False: an exception is pending, which names what is wrong, its value and what is allowed.
bool read_composites(Napi::Object options, int count, std::vector<CompositeSpec>* composites);

}  // namespace bot4::binding
