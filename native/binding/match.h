#pragma once
#include <node_api.h>

namespace bot4::binding {

/// Adds the matching engine and the replay matcher to the addon's exports.
void register_match(napi_env env, napi_value exports);

}  // namespace bot4::binding
