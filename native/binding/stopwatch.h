#pragma once
#include <node_api.h>

namespace bot4::binding {

/// Adds `createStopwatch` to the addon's exports: a clock for benches that makes no garbage.
void register_stopwatch(napi_env env, napi_value exports);

}  // namespace bot4::binding
