#pragma once
#include <node_api.h>

namespace bot4::binding {

/// Adds `prepareMemory` and `allowedCpus` to the exports.
void register_memory(napi_env env, napi_value exports);

}  // namespace bot4::binding
