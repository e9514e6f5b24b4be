#pragma once
#include <node_api.h>

namespace bot4::binding {

/// Adds `createRing` and `openRing` to the exports.
void register_ring(napi_env env, napi_value exports);

}  // namespace bot4::binding
