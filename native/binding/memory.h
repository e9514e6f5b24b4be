#pragma once
#include <node_api.h>

#include "core/memory.h"

namespace bot4::binding {

/// Reads the three booleans hugePages, lock and prefault. False when one of them is no boolean;
/// nothing is thrown.
bool read_memory_options(napi_env env, const napi_value (&values)[3], MemoryOptions* options);

/// { hugePagesRefused, lockRefused, residentBytes }: the system's words, or null where nothing was
/// refused.
napi_value show_memory_report(napi_env env, const MemoryReport& report);

/// Adds `poolBytes` and `allowedCpus` to the exports.
void register_memory(napi_env env, napi_value exports);

}  // namespace bot4::binding
