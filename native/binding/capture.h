#pragma once
#include <node_api.h>

namespace bot4::binding {

/// Adds `createCaptureFeed` to the exports.
void register_capture(napi_env env, napi_value exports);

}  // namespace bot4::binding
